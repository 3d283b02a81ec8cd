"""Strangers at both ports who send without end, or nothing: a node's memory stays bounded, and honest clients and peers
are served meanwhile."""

import itertools
import os
import socket
import ssl
import struct
import threading
import time
from pathlib import Path

import frames
from programs import unittest, wait_until
from running_network import BusyNetwork, RunningNetwork

VICTIM = 0
SILENT = 300  # connections to each port
GROWTH_KIB = 300 * 1024
GUESTS_GROWTH_KIB = 48 * 1024
AT_ONCE = 256 * 1024
MOST = 64 * 1024 * 1024  # that one connection sends before it starts over
NOISE = os.urandom(AT_ONCE)


def repeated(make):
    """Frames with a question each, forever."""
    for first in itertools.count(10, 100):
        yield b"".join(make(question) for question in range(first, first + 100))


def after(head, rest):
    yield head
    yield from rest


def noise():
    return itertools.repeat(NOISE)


def one_by_one(data):
    for byte in itertools.cycle(data):
        time.sleep(0.002)
        yield bytes([byte])


class Strangers:
    """What is sent, by name, each without end."""

    def __init__(self, chain):
        self.plain = {
            "noise": noise,
            "an unfinished handshake": lambda: one_by_one(b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03"),
            "frames without TLS": lambda: repeated(frames.bootstrap),
        }
        self.framed = {
            "noise in TLS": noise,
            "a frame of 4 billion segments": lambda: after(b"\xff\xff\xff\xff", noise()),
            "a frame of 16 GiB": lambda: after(struct.pack("<II", 0, 0x7fffffff), noise()),
            "a frame of 60 MiB": lambda: after(struct.pack("<II", 0, 60 * 1024 * 128), noise()),
            "a frame byte by byte": lambda: one_by_one(frames.bootstrap(0)),
            "bootstraps": lambda: repeated(frames.bootstrap),
            "hellos": lambda: after(frames.bootstrap(0), repeated(frames.hello)),
            "proofs that prove nothing": lambda: after(
                frames.bootstrap(0) + frames.hello(1, frames.PEER, chain, bytes(32)),
                repeated(lambda question: frames.enter_peer(question, b"\0" + bytes(32), bytes(64)))),
        }
        self.guest = {
            "a large question of a guest": lambda: after(
                frames.bootstrap(0) + frames.hello(1) + frames.guest(2) + struct.pack("<II", 0, 60 * 1024 * 128), noise()),
        }


class Sender(threading.Thread):
    """Connects, sends until the node ends it, and again."""

    def __init__(self, name, port, context, make, ending):
        super().__init__(daemon=True)
        self.what = f"{name} to {'the peer port' if port % 2 == 0 else 'the client port'}"
        self.port = port
        self.context = context
        self.make = make
        self.ending = ending
        self.connections = self.refused = self.bytes = 0

    def run(self):
        while not self.ending.is_set():
            self.connections += 1
            try:
                self.send()
            except OSError:  # of TLS, too
                self.refused += 1
            time.sleep(0.1)

    def send(self):
        sent = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as plain:
            with self.context.wrap_socket(plain) if self.context else plain as stream:
                for piece in self.make():
                    if self.ending.is_set() or sent > MOST:
                        return
                    stream.sendall(piece)
                    sent += len(piece)
                    self.bytes += len(piece)


class Memory(threading.Thread):
    """The most that a process ever held."""

    def __init__(self, pid, ending):
        super().__init__(daemon=True)
        self.pid = pid
        self.ending = ending
        self.before = self.most = self.now()

    def now(self):
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))

    def run(self):
        while not self.ending.wait(0.05):
            self.most = max(self.most, self.now())


