"""The HTTP/JSON interface of real nodes: what it answers to whom, and what it refuses."""

import base64
import gzip
import json
import time

from http_client import HttpClient, query
from programs import OK, Network, TestCase, medchain, unittest, wait_until

NODES = 4
FOLLOWER = 4


class Http(TestCase):
    """One network for all: a patient with a record that her doctor reads, and others who know nothing of it."""

    @classmethod
    def setUpClass(cls):
        cls.case = TestCase()
        cls.case.setUp()
        cls.net = Network(cls.case.dir / "net", nodes=NODES, followers=1)
        cls.net.start()
        cls.net.wait_connected()
        for name, role in (("patient", "patient"), ("doctor", "clinician"), ("stranger", "clinician"),
                           ("device", "device"), ("other", "patient"), ("auditor", "auditor")):
            cls.net.register(cls.case.pub(name), role, label="bed 1" if role == "device" else "")
        cls.plain = b'{"heart-rate": 72}'
        document = cls.case.file("observation.json", cls.plain)
        put = cls.as_("device", 0, "put", "--subject", cls.case.address("patient"), "--to", cls.case.address("doctor"),
                      "--kind", "vitals", document)
        cls.record, cls.put_id = put["record"], put["transaction"]
        cls.net.wait_height(put["height"])
        cls.http = HttpClient(cls.net, FOLLOWER)
        wait_until(lambda: cls.client("auditor").get("/v1/records").json().get("items"), "the index to have the record")

    @classmethod
    def tearDownClass(cls):
        cls.net.close()
        cls.case.doCleanups()

    @classmethod
    def as_(cls, who, node, *arguments):
        key = cls.net.hospital(0) if who == "hospital" else cls.case.key(who)
        ran = cls.net.ask(key, node, *arguments)
        assert ran.code == OK, ran.err
        return ran.json()

    @classmethod
    def client(cls, who, node=FOLLOWER):
        return HttpClient(cls.net, node, cls.net.hospital(0) if who == "hospital" else cls.case.key(who))

    def assert_problem(self, answer, status, code, *words):
        self.assertEqual((answer.status, answer.headers["content-type"]), (status, "application/problem+json"), answer.body)
        problem = answer.json()
        self.assertEqual((problem["status"], problem["code"]), (status, code), problem)
        self.assertEqual(problem["type"], f"urn:medchain:problem:{code}")
        for word in words:
            self.assertIn(word, json.dumps(problem))
        return problem

    # --- for everybody

    def test_status_tells_what_the_command_tells(self):
        told, asked = self.http.get("/v1/status").json(), self.net.status(FOLLOWER)
        for name in ("chain", "network", "node", "version"):
            self.assertEqual(told[name], asked[name])
        self.assertFalse(told["producer"])
        self.assertTrue(HttpClient(self.net, 0).get("/v1/status").json()["producer"])

    def test_health_and_readiness(self):
        self.assertEqual(self.http.get("/v1/health").status, 200)
        self.assertEqual(self.http.get("/v1/ready").status, 200)

    def test_a_block_by_height_hash_and_as_the_latest(self):
        by_height = self.http.get("/v1/blocks/2")
        block = by_height.json()
        self.assertEqual(block["header"]["height"], 2)
        self.assertEqual(self.http.get(f"/v1/blocks/{block['header']['hash']}").json(), block)
        self.assertGreaterEqual(self.http.get("/v1/blocks/latest").json()["header"]["height"], 2)
        # What is final never changes, and says so.
        self.assertIn("immutable", by_height.headers["cache-control"])
        again = self.http.get("/v1/blocks/2", headers={"If-None-Match": by_height.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))

    def test_blocks_page_by_page_from_the_newest(self):
        self.net.wait_height(10, FOLLOWER)
        heights, target = [], "/v1/blocks?limit=3&from=10"
        while target:
            page = self.http.get(target).json()
            heights += [item["height"] for item in page["items"]]
            target = "/v1/blocks?limit=3&from=10&cursor=" + page["next"] if "next" in page else None
        self.assertEqual(heights, list(range(10, 0, -1)))

    def test_committee_rounds_candidates_and_parameters(self):
        committee = self.http.get("/v1/committee").json()
        self.assertEqual(len(committee["order"]), NODES)
        for number in (0, 1, committee["round"]):
            self.assertEqual(self.http.get(f"/v1/rounds/{number}").json()["round"], number)
        self.assert_problem(self.http.get("/v1/rounds/999999999"), 404, "not_found")
        self.assertEqual(len(self.http.get("/v1/candidates").json()["items"]), NODES)
        self.assertEqual(self.http.get("/v1/parameters").json()["committee_size"], NODES)

    def test_what_is_large_travels_compressed_when_asked(self):
        plain = self.http.get("/v1/openapi.json")
        packed = self.http.get("/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)

    def test_metrics(self):
        text = self.http.get("/metrics").body.decode()
        for name in ("medchain_consensus_height", "medchain_http_requests_total", "process_resident_memory_bytes"):
            self.assertIn(name, text)
        for name in ("patient", "doctor", "device"):
            self.assertNotIn(self.case.address(name), text)

    # --- records

    def test_those_who_may_know_see_the_record(self):
        for who in ("patient", "doctor", "device", "hospital", "auditor"):
            info = self.client(who).get(f"/v1/records/{self.record}")
            self.assertEqual(info.status, 200, who)
            self.assertEqual(info.json()["record"]["subject"], self.case.address("patient"))
            self.assertEqual(info.headers["cache-control"].split(",")[0], "no-cache")

    def test_records_are_listed_for_those_who_may_see_them(self):
        patient, device = self.case.address("patient"), self.case.address("device")
        for who, parameters in (("patient", {}), ("patient", {"subject": patient}), ("doctor", {}),
                                ("doctor", {"subject": patient}), ("device", {"device": device}), ("auditor", {}),
                                ("auditor", {"kind": "vitals"}), ("hospital", {"subject": patient}),
                                ("hospital", {"device": device}), ("doctor", {"from": "2020-01-01T00:00:00Z"})):
            items = self.client(who).get("/v1/records" + query(**parameters)).json()["items"]
            self.assertEqual([item["id"] for item in items], [self.record], (who, parameters))
        for parameters in ({"kind": "alarm"}, {"until": 1}, {"device": patient}):
            self.assertEqual(self.client("doctor").get("/v1/records" + query(**parameters)).json(), {"items": []})

    def test_a_reader_opens_the_payload(self):
        answer = self.client("doctor").get(f"/v1/records/{self.record}/payload")
        self.assertEqual(answer.headers["cache-control"], "no-store")
        released = answer.json()
        self.assertGreater(len(base64.b64decode(released["body"])), len(self.plain))
        out = self.case.dir / "opened"
        self.as_("doctor", FOLLOWER, "get", self.record, "--out", out)
        self.assertEqual(out.read_bytes(), self.plain)

    def test_transactions_of_an_account_and_of_a_record(self):
        for who, target in (("patient", f"/v1/accounts/{self.case.address('patient')}/transactions"),
                            ("doctor", f"/v1/accounts/{self.case.address('patient')}/transactions"),
                            ("doctor", f"/v1/records/{self.record}/transactions")):
            items = self.client(who).get(target).json()["items"]
            self.assertIn("put", [item["transaction"]["kind"] for item in items], (who, target))

    def test_proofs_lead_to_the_state_root(self):
        for target in (f"records/{self.record}", f"participants/{self.case.address('patient')}",
                       f"records/{self.record}/access/{self.case.address('patient')}",
                       f"readers/{self.case.address('patient')}", f"accounts/{self.case.address('patient')}"):
            proof = self.client("patient").get(f"/v1/proofs/{target}")
            self.assertEqual(proof.status, 200, proof.body)
            self.assertEqual(len(proof.json()["state_root"]), 64)

    def test_a_receipt_verifies_offline(self):
        target = f"/v1/transactions/{self.put_id}/receipt"
        answer = self.client("patient").get(target, headers={"Accept": "application/octet-stream"})
        file = self.file("receipt", answer.body)
        genesis = self.net.dir / "genesis.json"
        self.assert_ok(medchain("verify-receipt", file, "--genesis", genesis))
        self.assertEqual(self.client("patient").get(target).json()["bcs"], base64.b64encode(answer.body).decode())

    # --- who learns nothing

    PERSONAL = ("/v1/transactions/{put}", "/v1/transactions/{put}/receipt", "/v1/participants/{patient}",
                "/v1/accounts/{patient}", "/v1/accounts/{patient}/transactions", "/v1/records", "/v1/records/{record}",
                "/v1/records/{record}/payload", "/v1/records/{record}/transactions", "/v1/blocks/latest/transactions",
                "/v1/proofs/accounts/{patient}", "/v1/proofs/participants/{patient}", "/v1/proofs/candidates/{patient}",
                "/v1/proofs/readers/{patient}", "/v1/proofs/records/{record}",
                "/v1/proofs/records/{record}/access/{patient}")
    OPEN = ("/v1/status", "/v1/health", "/v1/ready", "/v1/openapi.json", "/v1/parameters", "/v1/committee", "/v1/rounds/0",
            "/v1/candidates", "/v1/blocks", "/v1/blocks/latest", "/v1/blocks/2", "/v1/events", "/metrics")

    def names(self):
        return {"put": self.put_id, "record": self.record, "patient": self.case.address("patient")}

    def test_every_route_is_held_by_one_of_these_tests(self):
        document = self.http.get("/v1/openapi.json").json()
        gets = {path for path, item in document["paths"].items() if "get" in item}

        def shape(paths):
            return {"/".join("{}" if part.startswith("{") or part in ("2", "latest", "0") else part
                             for part in path.split("/")) for path in paths}

        self.assertEqual(shape(gets), shape(self.PERSONAL + self.OPEN))

    def test_without_a_signature_nothing_personal(self):
        for target in self.PERSONAL:
            target = target.format(**self.names())
            self.assert_problem(self.http.get(target), 401, "unauthenticated")
            self.assertEqual(self.http.ask("HEAD", target).status, 401)

    def test_one_of_the_wrong_role_learns_nothing_of_a_record(self):
        """Of a record that is there, exactly what is told of one that is not."""
        stranger = self.client("stranger")
        for target in self.PERSONAL:
            if "{record}" not in target:
                continue
            names = self.names()
            there = stranger.get(target.format(**names))
            names["record"] = "ab" * 32
            missing = stranger.get(target.format(**names))
            self.assert_problem(there, 403, "permission_denied")
            self.assertEqual(there.body.replace(self.record.encode(), b""), missing.body.replace(b"ab" * 32, b""), target)
        for target in (f"/v1/transactions/{self.put_id}", f"/v1/transactions/{self.put_id}/receipt"):
            self.assert_problem(stranger.get(target), 403, "permission_denied")
        self.assert_problem(stranger.get(f"/v1/accounts/{self.case.address('patient')}"), 403, "permission_denied")
        # Listings are empty, and do not tell by their end that there is more.
        for parameters in ({}, {"subject": self.case.address("patient")}, {"device": self.case.address("device")},
                           {"limit": 1}):
            listed = stranger.get("/v1/records" + query(**parameters)).json()
            self.assertEqual(listed, {"items": []}, parameters)
        of_patient = stranger.get(f"/v1/accounts/{self.case.address('patient')}/transactions?limit=1").json()
        self.assertEqual(of_patient, {"items": []})

    def test_a_signature_is_for_one_request_at_one_node_and_for_a_minute(self):
        doctor, target = self.client("doctor"), f"/v1/records/{self.record}"
        headers = doctor.signed("GET", target)
        self.assertEqual(self.http.get(target, headers=headers).status, 200)
        self.assert_problem(self.http.get(target + "/payload", headers=headers), 401, "invalid_signature")
        other = HttpClient(self.net, 0)
        self.assert_problem(other.get(target, headers=headers), 401, "invalid_signature")
        self.assert_problem(self.http.ask("POST", "/v1/transactions/encode", body={}, headers=headers), 401,
                            "invalid_signature")
        late = headers["signature-input"].replace("created=", "created=1")
        self.assertEqual(self.http.get(target, headers=headers | {"signature-input": late}).status, 401)
        not_registered = self.case.key("nobody")
        answer = self.http.get(target, key=not_registered)
        self.assert_problem(answer, 401, "invalid_signature")

    # --- transactions

    def transaction(self, sender, **changes):
        status = self.http.get("/v1/status").json()
        return {"chain": status["chain"], "sender": self.case.address(sender),
                "valid_until": status["height"] + 100, "salt": str(time.time_ns()), "contract": "tokens",
                "kind": "transfer", "body": {"to": self.case.address("other"), "amount": "1"}} | changes

    def test_a_dry_run_says_what_would_become_of_it(self):
        tried = self.client("patient").post("/v1/transactions/dry-run", self.transaction("patient"))
        self.assertEqual(tried.json()["receipt"]["status"], "insufficient_balance", tried.body)
        self.assert_problem(self.client("doctor").post("/v1/transactions/dry-run", self.transaction("patient")), 403,
                            "permission_denied")
        late = self.transaction("patient", valid_until=0)
        self.assert_problem(self.client("patient").post("/v1/transactions/dry-run", late), 422, "inadmissible")

    def test_encoding_tells_what_to_sign(self):
        encoded = self.http.post("/v1/transactions/encode", self.transaction("patient")).json()
        self.assertTrue(base64.b64decode(encoded["to_sign"]).startswith(b"medchain/transaction/v1\0"))
        self.assertEqual(len(encoded["id"]), 64)

    def test_a_transaction_is_submitted_and_waited_for(self):
        made = self.client("doctor").get(f"/v1/transactions/{self.put_id}")
        canonical = made.json()["bcs"]
        for body in ({"transaction": canonical}, {"submissions": [{"transaction": canonical}]}):
            answer = self.http.post("/v1/transactions?wait_ms=1000", body)
            told = answer.json()
            if "items" in told:
                told = told["items"][0]["problem"]
            self.assertEqual((told["code"], told["status"]), ("inadmissible", 422))  # it is final already
        self.assert_problem(self.http.post("/v1/transactions", b"\x00\x01", content_type="application/octet-stream"), 400,
                            "malformed")

    # --- what is wrong with a request is told by name

    def test_wrong_parameters(self):
        doctor = self.client("doctor")
        for target, parameter in (("/v1/blocks?limit=0", "limit"), ("/v1/blocks?limit=x", "limit"),
                                  ("/v1/blocks?limit=1&limit=2", "limit"), ("/v1/blocks?colour=red", "colour"),
                                  ("/v1/blocks/abc", "block"), ("/v1/blocks?from=-1", "from"),
                                  ("/v1/rounds/x", "round"), ("/v1/blocks?x=%zz", "x"),
                                  ("/v1/records?subject=med1abc", "subject"), ("/v1/records?kind=poem", "kind"),
                                  ("/v1/records?from=yesterday", "from"), ("/v1/records/xyz", "id"),
                                  ("/v1/transactions/12", "id"), ("/v1/accounts/med1xyz", "address"),
                                  ("/v1/events?after=12", "after"), ("/v1/events?types=tea", "types")):
            problem = self.assert_problem(doctor.get(target), 400, "invalid_parameter")
            self.assertEqual(problem["parameter"], parameter, target)
            self.assertTrue(problem["expected"], target)
        self.assert_problem(doctor.get("/v1/blocks?cursor=abc"), 400, "invalid_cursor")

    def test_wrong_paths_methods_and_bodies(self):
        self.assert_problem(self.http.get("/"), 404, "no_such_resource")
        self.assert_problem(self.http.get("/v1/nothing"), 404, "no_such_resource")
        refused = self.http.ask("DELETE", "/v1/blocks")
        self.assert_problem(refused, 405, "method_not_allowed")
        self.assertEqual(refused.headers["allow"], "GET, HEAD, OPTIONS")
        self.assert_problem(self.http.post("/v1/transactions", b"{}", content_type="text/plain"), 415,
                            "unsupported_media_type")
        self.assert_problem(self.http.post("/v1/transactions", b"{"), 400, "malformed", "line 1")
        self.assert_problem(self.http.post("/v1/transactions", {"transaction": {"chain": 5}}), 400, "malformed",
                            "/transaction/chain")
        self.assert_problem(self.http.post("/v1/transactions", b" " * 300_000), 413, "payload_too_large")
        line = self.http.connect()
        self.addCleanup(line.close)
        try:
            long = self.http.get("/v1/status", headers={"X-Long": "x" * 200_000}, connection=line)
            self.assert_problem(long, 431, "header_too_large")
        except OSError:
            pass  # it hung up before all of that was sent
        self.assertEqual(self.http.get("/v1/health").status, 200)


class Cors(TestCase):
    def test_web_pages_of_the_configured_origins_may_ask(self):
        net = Network(self.dir / "net", nodes=1, init=("--committee-size", 1))
        self.addCleanup(net.close)
        with open(net.config(0), "a") as config:
            config.write('http_cors_origins = ["https://console.example"]\n')
        net.start()
        net.wait_height(1)
        client = HttpClient(net, 0)
        for origin, allowed in (("https://console.example", "https://console.example"), ("https://evil.example", None)):
            answer = client.get("/v1/status", headers={"Origin": origin})
            self.assertEqual(answer.headers.get("access-control-allow-origin"), allowed)
        preflight = client.ask("OPTIONS", "/v1/blocks", headers={"Origin": "https://console.example"})
        self.assertEqual(preflight.status, 204)
        self.assertIn("signature-input", preflight.headers["access-control-allow-headers"])


class Off(TestCase):
    def test_it_is_off_without_an_address(self):
        made = medchain_init(self.dir / "net")
        self.assertNotIn("http_listen", made)


def medchain_init(directory):
    from programs import run
    assert run("medchaind", "init", "--nodes", 1, "--no-http", "--dir", directory).code == OK
    return (directory / "node0" / "medchaind.toml").read_text()


if __name__ == "__main__":
    unittest.main()
