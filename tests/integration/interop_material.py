"""What our programs make for the TypeScript client to read: keys, envelopes, a ledger whose committee changed twice."""

import base64
import json
import random

from http_client import HttpClient
from programs import OK, Network, medchain, wait_until

BYTES = {"Accept": "application/octet-stream"}
PEOPLE = {"alice": ("ed25519", "patient"), "bob": ("p256", "clinician"), "carol": ("ed25519", "device"),
          "dave": ("p256", "gateway")}
# Of an empty document, of less than a chunk, of exactly two, and of more: (bytes, bytes of a chunk, readers, author).
SEALED = ((0, 65536, ("alice", "bob"), None), (100, 65536, ("bob",), "dave"), (512, 256, ("alice", "bob"), "carol"),
          (70_000, 1024, ("bob", "alice"), "dave"))


def checked(ran):
    assert ran.code == OK, ran.err
    return ran.json()


class Material:
    """Files in one directory, and material.json, which says what they are."""

    def __init__(self, case):
        self.case = case
        self.dir = case.dir / "material"
        self.dir.mkdir()
        self.told = {"people": {}, "sealed": [], "receipts": [], "transactions": [], "blocks": []}
        for name, (algorithm, _) in PEOPLE.items():
            secret = case.key(name, algorithm)
            for path in (secret, secret.with_suffix(".pub")):
                (self.dir / path.name).write_bytes(path.read_bytes())
            self.told["people"][name] = checked(medchain("--json", "keys", "show", secret))

    def address(self, name):
        return self.told["people"][name]["address"]

    def write(self):
        (self.dir / "material.json").write_text(json.dumps(self.told, indent=1) + "\n")

    def seal_files(self):
        for index, (size, chunk, readers, author) in enumerate(SEALED):
            plain, sealed = f"{index}.plain", f"{index}.sealed"
            (self.dir / plain).write_bytes(random.Random(index).randbytes(size))
            to = [option for name in readers for option in ("--to", self.case.pub(name))]
            by = ("--key", self.case.key(author)) if author else ()
            checked(medchain("--json", "seal", self.dir / plain, "--out", self.dir / sealed, "--chunk-size", chunk, *to,
                             *by))
            self.told["sealed"].append({"file": sealed, "plain": plain, "readers": readers, "author": author})


class Ledger(Material):
    """And of a network of four nodes."""

    def __init__(self, case):
        super().__init__(case)
        self.net = Network(case.dir / "net", nodes=4, init=("--idle-ms", 200))
        case.addCleanup(self.net.close)

    def by(self, who, *arguments, node=0):
        """A command of somebody: a person, or the file of another key."""
        key = self.case.key(who) if isinstance(who, str) else who
        return checked(self.net.ask(key, node, *arguments))

    def fetch(self, target, key=None):
        answer = HttpClient(self.net, 0, key).get(target, headers=BYTES)
        assert answer.status == 200, answer.body
        return answer.body

    def start(self):
        self.net.start()
        self.net.wait_connected()
        for name, (_, role) in PEOPLE.items():
            self.net.register(self.case.pub(name), role)
        (self.dir / "genesis.json").write_bytes((self.net.dir / "genesis.json").read_bytes())

    def members(self):
        return len(checked(self.net.ask(None, 0, "committee"))["members"])

    def change_committee(self, command, members):
        """By the validator of node 3: until the committee has so many members."""
        home = self.net.dir / "node3"
        done = self.by(home / "node.key", *command)
        wait_until(lambda: self.members() == members, f"a committee of {members}")
        return done

    def keep(self, name, done):
        """Of a final transaction its bytes, its block and its receipt proof."""
        auditor = self.net.hospital(0)
        transaction, height = done["transaction"], done["height"]
        self.net.wait_height(height, 0)
        (self.dir / f"{name}.transaction").write_bytes(self.fetch(f"/v1/transactions/{transaction}", auditor))
        self.told["transactions"].append({"file": f"{name}.transaction", "id": transaction})
        (self.dir / f"{name}.block").write_bytes(self.fetch(f"/v1/blocks/{height}"))
        block = checked(self.net.ask(auditor, 0, "block", height))
        held = [self.fetch(f"/v1/transactions/{listed['transaction']}", auditor) for listed in block["transactions"]]
        self.told["blocks"].append({"file": f"{name}.block", "expected": block,
                                    "transactions": [base64.b64encode(one).decode() for one in held]})
        receipt = self.dir / f"{name}.receipt"
        handovers = checked(self.net.ask(auditor, 0, "receipt", transaction, "--out", receipt))["handovers"]
        verified = checked(medchain("--json", "verify-receipt", receipt, "--genesis", self.dir / "genesis.json"))
        self.told["receipts"].append({"file": receipt.name, "handovers": handovers, "expected": verified})

    def make_history(self):
        """Transactions of both algorithms, on either side of two changes of the committee."""
        for name in ("alice", "bob"):
            self.keep(f"{name}-gets", self.by(self.net.hospital(0), "transfer", self.address(name), 1000))
        self.change_committee(("resign",), 3)
        self.keep("bob-transfers", self.by("bob", "transfer", self.address("alice"), 7))
        self.keep("stand", self.change_committee(("stand", self.net.dir / "node3" / "consensus.key"), 4))
        self.put_record()
        self.put_many()

    def put_many(self):
        """In one call, so that a block has a tree."""
        files = [self.case.file(f"{index}.json", b"{}") for index in range(12)]
        ran = self.net.ask(self.case.key("carol"), 0, "put", "--kind", "other", "--subject", self.address("alice"),
                           *files)
        assert ran.code == OK, ran.err
        self.keep("many", ran.lines()[-1])

    def put_record(self):
        plain = self.dir / "record.plain"
        plain.write_bytes(b'{"heart-rate": 68}')
        done = self.by("dave", "put", "--kind", "vitals", "--subject", self.address("alice"), "--to",
                       self.address("bob"), plain)
        self.keep("put", done)
        sealed = self.dir / "record.sealed"
        self.by("bob", "get", done["record"], "--sealed", "--out", sealed)
        self.told["record"] = {"file": sealed.name, "plain": plain.name, "id": done["record"]}

    def invite(self):
        """What TypeScript needs for transactions of its own."""
        status = self.net.status(0)
        self.told |= {"chain": status["chain"], "valid_until": status["height"] + status["replay_window"] - 24}
