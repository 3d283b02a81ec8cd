"""Envelopes, keys, genesis files altered, cut short, or with bytes appended: refused in one line, nothing written."""

import random

from programs import (OK, UNVERIFIED, USAGE, TestCase, medchain, run, unittest)

ALTERATIONS = 24


def damaged(content, generator):
    """(what was done, the bytes): random bits flipped, cut short, extended."""
    for _ in range(ALTERATIONS):
        copy = bytearray(content)
        at = generator.randrange(len(copy))
        copy[at] ^= 1 << generator.randrange(8)
        yield f"a bit of byte {at} flipped", bytes(copy)
    for size in (0, 1, len(content) // 3, len(content) // 2, len(content) - 1):
        yield f"cut to {size} bytes", content[:size]
    for more in (b"\0", b"\n\n", b"more"):
        yield f"{more!r} appended", content + more


class BadFiles(TestCase):
    def setUp(self):
        super().setUp()
        self.generator = random.Random(2026)

    def each(self, path):
        content = path.read_bytes()
        mode = path.stat().st_mode & 0o777
        for what, copy in damaged(content, self.generator):
            target = path.with_name("damaged" + path.suffix)
            target.write_bytes(copy)
            target.chmod(mode)
            with self.subTest(what=what):
                yield target

    def test_envelopes(self):
        out = self.dir / "out"
        plain = self.file("plain", bytes(5000))
        for options in ((), ("--key", self.key("carol"))):
            sealed = self.dir / "plain.sealed"
            self.assert_ok(medchain("seal", plain, "--to", self.pub("alice"), "--out", sealed, "--chunk-size", 1024,
                                    *options))
            for copy in self.each(sealed):
                ran = medchain("open", "--key", self.key("alice"), copy, "--out", out)
                # A flipped bit of the reader's address says that nothing is for this key: also a refusal.
                self.assertIn(ran.code, (UNVERIFIED, 4), ran.err)
                self.assertEqual(len(ran.err.splitlines()), 1)
                self.assertFalse(out.exists())
        self.assertEqual([p.name for p in self.dir.glob("out*")], [])

    def test_key_files(self):
        for copy in self.each(self.key("alice")):
            ran = medchain("keys", "show", copy)
            self.assertIn(ran.code, (UNVERIFIED, USAGE), ran.err)
            self.assertEqual(len(ran.err.splitlines()), 1)
        for copy in self.each(self.pub("alice")):
            self.assertNotEqual(medchain("keys", "show", copy).code, OK)

    def test_the_wrong_kind_of_file(self):
        sealed = self.dir / "x.sealed"
        plain = self.file("plain", b"{}")
        self.assert_refused(medchain("open", "--key", self.key("alice"), plain, "--out", sealed), UNVERIFIED, "plain")
        self.assertNotEqual(medchain("open", "--key", self.pub("alice"), plain, "--out", sealed).code, OK)
        self.assert_refused(medchain("seal", plain, "--to", self.key("alice"), "--out", sealed), UNVERIFIED)
        self.assert_refused(medchain("verify-receipt", plain, "--genesis", plain), UNVERIFIED, "plain")

    def test_genesis(self):
        self.assert_ok(run("medchaind", "init", "--nodes", 1, "--dir", self.dir / "net"))
        genesis = self.dir / "net" / "genesis.json"
        receipt = self.file("r.receipt", b"\1")
        for copy in self.each(genesis):
            ran = medchain("verify-receipt", receipt, "--genesis", copy)
            # White space carries no meaning: what is refused then is the receipt.
            self.assertEqual(ran.code, UNVERIFIED, ran.err)
            self.assertEqual(len(ran.err.splitlines()), 1)
        self.assert_ok(medchain("keys", "show", self.pub("alice")))

    def test_a_node_refuses_a_damaged_genesis(self):
        self.assert_ok(run("medchaind", "init", "--nodes", 1, "--dir", self.dir / "net"))
        genesis = self.dir / "net" / "node0" / "genesis.json"
        text = genesis.read_text()
        for what, copy in (("altered", text.replace('"hospital0"', '"hospital1"')), ("cut", text[: len(text) // 2]),
                           ("unknown field", text.replace("{", '{"colour": 1,', 1))):
            with self.subTest(what=what):
                genesis.write_text(copy)
                self.assert_refused(run("medchaind", "run", "--config", self.dir / "net" / "node0" / "medchaind.toml"),
                                    UNVERIFIED, "genesis.json")


if __name__ == "__main__":
    unittest.main()
