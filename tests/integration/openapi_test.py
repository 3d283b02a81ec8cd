"""The OpenAPI document that a node serves, against its answers: every operation, every kind of transaction."""

import base64
import copy
import hashlib
import json
import time
import urllib.parse

from http_client import HttpClient, query
from jsonschema import Draft202012Validator
from programs import OK, Network, TestCase, medchain, unittest, wait_until

NODES = 4
FOLLOWER = 4
SLOW = 1  # this node answers two requests a second
BYTES = "application/octet-stream"
PROBLEM = "application/problem+json"
HEADERS = ("etag", "location", "retry-after", "www-authenticate")  # which an answer has only when the document says so
MUTATIONS = 60  # tried on one answer, at most


# --- Ed25519 (RFC 8032 section 5.1), to sign transactions without the library: slow, and for tests only

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960)


def add(a, b):
    (x, y), (u, v) = a, b
    t = D * x * y * u * v
    return ((x * v + y * u) * pow(1 + t, -1, P) % P, (y * v + x * u) * pow(1 - t, -1, P) % P)


def multiply(scalar, point):
    product = (0, 1)
    while scalar:
        if scalar & 1:
            product = add(product, point)
        point, scalar = add(point, point), scalar >> 1
    return product


def encode_point(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def hash_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def sign(seed, message):
    hashed = hashlib.sha512(seed).digest()
    secret = int.from_bytes(hashed[:32], "little") & (2**254 - 8) | 2**254
    public = encode_point(multiply(secret, BASE))
    nonce = hash_number(hashed[32:], message) % L
    r = encode_point(multiply(nonce, BASE))
    return r + ((nonce + hash_number(r, public, message) * secret) % L).to_bytes(32, "little")


def seed_of(key_file):
    """Of a key file without a passphrase (lib/src/crypto/FORMAT.md)."""
    body = base64.b64decode("".join(key_file.read_text().splitlines()[1:-1]))
    assert body[:2] == b"\x01\x00", "a key file with a passphrase"
    return body[2:34]


# --- the document


class Document:
    def __init__(self, text):
        self.root = json.loads(text)
        self.operations = {}  # by operationId: (method, path, operation)
        for path, item in self.root["paths"].items():
            for method, operation in item.items():
                self.operations[operation["operationId"]] = (method.upper(), path, operation)

    def resolve(self, value):
        while "$ref" in value:
            target = self.root
            for step in value["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            value = target
        return value

    def parameters(self, operation):
        return [self.resolve(parameter) for parameter in operation.get("parameters", [])]

    def response(self, operation, status):
        given = operation["responses"].get(str(status))
        assert given is not None, f"{operation['operationId']}: the document knows no answer {status}"
        return self.resolve(given)

    def schemas(self):
        """All of them: those with a name, and those of the operations."""
        yield from self.root["components"]["schemas"].values()
        for _, _, operation in self.operations.values():
            for parameter in self.parameters(operation):
                yield parameter["schema"]
            for described in [operation.get("requestBody", {}), *operation["responses"].values()]:
                described = self.resolve(described)
                for part in [*described.get("content", {}).values(), *described.get("headers", {}).values()]:
                    yield part["schema"]

    def errors(self, schema, value):
        """What is wrong with the value: nothing when it is as the schema says."""
        # References begin at the root: so the root stands around the schema.
        validator = Draft202012Validator({"allOf": [schema], "components": self.root["components"]})
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in
                (best_error(found) for found in validator.iter_errors(value))]


def best_error(error):
    """The innermost one, of the branch that came furthest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


def places(value, at=()):
    """Every value within, with the way to it."""
    yield at, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield from places(part, at + (step,))


def spoilt(value):
    """Copies that are wrong in one place each: an unknown member in an object, something else instead of a leaf."""
    everywhere = list(places(value))
    for at, found in everywhere[::1 + len(everywhere) // MUTATIONS]:
        if isinstance(found, list):
            continue
        changed = [copy.deepcopy(value)]
        inside = changed
        for step in (0,) + at[:-1] if at else ():
            inside = inside[step]
        last = at[-1] if at else 0
        inside[last] = found | {"surprise": 1} if isinstance(found, dict) else {"surprise": found}
        yield at, changed[0]


class OpenApi(TestCase):
    """One network for all, with a transaction of every kind."""

    @classmethod
    def setUpClass(cls):
        cls.case = TestCase()
        cls.case.setUp()
        cls.addClassCleanup(cls.case.doCleanups)
        cls.net = Network(cls.case.dir / "net", nodes=NODES, followers=1)
        cls.addClassCleanup(cls.net.close)
        config = cls.net.config(SLOW).read_text().splitlines()
        listen = next(i for i, line in enumerate(config) if line.startswith("http_listen"))
        config.insert(listen + 1, "http_requests_per_second = 1")
        cls.net.config(SLOW).write_text("\n".join(config) + "\n")
        cls.net.start()
        cls.net.wait_connected()
        cls.http = HttpClient(cls.net, FOLLOWER)
        cls.document = Document(cls.http.get("/v1/openapi.json").body)
        cls.called = set()
        cls.keys = {"hospital": cls.net.hospital(0), "validator": cls.net.dir / f"node{FOLLOWER}" / "node.key"}
        cls.addresses = {}
        for name, role in (("patient", "patient"), ("doctor", "clinician"), ("stranger", "clinician"),
                           ("device", "device"), ("other", "patient"), ("relative", "family"), ("auditor", "auditor")):
            cls.keys[name] = cls.case.key(name, "p256" if name == "doctor" else "ed25519")
            cls.net.register(cls.case.pub(name), role, label="bed 1" if role == "device" else "")
        for name, key in cls.keys.items():
            shown = medchain("--json", "keys", "show", key).json()
            cls.addresses[name] = shown["address"]
        cls.fill_the_ledger()
        wait_until(lambda: cls.client("auditor").get("/v1/records").json().get("items"), "the index to have the record")

    @classmethod
    def fill_the_ledger(cls):
        """By the command, whatever it can send; the rest by the interface itself: submit()."""
        a = cls.addresses
        document = cls.case.file("observation.json", b'{"heart-rate": 72}')
        put = cls.as_("device", "put", "--subject", a["patient"], "--to", a["doctor"], "--kind", "vitals", document)
        cls.record, cls.put_id = put["record"], put["transaction"]
        cls.as_("patient", "grant", cls.record, a["other"])
        cls.as_("patient", "revoke", cls.record, a["other"])
        cls.as_("hospital", "transfer", a["patient"], "1000")
        cls.as_("patient", "stake", "600")
        cls.as_("patient", "unstake", "100")
        cls.as_("patient", "vote", cls.http.get("/v1/candidates").json()["items"][0]["address"])
        cls.as_("hospital", "update", a["device"], "--label", "bed 2")
        cls.as_("hospital", "suspend", a["other"])
        cls.as_("hospital", "reinstate", a["other"])
        cls.as_("stranger", "rotate", cls.case.key("new"))
        # A follower that stands has no stake, so nobody loses its seat.
        cls.as_("validator", "stand", cls.case.key("consensus"))
        cls.as_("validator", "resign")
        cls.net.wait_height(max(cls.net.height(k) for k in range(NODES)), FOLLOWER)

    @classmethod
    def as_(cls, who, *arguments):
        ran = cls.net.ask(cls.keys[who], 0, *arguments)
        assert ran.code == OK, ran.err
        return ran.json()

    @classmethod
    def client(cls, who, node=FOLLOWER):
        return HttpClient(cls.net, node, cls.keys[who] if who else None)

    # --- calling

    def call(self, name, status=200, who=None, body=None, accept=None, node=FOLLOWER, headers=None,
             content_type="application/json", **parameters):
        """Calls an operation by its id, and holds the answer to the document. Gives the answer."""
        method, path, operation = self.document.operations[name]
        declared = {(p["in"], p["name"]): p for p in self.document.parameters(operation)}
        rest = {}
        for given, value in parameters.items():
            if "{" + given + "}" in path:
                self.assertIn(("path", given), declared)
                path = path.replace("{" + given + "}", urllib.parse.quote(str(value)))
            else:
                rest[given] = value
        if status < 400:
            self.check_parameters(declared, parameters, headers or {})
            if body is not None and not isinstance(body, bytes):
                schema = operation["requestBody"]["content"][content_type]["schema"]
                self.check_schema(schema, body, f"{name}: the request")
        sent = dict(headers or {}) | ({"Accept": accept} if accept else {})
        answer = self.client(who, node).ask(method, path + (query(**rest) if rest else ""), body=body, headers=sent,
                                            content_type=content_type)
        self.assertEqual(answer.status, status, (name, answer.body[:600]))
        self.check_answer(name, operation, answer)
        self.called.add(name)
        return answer

    def check_parameters(self, declared, parameters, headers):
        for name, value in parameters.items():
            described = declared.get(("path", name)) or declared.get(("query", name))
            self.assertIsNotNone(described, f"the document knows no parameter {name}")
            schema = self.document.resolve(described["schema"])
            self.check_schema(described["schema"], value if schema["type"] == "integer" else str(value), name)
        for name, value in headers.items():
            self.check_schema(declared[("header", name)]["schema"], value, name)

    def check_answer(self, name, operation, answer):
        described = self.document.response(operation, answer.status)
        what = f"{name} {answer.status}"
        for header in HEADERS:
            schemas = {n.lower(): h["schema"] for n, h in described.get("headers", {}).items()}
            if header not in answer.headers:
                continue
            self.assertIn(header, schemas, what)
            value = answer.headers[header]
            self.check_schema(schemas[header], int(value) if header == "retry-after" else value, f"{what}: {header}")
        if "content" not in described:
            return self.assertEqual(answer.body, b"", what)
        media_type = answer.headers["content-type"].split(";")[0]
        self.assertIn(media_type, described["content"], what)
        schema = described["content"][media_type]["schema"]
        if media_type == BYTES:
            self.assertTrue(answer.body)
        else:
            self.check_schema(schema, answer.json() if "json" in media_type else answer.body.decode(), what)

    def check_schema(self, schema, value, what):
        errors = self.document.errors(schema, value)
        self.assertEqual(errors, [], f"{what}: {json.dumps(value)[:2000]}")

    def fails(self, name, status, code, **options):
        problem = self.call(name, status, **options).json()
        self.assertEqual((problem["code"], problem["status"]), (code, status), problem)
        return problem

    # --- transactions made here

    def transaction(self, sender, contract, kind, body, **changes):
        status = self.http.get("/v1/status").json()
        return {"chain": status["chain"], "sender": self.addresses[sender], "valid_until": status["height"] + 200,
                "salt": str(time.time_ns()), "contract": contract, "kind": kind, "body": body} | changes

    def transfer(self, sender, amount="1", **changes):
        body = {"to": self.addresses["other"], "amount": amount}
        return self.transaction(sender, "tokens", "transfer", body, **changes)

    def signed(self, transaction, sender):
        """What the node says is to be signed, signed without its help."""
        encoded = self.call("encodeTransaction", body=transaction).json()
        message = base64.b64decode(encoded["to_sign"])
        self.assertTrue(message.startswith(b"medchain/transaction/v1\0" + bytes.fromhex(transaction["chain"])))
        public = medchain("--json", "keys", "show", self.keys[sender]).json()["signing_key"]
        return transaction | {"key": {"algorithm": "ed25519", "public": public},
                              "signature": sign(seed_of(self.keys[sender]), message).hex()}

    def a_ballot(self, digest):
        return {"ballot": {"round": 0, "height": 1, "view": 0, "type": "commit", "digest": digest * 32},
                "signature": "00" * 64}

    # --- tests

    def test_the_document_and_its_schemas_are_well_formed(self):
        root = self.document.root
        self.assertRegex(root["openapi"], r"^3\.1\.")
        self.assertTrue(root["info"]["title"] and root["info"]["version"])
        self.assertEqual(len(self.document.operations), sum(len(item) for item in root["paths"].values()))
        tags = {tag["name"] for tag in root["tags"]}
        for name, (_, path, operation) in self.document.operations.items():
            self.assertRegex(path, r"^/")
            self.assertLessEqual(set(operation["tags"]), tags)
            for parameter in self.document.parameters(operation):
                self.assertIn(parameter["in"], ("path", "query", "header"))
                self.assertTrue(parameter["description"], name)
            for status, response in operation["responses"].items():
                self.assertRegex(status, r"^[2-5][0-9][0-9]$")
                self.assertTrue(self.document.resolve(response)["description"], name)
        for schema in self.document.schemas():
            Draft202012Validator.check_schema(schema)

    def test_every_operation_answers_as_the_document_says(self):
        for group in (self.call_node, self.call_chain, self.call_transactions, self.call_participants,
                      self.call_records, self.call_proofs, self.call_events):
            with self.subTest(group.__name__):
                group()
        self.assertEqual(self.called, set(self.document.operations), "an operation was never called")

    def call_node(self):
        for name in ("getStatus", "getHealth", "getReadiness", "getOpenApi", "getMetrics"):
            self.call(name)
            self.fails(name, 400, "invalid_parameter", colour="red")
        self.assertTrue(self.call("getStatus", node=0).json()["producer"])
        self.fails("getHealth", 401, "unauthenticated", headers={"Signature": "sig=:AAAA:"})
        limited = self.client(None, SLOW)
        line = limited.connect()
        answers = [limited.get("/v1/health", connection=line) for _ in range(6)]
        line.close()
        self.assertIn(429, [answer.status for answer in answers])
        for answer in answers:
            self.check_answer("getHealth", self.document.operations["getHealth"][2], answer)

    def call_chain(self):
        self.call("getParameters")
        committee = self.call("getCommittee").json()
        self.assertEqual(len(committee["order"]), NODES)
        round_0 = self.call("getRound", round=0)
        self.call("getRound", 304, round=0, headers={"If-None-Match": round_0.headers["etag"]})
        self.call("getRound", round=committee["round"])
        self.fails("getRound", 404, "not_found", round=2**63)
        self.fails("getRound", 400, "invalid_parameter", round="x")
        self.assertEqual(len(self.call("listCandidates").json()["items"]), NODES)
        page = self.call("listBlocks", limit=2, until=2).json()
        self.call("listBlocks", limit=2, until=2, cursor=page["next"])
        self.call("listBlocks", **{"from": 3, "limit": 500})
        self.fails("listBlocks", 400, "invalid_cursor", cursor="abc")
        self.fails("listBlocks", 400, "invalid_parameter", limit=501)
        self.call("getLatestBlock")
        self.call("getLatestBlock", accept=BYTES)
        by_height = self.call("getBlock", block=2)
        block = by_height.json()["header"]["hash"]
        self.assertEqual(self.call("getBlock", block=block).json(), by_height.json())
        self.call("getBlock", accept=BYTES, block=2)
        self.call("getBlock", 304, block=2, headers={"If-None-Match": by_height.headers["etag"]})
        self.fails("getBlock", 404, "not_found", block=10**9)
        self.fails("getBlock", 404, "not_found", block="ab" * 32)
        self.fails("getBlock", 503, "unavailable", block=block, node=0)  # a producer keeps no index
        self.fails("getBlock", 400, "invalid_parameter", block="abc")

    def call_transactions(self):
        height = self.call("getTransaction", id=self.put_id, who="patient").json()["height"]
        for who in ("auditor", "relative"):  # who sees everything, and who sees receipts alone
            items = self.call("listBlockTransactions", block=height, who=who).json()["items"]
            self.assertEqual(all("transaction" in item for item in items), who == "auditor")
        self.fails("listBlockTransactions", 404, "not_found", block=10**9, who="patient")
        self.fails("listBlockTransactions", 401, "unauthenticated", block=height)
        info = self.call("getTransaction", id=self.put_id, who="doctor", wait_ms=5)
        self.assertEqual(self.call("getTransaction", id=self.put_id, who="doctor", accept=BYTES).body,
                         base64.b64decode(info.json()["bcs"]))
        self.call("getTransaction", 304, id=self.put_id, who="doctor", headers={"If-None-Match": info.headers["etag"]})
        self.fails("getTransaction", 404, "not_found", id="ab" * 32, who="doctor", wait_ms=1500)
        self.fails("getTransaction", 403, "permission_denied", id=self.put_id, who="relative")
        receipt = self.call("getReceipt", id=self.put_id, who="patient")
        self.assertEqual(self.call("getReceipt", id=self.put_id, who="patient", accept=BYTES).body,
                         base64.b64decode(receipt.json()["bcs"]))
        self.call("getReceipt", 304, id=self.put_id, who="patient", headers={"If-None-Match": receipt.headers["etag"]})
        self.fails("getReceipt", 404, "not_found", id="ab" * 32, who="patient")
        self.submit()
        self.try_out()

    def submit(self):
        """What the command cannot send, and all forms of asking and being answered."""
        one = {"transaction": self.signed(self.transfer("patient"), "patient")}
        final = self.call("submitTransactions", wait_ms=60_000, body=one)
        self.assertEqual(final.json()["receipt"]["status"], "success")
        self.assertEqual(final.headers["location"], "/v1/transactions/" + final.json()["id"])
        another = self.signed(self.transfer("patient"), "patient")
        canonical = self.call("encodeTransaction", body=another).json()["transaction"]
        accepted = self.call("submitTransactions", 202, body={"transaction": canonical}).json()
        self.assertEqual(accepted["status"], "accepted")
        waited = self.call("getTransaction", id=accepted["id"], who="patient", wait_ms=60_000).json()
        self.assertEqual(waited["receipt"]["id"], accepted["id"])
        key = self.call("getCommittee").json()["order"][0]["consensus_key"]
        evidence = {"consensus_key": key, "first": self.a_ballot("11"), "second": self.a_ballot("22")}
        proposal = {"consensus_key": key, "proposal": self.a_ballot("11"), "header": "00", "parent": "0102"}
        several = [self.transaction("patient", "consent", "set_readers", {"readers": [self.addresses["doctor"]]}),
                   self.transaction("patient", "stake", "report_double_vote", evidence),
                   self.transaction("patient", "stake", "report_invalid_proposal", proposal)]
        several = [{"transaction": self.signed(each, "patient"), "payload": []} for each in several]
        answer = self.call("submitTransactions", body={"submissions": several}, wait_ms=60_000, who="patient")
        items = answer.json()["items"]
        self.assertEqual([item["status"] for item in items], ["final"] * 3)
        self.assertEqual([item["receipt"]["status"] == "success" for item in items], [True, False, False], items)
        # Repeated, beside one that is new.
        new = {"transaction": self.signed(self.transfer("patient"), "patient")}
        mixed = self.call("submitTransactions", 202, body={"submissions": [several[0], new]}, who="patient").json()
        self.assertEqual([item["status"] for item in mixed["items"]], ["refused", "accepted"])
        self.assertEqual(self.call("submitTransactions", body={"submissions": []}).json(), {"items": []})
        self.submit_bytes()
        self.refused_submissions(several[0])

    def submit_bytes(self):
        signed = self.signed(self.transfer("patient"), "patient")
        transaction = base64.b64decode(self.call("encodeTransaction", body=signed).json()["transaction"])
        length = len(transaction)
        body = bytes([length & 127 | 128, length >> 7]) + transaction + b"\0"
        self.call("submitTransactions", 200, body=body, content_type=BYTES, wait_ms=60_000, who="patient")

    def refused_submissions(self, repeated):
        self.fails("submitTransactions", 422, "inadmissible", body=repeated)
        why = self.fails("submitTransactions", 422, "inadmissible", body=repeated, who="doctor")
        self.assertIn("repeated", why["detail"])
        forged = {"transaction": self.signed(self.transfer("patient"), "patient") | {"signature": "00" * 64}}
        self.fails("submitTransactions", 422, "inadmissible", body=forged, who="patient")
        self.fails("submitTransactions", 422, "inadmissible", body=forged)
        self.fails("submitTransactions", 400, "malformed", body=b"{")
        self.fails("submitTransactions", 400, "malformed", body=b"\0", content_type=BYTES)
        self.fails("submitTransactions", 413, "payload_too_large", body=b" " * 300_000)
        self.fails("submitTransactions", 413, "too_large", body={"submissions": [{}] * 1001})
        self.fails("submitTransactions", 415, "unsupported_media_type", body=b"{}", content_type="text/plain")
        self.fails("submitTransactions", 400, "invalid_parameter", body=repeated, wait_ms=60_001)

    def try_out(self):
        self.fails("encodeTransaction", 400, "malformed", body={"chain": 5})
        self.fails("encodeTransaction", 415, "unsupported_media_type", body=b"\0", content_type=BYTES)
        tried = self.call("dryRunTransaction", body=self.transfer("patient", "18446744073709551615"), who="patient")
        self.assertEqual(tried.json()["receipt"]["status"], "insufficient_balance")
        self.fails("dryRunTransaction", 403, "permission_denied", body=self.transfer("patient"), who="doctor")
        late = self.transfer("patient", valid_until=0)
        self.fails("dryRunTransaction", 422, "inadmissible", body=late, who="patient")
        self.fails("dryRunTransaction", 401, "unauthenticated", body=self.transfer("patient"))

    def call_participants(self):
        a = self.addresses
        for name in ("patient", "doctor", "device", "hospital", "validator"):
            self.call("getParticipant", address=a[name], who="other")
            self.call("getAccount", address=a[name], who="auditor")
        producer = self.http.get("/v1/committee").json()["order"][0]["validator"]
        self.assertIsNotNone(self.call("getAccount", address=producer, who="hospital").json()["candidate"])
        own = self.call("getAccount", address=a["patient"], who="patient").json()["account"]
        self.assertTrue(own["unbonding"] and own["votes"])
        unknown = self.case.address("nobody")
        self.fails("getParticipant", 404, "not_found", address=unknown, who="patient")
        self.fails("getParticipant", 400, "invalid_parameter", address="med1x", who="patient")
        self.fails("getAccount", 404, "not_found", address=unknown, who="auditor")
        self.fails("getAccount", 403, "permission_denied", address=a["patient"], who="other")
        page = self.call("listAccountTransactions", address=a["patient"], who="patient", limit=1).json()
        self.call("listAccountTransactions", address=a["patient"], who="patient", limit=1, cursor=page["next"])
        self.call("listAccountTransactions", address=a["patient"], who="other")
        self.fails("listAccountTransactions", 503, "unavailable", address=a["patient"], who="patient", node=0)

    def call_records(self):
        a, record = self.addresses, self.record
        for who, filters in (("auditor", {}), ("patient", {"subject": a["patient"]}), ("doctor", {"kind": "vitals"}),
                             ("hospital", {"device": a["device"], "from": "2020-01-01T00:00:00Z"}),
                             ("device", {"from": 1, "until": "2999-01-01T00:00:00.000Z", "limit": 1})):
            self.assertEqual(len(self.call("listRecords", who=who, **filters).json()["items"]), 1, who)
        self.assertEqual(self.call("listRecords", who="doctor", kind="alarm").json(), {"items": []})
        self.fails("listRecords", 400, "invalid_parameter", who="doctor", kind="poem")
        self.fails("listRecords", 503, "unavailable", who="doctor", node=0)
        for who, allowed in (("patient", True), ("doctor", True), ("other", False)):
            access = self.call("getRecord", id=record, who=who).json()["access"]
            self.assertEqual(access["allowed"], allowed)
        self.assertIsNone(self.call("getRecord", id=record, who="hospital").json()["access"])
        self.fails("getRecord", 403, "permission_denied", id="ab" * 32, who="patient")
        self.call("getPayload", id=record, who="doctor")
        self.call("getPayload", id=record, who="patient", accept=BYTES)
        self.fails("getPayload", 403, "permission_denied", id=record, who="other")
        items = self.call("listRecordTransactions", id=record, who="patient").json()["items"]
        self.assertEqual([item["transaction"]["kind"] for item in items], ["revoke", "grant", "put"])
        page = self.call("listRecordTransactions", id=record, who="patient", limit=1).json()
        self.call("listRecordTransactions", id=record, who="patient", limit=1, cursor=page["next"])
        self.fails("listRecordTransactions", 403, "permission_denied", id=record, who="relative")

    def call_proofs(self):
        a = self.addresses
        producer = self.http.get("/v1/committee").json()["order"][0]["validator"]
        for name, who, there, parameters in (
                ("proveAccount", "patient", True, {"address": a["patient"]}),
                ("proveParticipant", "other", True, {"address": a["patient"]}),
                ("proveParticipant", "other", False, {"address": self.case.address("nobody")}),
                ("proveCandidate", "other", True, {"address": producer}),
                ("proveCandidate", "other", False, {"address": a["patient"]}),
                ("proveStandingReaders", "device", True, {"address": a["patient"]}),
                ("proveStandingReaders", "device", False, {"address": a["other"]}),
                ("proveRecord", "doctor", True, {"id": self.record}),
                ("proveAccess", "patient", True, {"id": self.record, "address": a["doctor"]}),
                ("proveAccess", "patient", False, {"id": self.record, "address": a["relative"]})):
            proof = self.call(name, who=who, **parameters).json()
            self.assertEqual(proof["value"] is not None, there, (name, parameters))
            self.call(name, who=who, accept=BYTES, **parameters)
        for name, parameters in (("proveAccount", {"address": a["patient"]}), ("proveRecord", {"id": "ab" * 32}),
                                 ("proveAccess", {"id": self.record, "address": a["doctor"]}),
                                 ("proveStandingReaders", {"address": a["patient"]})):
            self.fails(name, 403, "permission_denied", who="relative", **parameters)

    # --- events

    def events(self, who, until, headers=None, **parameters):
        """(type, id, data) of each event up to the id `until`."""
        target = "/v1/events" + query(**parameters)
        client = self.client(who)
        line = client.connect(timeout=30)
        line.request("GET", target, headers=dict(headers or {}) | (client.signed("GET", target) if who else {}))
        response = line.getresponse()
        _, _, operation = self.document.operations["streamEvents"]
        described = self.document.response(operation, response.status)["content"]
        media_type = response.getheader("content-type").split(";")[0]
        schemas = described[media_type]["x-events"]
        self.called.add("streamEvents")
        found, fields = [], {}
        while fields.get("id") != until or fields:
            text = response.readline().decode().rstrip("\n")
            name, _, value = text.partition(": ")
            if name:
                fields[name] = value
                continue
            if "data" in fields:
                data = json.loads(fields["data"])
                self.check_schema(schemas[fields["event"]], data, fields["event"])
                found.append((fields["event"], fields["id"], data))
            elif fields.get("id") == until:
                break
            fields = {}
        line.close()
        return found

    def call_events(self):
        height = self.http.get("/v1/status").json()["height"]
        count = len(self.call("listBlockTransactions", block=height, who="auditor").json()["items"])
        end = f"{height}-{count}"
        everything = self.events("auditor", end, **{"from": 1})
        kinds = {data["transaction"]["kind"] for kind, _, data in everything if kind == "transaction"}
        described = {choice["title"] for choice in self.document.root["components"]["schemas"]["Asked"]["oneOf"]}
        self.assertEqual(kinds, described, "no transaction of these kinds was seen")
        heights = [data["height"] for kind, _, data in everything if kind == "block"]
        self.assertEqual(heights, list(range(1, height + 1)))
        # From where a reader was, each is delivered once.
        for cut in (1, len(everything) // 2, len(everything) - 1):
            at = everything[cut][1]
            rest = everything[cut + 1:]
            if rest:
                self.assertEqual(self.events("auditor", end, after=at), rest)
                self.assertEqual(self.events("auditor", end, headers={"Last-Event-ID": at}), rest)
        put = self.events("doctor", end, **{"from": 1, "types": "transaction", "contract": "records",
                                            "subject": self.addresses["patient"], "device": self.addresses["device"]})
        self.assertEqual([data["record"]["id"] for _, _, data in put], [self.record])
        guest = self.events(None, end, **{"from": 1})
        self.assertEqual({kind for kind, _, _ in guest}, {"block"})
        self.fails("streamEvents", 401, "unauthenticated", types="transaction")
        self.fails("streamEvents", 400, "invalid_parameter", after="12")

    # --- the schemas are strict

    def test_an_answer_that_is_wrong_in_one_place_fails(self):
        """Otherwise nothing would follow from all others being right."""
        a = self.addresses
        for name, who, parameters in (
                ("getStatus", None, {}), ("getHealth", None, {}), ("getReadiness", None, {}),
                ("getParameters", None, {}), ("getCommittee", None, {}), ("listCandidates", None, {}),
                ("listBlocks", None, {"limit": 2}),
                ("getBlock", None, {"block": 2}), ("getTransaction", "patient", {"id": self.put_id}),
                ("getReceipt", "patient", {"id": self.put_id}), ("getParticipant", "patient", {"address": a["doctor"]}),
                ("getAccount", "patient", {"address": a["patient"]}), ("getRecord", "doctor", {"id": self.record}),
                ("listAccountTransactions", "patient", {"address": a["patient"], "limit": 2}),
                ("listRecords", "auditor", {}), ("getPayload", "doctor", {"id": self.record}),
                ("proveRecord", "doctor", {"id": self.record})):
            schema = self.document.operations[name][2]["responses"]["200"]["content"]["application/json"]["schema"]
            answer = self.call(name, who=who, **parameters).json()
            for at, wrong in spoilt(answer):
                self.assertTrue(self.document.errors(schema, wrong), f"{name}: taken with a wrong {at}")
        problem = self.fails("getBlock", 400, "invalid_parameter", block="abc")
        schema = self.document.resolve({"$ref": "#/components/responses/BadRequest"})["content"][PROBLEM]["schema"]
        for at, wrong in spoilt(problem):
            self.assertTrue(self.document.errors(schema, wrong), f"a problem: taken with a wrong {at}")
        self.assertTrue(self.document.errors(schema, problem | {"status": 404, "code": "not_found"}))


if __name__ == "__main__":
    unittest.main()
