"""A producer whose data directory is lost: it follows, votes with its key no more, and produces again with a new one."""

import os
import shutil
import stat

from programs import DENIED, FAILED, USAGE, Network, TestCase, medchain, run, unittest, wait_until

MISSING = "error consensus the vote log of"


class ConsensusKey(TestCase):
    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net", nodes=4, init=("--idle-ms", 200))
        self.addCleanup(self.net.close)
        self.node = self.net.dir / "node1"
        self.key_file = self.node / "consensus.key"
        self.unused = self.node / "consensus.key.unused"
        self.retiring = self.node / "consensus.key.retiring"

    def renew(self):
        return run("medchaind", "new-consensus-key", "--config", self.node / "medchaind.toml")

    def stand(self, key_file):
        return self.net.ask(self.node / "node.key", 0, "stand", key_file)

    def transfer(self):
        address = self.net.ask(self.net.hospital(1), 0, "account").json()["address"]
        return self.assert_ok(self.net.ask(self.net.hospital(0), 0, "transfer", address, 1)).json()

    def wait_producer(self):
        wait_until(lambda: (self.net.status(1) or {"producer": False})["producer"],
                   f"node 1 to be elected; its log: {self.net.log(1)[-600:]}")

    def member_key(self):
        address = medchain("--json", "keys", "show", self.node / "node.pub").json()["address"]
        members = self.net.ask(None, 0, "committee").json()["members"]
        return next((m["consensus_key"] for m in members if m["validator"] == address), None)

    def test_a_lost_data_directory_needs_a_new_key(self):
        self.assertTrue(self.unused.is_file())
        self.net.start()
        self.net.wait_connected()
        self.assertFalse(self.unused.exists())
        self.transfer()
        self.wait_producer()
        first_key = self.member_key()
        self.assertIsNotNone(first_key)

        self.assertEqual(self.net.terminate(1), 0)
        shutil.rmtree(self.node / "data")
        self.net.start(1)
        wait_until(lambda: MISSING in self.net.log(1), "the line about the vote log")
        self.assertIn("medchaind new-consensus-key", self.net.log(1))
        height = max(self.transfer()["height"] for _ in range(6))
        self.net.wait_height(height)
        self.assertFalse(self.net.status(1)["producer"])
        signers = {tuple(self.net.ask(self.net.hospital(0), 0, "block", h).json()["signers"])
                   for h in range(height - 4, height + 1)}
        self.assertEqual(len(signers), 1, f"the same three members sign every block: {signers}")
        self.assertEqual(self.member_key(), first_key)

        self.assertEqual(self.net.terminate(1), 0)
        old = self.dir / "old.key"
        shutil.copy(self.key_file, old)
        self.assertIn("medchain --node", self.assert_ok(self.renew()).out)
        self.assertNotEqual(self.key_file.read_bytes(), old.read_bytes())
        self.assertEqual(stat.S_IMODE(os.stat(self.key_file).st_mode), 0o600)
        self.assertTrue(self.unused.is_file())
        self.assertTrue(self.retiring.is_file())
        self.net.start(1)
        self.net.wait_connected(1)
        self.assertFalse(self.unused.exists())
        self.assertFalse(self.retiring.exists(), "the log of the old key is lost: it is of no use")
        self.assertEqual(self.net.log(1).count(MISSING), 1)
        self.assertFalse(self.net.status(1)["producer"])
        self.assert_ok(self.stand(self.key_file))
        self.wait_producer()
        self.assertNotIn(self.member_key(), (None, first_key))
        self.assert_refused(self.stand(old), FAILED, "replaced")

        self.net.kill(1)
        self.net.start(1)
        self.net.wait_connected(1)
        self.wait_producer()
        self.assertEqual(self.net.log(1).count(MISSING), 1)

    def test_all_keys_at_once_are_replaced_and_nobody_is_missed(self):
        self.net.start()
        self.net.wait_connected()
        self.wait_producer()
        first_key = self.member_key()
        for node in range(4):
            self.assertEqual(self.net.terminate(node), 0)
            self.assert_ok(run("medchaind", "new-consensus-key", "--config", self.net.config(node)))
            self.net.start(node)
        self.net.wait_connected()
        self.assertEqual(stat.S_IMODE(os.stat(self.retiring).st_mode), 0o600)
        self.assertTrue(self.net.status(1)["producer"], "with the retiring key")
        self.assertEqual(self.member_key(), first_key)
        for node in range(4):
            directory = self.net.dir / f"node{node}"
            self.assert_ok(self.net.ask(directory / "node.key", 0, "stand", directory / "consensus.key"))
        wait_until(lambda: self.member_key() not in (None, first_key), "the committee to list the new key")
        self.wait_producer()
        self.assertEqual(self.net.terminate(1), 0)
        self.net.start(1)
        self.net.wait_connected(1)
        self.assertFalse(self.retiring.exists())
        self.wait_producer()
        self.transfer()

    def test_whoever_stands_holds_the_key(self):
        self.net.start()
        self.net.wait_connected()
        self.assert_refused(self.stand(self.node / "consensus.pub"), USAGE, "consensus.pub", "public key")
        other = self.net.dir / "node2" / "consensus.key"
        self.assert_refused(self.stand(other), FAILED, "consensus key")
        os.chmod(self.key_file, 0o644)
        self.assert_refused(self.stand(self.key_file), DENIED, "consensus.key")

    def test_a_follower_has_none_to_renew(self):
        config = self.node / "medchaind.toml"
        config.write_text(config.read_text().replace("consensus_key =", "# consensus_key ="))
        before = self.key_file.read_bytes()
        self.assert_refused(self.renew(), USAGE, "medchaind.toml", "consensus_key")
        self.assertEqual(self.key_file.read_bytes(), before)
        self.assert_refused(run("medchaind", "new-consensus-key"), USAGE, "--config")


if __name__ == "__main__":
    unittest.main()
