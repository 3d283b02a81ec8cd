"""A client of a node's HTTP interface: Python's own, with requests signed by `medchain http-headers`."""

import http.client
import json
import ssl
import urllib.parse

from programs import OK, medchain


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = body

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """Of the problem that it is."""
        return self.json()["code"]


class HttpClient:
    def __init__(self, network, node, key=None):
        self.network, self.node, self.key = network, node, key
        self.port = network.http_port(node)
        self.context = ssl.create_default_context(cafile=network.dir / f"node{node}" / "ca.crt")

    def connect(self, timeout=60):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=timeout)

    def signed(self, method, target, body=None, key=None):
        """The headers with which `key` asks for it."""
        options = ["--data", self.network.body_file(body)] if body is not None else []
        ran = medchain(*self.network.options(key or self.key, self.node), "--json", "http-headers", method,
                       f"https://127.0.0.1:{self.port}{target}", *options)
        assert ran.code == OK, ran.err
        return ran.json()

    def ask(self, method, target, body=None, headers=None, key=None, content_type="application/json", connection=None):
        sent = dict(headers or {})
        if body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", content_type)
        if key or self.key:
            sent |= self.signed(method, target, body, key)
        line = connection or self.connect()
        line.request(method, target, body=body, headers=sent)
        response = line.getresponse()
        answer = Answer(response, response.read())
        if connection is None:
            line.close()
        return answer

    def get(self, target, **options):
        return self.ask("GET", target, **options)

    def post(self, target, body, **options):
        return self.ask("POST", target, body=body, **options)


def query(**parameters):
    return "?" + urllib.parse.urlencode(parameters)
