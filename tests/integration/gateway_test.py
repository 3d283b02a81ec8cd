"""The gateway at the edge: what devices send becomes sealed records, once, whatever fails in between."""

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import time
from pathlib import Path

from gateway_programs import TOKEN, Gateway, fetch, make_certificate, observation
from programs import USAGE, TestCase, medchain, unittest, wait_until
from running_network import RunningNetwork

WAIT_MS = 30_000


def data_folder(name):
    root = os.environ.get("MEDCHAIN_TEST_DATA")
    if not root:
        print("SKIPPED: no test data (MEDCHAIN_TEST_DATA is not set)")
        return None
    return Path(root) / name


class GatewayCase(RunningNetwork):
    more = ""
    certificate = None

    def setUp(self):
        super().setUp()
        self.net.register(self.pub("edge"), "gateway", label="edge")
        for name, role in (("patient", "patient"), ("doctor", "clinician"), ("nurse", "clinician")):
            self.net.register(self.pub(name), role)
        self.gateway = Gateway(self.dir, self.net, self.key("edge"), self.more, self.make_devices(),
                               subject=self.address("patient"))
        self.gateway.certificate = self.certificate
        self.addCleanup(self.gateway.close)
        self.gateway.start()

    def make_devices(self):
        return ()

    def set_readers(self, *names):
        self.assert_ok(self.net.ask(self.key("patient"), 0, "set-readers", *map(self.address, names)))

    def final(self, answer):
        self.assertEqual(answer.status, 202, answer.body)
        for item in answer.items():
            self.assertEqual((item["status"], item.get("receipt")), ("final", "success"), item)
        return [item["record"] for item in answer.items()]

    def opened(self, records, key="patient"):
        found = fetch(self.net, self.key(key), records, self.dir / "out")
        return [found[record] for record in records]

    def refused(self, answer, status, code, *words):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.type, "application/problem+json")
        problem = answer.json()
        self.assertEqual((problem["code"], problem["status"]), (code, status))
        for word in words:
            self.assertIn(word, problem["detail"])


