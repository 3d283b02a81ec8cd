"""A node whose disk is full stops with one clear line and nothing half written; the others go on; with room again it
catches up."""

import errno
import os
import re

import namespaces
from programs import FAILED, OK, Network, TestCase, run, unittest, wait_until
from running_network import NODES, BusyNetwork

VICTIM = 2
DISK = 24 * 1024 * 1024
BALLAST = "ballast"


def fill(directory, leave):
    """Takes all the room there but this many bytes, in a file that is nobody's. A node that runs there writes
    meanwhile, so that what was free a moment ago may no longer be: then it is measured again."""
    with open(directory / BALLAST, "ab") as ballast:
        while True:
            free = os.statvfs(directory)
            room = free.f_bavail * free.f_bsize - leave
            if room <= 0:
                return
            try:
                os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), room)
                return
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


class FullDisk(BusyNetwork):
    @classmethod
    def setUpClass(cls):
        namespaces.enter_mounts()

    def make_network(self):
        net = super().make_network()
        self.data = net.dir / f"node{VICTIM}" / "data"
        namespaces.mount_memory(self.data, DISK)
        self.addCleanup(namespaces.unmount, self.data)
        return net

    def check_message(self, text):
        self.assertIn("No space left on device", text)
        self.assertIn(str(self.data), text)

    def check_end(self):
        """The cause twice: a line of the log with its time, and what a service manager shows as the last."""
        code = self.net.processes.pop(VICTIM).wait(timeout=60)
        self.assertEqual(code, FAILED, self.net.log(VICTIM))
        lines = [line for line in self.net.log(VICTIM).splitlines() if " error " in line or line.startswith("medchaind:")]
        causes = {re.sub(r"^(\S+ error \w+ (stopped: )?|medchaind: )", "", line) for line in lines}
        self.assertEqual((len(lines), len(causes)), (2, 1), lines)
        self.assertTrue(lines[-1].startswith("medchaind: "), lines)
        self.check_message(lines[-1])
        return lines[-1]

    def go_on_without_it(self):
        self.load.wait_more(10, *(node for node in NODES if node != VICTIM))

    def restart_in_vain(self):
        ran = run("medchaind", "run", "--config", self.net.config(VICTIM))
        self.assertNotEqual(ran.code, OK, ran.err)
        self.assertTrue(ran.err.splitlines()[-1].startswith("medchaind: "), ran.err)

    def restart(self):
        (self.data / BALLAST).unlink()
        self.net.start(VICTIM)
        self.load.wait_more(5, VICTIM)

    def test_full_under_load_and_room_again(self):
        self.load.wait_more(5)
        for leave in (0, 300 * 1024):
            fill(self.data, leave)
            wait_until(lambda: self.net.processes[VICTIM].poll() is not None,
                       f"the end of the node without room; its log: {self.net.log(VICTIM)[-600:]}")
            print(f" {self.check_end()};", end="", flush=True)
            self.go_on_without_it()
            fill(self.data, 0)
            self.restart_in_vain()
            self.go_on_without_it()
            self.restart()
            (self.net.dir / f"node{VICTIM}.log").write_text("")
        self.check_ledger()


class StartWithoutRoom(TestCase):
    def test_says_why(self):
        namespaces.enter_mounts()
        net = Network(self.dir / "net", nodes=1)
        self.addCleanup(net.close)
        data = net.dir / "node0" / "data"
        namespaces.mount_memory(data, DISK)
        self.addCleanup(namespaces.unmount, data)
        net.start()
        wait_until(lambda: net.height(0) >= 1, "a block")
        net.kill(0)
        for leave in (0, 4096, 4 * 4096):
            (data / BALLAST).unlink(missing_ok=True)
            fill(data, leave)
            ran = run("medchaind", "run", "--config", net.config(0))
            self.assert_refused(ran, FAILED, "No space left on device", str(data))
        (data / BALLAST).unlink()
        net.start()
        wait_until(lambda: net.height(0) >= 1, "the block, with room again")


if __name__ == "__main__":
    unittest.main()
