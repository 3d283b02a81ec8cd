"""The gateway while no node answers: what it does with devices, connections and signals by itself."""

import json
import socket
import threading

from gateway_programs import Gateway, make_certificate, observation
from programs import PATIENCE_S, USAGE, Network, TestCase, medchain, unittest

MOST_ENTRIES = 10_000  # of a Bundle
MOST_BYTES = 16 * 1024 * 1024
CALL_TIMEOUT_S = 10  # how long the gateway waits for a node

REPORT = (b"MSH|^~\\&|MON|WARD7|GATE|HOSP|20261122080500+0000||ORU^R01^ORU_R01|msg-%d|P|2.5.1\r"
          b"PID|1||4711\rOBR|1||||||20261122080000+0000\r"
          b"OBX|1|NM|8867-4^Heart rate^LN||72|/min|||||F|||20261122080001+0000\r")


class AloneCase(TestCase):
    more = "requests_per_second = 10000"
    mllp_tls = False

    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net")  # its nodes are never started
        self.addCleanup(self.net.close)
        self.gateway = Gateway(self.dir, self.net, self.key("edge"), self.more, self.make_devices(),
                               subject=self.address("patient"), nodes=self.make_nodes(), mllp_tls=self.mllp_tls)
        self.addCleanup(self.gateway.close)
        self.start()

    def start(self):
        self.gateway.start()

    def make_devices(self):
        return ()

    def make_nodes(self):
        """Those that the gateway is to ask; nothing: the network's."""

    def queued(self):
        return self.gateway.metric("medchain_gateway_queue_readings")

    def post_one(self, number):
        answer = self.gateway.post(observation(number))
        self.assertEqual(answer.status, 202, answer.body)
        return answer.items()[0]


