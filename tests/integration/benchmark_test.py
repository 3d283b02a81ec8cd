"""benchmarks/cluster measures a small network, and says so when it cannot. That it measures right, not how fast it is."""

import csv
import json
import subprocess
import sys

from programs import OK, ROOT, TestCase, unittest


def cluster(*arguments):
    return subprocess.run([sys.executable, ROOT / "benchmarks" / "cluster", *map(str, arguments)], capture_output=True,
                          text=True, timeout=300, check=False)


class Benchmark(TestCase):
    def test_a_network_of_two(self):
        out = self.dir / "out"
        ran = cluster("--out", out, "--producers", 1, "--followers", 1, "--committee", 1, "--senders", 50, "--window", 200,
                      "--batch", 50, "--warmup", 1, "--measure", 2, "--no-figures")
        self.assertEqual(ran.returncode, OK, ran.stderr)
        summary = json.loads((out / "summary.json").read_text())
        load = summary["load"]
        self.assertTrue(load["complete"])
        self.assertEqual((load["failed"], load["refused"]), (0, 0), load["first_refusal"])
        self.assertGreater(load["final_in_time"], 0)
        self.assertGreaterEqual(load["final_in_all"], load["final_in_time"])
        self.assertEqual(summary["throughput_tps"], load["final_in_time"] / load["seconds"])
        with open(out / "committed.csv", newline="") as file:
            self.assertEqual(sum(int(row["transactions"]) for row in csv.DictReader(file)), load["final_in_all"])
        with open(out / "processes.csv", newline="") as file:
            self.assertEqual({row["node"] for row in csv.DictReader(file)}, {"0", "1"})
        for figure in ("throughput", "efficiency", "finality", "signatures checked"):
            self.assertIn(figure, ran.stdout)

    def test_what_cannot_be(self):
        ran = cluster("--out", self.dir / "out", "--producers", 0)
        self.assertNotEqual(ran.returncode, OK)
        self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)


if __name__ == "__main__":
    unittest.main()
