"""The client calls of the C library against a network of processes: bindings/c/tests/client_test.c."""

import subprocess

from programs import BIN, PATIENCE_S, Network, TestCase, clean_environment, unittest


class CClient(TestCase):
    def setUp(self):
        super().setUp()
        self.net = Network(self.dir / "net")
        self.addCleanup(self.net.close)

    def test_every_call(self):
        self.net.start()
        self.net.wait_height(1)
        roles = {"gateway": "gateway", "patient": "patient", "doctor": "clinician"}
        for name, role in roles.items():
            self.net.register(self.pub(name), role, label="ward 3" if role == "gateway" else "")
        done = subprocess.run(
            [BIN / "c_client", self.net.node(1), self.net.dir / "ca" / "ca.crt", self.net.dir / "genesis.json",
             *map(self.key, roles)], capture_output=True, text=True, timeout=PATIENCE_S, env=clean_environment())
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        print(f"\n{done.stdout.strip()}")


if __name__ == "__main__":
    unittest.main()
