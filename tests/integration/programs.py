"""The programs as a test drives them: one call each, and a network of node processes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

BIN = Path(os.environ["MEDCHAIN_BIN"])
ROOT = Path(__file__).resolve().parents[2]

OK, FAILED, USAGE, NOT_FOUND, DENIED, UNAVAILABLE, UNVERIFIED = range(7)

PATIENCE_S = 120  # before a test gives up: never what it measures


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MEDCHAIN_")}
    environment.update(more)
    return environment


class Ran:
    """What a program answered."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def run(program, *arguments, env=None, timeout=PATIENCE_S, prefix=(), **options):
    done = subprocess.run(
        [*prefix, BIN / program, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=clean_environment(**(env or {})), timeout=timeout, **options)
    return Ran(done)


def medchain(*arguments, **options):
    return run("medchain", *arguments, **options)


def wait_until(condition, what, patience_s=PATIENCE_S, pause_s=0.05):
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"gave up waiting: {what() if callable(what) else what}")
        time.sleep(pause_s)


def reserve_ports(count):
    """`count` ports in a row, and the sockets that keep them for us until closed: whoever sets SO_REUSEADDR, as a node
    does, may listen there; the system gives them to nobody, and another test that asks gets others. They lie below the
    system's own range and above those of examples/quickstart."""
    for base in range(21000 + os.getpid() % 9000 // count * count, 31000 - count, count):
        sockets = []
        try:
            for port in range(base, base + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
        except OSError:
            for s in sockets:
                s.close()
            continue
        for s in sockets:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return base, sockets
    raise AssertionError("no free ports")


class TestCase(unittest.TestCase):
    """A temporary directory, keys by name, and checks of how a program ended."""

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="medchain-test."))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def key(self, name, algorithm="ed25519"):
        path = self.dir / f"{name}.key"
        if not path.exists():
            self.assert_ok(medchain("keys", "new", "--algorithm", algorithm, "--out", path))
        return path

    def pub(self, name):
        return self.key(name).with_suffix(".pub")

    def address(self, name):
        return medchain("--json", "keys", "show", self.pub(name)).json()["address"]

    def file(self, name, content):
        path = self.dir / name
        path.write_bytes(content)
        return path

    def assert_ok(self, ran):
        self.assertEqual(ran.code, OK, ran.err)
        return ran

    def assert_refused(self, ran, code, *words):
        """Ended with this code and one line on stderr that holds the words."""
        self.assertEqual(ran.code, code, f"out: {ran.out}\nerr: {ran.err}")
        self.assertEqual(len(ran.err.splitlines()), 1, ran.err)
        self.assertRegex(ran.err, r"^medchaind?: ")
        for word in words:
            self.assertIn(word, ran.err)
        return ran


class Network:
    """`medchaind init` and the processes of its nodes."""

    def __init__(self, directory, nodes=4, followers=0, init=()):
        self.dir = Path(directory)
        self.count = nodes + followers
        self.base_port, self.reserved = reserve_ports(3 * self.count)
        self.processes = {}
        self.bodies = 0
        made = run("medchaind", "init", "--nodes", nodes, "--followers", followers, "--dir", self.dir, "--base-port",
                   self.base_port, "--view-timeout-ms", 500, *init)
        assert made.code == 0, made.err

    def prefix(self, _):
        """What runs a program where node k runs: nothing, on one host."""
        return ()

    def config(self, k):
        return self.dir / f"node{k}" / "medchaind.toml"

    def node(self, k):
        return f"127.0.0.1:{self.base_port + 2 * k + 1}"

    def http_port(self, k):
        return self.base_port + 2 * self.count + k

    def body_file(self, body):
        self.bodies += 1
        path = self.dir / f"body{self.bodies}"
        path.write_bytes(body)
        return path

    def log(self, k):
        path = self.dir / f"node{k}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, *which):
        for k in which or range(self.count):
            with open(self.dir / f"node{k}.log", "ab") as log:
                self.processes[k] = subprocess.Popen(
                    [*self.prefix(k), BIN / "medchaind", "run", "--config", self.config(k)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment())

    def signal(self, what, *which):
        for k in which:
            self.processes[k].send_signal(what)

    def kill(self, *which):
        self.signal(signal.SIGKILL, *which)
        for k in which:
            self.processes.pop(k).wait()

    def terminate(self, k):
        self.processes[k].send_signal(signal.SIGTERM)
        return self.processes.pop(k).wait(timeout=PATIENCE_S)

    def close(self):
        self.signal(signal.SIGCONT, *self.processes)  # one that is stopped would not end
        self.signal(signal.SIGTERM, *self.processes)
        for k in list(self.processes):
            try:
                self.processes[k].wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.processes[k].kill()
                self.processes[k].wait()
        self.processes = {}
        for s in self.reserved:
            s.close()

    def options(self, key, node=0):
        return ["--config", self.dir / "client.toml", "--node", self.node(node)] + (["--key", key] if key else [])

    def ask(self, key, node, *arguments, **options):
        return medchain(*self.options(key, node), "--json", *arguments, prefix=self.prefix(node), **options)

    def hospital(self, k):
        return self.dir / "institutions" / f"hospital{k}.key"

    def status(self, k):
        ran = self.ask(None, k, "--timeout", 2, "status")
        return ran.json() if ran.code == OK else None

    def height(self, k):
        status = self.status(k)
        return status["height"] if status else -1

    def wait_connected(self, *which):
        expected = len(self.processes) - 1
        for k in which or range(self.count):
            wait_until(lambda: (self.status(k) or {"peers": -1})["peers"] >= expected,
                       f"node {k} to have its peers; its log: {self.log(k)[-600:]}")

    def wait_height(self, height, *which):
        for k in which or range(self.count):
            wait_until(lambda: self.height(k) >= height, f"node {k} at {height}; its log: {self.log(k)[-600:]}")

    def register(self, pub, role, hospital=0, label=""):
        ran = self.ask(self.hospital(hospital), 0, "register", "--role", role, "--label", label, pub)
        assert ran.code == OK, ran.err
        return ran.json()


def flip_bit(path, byte, bit=0):
    content = bytearray(path.read_bytes())
    content[byte] ^= 1 << bit
    path.write_bytes(content)