class Readings(GatewayCase):
    def make_devices(self):
        mllp = 'mllp_address = "127.0.0.1"'
        return (("laboratory", self.address("patient"), mllp),)

    def test_every_public_document(self):
        data = data_folder("fhir")
        if not data:
            return
        self.set_readers("doctor")
        sent = []
        for path in sorted(p for p in data.rglob("*") if p.is_file() and p.parent.name != "invalid"):
            content = path.read_bytes()
            lines = path.suffix == ".ndjson"
            answer = self.gateway.post(content, "application/fhir+ndjson" if lines else "application/fhir+json")
            self.assertEqual(answer.status, 202, f"{path}: {answer.body}")
            sent.append((path, content, [item["record"] for item in answer.items()]))
        self.gateway.wait_drained()
        records = list(dict.fromkeys(record for _, _, some in sent for record in some))
        print(f" {len(sent)} documents, {len(records)} records;", end=" ")
        for reader in ("patient", "doctor"):
            found = fetch(self.net, self.key(reader), records, self.dir / reader, node=1)
            for path, content, some in sent:
                self.check_document(path, content, [found[record] for record in some])

    def check_document(self, path, content, readings):
        if path.suffix == ".ndjson":
            self.assertEqual(readings, [line.strip() for line in content.splitlines() if line.strip()], path)
            return
        whole = json.loads(content)
        if whole["resourceType"] != "Bundle":
            self.assertEqual(readings, [content.strip()], path)
            return
        self.assertEqual([json.loads(reading) for reading in readings],
                         [entry["resource"] for entry in whole["entry"] if "resource" in entry], path)
        at = 0
        for reading in readings:
            at = content.index(reading, at)

    def test_invalid_documents_are_refused_with_the_element(self):
        data = data_folder("fhir")
        if not data:
            return
        elements = {"InvalidObservation": "Observation.text", "ObservationWithInvalidStatus": "Observation.status",
                    "PatientMissingResourceType": "resourceType"}
        paths = sorted((data / "invalid").iterdir())
        self.assertEqual({path.stem for path in paths}, set(elements))
        for path in paths:
            self.refused(self.gateway.post(path.read_bytes()), 422, "invalid_content", elements[path.stem])
        self.assertEqual(self.gateway.metric("medchain_gateway_readings_accepted_total"), 0)

    def test_every_public_hl7_message(self):
        data = data_folder("hl7v2")
        if not data:
            return
        taken = []
        files = [(path, path.read_bytes()) for path in sorted(data.iterdir())]
        messages = [(path, m) for path, content in files for m in re.split(rb"(?:(?<=\n)|(?<=\r))(?=MSH\|)", content)]
        for path, message in messages:
            report = b"|ORU^R01" in message.splitlines()[0]
            acknowledgement = self.gateway.mllp(message).decode(errors="replace")
            self.assertIn("\rMSA|AA|" if report else "\rMSA|AR|", acknowledgement, path)
            if report:
                taken.append(message)
        self.assertGreater(len(taken), 5)
        self.gateway.wait_drained()
        self.assertEqual(self.gateway.metric("medchain_gateway_readings_final_total"), len(set(taken)))

    def test_a_standing_reader_reads_from_then_on(self):
        [before] = self.final(self.gateway.post(observation(1), wait_ms=WAIT_MS))
        self.set_readers("nurse")
        time.sleep(1.5)  # readers that were proved less than a second ago are not asked for again
        [after] = self.final(self.gateway.post(observation(2), wait_ms=WAIT_MS))
        self.assertEqual(self.opened([after], "nurse"), [observation(2)])
        self.assertEqual(self.opened([before, after]), [observation(1), observation(2)])
        denied = medchain(*self.net.options(self.key("nurse")), "get", "--out-dir", self.dir / "no", before)
        self.assertNotEqual(denied.code, 0)
        stranger = medchain(*self.net.options(self.key("doctor")), "get", "--out-dir", self.dir / "no", after)
        self.assertNotEqual(stranger.code, 0)

    def test_the_same_bytes_are_one_record(self):
        first = self.gateway.post(observation(1), wait_ms=WAIT_MS)
        again = self.gateway.post(observation(1), wait_ms=WAIT_MS)
        self.assertEqual(first.items(), again.items())
        self.final(again)
        meant = self.gateway.post(observation(1), wait_ms=WAIT_MS, idempotency_key="another")
        self.assertNotEqual(self.final(meant), self.final(first))
        self.assertEqual(self.gateway.post(observation(1), idempotency_key="another").items()[0]["id"],
                         meant.items()[0]["id"])
        self.refused(self.gateway.post(observation(2), idempotency_key="another"), 409, "idempotency_key_reused")
        self.assertEqual(self.gateway.metric("medchain_gateway_readings_final_total"), 2)
        found = self.gateway.get("/records/" + first.items()[0]["id"])
        self.assertEqual(found.json(), first.items()[0])

    def test_media_and_wearables(self):
        picture = os.urandom(3_000_000)
        [record] = self.final(self.gateway.post(picture, "image/x-raw", "/media", WAIT_MS,
                                                observed_at="2026-11-20T10:00:00+01:00"))
        self.assertEqual(self.opened([record]), [picture])
        told = self.net.ask(self.key("patient"), 0, "record", record).json()
        self.assertEqual(told["kind"], "imaging")
        self.assertIn("2026-11-20T09:00:00", json.dumps(told))
        reading = json.dumps({"device": "band-7", "time": "2026-11-23T08:00:00Z", "kind": "heart-rate", "unit": "/min",
                              "samples": [[71], [72]], "period_ms": 1000})
        flat = reading.replace("[[71], [72]]", "[71, 72]")
        answer = self.gateway.post(flat, "application/json", wait_ms=WAIT_MS)
        [record] = self.final(answer)
        self.assertEqual(self.opened([record]), [flat.encode()])

    def test_what_is_wrong_with_a_request_is_told(self):
        post, ask = self.gateway.post, self.gateway.ask
        good = observation(1)
        self.refused(post(good, token="wrong"), 401, "unauthenticated")
        self.refused(post(good, token=""), 401, "unauthenticated")
        self.refused(post(good, "text/plain"), 415, "unsupported_media_type")
        self.refused(post(good[:-1]), 422, "invalid_content")
        self.refused(post(b""), 422, "invalid_content")
        self.refused(post(b"", path="/media"), 422, "invalid_content")
        self.refused(post(good, wait_ms="never"), 400, "invalid_parameter", "wait_ms")
        self.refused(post(good, wait_ms=60_001), 400, "invalid_parameter")
        self.refused(post(good, idempotency_key="x" * 256), 400, "invalid_parameter")
        self.refused(post(good, path="/media", observed_at="yesterday"), 400, "invalid_parameter", "observed-at")
        self.refused(ask("GET", "/observations"), 405, "method_not_allowed")
        self.refused(ask("DELETE", "/records/" + "0" * 32), 405, "method_not_allowed")
        self.refused(ask("GET", "/nothing"), 404, "not_found")
        self.refused(ask("GET", "/records/" + "0" * 32), 404, "not_found")
        self.refused(ask("GET", "/records/../x"), 404, "not_found")
        for size in (20_000, 100_000):
            self.refused(post(good, x_long="x" * size), 431, "header_too_large")
        lines = good + b"\n" + good[:-2] + b"\n"
        self.refused(post(lines, "application/fhir+ndjson"), 422, "invalid_content")
        self.assertEqual(self.gateway.metric("medchain_gateway_readings_accepted_total"), 0)
        self.assertEqual(self.gateway.get("/ready").json()["status"], "ready")

    def test_garbage_ends_its_connection_and_nothing_else(self):
        for port in (self.gateway.port, self.gateway.mllp_port):
            for garbage in (b"", b"\0" * 5000, b"GET / HTTP/1.1\r\n\r\n", b"\x0b\x1c", os.urandom(5000)):
                with socket.create_connection(("127.0.0.1", port)) as s:
                    s.sendall(garbage)
        for head in (b"content-length: -5", b"no colon here", b"transfer-encoding: what", b"content-length: 9" * 3):
            with socket.create_connection(("127.0.0.1", self.gateway.port)) as s:
                with ssl._create_unverified_context().wrap_socket(s) as secure:
                    secure.sendall(b"POST /observations HTTP/1.1\r\n" + head + b"\r\n\r\n")
                    self.assertRegex(secure.recv(65536), b"^HTTP/1.1 4|^$")
        self.final(self.gateway.post(observation(3), wait_ms=WAIT_MS))

    def test_while_the_network_is_away_readings_are_taken(self):
        self.final(self.gateway.post(observation(0), wait_ms=WAIT_MS))
        self.net.kill(*range(4))
        items = []
        for number in range(1, 6):
            answer = self.gateway.post(observation(number))
            self.assertEqual(answer.status, 202)
            items += answer.items()
        self.assertEqual({item["status"] for item in items} - {"queued", "submitted"}, set())
        self.gateway.kill()
        self.gateway.start()
        self.net.start()
        self.gateway.wait_drained()
        self.assertEqual(self.opened([item["record"] for item in items]), [observation(n) for n in range(1, 6)])

    def test_one_node_after_the_other_may_fail(self):
        numbers = range(10, 14)
        records = []
        for node, number in enumerate(numbers):
            self.net.kill(node)
            records += self.final(self.gateway.post(observation(number), wait_ms=60_000))
            self.net.start(node)
            self.net.wait_connected()
        self.assertEqual(self.opened(records), [observation(n) for n in numbers])

    def test_nothing_medical_or_personal_is_logged_or_counted(self):
        self.final(self.gateway.post(observation(77), wait_ms=WAIT_MS))
        self.gateway.post(observation(78)[:-1])
        self.net.kill(*range(4))
        self.gateway.post(observation(79))
        time.sleep(1)
        told = self.gateway.log() + self.gateway.get("/metrics").body.decode()
        for secret in (TOKEN, "8867-4", self.address("patient"), self.address("doctor"), "r77"):
            self.assertNotIn(secret, told)
        self.assertIsNone(re.search(r"med1[0-9a-z]{20}", told))
        for path in (self.dir / "gateway-data").rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for secret in (b"8867-4", TOKEN.encode(), b"Observation"):
                    self.assertNotIn(secret, content, path)
        self.assertEqual(self.gateway.terminate(), 0, self.gateway.log())