def largest_bundle():
    entries = [{"resource": json.loads(observation(k))} for k in range(MOST_ENTRIES)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    room = MOST_BYTES - len(json.dumps(bundle)) - 32 * MOST_ENTRIES
    for entry in entries:
        entry["resource"]["note"] = [{"text": "x" * (room // MOST_ENTRIES)}]
    return json.dumps(bundle).encode()


class Sending(threading.Thread):
    """A request on its way; `sent` once all of it is with the system."""

    def __init__(self, gateway, body):
        super().__init__()
        self.gateway, self.body = gateway, body
        self.sent = threading.Event()
        self.status = self.items = None
        self.start()

    def run(self):
        connection = self.gateway.connect()
        try:
            connection.request("POST", "/observations", self.body, {
                "authorization": f"Bearer {self.gateway.token}", "content-type": "application/fhir+json"})
            self.sent.set()
            response = connection.getresponse()
            self.items = json.loads(response.read())["items"]
            self.status = response.status
        except OSError:
            pass  # the gateway was killed
        finally:
            connection.close()


class Refused(AloneCase):
    def assert_configuration_refused(self, old, new, word):
        good = self.gateway.config.read_text()
        self.gateway.config.write_text(good.replace(old, new))
        self.assert_refused(medchain("gateway", "--config", self.gateway.config), USAGE, word)
        self.gateway.config.write_text(good)

    def test_configurations_that_cannot_be_meant(self):
        self.gateway.kill()
        for wrong in ("127.0.0.1:99999", "127.0.0.1:", "127.0.0.1:70o0", "127.0.0.1", ":7000"):
            self.assert_configuration_refused(f"127.0.0.1:{self.gateway.port}", wrong, wrong)
        self.assert_configuration_refused('data = "', 'previous_key = "edge.key"\ndata = "', "previous_key needs address")
        self.assert_configuration_refused('token_sha256', f'address = "{self.address("edge")}"\ntoken_sha256', "monitor")


class LargeBundle(AloneCase):
    def test_others_are_answered_while_it_is_sealed_and_nothing_of_it_is_queued_before_all_is(self):
        sending = Sending(self.gateway, largest_bundle())
        sending.sent.wait()
        told, counted = 0, []
        while sending.is_alive():
            self.post_one(MOST_ENTRIES + told)
            told += sending.is_alive()
            counted.append((self.queued(), told))
        self.assertEqual(sending.status, 202)
        self.assertEqual(len({item["id"] for item in sending.items}), MOST_ENTRIES)
        self.assertGreater(told, 20)
        for queued, at_least in counted:
            self.assertTrue(at_least <= queued <= at_least + 1 or queued > MOST_ENTRIES, (queued, at_least))
        print(f" {told} observations were answered meanwhile;", end=" ")

    def test_killed_in_the_middle_of_it_the_gateway_has_nothing_of_it(self):
        sending = Sending(self.gateway, largest_bundle())
        sending.sent.wait()
        for number in range(5):
            self.post_one(MOST_ENTRIES + number)
        self.gateway.kill()
        sending.join()
        self.assertIsNone(sending.status)
        self.gateway.start()
        self.assertEqual(self.queued(), 5)

    def test_the_same_readings_at_the_same_time_are_queued_once(self):
        bundle = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": json.loads(observation(k))} for k in range(2000)]}).encode()
        both = [Sending(self.gateway, bundle) for _ in range(2)]
        for sending in both:
            sending.join()
            self.assertEqual(sending.status, 202)
        self.assertEqual(both[0].items, both[1].items)
        self.assertEqual(self.gateway.metric("medchain_gateway_readings_accepted_total"), 2000)
        self.gateway.kill()
        self.gateway.start()
        self.assertEqual(self.queued(), 2000)
        for item in both[0].items[::100]:
            self.assertEqual(self.gateway.get("/records/" + item["id"]).json()["record"], item["record"])


class SilentNode(AloneCase):
    """A node that takes connections and says nothing, as one behind a firewall that drops what it should refuse."""

    def make_nodes(self):
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.silent.settimeout(PATIENCE_S)
        self.addCleanup(self.silent.close)
        return [f"127.0.0.1:{self.silent.getsockname()[1]}"]

    def start(self):
        self.gateway.start()
        connection, _ = self.silent.accept()
        self.addCleanup(connection.close)

    def test_the_gateway_does_not_wait_for_it_when_it_is_to_stop(self):
        item = self.post_one(1)
        self.assertEqual(self.gateway.terminate(CALL_TIMEOUT_S / 2), 0, self.gateway.log())
        self.gateway.start()
        self.assertEqual(self.queued(), 1)
        self.assertEqual(self.post_one(1), item)


class MllpOverTls(AloneCase):
    mllp_tls = True

    def make_devices(self):
        return (("laboratory", self.address("patient"), 'mllp_address = "127.0.0.1"'),)

    def test_reports_are_taken_and_in_the_clear_there_is_no_answer(self):
        with socket.create_connection(("127.0.0.1", self.gateway.mllp_port), timeout=PATIENCE_S) as plain:
            plain.sendall(b"\x0b" + REPORT % 4 + b"\x1c\r")
            try:
                self.assertEqual(plain.recv(65536), b"")
            except ConnectionResetError:
                pass
        self.assertIn(b"\rMSA|AA|msg-1", self.gateway.mllp(REPORT % 1))
        for k, answer in enumerate(self.gateway.mllp(REPORT % 2, b"MSH|nonsense\r", REPORT % 3)):
            self.assertIn((b"\rMSA|AA|msg-2", b"\rMSA|A", b"\rMSA|AA|msg-3")[k], answer)
        self.assertEqual(self.queued(), 3)


class MllpWithCertificates(AloneCase):
    mllp_tls = True
    more = 'client_ca = "devices.pem"'

    def make_devices(self):
        for name, issuer in (("devices", None), ("pump-1", "devices"), ("pump-2", "devices"), ("stranger", None)):
            make_certificate(self.dir, name, issuer)
        return (("pump", self.address("patient"), 'certificate_name = "pump-1"'),)

    def start(self):
        self.gateway.certificate = "pump-2"
        self.gateway.start()

    def test_a_certificate_tells_the_device(self):
        self.assertIn(b"\rMSA|AA|msg-1", self.gateway.mllp(REPORT % 1, certificate="pump-1"))
        self.assertIn(b"\rMSA|AR|msg-2", self.gateway.mllp(REPORT % 2, certificate="pump-2"))
        for certificate in (None, "stranger"):
            with self.assertRaises(OSError):
                self.gateway.mllp(REPORT % 3, certificate=certificate)
        self.assertEqual(self.queued(), 1)


class GatewayLog(AloneCase):
    more = 'log_format = "json"\nlog_level = "error"\nlog_levels = "gateway=info"\n'

    def test_levels_by_module(self):
        self.post_one(1)
        self.assertEqual(self.gateway.terminate(), 0)
        lines = [json.loads(line) for line in self.gateway.log().splitlines()]
        self.assertEqual({(line["level"], line["module"]) for line in lines}, {("info", "gateway")})
        self.assertEqual(lines[-1]["message"], "stopped")
        self.assertNotIn("med1", self.gateway.log())

    def test_what_it_does_not_know_is_refused(self):
        for wrong, named in (('log_levels = "chatter=info"', "gateway, devices, queue, nodes"),
                             ('log_levels = "nodes=loud"', "debug, info, warn, error"),
                             ('log_format = "xml"', "text or json")):
            self.gateway.config.write_text(self.gateway.config.read_text().replace(self.more, wrong + "\n"))
            ran = medchain("gateway", "--config", self.gateway.config)
            self.assertEqual(ran.code, USAGE, ran.err)
            self.assertIn(named, ran.err)
            self.gateway.config.write_text(self.gateway.config.read_text().replace(wrong + "\n", self.more))


if __name__ == "__main__":
    unittest.main()
