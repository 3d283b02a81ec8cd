"""The command line itself: help, usage errors, keys, configuration files, init. No network is needed."""

import json
import os
import stat

from programs import FAILED, NOT_FOUND, DENIED, OK, ROOT, UNVERIFIED, USAGE, TestCase, medchain, run, unittest

COMMANDS = ("keys", "seal", "open", "put", "get", "grant", "revoke", "register", "update", "suspend", "reinstate",
            "transfer", "stake", "unstake", "vote", "stand", "resign", "rotate", "block", "tx", "record", "account", "committee",
            "status", "receipt", "verify-receipt")


class Help(TestCase):
    def test_every_command_explains_itself(self):
        overview = self.assert_ok(medchain("--help")).out
        for command in COMMANDS:
            self.assertIn(f"  {command} ", overview)
            self.assertIn("Usage:", self.assert_ok(medchain(command, "--help")).out)
        self.assertIn("  run ", self.assert_ok(run("medchaind", "--help")).out)

    def test_every_command_is_documented(self):
        documented = (ROOT / "docs" / "commands.md").read_text()
        for command in COMMANDS:
            self.assertIn(f"medchain {command}", documented)

    def test_usage_errors_are_one_line_and_exit_2(self):
        self.assert_refused(medchain(), USAGE)
        self.assert_refused(medchain("seel"), USAGE)
        self.assert_refused(medchain("status", "--nod", "x"), USAGE, "--nod")
        self.assert_refused(medchain("status"), USAGE, "--node")
        self.assert_refused(medchain("transfer", "med1x", "-5"), USAGE)
        self.assert_refused(medchain("block", "first", "--node", "127.0.0.1:1", "--ca", "x"), USAGE, "latest")
        self.assert_refused(run("medchaind", "walk"), USAGE)


class Keys(TestCase):
    def test_new_keys_are_private_and_never_overwritten(self):
        for algorithm in ("ed25519", "p256"):
            key = self.key(algorithm, algorithm)
            self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
            secret = self.assert_ok(medchain("--json", "keys", "show", key)).json()
            public = self.assert_ok(medchain("--json", "keys", "show", key.with_suffix(".pub"))).json()
            self.assertEqual(secret, public)
            self.assertEqual(secret["algorithm"], algorithm)
            self.assertRegex(secret["address"], r"^med1[0-9a-z]{58}$")
            before = key.read_bytes()
            self.assert_refused(medchain("keys", "new", "--out", key), FAILED)
            self.assertEqual(key.read_bytes(), before)
            key.unlink()
            self.assert_refused(medchain("keys", "new", "--out", key), FAILED, ".pub")
            self.assertFalse(key.exists())

    def test_a_key_that_others_may_read_is_refused(self):
        key = self.key("alice")
        os.chmod(key, 0o644)
        self.assert_refused(medchain("keys", "show", key), DENIED, "chmod")

    def test_passphrase(self):
        key = self.dir / "alice.key"
        self.assert_ok(medchain("keys", "new", "--passphrase", "--out", key, env={"MEDCHAIN_PASSPHRASE": "blue horse"}))
        self.assert_refused(medchain("keys", "show", key), USAGE, "MEDCHAIN_PASSPHRASE")
        self.assert_refused(medchain("keys", "show", key, env={"MEDCHAIN_PASSPHRASE": "red horse"}), UNVERIFIED)
        self.assert_ok(medchain("keys", "show", key, env={"MEDCHAIN_PASSPHRASE": "blue horse"}))

    def test_missing_and_unknown(self):
        self.assert_refused(medchain("keys", "show", self.dir / "nobody.key"), NOT_FOUND, "nobody.key")
        self.assert_refused(medchain("keys", "new", "--algorithm", "rsa", "--out", self.dir / "x.key"), USAGE, "rsa")