class FrozenNodes(GatewayCase):
    def test_calls_that_no_node_answers_do_not_keep_the_gateway_from_stopping(self):
        [record] = self.final(self.gateway.post(observation(1), wait_ms=WAIT_MS))
        self.net.signal(signal.SIGSTOP, *range(4))
        [item] = self.gateway.post(observation(2)).items()
        time.sleep(1)  # it asks a node at least that often
        self.assertEqual(self.gateway.terminate(5), 0, self.gateway.log())
        self.net.signal(signal.SIGCONT, *range(4))
        self.gateway.start()
        self.gateway.wait_drained()
        self.assertEqual(self.opened([record, item["record"]]), [observation(1), observation(2)])


class Rotation(GatewayCase):
    """Keys of the gateway, and of a device that has some, are rotated while it runs."""

    def make_devices(self):
        self.net.register(self.pub("pump"), "device", label="pump")
        token = hashlib.sha256(b"the pump's").hexdigest()
        return (("pump", self.address("patient"), f'key = "pump.key"\ntoken_sha256 = "{token}"'),)

    def rotate(self, name):
        self.assert_ok(self.net.ask(self.key(name), 0, "rotate", self.key(name + "-new")))

    def configure(self, old, new):
        text = self.gateway.config.read_text()
        self.assertIn(old, text)
        self.gateway.config.write_text(text.replace(old, new))

    def post_both(self, number, **more):
        return [self.gateway.post(observation(number), **more),
                self.gateway.post(observation(number), token="the pump's", **more)]

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        before = self.post_both(1, wait_ms=WAIT_MS)
        for answer in before:
            self.final(answer)
        self.rotate("edge")
        self.rotate("pump")
        between = self.post_both(2, wait_ms=2000)
        for answer in between:
            self.assertIn(answer.items()[0]["status"], ("queued", "submitted"))
        self.assertEqual(self.gateway.terminate(), 0)

        self.configure(f'key = "{self.key("edge")}"', f'key = "{self.key("edge-new")}"')
        self.assert_refused(medchain("gateway", "--config", self.gateway.config), 1, "another gateway")
        self.configure('data = "', f'address = "{self.address("edge")}"\nprevious_key = "edge.key"\ndata = "')
        self.configure('key = "pump.key"', f'key = "pump-new.key"\naddress = "{self.address("pump")}"')
        self.gateway.start()
        after = self.post_both(3, wait_ms=WAIT_MS)
        for answer in after:
            self.final(answer)
        self.gateway.wait_drained()
        self.assertEqual([answer.items()[0]["id"] for answer in self.post_both(1)],
                         [answer.items()[0]["id"] for answer in before])

        for place, author in enumerate(("edge", "pump")):
            records = [answers[place].items()[0]["record"] for answers in (before, between, after)]
            self.assertEqual(self.opened(records), [observation(k) for k in (1, 2, 3)])
            for record in records:
                told = self.net.ask(self.key("patient"), 0, "record", record).json()
                self.assertEqual(told["author"], self.address(author))


