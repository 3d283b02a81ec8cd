"""The stream of events: a reader that is cut off, again and again, and goes on at another node, misses nothing and gets
nothing twice."""

import json
import random

from http_client import HttpClient
from programs import DENIED, OK, USAGE, Network, TestCase, unittest, wait_until

SEED = 20261123
NODES = 4


class Stream:
    """The events of one connection, as a browser's EventSource would give them; `last_id` is what it would come back with."""

    def __init__(self, client, target, last_id=None):
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        if client.key:
            headers |= client.signed("GET", target)
        self.line = client.connect(timeout=60)
        self.line.request("GET", target, headers=headers)
        self.response = self.line.getresponse()
        assert self.response.status == 200, self.response.read()
        self.last_id = last_id

    def __iter__(self):
        event = {}
        while True:
            text = self.response.readline().decode().rstrip("\n")
            if text.startswith(":"):
                continue
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
                continue
            self.last_id = event.get("id", self.last_id)
            if "data" in event:
                yield event["event"], event["id"], json.loads(event["data"])
            event = {}

    def close(self):
        self.response.close()
        self.line.close()


class Events(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.case = TestCase()
        cls.case.setUp()
        cls.net = Network(cls.case.dir / "net", nodes=NODES, init=("--idle-ms", 100))
        cls.net.start()
        cls.net.wait_connected()
        for name, role in (("patient", "patient"), ("doctor", "clinician"), ("stranger", "clinician"), ("device", "device")):
            cls.net.register(cls.case.pub(name), role, label="bed 1" if role == "device" else "")
        for kind in ("vitals", "alarm", "vitals"):
            document = cls.case.file("document", kind.encode())
            ran = cls.net.ask(cls.case.key("device"), 0, "put", "--subject", cls.case.address("patient"), "--to",
                              cls.case.address("doctor"), "--kind", kind, document)
            assert ran.code == OK, ran.err
            cls.last = ran.json()["height"]
        cls.net.wait_height(cls.last + 1)

    @classmethod
    def tearDownClass(cls):
        cls.net.close()
        cls.case.doCleanups()

    def client(self, node, who=None):
        return HttpClient(self.net, node, self.case.key(who) if who else None)

    def kinds(self, who, target, until=None):
        """Of the records told, up to the last height."""
        stream = Stream(self.client(1, who), target)
        self.addCleanup(stream.close)
        found = []
        for event, _, data in stream:
            if event == "block":
                if data["height"] > (until or self.last):
                    return found
            elif "record" in data:
                found.append(data["record"]["kind"])

    def test_a_reader_cut_off_again_and_again_misses_nothing(self):
        chance = random.Random(SEED)
        last_id, seen, doctor = None, [], self.case.key("doctor")
        target = "/v1/events?from=1"
        while not seen or seen[-1][0] <= self.last + 5:
            stream = Stream(HttpClient(self.net, chance.randrange(NODES), doctor), target, last_id)
            left = chance.randrange(1, 6)
            for event, number, data in stream:
                seen.append((data["height"], event, number))
                left -= 1
                if left == 0:
                    break
            last_id = stream.last_id
            stream.close()
        ids = [number for _, _, number in seen]
        self.assertEqual(len(ids), len(set(ids)), "an event came twice")
        blocks = [height for height, event, _ in seen if event == "block"]
        self.assertEqual(blocks, list(range(1, blocks[-1] + 1)), "a block is missing")
        whole = Stream(self.client(0, "doctor"), target)
        self.addCleanup(whole.close)
        expected = []
        for event, number, data in whole:
            expected.append((data["height"], event, number))
            if expected[-1] == seen[-1]:
                break
        self.assertEqual(seen, expected)

    def test_filters(self):
        patient, device = self.case.address("patient"), self.case.address("device")
        for parameters, expected in (("", ["vitals", "alarm", "vitals"]), ("&kind=alarm", ["alarm"]),
                                     (f"&subject={patient}", ["vitals", "alarm", "vitals"]),
                                     (f"&device={device}&kind=vitals", ["vitals", "vitals"]),
                                     (f"&device={patient}", []), ("&contract=tokens", []),
                                     ("&contract=records", ["vitals", "alarm", "vitals"])):
            self.assertEqual(self.kinds("doctor", "/v1/events?from=1" + parameters), expected, parameters)

    def test_a_stranger_and_a_guest_get_blocks_alone(self):
        for who in ("stranger", None):
            self.assertEqual(self.kinds(who, "/v1/events?from=1"), [], who)
        refused = self.client(0).get("/v1/events?types=transaction")
        self.assertEqual((refused.status, refused.code), (401, "unauthenticated"))

    def test_a_stream_without_a_place_begins_with_what_comes(self):
        height = self.net.height(2)
        stream = Stream(self.client(2), "/v1/events")
        self.addCleanup(stream.close)
        for _, _, data in stream:
            self.assertGreater(data["height"], height)
            break

    def test_medchain_watch_tells_the_same(self):
        device = self.case.address("device")
        stream = Stream(self.client(1, "doctor"), "/v1/events?from=1&types=transaction&device=" + device)
        self.addCleanup(stream.close)
        expected = []
        for _, number, data in stream:
            expected.append((number, data["record"]["id"], data["record"]["kind"]))
            if len(expected) == 3:
                break
        watch = ("watch", "--types", "transaction", "--device", device)
        ran = self.net.ask(self.case.key("doctor"), 2, *watch, "--from", 1, "--count", 3)
        self.assertEqual(ran.code, OK, ran.err)
        told = [(line["event"], line["about_record"], line["about_kind"]) for line in ran.lines()]
        self.assertEqual(told, expected)
        ran = self.net.ask(self.case.key("doctor"), 3, *watch, "--after", told[0][0], "--count", 2)
        self.assertEqual([line["event"] for line in ran.lines()], [event for event, _, _ in told[1:]])

    def test_medchain_watch_for_a_guest(self):
        ran = self.net.ask(None, 0, "watch", "--types", "block", "--count", 3)
        self.assertEqual(ran.code, OK, ran.err)
        heights = [line["height"] for line in ran.lines()]
        self.assertEqual(heights, list(range(heights[0], heights[0] + 3)))
        self.assertEqual(self.net.ask(None, 0, "watch", "--count", 1).code, DENIED)
        for wrong in (("--kind", "gossip"), ("--after", "12"), ("--contract", "x"), ("--after", "1-2", "--from", 1)):
            self.assertEqual(self.net.ask(None, 0, "watch", *wrong).code, USAGE, wrong)

    def test_a_node_with_open_streams_stops(self):
        stream = Stream(self.client(3), "/v1/events")
        self.addCleanup(stream.close)
        self.assertEqual(self.net.terminate(3), OK)
        self.net.start(3)
        wait_until(lambda: self.net.height(3) > self.last, "the node to be back")


if __name__ == "__main__":
    unittest.main()
