"""SIGKILL of each producer in turn, and of all at once: nothing that was acknowledged is lost."""

import json
import random
import subprocess
import threading
import time

from programs import BIN, OK, UNAVAILABLE, clean_environment, unittest, wait_until
from running_network import RunningNetwork

DOCUMENTS = 200


class Upload:
    """A `medchain put` of many files that runs beside the test; what it acknowledged, as it did."""

    def __init__(self, net, key, node, subject, files):
        self.acknowledged = []
        self.process = subprocess.Popen(
            [BIN / "medchain", *map(str, net.options(key, node)), "--json", "--timeout", "60", "put", "--kind", "vitals",
             "--subject", subject, *map(str, files)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.acknowledged.append(json.loads(line))

    def wait(self):
        code = self.process.wait(timeout=120)
        self.reader.join()
        error = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, error


class Crash(RunningNetwork):
    def setUp(self):
        super().setUp()
        self.net.register(self.pub("gateway"), "gateway")
        self.net.register(self.pub("patient"), "patient")
        self.generator = random.Random(7)
        self.files = [self.file(f"document{i}", self.generator.randbytes(2000 + i)) for i in range(DOCUMENTS)]

    def upload(self, node):
        return Upload(self.net, self.key("gateway"), node, self.address("patient"), self.files)

    def check_kept(self, acknowledged):
        """Every node has every acknowledged transaction at the same place, and the documents open."""
        self.assertEqual({entry["status"] for entry in acknowledged}, {"success"})
        self.net.wait_height(max(entry["height"] for entry in acknowledged))
        ids = [entry["transaction"] for entry in acknowledged]
        places = {}
        for node in range(4):
            found = self.assert_ok(self.net.ask(self.net.hospital(0), node, "tx", *ids)).lines()
            places[node] = [(entry["transaction"], entry["height"], entry["index"], entry["status"]) for entry in found]
            self.assertEqual(places[node], places[0])
            self.assertEqual([place[0] for place in places[node]], ids)
        for node in range(4):
            out = self.dir / f"opened{node}"
            part = acknowledged[node::4]
            self.assert_ok(self.net.ask(self.key("patient"), node, "get", "--out-dir", out,
                                        *(entry["record"] for entry in part)))
            for entry in part:
                with open(entry["file"], "rb") as put:
                    self.assertEqual((out / entry["record"]).read_bytes(), put.read())

    def part_of(self, upload):
        """Waits until some of the documents are acknowledged, while others are still on their way."""
        enough = self.generator.randrange(1, DOCUMENTS // 2)
        wait_until(lambda: len(upload.acknowledged) >= enough, f"{enough} documents", pause_s=0.002)

    def check_agreement(self):
        height = max(self.net.height(node) for node in range(4))
        self.net.wait_height(height)
        blocks = [self.net.ask(self.net.hospital(0), node, "block", height).json() for node in range(4)]
        self.assertEqual(len({(block["hash"], block["state_root"]) for block in blocks}), 1)

    def test_each_producer_in_turn(self):
        acknowledged = []
        for victim in range(4):
            upload = self.upload((victim + 1) % 4)
            self.part_of(upload)
            at_kill = len(upload.acknowledged)
            self.net.kill(victim)
            code, error = upload.wait()
            print(f" {at_kill} of {DOCUMENTS} acknowledged when node {victim} was killed;", end="")
            self.assertEqual((code, error), (OK, ""))
            self.assertEqual(len(upload.acknowledged), DOCUMENTS)
            acknowledged += upload.acknowledged
            self.net.start(victim)
            self.net.wait_height(max(entry["height"] for entry in acknowledged))
        self.check_kept(acknowledged)
        self.check_agreement()

    def test_the_node_that_was_asked(self):
        before = self.upload(0)
        self.assertEqual(before.wait()[0], OK)
        during = self.upload(0)
        self.part_of(during)
        self.net.kill(0)
        code, error = during.wait()
        self.assertEqual(code, UNAVAILABLE, error)
        self.assertLess(len(during.acknowledged), DOCUMENTS)
        self.net.start(0)
        self.check_kept(before.acknowledged + during.acknowledged)

    def test_all_at_once(self):
        acknowledged = []
        for _ in range(3):
            upload = self.upload(self.generator.randrange(4))
            self.part_of(upload)
            self.net.kill(0, 1, 2, 3)
            self.assertEqual(upload.wait()[0], UNAVAILABLE)
            print(f" {len(upload.acknowledged)} of {DOCUMENTS} acknowledged before all were killed;", end="")
            acknowledged += upload.acknowledged
            self.net.start()
            self.net.wait_connected()
        last = self.upload(0)
        self.assertEqual(last.wait()[0], OK)
        acknowledged += last.acknowledged
        self.check_kept(acknowledged)
        self.check_agreement()

    def test_too_few_for_a_quorum_stops_and_comes_back(self):
        self.net.kill(2, 3)
        upload = self.upload(0)
        wait_until(lambda: self.net.status(0)["mempool"] > 0, "the upload in the pool")
        height = self.net.height(0)
        time.sleep(1.5)
        self.assertLessEqual(self.net.height(0), height + 1)
        self.assertEqual(upload.acknowledged, [])
        self.net.start(2, 3)
        self.assertEqual(upload.wait()[0], OK)
        self.check_kept(upload.acknowledged)


if __name__ == "__main__":
    unittest.main()
