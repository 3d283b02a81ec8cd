"""Clients that submit to a network while a test harms it, and what they were told is final."""

import json
import random
import subprocess
import threading
import time

from programs import BIN, OK, UNAVAILABLE, clean_environment, medchain, wait_until

ANSWER_S = 3  # before a client turns to its next call: a node that hangs takes no longer from the test
RECORDS = 12  # in one call
PAUSE_S = 0.2  # after a call that got no answer


class Client(threading.Thread):
    """Asks one node, call after call: a transfer between hospitals, then some sealed records."""

    def __init__(self, load, node):
        super().__init__(daemon=True)
        self.load = load
        self.node = node
        self.generator = random.Random(node)
        self.called = 0

    def run(self):
        while not self.load.ending.is_set():
            self.called += 1
            code, error = self.call(*(self.records() if self.called % 2 == 0 else self.transfer()))
            if code == UNAVAILABLE:
                self.load.unanswered(self.node, error)
                time.sleep(PAUSE_S)
            elif code != OK:
                self.load.failed(self.node, code, error)

    def transfer(self):
        count = len(self.load.hospitals)
        others = [k for k in range(count) if k != self.node % count]
        return (self.load.net.hospital(self.node % count), "transfer",
                self.load.hospitals[self.generator.choice(others)], str(self.generator.randrange(1, 100)))

    def records(self):
        return (self.load.gateway, "put", "--kind", "vitals", "--subject", self.load.patient,
                *self.generator.sample(self.load.files, RECORDS))

    def call(self, key, *arguments):
        net = self.load.net
        with subprocess.Popen(
                [*net.prefix(self.node), BIN / "medchain", *map(str, net.options(key, self.node)), "--json", "--timeout",
                 str(ANSWER_S), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=clean_environment()) as process:
            for line in process.stdout:
                self.load.answered(self.node, json.loads(line))
            error = process.stderr.read()
        return process.returncode, error


class Load:
    """A client at each of the nodes given, and the participants they act for."""

    def __init__(self, test, net, nodes):
        self.net = net
        net.register(test.pub("gateway"), "gateway")
        net.register(test.pub("patient"), "patient")
        self.gateway = test.key("gateway")
        self.patient = test.address("patient")
        self.hospitals = [medchain("--json", "keys", "show", net.hospital(k).with_suffix(".pub")).json()["address"]
                          for k in range(len(list((net.dir / "institutions").glob("*.key"))))]
        generator = random.Random(11)
        self.files = [test.file(f"record{i}", generator.randbytes(generator.randrange(1, 1500))) for i in range(40)]
        self.lock = threading.Lock()
        self.acknowledged = {node: [] for node in nodes}  # {transaction, height, status, ...} as it was answered
        self.without_answer = {node: [] for node in nodes}
        self.failures = []
        self.ending = threading.Event()
        self.clients = [Client(self, node) for node in nodes]
        test.addCleanup(self.end)
        for client in self.clients:
            client.start()

    def answered(self, node, entry):
        with self.lock:
            if entry["status"] == "success":
                self.acknowledged[node].append(entry)
            else:
                self.failures.append(f"node {node}: {entry}")

    def unanswered(self, node, error):
        with self.lock:
            self.without_answer[node].append(error)

    def failed(self, node, code, error):
        with self.lock:
            self.failures.append(f"node {node}: exit code {code}: {error}")

    def count(self, *nodes):
        with self.lock:
            return sum(len(self.acknowledged[node]) for node in nodes or self.acknowledged)

    def count_in_vain(self, *nodes):
        with self.lock:
            return sum(len(self.without_answer[node]) for node in nodes or self.without_answer)

    def wait_more(self, more, *nodes, patience_s=60):
        """Until `more` transactions are acknowledged at each of these nodes, beyond those that were."""
        for node, goal in {node: self.count(node) + more for node in nodes or self.acknowledged}.items():
            wait_until(lambda: self.count(node) >= goal, lambda:
                       f"{goal} transactions acknowledged by node {node}, {self.count(node)} are; failures: "
                       f"{self.failures[-3:]}, without an answer: {self.without_answer[node][-3:]}; its log: "
                       f"{self.net.log(node)[-600:]}", patience_s)

    def end(self):
        self.ending.set()
        for client in self.clients:
            client.join()

    def finish(self, test):
        """Everything that was acknowledged; nothing else may have failed than for want of an answer."""
        self.end()
        test.assertEqual(self.failures, [])
        return [entry for entries in self.acknowledged.values() for entry in entries]

    def summary(self):
        with self.lock:
            return " ".join(f"node {node}: {len(self.acknowledged[node])} acknowledged, "
                            f"{len(self.without_answer[node])} calls without an answer;" for node in self.acknowledged)
