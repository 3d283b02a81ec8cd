"""examples/quickstart: every row of its table holds, and fails when what it compares is spoilt."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from programs import BIN, ROOT, TestCase, clean_environment, medchain, unittest, wait_until

# What is spoilt -> the row that must notice.
BREAKS = {
    "wrong-role": "participants have the role they were registered with",
    "lose-upload": "a producer is killed: every document is still final",
    "no-kill": "its turn passes to the next producer (view change)",
    "no-return": "the killed producer returns and catches up",
    "alter-byte": "the doctor opens at the follower what was put",
    "alter-byte-patient": "the patient opens at another hospital what was put",
    "stranger-as-reader": "every node refuses the stranger",
    "share-key": "the stranger's key does not open the sealed bytes",
    "plaintext": "no plaintext in sealed bytes, nor on any disk",
    "early-grant": "a colleague is refused before the grant",
    "skip-grant": "after the grant, the colleague opens it",
    "skip-revoke": "after the revoke, every node refuses the doctor",
    "lose-receipt": "no acknowledged transaction is lost, on any node",
    "alter-root": "every node has the same state root",
    "wrong-genesis": "a receipt is verified offline, from the genesis",
    "unaltered-receipt": "an altered receipt is refused",
    "alter-sealed": "a file sealed and opened by stream is the same",
}
# Run alone: the first shows that one failed row is enough; the others touch more rows than their own.
ALONE = ("skip-revoke", "no-kill", "no-return", "lose-upload", "early-grant")


def quickstart(*arguments, broken=()):
    done = subprocess.run(
        [ROOT / "examples" / "quickstart", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=200, env=clean_environment(MEDCHAIN_BIN=str(BIN), QUICKSTART_BREAK=",".join(broken)))
    table = re.findall(r"^(ok|FAILED) +(.+?)  +.* s$", done.stdout, re.MULTILINE)
    rows = {name: verdict for verdict, name in table}
    return done, rows


def processes_of(directory):
    """Those that were started on a configuration below this directory."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(directory) in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Quickstart(TestCase):
    def setUp(self):
        super().setUp()
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self.dir)
        self.addCleanup(os.environ.pop if before is None else os.environ.__setitem__, "TMPDIR", before)

    def check(self, broken, arguments=()):
        done, rows = quickstart(*arguments, broken=broken)
        expected = {row: "FAILED" for name, row in BREAKS.items() if name in broken}
        self.assertEqual(set(rows), set(BREAKS.values()), done.stdout + done.stderr)
        self.assertEqual(done.returncode, 1 if broken else 0, done.stdout + done.stderr)
        for row, verdict in expected.items():
            self.assertEqual(rows[row], verdict, done.stdout + done.stderr)
        self.assertEqual(list(self.dir.iterdir()), [], "it leaves nothing behind")
        return rows

    def test_all_rows_hold(self):
        self.assertEqual(set(self.check(()).values()), {"ok"})

    def test_each_row_notices_what_it_compares(self):
        together = tuple(name for name in BREAKS if name not in ALONE)
        rows = self.check(together)
        self.assertEqual({row for row, verdict in rows.items() if verdict == "FAILED"},
                         {BREAKS[name] for name in together})

    def test_one_failed_row_is_enough(self):
        rows = self.check(("skip-revoke",))
        self.assertEqual([row for row, verdict in rows.items() if verdict == "FAILED"], [BREAKS["skip-revoke"]])

    def test_a_producer_that_is_not_killed(self):
        self.check(("no-kill",))

    def test_a_producer_that_does_not_return(self):
        self.check(("no-return",))

    def test_a_lost_document_and_an_early_grant(self):
        self.check(("lose-upload", "early-grant"))

    def test_a_directory_of_documents(self):
        data = os.environ.get("MEDCHAIN_TEST_DATA")
        if not data:
            print("SKIPPED: no test data (MEDCHAIN_TEST_DATA is not set)")
            return
        self.assertEqual(set(self.check((), ("--data", f"{data}/fhir")).values()), {"ok"})

    def test_names_and_contents_of_any_kind(self):
        data = self.dir.with_name(self.dir.name + ".data")
        self.addCleanup(shutil.rmtree, data)
        (data / "a folder").mkdir(parents=True)
        for name, content in (("empty", b""), ("a folder/-x 'quoted' \"name\".bin", bytes(range(256))),
                              ("\u00fcnic\u00f6de.txt", b"text\n" * 9), ("two\nlines", b"{}")):
            (data / name).write_bytes(content)
        self.assertEqual(set(self.check((), ("--data", data)).values()), {"ok"})

    def test_an_interrupt_leaves_nothing(self):
        process = subprocess.Popen(
            [ROOT / "examples" / "quickstart"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            stdin=subprocess.DEVNULL, start_new_session=True, env=clean_environment(MEDCHAIN_BIN=str(BIN)))
        for line in process.stdout:
            if "uploads" in line:
                break
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(list(self.dir.iterdir()), [])
        self.assertEqual(processes_of(self.dir), [])

    def test_keep(self):
        done, rows = quickstart("--keep")
        self.assertEqual((done.returncode, set(rows.values())), (0, {"ok"}), done.stdout + done.stderr)
        pids = [int(pid) for pid in re.search(r"kill ([\d ]+);", done.stdout).group(1).split()]
        try:
            self.assertEqual(sorted(pids), sorted(processes_of(self.dir)))
            config = re.search(r"MEDCHAIN_CONFIG=(\S+)", done.stdout).group(1)
            self.assert_ok(medchain("status", env={"MEDCHAIN_CONFIG": config}))
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not processes_of(self.dir), "the network to end")

    def test_usage(self):
        for arguments in (("--dta", "x"), ("--data", "/nonexistent")):
            done, _ = quickstart(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(len(done.stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
