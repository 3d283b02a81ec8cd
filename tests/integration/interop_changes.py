#!/usr/bin/env python3
"""What the interoperability tests are worth: one byte of each domain is changed in a copy of our programs, which go on
agreeing with each other, and the TypeScript suite must fail on what they make.

usage: MEDCHAIN_BIN=build/release/bin tests/integration/interop_changes.py [DOMAIN...]

DOMAIN is what follows "medchain/", as wrap/v1. Five minutes for all, so ctest does not run it. Exits 1 when some change
went unnoticed, or when the programs as they are fail.
"""
import sys
import unittest
from pathlib import Path

import programs
from interop_material import Ledger
from node_suite import Suite, build
from programs import TestCase

DOMAINS = ("address/v1", "sealing-key/v1", "envelope/v1", "envelope-header/v1", "wrap/v1", "seal/v1/aead-key",
           "seal/v1/key-commitment", "seal/v1/content-salt", "content/v1", "transaction/v1", "record/v1",
           "consensus-key/v1", "vote/v1", "block/v1", "committee-set/v1", "committee-order/v1", "genesis/v1")
PREFIX = b"medchain/"
REGISTER_BYTES = 16  # the first part of a text that the compiler split; others may begin with it too


def patched(program, domain):
    """With another first letter of the domain's name; nothing when the text is not in the program."""
    text, at = PREFIX + domain.encode(), len(PREFIX)
    for found in (text + b"\0", text[:REGISTER_BYTES]):
        if found in program:
            return program.replace(found, found[:at] + bytes([found[at] ^ 1]) + found[at + 1:])
    return None


def make_programs(directory, domain):
    directory.mkdir()
    originals = programs.BIN
    for name in ("medchain", "medchaind"):
        content = (originals / name).read_bytes()
        if domain:
            changed = patched(content, domain)
            if changed is None and name == "medchain":
                return False
            content = changed or content  # a node seals nothing
        (directory / name).write_bytes(content)
        (directory / name).chmod(0o755)
    return True


class Changes(TestCase):
    """Of one domain, or of none."""

    domain = None

    def runTest(self):  # the name that unittest asks for
        changed, originals = self.dir / "bin", programs.BIN
        if not make_programs(changed, self.domain):
            self.skipTest("not in the program as one text")
        self.addCleanup(setattr, programs, "BIN", originals)
        programs.BIN = Path(changed)
        ledger = Ledger(self)
        ledger.seal_files()
        ledger.start()
        ledger.make_history()
        ledger.invite()
        ledger.write()
        suite = Suite(ledger.dir, altered=True)
        print(f"{self.domain or 'as they are':24} {suite.count('fail'):3} tests fail", end=" ", flush=True)
        if self.domain:
            self.assertGreater(suite.count("fail"), 0, f"nobody noticed that {self.domain} changed")
        else:
            self.assertEqual(suite.count("fail"), 0, suite.failures())


def main():
    build()
    suite = unittest.TestSuite()
    for domain in (None, *(sys.argv[1:] or DOMAINS)):
        case = Changes()
        case.domain = domain
        suite.addTest(case)
    return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
