"""medchain seal and open: round trips, readers, authors, and memory on a large file."""

import os
import random
import signal
import subprocess
import time

from programs import BIN, DENIED, UNVERIFIED, USAGE, TestCase, clean_environment, medchain, unittest, wait_until

LARGE_BYTES = 200_000_000
MAX_RESIDENT_KB = 64 * 1024


def peak_resident_kb(arguments):
    """Runs a program to its end; (exit code, the peak of its resident memory)."""
    process = subprocess.Popen([BIN / "medchain", *map(str, arguments)], stdout=subprocess.DEVNULL,
                               env=clean_environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss


def random_file(path, size):
    generator = random.Random(4711)
    with open(path, "wb") as out:
        while size > 0:
            piece = generator.randbytes(min(size, 1 << 22))
            out.write(piece)
            size -= len(piece)


def stderr_of(arguments, when, pause_s, channel):
    """Runs a program, stops it for a while once `when` holds; (exit code, what it wrote to the channel as its stderr)."""
    ours, theirs = channel()
    process = subprocess.Popen([BIN / "medchain", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=theirs,
                               env=clean_environment())
    os.close(theirs)
    wait_until(lambda: process.poll() is not None or when(), "the program to begin", pause_s=0.001)
    process.send_signal(signal.SIGSTOP)
    time.sleep(pause_s)
    process.send_signal(signal.SIGCONT)
    shown = b""
    with open(ours, "rb", buffering=0) as terminal:
        try:
            while more := terminal.read(4096):
                shown += more
        except OSError:
            pass  # nobody has the other end any more
    return process.wait(), shown.decode()


class Sealing(TestCase):
    def seal(self, plain, *options):
        out = self.dir / "out.sealed"
        self.assert_ok(medchain("seal", plain, "--out", out, *options))
        return out

    def test_every_reader_and_no_other(self):
        self.key("bob", "p256")
        for size in (0, 1, 65_535, 65_536, 65_537, 300_000):
            plain = self.file("plain", random.Random(size).randbytes(size))
            sealed = self.seal(plain, "--to", self.pub("alice"), "--to", self.pub("bob"))
            for reader in ("alice", "bob"):
                out = self.dir / f"{reader}.out"
                answer = self.assert_ok(medchain("--json", "open", "--key", self.key(reader), sealed, "--out", out))
                self.assertEqual(out.read_bytes(), plain.read_bytes())
                self.assertEqual(answer.json(), {"opened": str(out), "bytes": size, "author": "none"})
            stranger = self.dir / "stranger.out"
            self.assert_refused(medchain("open", "--key", self.key("mallory"), sealed, "--out", stranger), DENIED)
            self.assertFalse(stranger.exists())

    def test_authors(self):
        plain = self.file("plain", b"hello")
        signed = self.seal(plain, "--to", self.pub("alice"), "--key", self.key("carol"))
        out = self.dir / "out"
        base = ("open", "--key", self.key("alice"), signed, "--out", out)
        self.assertEqual(self.assert_ok(medchain("--json", *base)).json()["author"], self.address("carol"))
        self.assert_ok(medchain(*base, "--author", self.pub("carol")))
        out.unlink()
        self.assert_refused(medchain(*base, "--author", self.pub("mallory")), UNVERIFIED)
        self.assertFalse(out.exists())
        unsigned = self.seal(plain, "--to", self.pub("alice"))
        self.assert_refused(medchain("open", "--key", self.key("alice"), unsigned, "--out", out, "--author",
                                     self.pub("carol")), UNVERIFIED)

    def test_the_environment_does_not_sign(self):
        plain = self.file("plain", b"hello")
        sealed = self.dir / "sealed"
        answer = self.assert_ok(medchain("--json", "seal", plain, "--to", self.pub("alice"), "--out", sealed,
                                         env={"MEDCHAIN_KEY": str(self.key("carol"))}))
        self.assertEqual(answer.json()["author"], "none")

    def test_readers_are_checked(self):
        plain = self.file("plain", b"hello")
        out = self.dir / "sealed"
        self.assert_refused(medchain("seal", plain, "--out", out), USAGE, "--to")
        twice = medchain("seal", plain, "--out", out, "--to", self.pub("alice"), "--to", self.pub("alice"))
        self.assertNotEqual(twice.code, 0)
        self.assertFalse(out.exists())

    def test_an_opened_file_is_private(self):
        sealed = self.seal(self.file("plain", b"hello"), "--to", self.pub("alice"))
        out = self.dir / "opened"
        self.assert_ok(medchain("open", "--key", self.key("alice"), sealed, "--out", out))
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)


class Large(TestCase):
    def test_a_terminal_sees_how_far_it_is(self):
        plain, sealed = self.dir / "plain", self.dir / "sealed"
        with open(plain, "wb") as out:
            out.truncate(LARGE_BYTES)
        command = ["seal", "--to", self.pub("alice"), plain, "--out", sealed, "--chunk-size", 1024]

        def begun():
            return any(path.stat().st_size for path in self.dir.glob("sealed.*"))
        code, shown = stderr_of(command, begun, 1, os.openpty)
        self.assertEqual(code, 0)
        self.assertRegex(shown, r"^(\r\x1b\[Kseal \[=* *\] +\d+ %, \d+ s left)+\r\x1b\[K$")
        sealed.unlink()
        self.assertEqual(stderr_of(command, begun, 1, os.pipe), (0, ""))

    def test_200_mb_in_bounded_memory(self):
        plain, sealed, opened = (self.dir / name for name in ("plain", "sealed", "opened"))
        random_file(plain, LARGE_BYTES)
        code, seal_kb = peak_resident_kb(["seal", "--to", self.pub("alice"), "--key", self.key("carol"), plain, "--out",
                                          sealed])
        self.assertEqual(code, 0)
        code, open_kb = peak_resident_kb(["open", "--key", self.key("alice"), sealed, "--out", opened])
        self.assertEqual(code, 0)
        print(f"\nsealed with {seal_kb} KiB resident, opened with {open_kb} KiB")
        self.assertLess(seal_kb, MAX_RESIDENT_KB)
        self.assertLess(open_kb, MAX_RESIDENT_KB)
        self.assertEqual(subprocess.run(["cmp", plain, opened]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
