"""SIGKILL of the gateway, again and again, while a device sends: every reading that was acknowledged, and no other one, is
on the ledger exactly once. `tests/run --full` kills it a hundred times, under 10,000 readings."""

import collections
import http.client
import os
import random
import threading
import time

from gateway_programs import Gateway, observation
from programs import unittest
from running_network import RunningNetwork

FULL = int(os.environ.get("MEDCHAIN_SEEDS", "0")) >= 5000
READINGS = 10_000 if FULL else 600
KILLS = 100 if FULL else 8
SENDERS = 4
LIFE_S = (0.05, 0.6)  # of a gateway, until it is killed
PACE_S = KILLS * sum(LIFE_S) / 2 / (READINGS / SENDERS)  # between readings: the stream lasts as long as the kills


class Device:
    """Sends its readings in order, each until it is acknowledged."""

    def __init__(self, gateway, numbers):
        self.gateway = gateway
        self.numbers = numbers
        self.acknowledged = {}  # number -> what the gateway answered
        self.retries = 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        connection = None
        for number in self.numbers:
            time.sleep(PACE_S)
            while number not in self.acknowledged:
                try:
                    connection = connection or self.gateway.connect()
                    answer = self.gateway.post(observation(number), connection=connection)
                    if answer.status == 202:
                        self.acknowledged[number] = answer.items()[0]
                        continue
                    assert answer.status in (429, 503), answer.body
                except (OSError, http.client.HTTPException):
                    if connection:
                        connection.close()
                    connection = None
                self.retries += 1
                time.sleep(0.02)
        connection.close()


class Kill(RunningNetwork):
    def setUp(self):
        super().setUp()
        self.net.register(self.pub("edge"), "gateway", label="edge")
        self.net.register(self.pub("patient"), "patient")
        self.gateway = Gateway(self.dir, self.net, self.key("edge"), "requests_per_second = 100000",
                               subject=self.address("patient"))
        self.addCleanup(self.gateway.close)

    def all_receipts(self):
        """How often each transaction succeeded, read from every block; and how many failed."""
        succeeded, failed = collections.Counter(), 0
        last = self.net.height(0)
        for first in range(1, last + 1, 500):
            heights = range(first, min(first + 500, last + 1))
            ran = self.assert_ok(self.net.ask(self.net.hospital(0), 0, "block", *heights))
            for receipt in (r for block in ran.lines() for r in block["transactions"]):
                if receipt["status"] == "success":
                    succeeded[receipt["transaction"]] += 1
                else:
                    failed += 1
        return succeeded, failed

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        generator = random.Random(11)
        self.gateway.start()
        devices = [Device(self.gateway, range(k, READINGS, SENDERS)) for k in range(SENDERS)]
        for device in devices:
            device.thread.start()
        while_sending = 0
        for _ in range(KILLS):
            time.sleep(generator.uniform(*LIFE_S))
            self.gateway.kill()
            while_sending += any(device.thread.is_alive() for device in devices)
            self.gateway.start()
        self.assertGreaterEqual(while_sending, KILLS * 0.8)
        for device in devices:
            device.thread.join()
        self.gateway.wait_drained(patience_s=600)

        acknowledged = {}
        for device in devices:
            acknowledged.update(device.acknowledged)
        self.assertEqual(set(acknowledged), set(range(READINGS)))
        records = {item["record"] for item in acknowledged.values()}
        self.assertEqual(len(records), READINGS)
        final = {}
        for number, item in acknowledged.items():
            told = self.gateway.get("/records/" + item["id"]).json()
            self.assertEqual((told["status"], told["receipt"], told["record"]), ("final", "success", item["record"]))
            final[told["transaction"]] = number
        self.assertEqual(len(final), READINGS)
        # On the ledger: each of these transactions once, and no other record about the patient.
        succeeded, failed = self.all_receipts()
        self.assertEqual({id for id in final if succeeded[id] != 1}, set())
        others = sum(succeeded.values()) - READINGS
        self.assertEqual(others, 2, "two participants were registered, and nothing else was done")
        print(f" {READINGS} readings, {KILLS} kills, {sum(d.retries for d in devices)} retries of devices, "
              f"{failed} transactions refused;", end=" ")


if __name__ == "__main__":
    unittest.main()
