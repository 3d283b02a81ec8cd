"""Clients that hold connections, speak slowly or send nonsense: the node goes on serving others."""

import random
import resource
import socket
import ssl
import time

from http_client import HttpClient
from programs import Network, TestCase, unittest, wait_until

SEED = 20261123


class Abuse(TestCase):
    # Beyond what the node admits: it makes room by ending those that are idle for longest.
    places = 200

    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net", nodes=1, init=("--committee-size", 1))
        self.addCleanup(self.net.close)
        with open(self.net.config(0), "a") as config:
            config.write(f"http_max_connections = {self.places}\nhttp_max_connections_per_client = {self.places}\n"
                         "http_requests_per_second = 100000\n")
        self.net.start()
        self.net.wait_height(1)
        self.http = HttpClient(self.net, 0)

    def served(self):
        return self.http.get("/v1/health").status

    def raw(self, tls=True):
        line = socket.create_connection(("127.0.0.1", self.http.port), timeout=30)
        return self.http.context.wrap_socket(line, server_hostname="127.0.0.1") if tls else line

    def idle(self, count, tls):
        lines = []
        for _ in range(count):
            try:
                lines.append(self.raw(tls))
            except (OSError, ssl.SSLError):
                pass  # refused, or ended to make room
        self.addCleanup(lambda: [line.close() for line in lines])
        return lines

    def test_idle_connections(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 12_000), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.idle(min(hard, 12_000) - 1_000 if hard > 2_000 else 500, tls=False)
        self.idle(2 * self.places, tls=True)
        # One address may have so many places, and its own oldest make room for its newest.
        wait_until(lambda: self.answers(), "a place among those that are idle")
        self.assertGreater(self.net.height(0), 0)

    def answers(self):
        try:
            return self.served() == 200
        except (OSError, ssl.SSLError):
            return False

    def test_clients_that_speak_slowly(self):
        slow = self.idle(20, tls=True)
        for line in slow:
            line.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        bodies = self.idle(20, tls=True)
        for line in bodies:
            line.sendall(b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                         b"Content-Length: 1000\r\n\r\n{")
        for _ in range(20):
            self.assertEqual(self.served(), 200)
            time.sleep(0.05)

    def test_readers_that_do_not_read(self):
        for line in self.idle(20, tls=True):
            line.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        for _ in range(20):
            self.assertEqual(self.served(), 200)

    def head(self, bytes_of_headers):
        """What a request with so many bytes of path and headers is answered, and whether the connection goes on."""
        path, name = b"/v1/health", b"Header"
        value = b"a" * (bytes_of_headers - len(path) - len(b"host" + b"x" + name))
        request = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + name + b": " + value + b"\r\n\r\n"
        with self.raw() as line:
            try:
                line.sendall(request)
                return self.answer(line)
            except (OSError, ssl.SSLError):
                return b""  # ended before it was read

    def answer(self, line):
        told = b""
        while b"}" not in told and (more := line.recv(65536)):
            told += more
        return told

    def test_heads_that_are_too_large(self):
        self.assertTrue(self.head(32 * 1024).startswith(b"HTTP/1.1 200 "))
        for size in (32 * 1024 + 1, 100 * 1024):
            told = self.head(size)
            self.assertTrue(told.startswith(b"HTTP/1.1 431 "), told[:100])
            self.assertIn(b'"code":"header_too_large"', told)
        for size in (129 * 1024, 2 * 1024 * 1024):  # nobody reads on, to answer
            self.assertEqual(self.head(size), b"")
        # A path counts, too, and the connection on which it was refused goes on.
        client = self.http.connect()
        self.addCleanup(client.close)
        self.assertEqual(self.http.get("/v1/health?" + "a" * 40_000, connection=client).code, "header_too_large")
        self.assertEqual(self.http.get("/v1/health", connection=client).status, 200)
        self.assertNotIn(" error ", self.net.log(0))

    def test_nonsense(self):
        chance = random.Random(SEED)
        whole = (b"POST /v1/transactions?wait_ms=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                 b"Signature-Input: sig=(\"@method\");created=1;keyid=\"med1x\"\r\nSignature: sig=:AAAA:\r\n"
                 b"Content-Length: 60\r\n\r\n" + b'{"submissions":[{"transaction":{"chain":"00","sender":1}}]}  ')
        for _ in range(300):
            sent = bytearray(whole)
            for _ in range(chance.randrange(1, 8)):
                sent[chance.randrange(len(sent))] = chance.randrange(256)
            line = self.raw()
            line.settimeout(0.05)
            try:
                line.sendall(sent[:chance.randrange(1, len(sent))] if chance.random() < 0.3 else sent)
                status = line.recv(12)
                self.assertNotIn(b" 5", status, bytes(sent))
            except (OSError, ssl.SSLError):
                pass  # it waits for more, or has hung up
            finally:
                line.close()
        self.assertEqual(self.served(), 200)
        self.assertEqual(self.net.processes[0].poll(), None)
        self.assertNotIn("error", self.net.log(0))


if __name__ == "__main__":
    unittest.main()