class Init(TestCase):
    def test_makes_what_the_documentation_lists(self):
        net = self.dir / "net"
        self.assert_ok(run("medchaind", "init", "--nodes", 4, "--followers", 1, "--dir", net))
        for name in ("genesis.json", "client.toml", "ca/ca.crt", "ca/ca.key", "institutions/hospital3.key",
                     "institutions/hospital3.pub"):
            self.assertTrue((net / name).is_file(), name)
        for k in range(5):
            for name in ("medchaind.toml", "node.key", "node.pub", "tls.crt", "tls.key", "ca.crt", "genesis.json"):
                self.assertTrue((net / f"node{k}" / name).is_file(), name)
            self.assertTrue((net / f"node{k}" / "data").is_dir())
            for name in ("consensus.key", "consensus.key.unused"):
                self.assertEqual((net / f"node{k}" / name).exists(), k < 4)
        for secret in (*net.glob("**/*.key"),):
            self.assertEqual(stat.S_IMODE(os.stat(secret).st_mode), 0o600, secret)
        genesis = json.loads((net / "genesis.json").read_text())
        self.assertEqual(sum(1 for p in genesis["participants"] if p["role"] == "validator"), 5)
        self.assertEqual(list(self.dir.iterdir()), [net])

    def test_refuses_what_is_there_and_leaves_nothing_half_written(self):
        net = self.dir / "net"
        net.mkdir()
        (net / "precious").write_text("data")
        self.assert_refused(run("medchaind", "init", "--dir", net), FAILED, str(net))
        self.assertEqual(list(net.iterdir()), [net / "precious"])
        for bad in (("--nodes", 0), ("--nodes", 101), ("--base-port", 65530), ("--algorithm", "rsa"),
                    ("--idle-ms", 0), ("--host", "a b")):
            self.assertNotEqual(run("medchaind", "init", "--dir", self.dir / "other", *bad).code, OK, bad)
        self.assertEqual(list(self.dir.iterdir()), [net])

    def test_an_empty_directory_and_a_trailing_slash(self):
        (self.dir / "net").mkdir()
        self.assert_ok(run("medchaind", "init", "--nodes", 1, "--dir", f"{self.dir}/net/"))
        self.assertTrue((self.dir / "net" / "genesis.json").is_file())


class NodeConfiguration(TestCase):
    def setUp(self):
        super().setUp()
        self.assert_ok(run("medchaind", "init", "--nodes", 1, "--followers", 1, "--dir", self.dir / "net"))
        self.node = self.dir / "net" / "node0"
        self.config = self.node / "medchaind.toml"
        self.text = self.config.read_text()

    def refused(self, text, *words):
        self.config.write_text(text)
        self.assert_refused(run("medchaind", "run", "--config", self.config), USAGE, "medchaind.toml", *words)

    def test_each_mistake_names_file_line_and_key(self):
        self.refused('colour = "red"\n' + self.text, "medchaind.toml:1:", "colour")
        self.refused(self.text.replace("node_key", "nodekey"), "nodekey")
        self.refused(self.text.replace('data = "data"\n', ""), "data", "missing")
        self.refused(self.text.replace('data = "data"', "data = 5"), "data", "text")
        self.refused("max_clients = 0\n" + self.text, "medchaind.toml:1:", "max_clients")
        self.refused("max_clients = \"many\"\n" + self.text, "max_clients")
        self.refused("check_every_signature = 1\n" + self.text, "check_every_signature")
        self.refused(self.text.replace('node = "med1', 'node = "med2'), "peer[0].node")
        self.refused(self.text + 'port = 5\n', "port")
        self.refused(self.text + "[extra]\n", "extra")
        self.refused(self.text + "= 3\n", "medchaind.toml:")
        self.refused("peer = 5\n" + self.text[:self.text.index("[[peer]]")], "peer")

    def test_missing_files_are_named(self):
        for name in ("node.key", "tls.crt", "genesis.json", "ca.crt", "consensus.key"):
            path = self.node / name
            content = path.read_bytes()
            mode = stat.S_IMODE(os.stat(path).st_mode)
            path.unlink()
            self.assert_refused(run("medchaind", "run", "--config", self.config), NOT_FOUND, name)
            path.write_bytes(content)
            os.chmod(path, mode)
        self.assert_refused(run("medchaind", "run", "--config", self.dir / "none.toml"), NOT_FOUND, "none.toml")


class ClientConfiguration(TestCase):
    def test_unknown_key(self):
        config = self.file("client.toml", b'node = "127.0.0.1:1"\nnod = 2\n')
        self.assert_refused(medchain("--config", config, "status"), USAGE, "client.toml:2:", "nod")
        self.assert_refused(medchain("status", env={"MEDCHAIN_CONFIG": str(config)}), USAGE, "client.toml:2:")


if __name__ == "__main__":
    unittest.main()
