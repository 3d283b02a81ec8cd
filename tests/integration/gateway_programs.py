"""A gateway as a test drives it: its configuration, its process, and devices that send to it."""

import hashlib
import http.client
import json
import signal
import socket
import ssl
import subprocess

from programs import BIN, PATIENCE_S, clean_environment, medchain, reserve_ports, wait_until

TOKEN = "a token of the tests"


def make_certificate(directory, name, issuer=None):
    """A certificate NAME.pem with NAME.key, by an issuer that was made here, too, or by itself."""
    extra = ["-CA", directory / f"{issuer}.pem", "-CAkey", directory / f"{issuer}.key"] if issuer else []
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", f"/CN={name}", "-keyout", directory / f"{name}.key", "-out", directory / f"{name}.pem", *extra],
        check=True, capture_output=True)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.type = response.getheader("content-type", "")
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def items(self):
        return self.json()["items"]


class Gateway:
    """The process on its configuration; it may be killed and started again."""

    def __init__(self, directory, net, key, more="", devices=(), token=TOKEN, subject=None, nodes=None,
                 mllp_tls=False):
        self.dir = directory
        self.process = None
        self.port, self.reserved = reserve_ports(2)  # it is started again, and devices that try meanwhile take no port
        self.mllp_port = self.port + 1
        make_certificate(directory, "gateway-tls")
        nodes = ", ".join(f'"{node}"' for node in nodes or map(net.node, range(net.count)))
        self.mllp_tls = mllp_tls
        text = (f'listen = "127.0.0.1:{self.port}"\nmllp_listen = "127.0.0.1:{self.mllp_port}"\n'
                f'mllp_tls = {"true" if mllp_tls else "false"}\n'
                'certificate = "gateway-tls.pem"\nprivate_key = "gateway-tls.key"\n'
                f'nodes = [{nodes}]\nca = "{net.dir}/ca/ca.crt"\ngenesis = "{net.dir}/genesis.json"\nkey = "{key}"\n'
                f'data = "gateway-data"\n{more}\n')
        if subject:
            text += self.device("monitor", subject, f'token_sha256 = "{hashlib.sha256(token.encode()).hexdigest()}"')
        self.config = directory / "gateway.toml"
        self.config.write_text(text + "".join(self.device(*device) for device in devices))
        self.token = token
        self.certificate = None  # of the clients that show none of their own

    @staticmethod
    def device(name, subject, more):
        return f'\n[[device]]\nname = "{name}"\nsubject = "{subject}"\n{more}\n'

    def start(self):
        with open(self.dir / "gateway.log", "ab") as log:
            self.process = subprocess.Popen([BIN / "medchain", "gateway", "--config", self.config],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment())
        wait_until(self.serves, "the gateway to serve", pause_s=0.01)

    def serves(self):
        assert self.process.poll() is None, self.log()
        try:
            return self.get("/health").status == 200
        except OSError:
            return False

    def log(self):
        return (self.dir / "gateway.log").read_text()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self, patience_s=PATIENCE_S):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=patience_s)

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        for s in self.reserved:
            s.close()

    def tls(self, certificate=None):
        context = ssl._create_unverified_context()
        if certificate:
            context.load_cert_chain(self.dir / f"{certificate}.pem", self.dir / f"{certificate}.key")
        return context

    def connect(self, certificate=None):
        context = self.tls(certificate)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE_S, context=context)

    def ask(self, method, path, body=None, token=None, connection=None, certificate=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is None:
            token = self.token
        if token:
            named["authorization"] = f"Bearer {token}"
        own = connection or self.connect(self.certificate if certificate is None else certificate)
        try:
            own.request(method, path, body, named)
            return Answer(own.getresponse())
        finally:
            if connection is None:
                own.close()

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, body, media_type="application/fhir+json", path="/observations", wait_ms=None, **more):
        target = path if wait_ms is None else f"{path}?wait_ms={wait_ms}"
        return self.ask("POST", target, body, content_type=media_type, **more)

    def metric(self, name):
        for line in self.get("/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        return None

    def connect_mllp(self, certificate=None):
        plain = socket.create_connection(("127.0.0.1", self.mllp_port), timeout=PATIENCE_S)
        if not self.mllp_tls:
            return plain
        with plain:  # until it is wrapped, and if it cannot be
            return self.tls(certificate).wrap_socket(plain)

    def mllp(self, *messages, certificate=None):
        """The acknowledgement of one message, or of each of several that are sent at once."""
        with self.connect_mllp(certificate) as s:
            s.sendall(b"".join(b"\x0b" + message + b"\x1c\r" for message in messages))
            answer = b""
            while answer.count(b"\x1c\r") < len(messages):
                piece = s.recv(65536)
                if not piece:
                    raise ConnectionError(f"the gateway ended the connection after {answer}")
                answer += piece
        answers = [one[1:] for one in answer.split(b"\x1c\r")[:-1]]
        return answers if len(messages) > 1 else answers[0]

    def wait_drained(self, patience_s=PATIENCE_S):
        wait_until(lambda: self.metric("medchain_gateway_queue_readings") == 0,
                   NotDrained(self), patience_s=patience_s)


class NotDrained:
    """Said only once a test gives up."""

    def __init__(self, gateway):
        self.gateway = gateway

    def __str__(self):
        return "the queue to be empty; its log: " + self.gateway.log()[-1500:]


def fetch(net, key, records, directory, node=0):
    """record id -> its bytes, as its reader opens them."""
    found = {}
    for at in range(0, len(records), 200):
        part = records[at:at + 200]
        ran = medchain(*net.options(key, node), "get", "--out-dir", directory, *part)
        assert ran.code == 0, ran.err
        found.update({record: (directory / record).read_bytes() for record in part})
    return found


def observation(number):
    return json.dumps({
        "resourceType": "Observation", "id": f"r{number}", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "effectiveDateTime": "2026-11-23T08:00:00Z",
        "valueQuantity": {"value": number, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    }).encode()
