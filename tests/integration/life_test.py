"""A node's life: its configuration checked and overridden, certificates renewed while it runs, supervisors told, and
another node that joins."""

import json
import re
import shutil
import signal
import socket
import subprocess

from http_client import HttpClient
from programs import BIN, FAILED, OK, USAGE, Network, TestCase, clean_environment, medchain, run, unittest, wait_until


MODULES = ("node", "network", "consensus", "storage", "index", "http")


class Life(TestCase):
    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net", nodes=1, init=("--committee-size", 1))
        self.addCleanup(self.net.close)
        self.home = self.net.dir / "node0"

    def serial(self):
        """Of the certificate that the HTTP port shows."""
        client = HttpClient(self.net, 0)
        with socket.create_connection(("127.0.0.1", client.port)) as line:
            with client.context.wrap_socket(line, server_hostname="127.0.0.1") as tls:
                return tls.getpeercert()["serialNumber"]

    def node_address(self):
        return medchain("--json", "keys", "show", self.home / "node.pub").json()["address"]

    def certificate(self, node, out, *more):
        return run("medchaind", "certificate", "--authority", self.net.dir / "ca", "--node", node, "--host", "127.0.0.1",
                   "--out", out, *more)

    def test_check_config(self):
        self.assertIn("good", self.assert_ok(run("medchaind", "check-config", "--config", self.net.config(0))).out)
        good = self.net.config(0).read_text()
        for wrong, word in ((good.replace("tls.crt", "node.pub"), "certificate"), (good + "colour = 1\n", "colour"),
                            (good + 'log_level = "loud"\n', "log_level"),
                            (good + 'log_levels = "chatter=info"\n', "node, network, consensus, storage, index, http"),
                            (good + 'log_levels = "http=loud"\n', "debug, info, warn, error"),
                            (good + 'log_levels = "http"\n', "MODULE=LEVEL"), (good + "http_cors_origins = [1]\n", "origins"),
                            (good.replace('"node.key"', '"nothing.key"'), "nothing.key")):
            self.net.config(0).write_text(wrong)
            ran = run("medchaind", "check-config", "--config", self.net.config(0))
            self.assertNotEqual(ran.code, OK, word)
            self.assertEqual(len(ran.err.splitlines()), 1, ran.err)
            self.assertIn(word, ran.err)
        self.net.config(0).write_text(good)
        self.assert_ok(self.certificate(self.address("somebody"), self.home))
        self.assert_refused(run("medchaind", "check-config", "--config", self.net.config(0)), FAILED, "this node is")

    def test_the_environment_goes_before_the_file(self):
        check = ("medchaind", "check-config", "--config", self.net.config(0))
        self.assert_refused(run(*check, env={"MEDCHAIND_LOG_LEVEL": "loud"}), USAGE, "the environment", "log_level")
        self.assert_refused(run(*check, env={"MEDCHAIND_COLOUR": "red"}), USAGE, "colour")
        self.assert_refused(run(*check, env={"MEDCHAIND_MAX_CLIENTS": "0"}), USAGE, "max_clients")
        self.assert_refused(run(*check, env={"MEDCHAIND_LOG_LEVELS": "http=loud"}), USAGE, "the environment", "log_levels")
        self.assert_ok(run(*check, env={"MEDCHAIND_LOG_LEVEL": "warn", "MEDCHAIND_MAX_CLIENTS": "12",
                                        "MEDCHAIND_LOG_LEVELS": "consensus=debug,http=warn"}))

    def test_doctor(self):
        told = run("medchaind", "doctor", "--config", self.net.config(0)).out
        for what in ("config", "disk", "keys", "certificate", "clock", "peers", "node"):
            self.assertRegex(told, rf"(?m)^(ok  |warn|FAIL)  {what} ")
        self.assertIn("not running", told)
        (self.home / "node.key").chmod(0o644)
        refused = run("medchaind", "doctor", "--config", self.net.config(0))
        self.assertEqual(refused.code, FAILED)
        self.assertRegex(refused.out, r"(?m)^FAIL  config .*chmod 600")
        (self.home / "node.key").chmod(0o600)
        self.assert_ok(self.certificate(self.node_address(), self.home, "--days", 5))
        (self.home / "tls.key").chmod(0o644)
        self.net.start()
        self.net.wait_height(1)
        told = run("medchaind", "doctor", "--config", self.net.config(0))
        self.assertEqual(told.code, OK, told.out)
        self.assertRegex(told.out, r"(?m)^warn  keys .*chmod 600")
        self.assertRegex(told.out, r"(?m)^warn  certificate .*SIGHUP")
        self.assertRegex(told.out, r"(?m)^ok    node +running, at height")
        self.assertIn("the TLS certificate ends in", self.net.log(0))
        self.net.config(0).write_text("nothing")
        self.assertEqual(run("medchaind", "doctor", "--config", self.net.config(0)).code, FAILED)

    def test_a_certificate_is_renewed_while_the_node_runs(self):
        self.net.start()
        self.net.wait_height(1)
        before = self.serial()
        client = HttpClient(self.net, 0)
        line = client.connect()
        self.addCleanup(line.close)
        self.assertEqual(client.get("/v1/health", connection=line).status, 200)
        self.assert_ok(self.certificate(self.node_address(), self.home))
        self.net.signal(signal.SIGHUP, 0)
        wait_until(lambda: self.serial() != before, "the new certificate")
        self.assertEqual(client.get("/v1/health", connection=line).status, 200)  # the connection goes on
        renewed = self.serial()
        # One for another node changes nothing.
        self.assert_ok(self.certificate(self.address("somebody"), self.home))
        self.net.signal(signal.SIGHUP, 0)
        wait_until(lambda: "not reloaded" in self.net.log(0), "the refusal in the log")
        self.assertEqual(self.serial(), renewed)
        self.assertEqual(self.net.status(0)["peers"], 0)

    def test_the_log_as_json_and_less_of_it(self):
        with open(self.net.config(0), "a") as config:
            config.write('log_format = "json"\n')
        self.net.start()
        self.net.wait_height(1)
        for text in self.net.log(0).splitlines():
            line = json.loads(text)
            self.assertEqual(list(line), ["time", "level", "module", "message"])
            self.assertIn(line["module"], MODULES)
        with open(self.net.config(0), "a") as config:
            config.write('log_level = "error"\n')
        self.net.signal(signal.SIGHUP, 0)
        lines = len(self.net.log(0).splitlines())
        self.assertEqual(self.net.terminate(0), OK)
        self.assertLessEqual(len(self.net.log(0).splitlines()), lines + 1)

    def set_config(self, text):
        """Sets keys anew, and has the node read them."""
        names = {line.split(" = ")[0] for line in text.splitlines()}
        kept = [line for line in self.net.config(0).read_text().splitlines() if line.split(" = ")[0] not in names]
        self.net.config(0).write_text("\n".join([*kept, text]))
        told = self.net.log(0).count(" reloaded: ")
        self.net.signal(signal.SIGHUP, 0)
        wait_until(lambda: self.net.log(0).count(" reloaded: ") > told, "the line about the reload")

    def lines(self, level, module):
        return [line for line in self.net.log(0).splitlines() if line.split(" ")[1:3] == [level, module]]

    def test_each_module_has_a_level(self):
        self.net.start()
        self.net.wait_height(1)
        for line in self.net.log(0).splitlines():
            self.assertRegex(line, r"^[0-9-]+T[0-9:.]+Z (info|warn|error) (" + "|".join(MODULES) + ") ")
        self.assertEqual(len(self.lines("info", "http")), 1)
        self.set_config('log_levels = "consensus=debug,http=debug"\n')
        wait_until(lambda: self.lines("debug", "consensus"), "a line for each block")
        self.assertRegex(self.lines("debug", "consensus")[-1], r" block \d+ is final: \d+ transactions, view \d+$")
        account = self.address("somebody")
        self.assertEqual(HttpClient(self.net, 0).get(f"/v1/accounts/{account}").status, 401)
        wait_until(lambda: self.lines("debug", "http"), "a line for the request")
        wait_until(lambda: self.lines("debug", "http")[-1].endswith(" left"), "the end of the connection")
        told = "\n".join(self.lines("debug", "http"))
        self.assertRegex(told, r" http 127.0.0.1 connected\n")
        self.assertRegex(told, r" http getAccount answered 401 after \d+ ms, \d+ bytes\n")
        self.assertNotIn(account, self.net.log(0))
        self.assertEqual(self.lines("debug", "network") + self.lines("debug", "index"), [])
        self.set_config('log_levels = "http=debug,consensus=error"\n')
        blocks, height = len(self.lines("debug", "consensus")), self.net.height(0)
        self.net.wait_height(height + 2)
        self.assertLessEqual(len(self.lines("debug", "consensus")), blocks + 1)  # one more may have come before

    def test_what_http_allows_changes_while_the_node_runs(self):
        self.net.start()
        self.net.wait_height(1)
        client = HttpClient(self.net, 0)
        line = client.connect()
        self.addCleanup(line.close)
        origin = {"Origin": "https://console.example"}
        answer = client.get("/v1/health", headers=origin, connection=line)
        self.assertNotIn("access-control-allow-origin", answer.headers)
        self.set_config('http_cors_origins = ["https://console.example"]\nhttp_slow_request_ms = 1\n')
        wait_until(lambda: "access-control-allow-origin" in client.get("/v1/health", headers=origin, connection=line).headers,
                   "the origin to be let in")
        slow = client.get("/v1/transactions/" + 64 * "0" + "?wait_ms=50", key=self.net.hospital(0), connection=line)
        self.assertEqual(slow.status, 404)
        wait_until(lambda: re.search("warn http slow request: getTransaction answered 404 after \\d+ ms", self.net.log(0)),
                   "the slow request in the log")
        self.set_config("http_requests_per_second = 1\n")
        wait_until(lambda: client.get("/v1/health", connection=line).status == 429, "the new limit")
        self.set_config("http_requests_per_second = 100000\n")
        wait_until(lambda: client.get("/v1/health", connection=line).status == 200, "the limit to be lifted")
        for _ in range(50):
            self.assertEqual(client.get("/v1/health", connection=line).status, 200)

    def test_a_supervisor_is_told(self):
        path = self.dir / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(path))
            notified.settimeout(60)
            node = subprocess.Popen([BIN / "medchaind", "run", "--config", self.net.config(0)], stdin=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, env=clean_environment(NOTIFY_SOCKET=str(path)))
            self.addCleanup(node.wait)
            self.addCleanup(node.kill)
            self.assertEqual(notified.recv(1000), b"READY=1")
            node.send_signal(signal.SIGHUP)
            self.assertRegex(notified.recv(1000), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
            self.assertEqual(notified.recv(1000), b"READY=1")
            node.send_signal(signal.SIGTERM)
            self.assertEqual(notified.recv(1000), b"STOPPING=1")


class Joining(TestCase):
    def test_a_follower_joins_by_the_documented_commands(self):
        net = Network(self.dir / "net", nodes=4, followers=1)
        self.addCleanup(net.close)
        net.start(0, 1, 2, 3)
        net.wait_height(3, 0, 1, 2, 3)
        # The ports of the follower that was not started, and a home of its own.
        home = net.dir / "node4"
        template = net.config(4).read_text()
        shutil.rmtree(home)
        home.mkdir()
        for name in ("genesis.json", "ca/ca.crt"):
            shutil.copy(net.dir / name, home)
        made = self.assert_ok(medchain("--json", "keys", "new", "--out", home / "node.key")).json()
        self.assert_ok(net.ask(net.hospital(0), 0, "register", "--role", "validator", "--label", "node5", home / "node.pub"))
        self.assert_ok(run("medchaind", "certificate", "--authority", net.dir / "ca", "--node", made["address"], "--host",
                           "127.0.0.1", "--out", home))
        (home / "medchaind.toml").write_text(template)
        self.assert_ok(run("medchaind", "check-config", "--config", net.config(4)))
        net.start(4)
        height = net.height(0)
        net.wait_height(height, 4)
        self.assertEqual(net.status(4)["node"], made["address"])
        # And becomes a candidate.
        self.assert_ok(medchain("keys", "new", "--out", home / "consensus.key"))
        (home / "consensus.key.unused").touch()
        net.terminate(4)
        (home / "medchaind.toml").write_text('consensus_key = "consensus.key"\n' + template)
        net.start(4)
        net.wait_height(height, 4)
        options = ["--config", net.dir / "client.toml", "--node", net.node(0)]
        for key, command in ((home / "node.key", ("stand", home / "consensus.key")),
                             (net.hospital(0), ("stake", 5_000_000)), (net.hospital(0), ("vote", made["address"]))):
            self.assert_ok(medchain(*options, "--key", key, *command))
        wait_until(lambda: (net.status(4) or {}).get("producer"), "the new node to sit in the committee")


if __name__ == "__main__":
    unittest.main()
