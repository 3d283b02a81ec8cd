"""examples/http-tour: every row of its table holds, and fails when what it compares is spoilt."""

import re
import subprocess

from programs import BIN, ROOT, TestCase, clean_environment, unittest

# What is spoilt -> the row that must notice.
BREAKS = {
    "wrong-record": "the family hears of it by an event",
    "alter-upload": "the sealed bytes open to what was uploaded",
    "other-block": "the block that names it is fetched from a third node",
    "alter-receipt": "its receipt is verified offline, from the genesis",
    "wrong-token": "a device with a wrong token is refused",
}
# Without readers neither doctor nor daughter is told.
NO_READERS = ("the family hears of it by an event", "the doctor finds the record by its id at another node",
              "the sealed bytes open to what was uploaded")


def tour(*broken):
    done = subprocess.run([ROOT / "examples" / "http-tour"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=200, env=clean_environment(MEDCHAIN_BIN=str(BIN), HTTP_TOUR_BREAK=",".join(broken)))
    table = re.findall(r"^(ok|FAILED) +(.+?)  +.* s$", done.stdout, re.MULTILINE)
    return done, {name: verdict for verdict, name in table}


class Tour(TestCase):
    def test_every_row_holds(self):
        done, rows = tour()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(rows), 11)
        self.assertEqual(set(rows.values()), {"ok"})

    def test_what_is_spoilt_fails_its_row(self):
        done, rows = tour(*BREAKS)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual({name for name, verdict in rows.items() if verdict == "FAILED"}, set(BREAKS.values()), done.stdout)

    def test_without_readers_nobody_is_told(self):
        done, rows = tour("no-readers")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for name in NO_READERS:
            self.assertEqual(rows[name], "FAILED", done.stdout)


if __name__ == "__main__":
    unittest.main()
