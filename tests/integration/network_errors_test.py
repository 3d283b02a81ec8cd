"""What a running network refuses, and how it says so."""

import json
import shutil
import socket
import time

from programs import (DENIED, FAILED, NOT_FOUND, OK, UNAVAILABLE, UNVERIFIED, USAGE, Network, TestCase, flip_bit,
                      medchain, run, tempfile, unittest, wait_until, Path)


class Errors(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Path(tempfile.mkdtemp(prefix="medchain-test."))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.net = Network(cls.root / "net", nodes=4, followers=1)
        cls.addClassCleanup(cls.net.close)
        cls.net.start()
        cls.net.wait_connected()

    def enrol(self, name, role="clinician", **options):
        return self.net.register(self.pub(name), role, **options)

    def put(self, content=b"{}", author="gateway", *options):
        if author == "gateway":
            self.enrol("gateway", "gateway")
            self.enrol("patient", "patient")
        return self.net.ask(self.key(author), 0, "put", "--kind", "vitals", "--subject", self.address("patient"),
                            *options, self.file("document", content))

    def test_documents_come_back_byte_for_byte(self):
        self.enrol("gateway", "gateway")
        self.enrol("patient", "patient")
        self.enrol("doctor")
        contents = [b"", b"\0", bytes(range(256)), b"x" * 65_536, json.dumps({"status": "final"}).encode(),
                    b"y" * 1_000_001]
        files = [self.file(f"document{i}", content) for i, content in enumerate(contents)]
        answers = self.assert_ok(self.net.ask(self.key("gateway"), 1, "put", "--kind", "document", "--subject",
                                              self.address("patient"), "--to", self.address("doctor"), *files)).lines()
        self.assertEqual([a["status"] for a in answers], ["success"] * len(files))
        ids = [a["record"] for a in answers]
        self.net.wait_height(max(a["height"] for a in answers))
        for reader, node in (("doctor", 4), ("patient", 2)):
            out = self.dir / reader
            self.assert_ok(self.net.ask(self.key(reader), node, "get", *ids, "--out-dir", out))
            for record, content in zip(ids, contents):
                self.assertEqual((out / record).read_bytes(), content)
        # The record's own text form: ids only, one a line.
        plain = self.assert_ok(medchain(*self.net.options(self.key("gateway")), "put", "--kind", "document", "--subject",
                                        self.address("patient"), files[0]))
        self.assertRegex(plain.out, r"^[0-9a-f]{64}\n$")
        self.assertEqual(self.net.ask(self.key("doctor"), 0, "record", ids[0]).json()["author"], self.address("gateway"))
        self.assert_refused(self.net.ask(self.key("gateway"), 0, "get", ids[0], "--out", self.dir / "x"), DENIED)

    def test_who_is_not_registered_or_suspended(self):
        self.assert_refused(self.net.ask(self.key("nobody"), 0, "account"), DENIED, "registered")
        to = self.net.ask(self.net.hospital(1), 0, "account").json()["address"]
        self.assert_refused(self.net.ask(self.key("nobody"), 0, "transfer", to, 1), DENIED)
        self.enrol("doctor")
        address = self.address("doctor")
        self.assert_ok(self.net.ask(self.net.hospital(0), 0, "suspend", address))
        self.assert_refused(self.net.ask(self.key("doctor"), 0, "account"), DENIED, "suspended")
        self.assert_ok(self.net.ask(self.net.hospital(0), 0, "reinstate", address))
        self.assert_ok(self.net.ask(self.key("doctor"), 0, "account"))
        self.assert_refused(self.net.ask(self.net.hospital(1), 0, "suspend", address), FAILED, "not_allowed")

    def test_transactions_that_fail_say_why(self):
        hospital = self.net.hospital(0)
        to = self.net.ask(self.net.hospital(1), 0, "account").json()["address"]
        balance = int(self.net.ask(hospital, 0, "account").json()["balance"])
        overdrawn = self.net.ask(hospital, 0, "transfer", to, balance + 1)
        self.assert_refused(overdrawn, FAILED, "insufficient_balance")
        self.assertEqual(overdrawn.json()["status"], "insufficient_balance")
        self.assert_refused(self.net.ask(hospital, 0, "transfer", to, 2**64 - 1), FAILED)
        self.assert_refused(self.net.ask(hospital, 0, "transfer", to, 2**64), USAGE)
        self.assert_refused(self.net.ask(hospital, 0, "transfer", to, 0), FAILED, "amount_zero")
        self.assert_refused(self.net.ask(hospital, 0, "transfer", self.address("nobody"), 1), FAILED,
                            "unknown_participant")
        self.assert_refused(self.net.ask(hospital, 0, "stake", balance + 1), FAILED, "insufficient_balance")
        self.assert_refused(self.net.ask(hospital, 0, "unstake", 1), FAILED, "insufficient_stake")
        self.assert_refused(self.net.ask(hospital, 0, "vote", to), FAILED, "unknown_candidate")
        self.assert_refused(self.net.ask(hospital, 0, "vote"), USAGE, "--none")
        self.assert_refused(self.net.ask(hospital, 0, "stand", self.key("nobody")), FAILED, "not_allowed")
        self.assert_refused(self.net.ask(hospital, 0, "resign"), FAILED)
        self.assertEqual(int(self.net.ask(hospital, 0, "account").json()["balance"]), balance)

    def test_stake_and_vote(self):
        hospital = self.net.hospital(2)
        candidates = self.net.ask(hospital, 0, "committee").json()["members"]
        self.assert_ok(self.net.ask(hospital, 0, "stake", 500))
        self.assert_ok(self.net.ask(hospital, 0, "vote", candidates[0]["validator"]))
        account = self.net.ask(hospital, 0, "account").json()
        self.assertEqual((account["stake"], account["votes"]), ("500", [candidates[0]["validator"]]))
        voted = self.net.ask(hospital, 0, "account", candidates[0]["validator"]).json()
        self.assertEqual(voted["candidate_votes"], "1000500")
        self.assert_ok(self.net.ask(hospital, 0, "vote", "--none"))
        self.assert_ok(self.net.ask(hospital, 0, "unstake", 500))
        account = self.net.ask(hospital, 0, "account").json()
        self.assertEqual((account["stake"], account["votes"]), ("0", []))
        self.assertEqual([part["amount"] for part in account["unbonding"]], ["500"])

    def test_windows_and_repetition(self):
        hospital = self.net.hospital(0)
        to = self.net.ask(self.net.hospital(1), 0, "account").json()["address"]
        wait_until(lambda: self.net.height(0) > 2, "a few blocks")
        self.assert_refused(self.net.ask(hospital, 0, "transfer", to, 1, "--valid-until", 1), FAILED, "expired")
        window = self.net.status(0)["replay_window"]
        self.assert_refused(self.net.ask(hospital, 0, "transfer", to, 1, "--valid-until",
                                         self.net.height(0) + window + 1000), FAILED)
        sent = self.assert_ok(self.net.ask(hospital, 0, "transfer", to, 1, "--no-wait")).json()
        self.assertEqual(sent["status"], "accepted")
        wait_until(lambda: self.net.ask(hospital, 0, "tx", sent["transaction"]).code == OK, "its finality")
        found = self.net.ask(hospital, 0, "tx", sent["transaction"]).json()
        self.assertEqual((found["kind"], found["amount"], found["status"]), ("transfer", "1", "success"))

    def test_registration(self):
        self.enrol("doctor")
        again = self.net.ask(self.net.hospital(0), 0, "register", "--role", "clinician", self.pub("doctor"))
        self.assert_refused(again, FAILED, "participant_exists")
        named = self.net.ask(self.net.hospital(0), 0, "register", "--role", "patient", "--label", "Jane Roe",
                             self.pub("jane"))
        self.assert_refused(named, FAILED)
        self.assert_refused(self.net.ask(self.key("doctor"), 0, "register", "--role", "patient", self.pub("jane")),
                            FAILED, "not_allowed")
        self.assert_refused(self.net.ask(self.net.hospital(0), 0, "register", "--role", "institution",
                                         self.pub("jane")), FAILED)
        self.assert_refused(self.net.ask(self.net.hospital(0), 0, "register", "--role", "wizard", self.pub("jane")),
                            USAGE, "wizard")
        self.enrol("band", "device", label="wrist band")
        self.assert_ok(self.net.ask(self.net.hospital(0), 0, "update", self.address("band"), "--label", "ankle band"))
        self.assertEqual(self.net.ask(self.key("doctor"), 0, "account", self.address("band")).json()["label"],
                         "ankle band")

    def test_rotated_keys(self):
        self.enrol("doctor")
        old = self.assert_ok(self.put(b"before", "gateway", "--to", self.address("doctor"))).json()
        address = self.address("doctor")
        self.assert_ok(self.net.ask(self.key("doctor"), 0, "rotate", self.key("doctor-new", "p256")))
        new = ("--address", address)
        # The address no longer follows from the keys: a state proof shows them, under the genesis' own committee.
        put = self.assert_ok(self.net.ask(self.key("gateway"), 1, "put", "--kind", "vitals", "--subject",
                                          self.address("patient"), "--to", address, self.file("d", b"after"))).json()
        self.net.wait_height(put["height"])
        out = self.dir / "out"
        self.assert_ok(self.net.ask(self.key("doctor-new"), 2, *new, "get", put["record"], "--out", out))
        self.assertEqual(out.read_bytes(), b"after")
        out.unlink()
        self.assertNotEqual(self.net.ask(self.key("doctor"), 2, "get", put["record"], "--out", out).code, OK)
        self.assertFalse(out.exists())
        # What was sealed to the old keys is released to the new ones, and opened by the old ones.
        sealed = self.dir / "old.sealed"
        self.assert_ok(self.net.ask(self.key("doctor-new"), 2, *new, "get", old["record"], "--sealed", "--out", sealed))
        self.assert_ok(medchain("open", "--key", self.key("doctor"), sealed, "--out", out))
        self.assertEqual(out.read_bytes(), b"before")

    def test_put_names_its_readers_problems(self):
        self.enrol("gateway", "gateway")
        self.enrol("patient", "patient")
        file = self.file("document", b"{}")
        base = ("put", "--kind", "vitals", file, "--subject")
        unknown = self.net.ask(self.key("gateway"), 0, *base, self.address("nobody"))
        self.assert_refused(unknown, NOT_FOUND, self.address("nobody"))
        mistyped = self.address("patient")[:-1] + ("q" if self.address("patient")[-1] != "q" else "p")
        self.assertNotEqual(self.net.ask(self.key("gateway"), 0, *base, mistyped).code, OK)
        self.assert_refused(self.net.ask(self.key("gateway"), 0, "put", "--kind", "gossip", file, "--subject",
                                         self.address("patient")), USAGE, "gossip")
        large = self.file("large", bytes(17 * 1024 * 1024))
        self.assert_refused(self.net.ask(self.key("gateway"), 0, "put", "--kind", "imaging", large, "--subject",
                                         self.address("patient")), FAILED, "large")

    def test_grant_and_revoke(self):
        self.enrol("doctor")
        record = self.assert_ok(self.put(b"secret")).json()
        self.net.wait_height(record["height"])
        out = self.dir / "out"
        get = ("get", record["record"], "--out", out)
        for node in range(5):
            self.assert_refused(self.net.ask(self.key("doctor"), node, *get), DENIED)
        # An unknown record is told apart from a foreign one by nothing.
        foreign = self.net.ask(self.key("doctor"), 0, "record", record["record"]).err
        unknown = self.net.ask(self.key("doctor"), 0, "record", "00" * 32).err
        self.assertEqual(foreign.replace(record["record"], ""), unknown.replace("00" * 32, ""))
        doctor = self.address("doctor")
        self.assert_refused(self.net.ask(self.key("gateway"), 0, "revoke", record["record"], doctor), FAILED)
        granted = self.assert_ok(self.net.ask(self.key("patient"), 0, "grant", record["record"], doctor)).json()
        self.net.wait_height(granted["height"])
        for node in range(5):
            self.assert_ok(self.net.ask(self.key("doctor"), node, *get))
            self.assertEqual(out.read_bytes(), b"secret")
            out.unlink()
        self.assert_refused(self.net.ask(self.key("patient"), 0, "grant", record["record"], doctor), FAILED,
                            "already_reader")
        revoked = self.assert_ok(self.net.ask(self.key("patient"), 0, "revoke", record["record"], doctor)).json()
        self.net.wait_height(revoked["height"])
        for node in range(5):
            self.assert_refused(self.net.ask(self.key("doctor"), node, *get), DENIED)
        self.assert_refused(self.net.ask(self.key("patient"), 0, "revoke", record["record"], doctor), FAILED,
                            "not_reader")
        self.assertFalse(out.exists())

    def test_receipts(self):
        put = self.assert_ok(self.put()).json()
        receipt = self.dir / "r.receipt"
        genesis = self.net.dir / "genesis.json"
        self.assert_ok(self.net.ask(self.key("patient"), 0, "receipt", put["transaction"], "--out", receipt))
        verified = self.assert_ok(medchain("--json", "verify-receipt", receipt, "--genesis", genesis)).json()
        self.assertEqual((verified["verified"], verified["status"], verified["kind"]), (True, "success", "put"))
        content = receipt.read_bytes()
        damaged = self.dir / "damaged.receipt"
        for at in range(0, len(content), max(len(content) // 40, 1)):
            damaged.write_bytes(content)
            flip_bit(damaged, at, at % 8)
            self.assert_refused(medchain("verify-receipt", damaged, "--genesis", genesis), UNVERIFIED)
        for copy in (content[:-1], content + b"\0", b""):
            damaged.write_bytes(copy)
            self.assert_refused(medchain("verify-receipt", damaged, "--genesis", genesis), UNVERIFIED, "damaged")
        run("medchaind", "init", "--nodes", 1, "--dir", self.dir / "other")
        self.assert_refused(medchain("verify-receipt", receipt, "--genesis", self.dir / "other" / "genesis.json"),
                            UNVERIFIED)
        self.enrol("doctor")
        self.assert_refused(self.net.ask(self.key("doctor"), 0, "receipt", put["transaction"], "--out", damaged), DENIED)

    def test_connections_that_cannot_be(self):
        client = self.net.dir / "client.toml"
        closed = medchain("--config", client, "--node", "127.0.0.1:1", "--timeout", 5, "status")
        self.assert_refused(closed, UNAVAILABLE, "127.0.0.1:1")
        for node in ("nonsense", "127.0.0.1", "127.0.0.1:99999"):
            self.assertNotEqual(medchain("--config", client, "--node", node, "--timeout", 5, "status").code, OK, node)
        run("medchaind", "init", "--nodes", 1, "--dir", self.dir / "other")
        other = self.dir / "other"
        foreign_ca = medchain("--config", client, "--ca", other / "ca" / "ca.crt", "status")
        self.assertEqual(len(foreign_ca.err.splitlines()), 1)
        self.assertIn(foreign_ca.code, (UNAVAILABLE, UNVERIFIED))
        self.assertIn("certificate", foreign_ca.err)
        other_chain = medchain("--config", client, "--genesis", other / "genesis.json", "status")
        self.assert_refused(other_chain, FAILED, "chain")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            ran = medchain("--config", client, "--node", f"127.0.0.1:{port}", "--timeout", 1, "status")
            self.assert_refused(ran, UNAVAILABLE)

    def test_garbage_and_half_open_connections_do_not_stop_a_node(self):
        held = []
        for port in range(self.net.base_port, self.net.base_port + 2 * self.net.count):
            for garbage in (b"", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 40, b"\x16\x03\x01\xff\xff"):
                connection = socket.create_connection(("127.0.0.1", port))
                held.append(connection)
                connection.sendall(garbage)
        before = self.net.height(0)
        self.assert_ok(self.put())
        self.assertGreater(self.net.height(0), before)
        for connection in held:
            connection.close()

    def test_status_needs_no_key_and_the_rest_does(self):
        self.assert_ok(medchain(*self.net.options(None), "status"))
        self.assert_ok(medchain(*self.net.options(None), "committee"))
        self.assert_refused(medchain(*self.net.options(None), "block", "latest"), USAGE, "--key")
        block = self.assert_ok(self.net.ask(self.net.hospital(0), 3, "block", "1")).json()
        self.assertEqual(block["height"], 1)
        self.assert_refused(self.net.ask(self.net.hospital(0), 0, "block", 10**9), NOT_FOUND)
        self.assert_refused(self.net.ask(self.net.hospital(0), 0, "tx", "00" * 32), NOT_FOUND)


class Nodes(TestCase):
    """What stops a node from starting, each on a network of its own."""

    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net", nodes=1)
        self.addCleanup(self.net.close)
        self.config = self.net.dir / "node0" / "medchaind.toml"

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", self.net.base_port)):
            ran = run("medchaind", "run", "--config", self.config)
            self.assertEqual(ran.code, UNAVAILABLE, ran.err)
            self.assertIn(str(self.net.base_port), ran.err.splitlines()[-1])

    def test_a_locked_data_directory(self):
        self.net.start(0)
        self.net.wait_connected(0)
        ran = run("medchaind", "run", "--config", self.config)
        self.assertEqual(ran.code, UNAVAILABLE, ran.err)
        self.assertIn("data", ran.err.splitlines()[-1])

    def test_another_chains_data(self):
        self.net.start(0)
        self.net.wait_connected(0)
        wait_until(lambda: self.net.height(0) >= 1, "a block")
        self.net.close()
        other = Network(self.dir / "other", nodes=1)
        self.addCleanup(other.close)
        shutil.rmtree(other.dir / "node0" / "data")
        shutil.copytree(self.net.dir / "node0" / "data", other.dir / "node0" / "data")
        ran = run("medchaind", "run", "--config", other.dir / "node0" / "medchaind.toml")
        self.assertEqual(ran.code, FAILED, ran.err)
        self.assertIn("chain", ran.err.splitlines()[-1])

    def test_stops_cleanly_and_goes_on_where_it_was(self):
        self.net.start(0)
        self.net.wait_connected(0)
        wait_until(lambda: self.net.height(0) >= 2, "two blocks")
        block = self.net.ask(self.net.hospital(0), 0, "block", 2).json()
        self.assertEqual(self.net.terminate(0), OK)
        self.net.start(0)
        self.net.wait_connected(0)
        self.assertEqual(self.net.ask(self.net.hospital(0), 0, "block", 2).json(), block)

    def test_another_nodes_certificate(self):
        other = Network(self.dir / "other", nodes=2)
        self.addCleanup(other.close)
        for name in ("tls.crt", "tls.key"):
            shutil.copy(other.dir / "node1" / name, other.dir / "node0" / name)
        ran = run("medchaind", "run", "--config", other.dir / "node0" / "medchaind.toml", timeout=20)
        self.assertNotEqual(ran.code, OK)
        self.assertIn("certificate", ran.err.splitlines()[-1])


class Peers(TestCase):
    """A peer that is not what it says."""

    def test_a_foreign_certificate_is_refused_and_named_in_the_log(self):
        net = Network(self.dir / "net", nodes=4)
        self.addCleanup(net.close)
        foreign = Network(self.dir / "foreign", nodes=4)
        for name in ("tls.crt", "tls.key"):
            shutil.copy(foreign.dir / "node3" / name, net.dir / "node3" / name)
        net.start(0, 1, 2)
        net.wait_connected(0, 1, 2)
        net.start(3)
        wait_until(lambda: "certificate" in net.log(0) + net.log(1) + net.log(2) + net.log(3), "the refusal in a log")
        time.sleep(0.5)
        self.assertEqual([net.status(k)["peers"] for k in range(3)], [2, 2, 2])
        to = net.ask(net.hospital(1), 0, "account").json()["address"]
        self.assert_ok(net.ask(net.hospital(0), 0, "transfer", to, 1))


if __name__ == "__main__":
    unittest.main()
