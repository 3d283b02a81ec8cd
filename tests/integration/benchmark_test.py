"""benchmarks/cluster measures a small network, and says so when it cannot. That it measures right, not how fast it is."""

import csv
import json
import subprocess
import sys

from programs import OK, ROOT, TestCase, unittest


def cluster(*arguments):
    return subprocess.run([sys.executable, ROOT / "benchmarks" / "cluster", *map(str, arguments)], capture_output=True,
                          text=True, timeout=300, check=False)


SMALL = ("--producers", 1, "--followers", 1, "--committee", 1, "--senders", 50, "--window", 200, "--batch", 50, "--idle", 1,
         "--warmup", 1, "--measure", 2, "--no-figures")


class Benchmark(TestCase):
    def measured(self, *arguments):
        out = self.dir / "out"
        ran = cluster("--out", out, *arguments)
        self.assertEqual(ran.returncode, OK, ran.stderr)
        return ran.stdout, json.loads((out / "summary.json").read_text()), out

    def rows(self, file):
        with open(file, newline="") as text:
            return list(csv.DictReader(text))

    def test_a_network_of_two(self):
        shown, summary, out = self.measured(*SMALL)
        load = summary["load"]
        self.assertTrue(load["complete"])
        self.assertEqual((load["failed"], load["refused"]), (0, 0), load["first_refusal"])
        self.assertGreater(load["final_in_time"], 0)
        self.assertGreaterEqual(load["final_in_all"], load["final_in_time"])
        self.assertEqual(summary["throughput_tps"], load["final_in_time"] / load["seconds"])
        checked = summary["signatures_checked"]
        self.assertEqual(checked["by_who_sat"], checked["transactions_times_committee"])
        self.assertEqual(sum(int(row["transactions"]) for row in self.rows(out / "committed.csv")), load["final_in_all"])
        self.assertEqual({row["node"] for row in self.rows(out / "processes.csv")}, {"0", "1"})
        for row in self.rows(out / "latency.csv"):
            self.assertLessEqual(float(row["p50_ms"]), float(row["p99_ms"]))
        last = self.rows(out / "bytes.csv")[-1]
        self.assertGreater(int(last["wire_bytes"]), 100 * load["final_in_all"])
        self.assertGreater(int(last["disk_bytes"]), 100 * load["final_in_all"])
        for figure in ("throughput", "efficiency", "finality", "signatures checked", "CPU when idle"):
            self.assertIn(figure, shown)

    def test_sealed_records(self):
        _, summary, out = self.measured(*SMALL, "--records", 1000, "--sign-for", 500, "--rate", 100)
        self.assertGreater(summary["load"]["final_in_time"], 0)
        self.assertGreater(int(self.rows(out / "bytes.csv")[-1]["wire_bytes"]), 1000 * summary["load"]["final_in_all"])

    def test_a_dead_producer(self):
        shown, summary, _ = self.measured("--producers", 4, "--followers", 0, "--senders", 50, "--idle", 0, "--warmup", 1,
                                          "--measure", 3, "--rate", 50, "--batch", 10, "--no-figures", "--dead", 1)
        self.assertGreater(summary["with_fault"]["throughput_tps"], 0)
        self.assertIn("1 of 4 producers dead", shown)

    def test_a_simulated_network(self):
        shown, summary, _ = self.measured("--offline", "--producers", 7, "--followers", 3, "--committee", 7, "--rate", 100,
                                          "--measure", 2)
        self.assertAlmostEqual(summary["throughput_tps"], 100, delta=5)
        self.assertGreater(summary["latency_ms"]["p50"], 3)  # three messages after another, of a millisecond each
        self.assertIn("messages_per_block", shown)

    def test_what_cannot_be(self):
        ran = cluster("--out", self.dir / "out", "--producers", 0)
        self.assertNotEqual(ran.returncode, OK)
        self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)


if __name__ == "__main__":
    unittest.main()
