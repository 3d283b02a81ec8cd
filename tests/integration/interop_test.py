"""Interoperability: the TypeScript client, whose cryptography and codec are not ours, reads what our programs made, and
our programs take what it made."""

import json
import shutil

from http_client import HttpClient
from interop_material import BYTES, Ledger
from node_suite import Suite, build, call
from programs import DENIED, OK, UNVERIFIED, Network, TestCase, medchain, unittest

# One byte of each format: (file of the material, place).
ALTERED = (("bob.key", 100), ("alice.pub", 60), ("2.sealed", 3), ("2.sealed", 150), ("3.sealed", -10),
           ("genesis.json", 40), ("bob-transfers.transaction", 60), ("many.transaction", -1), ("many.block", 100),
           ("many.block", -20), ("stand.receipt", 10), ("many.receipt", -40), ("record.sealed", 90))


class Interoperability(TestCase):
    """One network for all, as the material is made once."""

    @classmethod
    def setUpClass(cls):
        build()
        cls.case = TestCase()
        cls.case.setUp()
        try:
            cls.ledger = Ledger(cls.case)
            cls.ledger.seal_files()
            cls.ledger.start()
            cls.ledger.make_history()
            cls.ledger.invite()
            cls.ledger.write()
            cls.suite = Suite(cls.ledger.dir)
        except BaseException:
            cls.case.doCleanups()
            raise
        cls.back = cls.ledger.dir / "back"

    @classmethod
    def tearDownClass(cls):
        cls.case.doCleanups()

    def test_node_reads_and_verifies_what_our_programs_made(self):
        self.assertEqual((self.suite.code, self.suite.count("fail"), self.suite.count("skipped")), (0, 0, 0),
                         self.suite.failures())
        print(f" {self.suite.count('pass')} tests under Node.js;", end=" ")

    # --- the way back

    def opened(self, sealed, key, *options):
        out = self.dir / "opened"
        out.unlink(missing_ok=True)
        ran = medchain("--json", "open", sealed, "--key", key, "--out", out, *options)
        return ran, out.read_bytes() if ran.code == OK else None

    def test_our_program_takes_the_keys(self):
        for algorithm in ("ed25519", "p256"):
            address = (self.back / f"new-{algorithm}.address").read_text()
            for suffix in ("key", "pub"):
                file = self.back / f"new-{algorithm}.{suffix}"
                file.chmod(0o600)
                shown = self.assert_ok(medchain("--json", "keys", "show", file)).json()
                self.assertEqual((shown["address"], shown["algorithm"]), (address, algorithm))

    def test_our_program_opens_the_envelopes(self):
        plain = (self.back / "by.plain").read_bytes()
        for algorithm in ("ed25519", "p256"):
            author = self.back / f"new-{algorithm}.pub"
            own = self.back / f"new-{algorithm}.key"
            own.chmod(0o600)
            for key in (self.case.key("alice"), self.case.key("bob"), own):
                ran, content = self.opened(self.back / f"by-{algorithm}.sealed", key, "--author", author)
                self.assert_ok(ran)
                self.assertEqual(content, plain)
                ran, _ = self.opened(self.back / f"by-{algorithm}.altered", key)
                self.assertEqual(ran.code, UNVERIFIED, ran.err)
            ran, _ = self.opened(self.back / f"by-{algorithm}.sealed", self.case.key("carol"))
            self.assertEqual(ran.code, DENIED, ran.err)
        for name in ("empty", "full", "more"):
            for key in ("alice", "bob"):
                ran, content = self.opened(self.back / f"{name}.sealed", self.case.key(key))
                self.assert_ok(ran)
                self.assertEqual(content, (self.back / f"{name}.plain").read_bytes())

    def submit(self, name):
        body = (self.back / f"{name}.submission").read_bytes()
        client = HttpClient(self.ledger.net, 0, self.ledger.net.hospital(0))  # who signs is told why one was refused
        return client.post("/v1/transactions?wait_ms=30000", body, content_type=BYTES["Accept"])

    def test_our_node_takes_the_transactions(self):
        for who in ("alice", "bob"):
            answer = self.submit(f"{who}-transfer")
            self.assertEqual(answer.status, 200, answer.body)
            told = answer.json()
            self.assertEqual((told["id"], told["status"]), ((self.back / f"{who}-transfer.id").read_text(), "final"))
            self.assertEqual(told["receipt"]["status"], "success")
            self.assertEqual(self.ledger.by(who, "tx", told["id"])["amount"], "3")

    def test_our_node_refuses_what_is_not_signed_or_not_canonical(self):
        for who in ("alice", "bob"):
            for what in ("altered", "longer", "unsigned"):
                answer = self.submit(f"{who}-{what}-refused")
                self.assertIn(answer.status, (400, 403, 422), (what, answer.body))

    def test_our_program_opens_the_record(self):
        answer = self.submit("record")
        self.assertEqual((answer.status, answer.json().get("status")), (200, "final"), answer.body)
        self.assertEqual(answer.json()["receipt"]["status"], "success")
        record = (self.back / "record.id").read_text()
        for who in ("alice", "bob"):
            out = self.dir / who
            told = self.ledger.by(who, "get", record, "--out", out)
            self.assertEqual(told["author"], self.ledger.address("dave"))
            self.assertEqual(out.read_bytes(), (self.back / "record.plain").read_bytes())

    # --- and one byte of any format

    def test_one_altered_byte_of_any_file_fails(self):
        for name, at in ALTERED:
            altered = self.dir / "altered"
            shutil.copytree(self.ledger.dir, altered)
            content = bytearray((altered / name).read_bytes())
            content[at] ^= 1
            (altered / name).write_bytes(content)
            suite = Suite(altered, altered=True, files=("envelopes", "ledger"))
            self.assertNotEqual((suite.code, suite.count("fail")), (0, 0), f"{name}, byte {at}")
            shutil.rmtree(altered)

    def test_one_altered_character_of_an_address_fails(self):
        altered = self.dir / "altered"
        shutil.copytree(self.ledger.dir, altered)
        told = json.loads((altered / "material.json").read_text())
        address = told["people"]["alice"]["address"]
        told["people"]["alice"]["address"] = address[:-1] + ("q" if address[-1] != "q" else "p")
        (altered / "material.json").write_text(json.dumps(told))
        self.assertGreater(Suite(altered, altered=True, files=("envelopes", "ledger")).count("fail"), 0)


class FirstCommittee(TestCase):
    def test_nodes_elect_whom_the_client_expects(self):
        build()
        net = Network(self.dir / "net", nodes=6, init=("--committee-size", 4))
        self.addCleanup(net.close)
        genesis = net.dir / "genesis.json"
        expected = json.loads(call("node", "dist/test/uneven_genesis.js", genesis))
        for node in range(net.count):
            shutil.copy(genesis, net.dir / f"node{node}")
        net.start()
        net.wait_height(1, 0)
        client = HttpClient(net, 0)
        elected = [member["validator"] for member in client.get("/v1/rounds/0").json()["order"]]
        self.assertEqual(elected, expected["validators"])
        self.assertEqual(client.get("/v1/blocks/1").json()["header"]["committee_order"], expected["order_hash"])


if __name__ == "__main__":
    unittest.main()