class Bounds(GatewayCase):
    more = "max_body_bytes = 20000\nrequests_per_second = 5\nmax_queued_readings = 3"

    def test_bodies_rate_and_queue(self):
        self.refused(self.gateway.post(b"x" * 20_001, path="/media"), 413, "too_large")
        self.net.kill(*range(4))
        for number in range(3):
            self.assertEqual(self.gateway.post(observation(number)).status, 202)
        wait_until(lambda: self.gateway.post(observation(3)).status == 503, "the queue to be full", pause_s=0.3)
        self.assertEqual(self.gateway.get("/ready").status, 503)
        statuses = {self.gateway.post(observation(0)).status for _ in range(20)}
        self.assertEqual(statuses, {202, 429})


class Certificates(GatewayCase):
    """Devices that TLS proves, one of which is the author of its records."""

    more = 'client_ca = "devices.pem"'

    def make_devices(self):
        for name, issuer in (("devices", None), ("pump-1", "devices"), ("pump-2", "devices"), ("stranger", None)):
            make_certificate(self.dir, name, issuer)
        self.net.register(self.pub("pump"), "device", label="pump")
        self.certificate = "pump-2"
        return (("pump", self.address("patient"), 'certificate_name = "pump-1"\nkey = "pump.key"'),)

    def test_a_device_with_a_certificate_and_a_key(self):
        ask = self.gateway.ask
        answer = ask("POST", f"/observations?wait_ms={WAIT_MS}", observation(1), token="",
                     certificate="pump-1", content_type="application/fhir+json")
        [record] = self.final(answer)
        self.assertEqual(self.opened([record]), [observation(1)])
        told = self.net.ask(self.key("patient"), 0, "record", record).json()
        self.assertEqual(told["author"], self.address("pump"))
        path = "/records/" + answer.items()[0]["id"]
        self.refused(ask("GET", path, token="", certificate="pump-2"), 401, "unauthenticated")
        self.refused(ask("GET", path, certificate="pump-2"), 404, "not_found")
        for certificate in ("", "stranger"):
            with self.assertRaises(OSError):
                ask("GET", path, certificate=certificate)


class Configuration(TestCase):
    def test_what_is_wrong_names_file_line_and_key(self):
        config = self.file("gateway.toml", b'listen = "127.0.0.1:0"\nlisten_typo = 1\n')
        self.assert_refused(medchain("gateway", "--config", config), USAGE, f"{config}:2", "listen_typo")
        self.assert_refused(medchain("gateway", "--config", self.dir / "none.toml"), 3, "none.toml")
        config = self.file("gateway.toml", b'[[device]]\nname = "a"\nsubject = "med1nonsense"\n')
        self.assert_refused(medchain("gateway", "--config", config), USAGE, "gateway.toml")
        config = self.file("gateway.toml", b'address = "med1nonsense"\n')
        self.assert_refused(medchain("gateway", "--config", config), USAGE, "gateway.toml")
        made = medchain("--json", "gateway-token").json()
        self.assertEqual(hashlib.sha256(made["token"].encode()).hexdigest(), made["token_sha256"])


if __name__ == "__main__":
    unittest.main()
