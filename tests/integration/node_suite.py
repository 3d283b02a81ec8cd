"""The TypeScript client of clients/typescript: its packages fetched by npm, compiled, its tests run on a material."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from programs import PATIENCE_S, ROOT

SOURCE = ROOT / "clients" / "typescript"
BUILD = ROOT / "build" / "clients" / "typescript"  # no node_modules among the sources
LEAST_NODE = 18


def call(*command, **options):
    done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          timeout=5 * PATIENCE_S, **options)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def check_node():
    for program in ("node", "npm"):
        assert shutil.which(program), f"{program} is not installed: Debian's packages nodejs and npm have it"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    assert int(re.match(r"v(\d+)", version).group(1)) >= LEAST_NODE, f"node {version}, expected {LEAST_NODE} or later"


UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")


def fetch():
    """What it builds with. Where there is no way to npm's registry, the tests are skipped, saying so."""
    try:
        call("npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=1")
    except (AssertionError, subprocess.TimeoutExpired) as why:
        if not isinstance(why, subprocess.TimeoutExpired) and not any(code in str(why) for code in UNREACHABLE):
            raise
        print("SKIPPED: npm's registry cannot be reached", flush=True)
        raise unittest.SkipTest("npm's registry cannot be reached") from why


def build():
    """Fetches packages only when the lock file is not the one that was fetched last."""
    check_node()
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("src", "test", "dist"):
        shutil.rmtree(BUILD / name, ignore_errors=True)
    for name in ("src", "test"):
        shutil.copytree(SOURCE / name, BUILD / name)
    for name in ("package.json", "package-lock.json", "tsconfig.json"):
        shutil.copy(SOURCE / name, BUILD)
    lock, fetched = (SOURCE / "package-lock.json").read_bytes(), BUILD / "fetched"
    if not fetched.exists() or fetched.read_bytes() != lock:
        fetch()
        fetched.write_bytes(lock)
    call("npx", "--no-install", "tsc")


class Suite:
    """One run of it: how many tests passed, failed and were skipped, and which failed."""

    def __init__(self, material, altered=False, files=("golden", "signatures", "envelopes", "ledger")):
        environment = os.environ | {"MEDCHAIN_SOURCE": str(ROOT), "MEDCHAIN_MATERIAL": str(Path(material).resolve()),
                                    "MEDCHAIN_MATERIAL_ALTERED": str(int(altered))}
        tests = (f"dist/test/{name}.test.js" for name in files)
        done = subprocess.run(["node", "--test", "--test-reporter=tap", *tests], cwd=BUILD, env=environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=5 * PATIENCE_S,
                              check=False)
        self.code, self.out = done.returncode, done.stdout + done.stderr
        self.failed_names = re.findall(r"^\s*not ok \d+ - (.*)$", done.stdout, re.MULTILINE)

    def count(self, what):
        found = re.search(rf"^# {what} (\d+)$", self.out, re.MULTILINE)
        assert found, self.out[-4000:]
        return int(found.group(1))

    def failures(self):
        """With what each said."""
        return "\n".join(re.findall(r"^not ok .*?^  \.\.\.$", self.out, re.MULTILINE | re.DOTALL)) or self.out[-4000:]
