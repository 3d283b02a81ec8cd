"""What Prometheus makes of /metrics: its own checker accepts it, and a real server scrapes it."""

import json
import re
import subprocess
import urllib.parse
import urllib.request

from http_client import HttpClient
from programs import ROOT, Network, TestCase, reserve_ports, unittest, wait_until



class Metrics(TestCase):
    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net", nodes=1, init=("--committee-size", 1))
        self.addCleanup(self.net.close)
        self.net.start()
        self.net.wait_height(2)
        self.http = HttpClient(self.net, 0)
        self.http.get("/v1/status")

    def test_promtool_accepts_them(self):
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.http.get("/metrics").body,
                                 capture_output=True, timeout=60, check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))

    def test_promtool_accepts_the_rules(self):
        checked = subprocess.run(["promtool", "check", "rules", ROOT / "docs/monitoring/alerts.yml"], capture_output=True,
                                 text=True, timeout=60, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_rules_and_dashboard_name_what_a_node_tells(self):
        self.http.get("/v1/blocks/latest")
        told = set(re.findall(r"^([a-z_]+?)(?:_bucket|_sum|_count)?[ {]", self.http.get("/metrics").body.decode(), re.M))
        for name in ("alerts.yml", "dashboard.json", "README.md"):
            text = (ROOT / "docs" / "monitoring" / name).read_text()
            used = {re.sub("_bucket$", "", metric) for metric in re.findall(r"\bmedchain_[a-z_]+", text)}
            self.assertGreater(len(used), 5, name)
            self.assertEqual(used - told, set(), name)

    def ask(self, what):
        parameters = urllib.parse.urlencode({"query": what})
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/query?{parameters}", timeout=5) as answer:
            return json.load(answer)["data"]["result"]

    def value(self, what):
        try:
            found = self.ask(what)
        except OSError:
            return None  # still starting
        return float(found[0]["value"][1]) if found else None

    def test_a_real_server_scrapes_them(self):
        self.port, reserved = reserve_ports(1)
        for s in reserved:
            s.close()
        config = self.file("prometheus.yml", f"""
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: medchain
    scheme: https
    tls_config: {{ca_file: {self.net.dir}/node0/ca.crt}}
    static_configs: [{{targets: ["127.0.0.1:{self.http.port}"]}}]
""".encode())
        server = subprocess.Popen(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.dir}/tsdb",
                                   f"--web.listen-address=127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        wait_until(lambda: self.value('up{job="medchain"}') == 1, "Prometheus to scrape the node")
        first = self.value("medchain_consensus_height")
        wait_until(lambda: (self.value("medchain_consensus_height") or 0) > first, "the height to grow in Prometheus")
        self.assertGreater(self.value("process_resident_memory_bytes"), 1e6)


if __name__ == "__main__":
    unittest.main()