def tls(home=None):
    """As a stranger, or with the certificate of a node: its files copied, its account's key unknown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if home is not None:
        context.load_cert_chain(home / "tls.crt", home / "tls.key")
    return context


class EndlessFrames(BusyNetwork):
    def setUp(self):
        super().setUp()
        self.ending = threading.Event()
        self.addCleanup(self.ending.set)
        self.ports = (self.net.base_port + 2 * VICTIM, self.net.base_port + 2 * VICTIM + 1)
        self.chain = bytes.fromhex(self.net.status(VICTIM)["chain"])

    def senders(self):
        strangers = Strangers(self.chain)
        peer_port, client_port = self.ports
        stranger, known = tls(), tls(self.net.dir / "node3")
        chosen = [(name, port, None, make) for name, make in strangers.plain.items() for port in self.ports]
        chosen += [(name, client_port, stranger, make) for name, make in (strangers.framed | strangers.guest).items()]
        chosen += [(name + ", with a node's certificate,", peer_port, known, make)
                   for name, make in strangers.framed.items()]
        chosen.append(("noise in TLS", peer_port, stranger, noise))
        return [Sender(*each, self.ending) for each in chosen]

    def silent(self):
        for port in self.ports:
            for _ in range(SILENT):
                self.addCleanup(socket.create_connection(("127.0.0.1", port), timeout=5).close)

    def check_that_the_frames_are_right(self):
        """Were they not, the node would refuse the first of them, and the rest would try nothing."""
        with socket.create_connection(("127.0.0.1", self.ports[1]), timeout=5) as plain:
            with tls().wrap_socket(plain) as stream:
                stream.sendall(frames.bootstrap(0) + frames.hello(1) + frames.guest(2) + frames.status(3, 2))
                with stream.makefile("rb") as answers:
                    self.assertEqual(frames.read_answers(answers, 4), [(question, True) for question in range(4)])

    def test_honest_clients_are_served_meanwhile(self):
        self.check_that_the_frames_are_right()
        self.load.wait_more(3)
        memory = Memory(self.net.processes[VICTIM].pid, self.ending)
        memory.start()
        self.silent()
        senders = self.senders()
        for sender in senders:
            sender.start()
        self.load.wait_more(20)
        # A peer that comes back finds its way in, too.
        self.net.kill(3)
        self.net.start(3)
        self.net.wait_connected(3, VICTIM)
        self.load.wait_more(10)
        wait_until(lambda: all(sender.refused for sender in senders),
                   f"the node to end what each sends; {[sender.what for sender in senders if not sender.refused]}")
        self.ending.set()
        for sender in senders:
            sender.join(timeout=30)
        print(*(f" {sender.what}: {sender.connections} connections, {sender.bytes} bytes;" for sender in senders), end="")
        print(f" {2 * SILENT} silent ones; {memory.before} KiB before, at most {memory.most} KiB;", end="")
        self.assertLess(memory.most - memory.before, GROWTH_KIB)
        self.check_ledger()


class Guests(RunningNetwork):
    """Let in without a key, each of them with the same questions again and again."""

    GUESTS = 6
    FRAMES = 200_000
    nodes = range(1)

    def setUp(self):
        super().setUp()
        ending = threading.Event()
        self.addCleanup(ending.set)
        self.memory = Memory(self.net.processes[0].pid, ending)
        self.memory.start()

    def connect(self):
        stream = tls().wrap_socket(socket.create_connection(("127.0.0.1", self.net.base_port + 1), timeout=2))
        self.addCleanup(stream.close)
        stream.sendall(frames.bootstrap(0) + frames.hello(1) + frames.guest(2))
        return stream

    def send(self, stream, make):
        try:
            for piece in itertools.islice(repeated(make), self.FRAMES // 100):
                stream.sendall(piece)
        except OSError:
            pass  # the node has ended the connection, or reads no more

    def check_memory(self):
        print(f" {self.GUESTS} guests: {self.memory.before} KiB before, at most {self.memory.most} KiB;", end=" ", flush=True)
        self.assertIsNotNone(self.net.status(0))
        self.assertLess(self.memory.most - self.memory.before, GUESTS_GROWTH_KIB)

    def all_send(self, make):
        guests = [threading.Thread(target=self.send, args=[self.connect(), make]) for _ in range(self.GUESTS)]
        for guest in guests:
            guest.start()
        for guest in guests:
            guest.join()
        self.check_memory()

    def test_who_read_nothing(self):
        self.all_send(lambda question: frames.status(question, 2))

    def test_who_read_nothing_and_finish_their_calls(self):
        self.all_send(lambda question: frames.status(question, 2) + frames.finish(question))

    def test_who_never_finish_a_call(self):
        def read(stream, ended):
            try:
                while stream.recv(AT_ONCE):
                    pass
            except OSError:
                pass
            ended.append(stream)
        ended = []
        streams = [self.connect() for _ in range(self.GUESTS)]
        for stream in streams:
            # Only the node can end what is read without a time limit.
            stream.settimeout(60)
            threading.Thread(target=read, args=[stream, ended], daemon=True).start()
        for stream in streams:
            self.send(stream, lambda question: frames.status(question, 2))
        wait_until(lambda: len(ended) == self.GUESTS, "the node to end the connections")
        self.assertRegex(self.net.log(0), r"warn network refused \S+ on the client port: .*too many calls")
        self.check_memory()


if __name__ == "__main__":
    unittest.main()
