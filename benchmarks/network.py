"""A network of node processes on loopback, made to be measured: started, sampled, put under load, ended."""

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "release"
BUILT = os.environ.get("MEDCHAIN_BIN")  # programs that are there already
BIN = Path(BUILT or BUILD / "bin")
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SAMPLE_S = 0.5
FIRST_PORTS = range(31000, 32700)


class Failed(Exception):
    pass


def build():
    """Unless MEDCHAIN_BIN names programs."""
    if BUILT:
        return
    log = ROOT / "build" / "benchmarks.log"
    log.parent.mkdir(exist_ok=True)
    install = f"source {ROOT}/tests/support/packages.sh && medchain_packages+=(python3-matplotlib) && ensure_packages"
    with open(log, "w") as out:
        for command in (["bash", "-c", install],
                        ["cmake", "--preset", "release"],
                        ["cmake", "--build", BUILD, "--target", "medchaind", "medchain_program", "medchain-load"]):
            if subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, check=False).returncode:
                raise Failed(f"the build failed, see {log}")


def free_ports(count):
    for base in range(FIRST_PORTS.start, FIRST_PORTS.stop - count, count):
        try:
            for port in range(base, base + count):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise Failed(f"no {count} free ports in a row in {FIRST_PORTS}")


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{Path(command[0]).name}: {done.stderr.strip()}")
    return done.stdout


def show_progress(what, done, note=""):
    if sys.stderr.isatty():
        filled = int(done * 30)
        print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {what} {note}\033[K", end="\n" if done >= 1 else "", file=sys.stderr,
              flush=True)


def write_csv(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def loopback_bytes():
    for line in Path("/proc/net/dev").read_text().splitlines():
        if line.strip().startswith("lo:"):
            return int(line.split()[1])
    return 0


class Network:
    """Nodes 0 to producers - 1 stand for election; the others follow. `spare` of the latter are not started."""

    def __init__(self, directory, producers, followers, committee, senders=10_000, spare=0, replay_window=8192):
        self.dir = directory
        self.count = producers + followers
        self.made = self.count + spare
        self.producers = range(producers)
        self.base = free_ports(3 * self.made)
        run(BIN / "medchaind", "init", "--nodes", producers, "--followers", followers + spare, "--dir", directory,
            "--base-port", self.base, "--committee-size", committee)
        run(BIN / "medchain-load", "prepare", "--network", directory, "--senders", senders, "--replay-window", replay_window)
        # Without the genesis, which takes longer to check than a node to answer.
        lines = (directory / "client.toml").read_text().splitlines()
        self.asking = directory / "asking.toml"
        self.asking.write_text("\n".join(line for line in lines if not line.startswith("genesis")) + "\n")
        self.senders, self.next_number = senders, 0
        self.processes = {}  # of nodes that run
        self.samples, self.bytes = [], []
        self.began = time.monotonic()
        self.ending = threading.Event()
        self.sampler = threading.Thread(target=self.sample, daemon=True)

    def client(self, node):
        return f"127.0.0.1:{self.base + 2 * node + 1}"

    def http(self, node):
        return f"127.0.0.1:{self.base + 2 * self.made + node}"

    def start_node(self, node):
        # The limit of requests is for one address, and all of the load comes from one.
        environment = os.environ | {"MEDCHAIND_HTTP_REQUESTS_PER_SECOND": "100000"}
        with open(self.dir / f"node{node}.log", "ab") as log:
            self.processes[node] = subprocess.Popen(
                [BIN / "medchaind", "run", "--config", self.dir / f"node{node}" / "medchaind.toml"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def start(self):
        for node in range(self.count):
            self.start_node(node)
        end = time.monotonic() + 60
        for node in range(self.count):
            while self.status(node).get("peers", -1) < self.count - 1:
                if time.monotonic() > end:
                    raise Failed(f"node {node} did not find its peers; its log: {self.log(node)[-500:]}")
                time.sleep(0.1)
        self.sampler.start()

    def kill(self, node):
        process = self.processes.pop(node)
        process.kill()
        process.wait()

    def stop(self):
        self.ending.set()
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(timeout=30)
        self.processes = {}

    def log(self, node):
        return (self.dir / f"node{node}.log").read_text(errors="replace")

    def status(self, node):
        asked = subprocess.run([BIN / "medchain", "--config", self.asking, "--node", self.client(node), "--json",
                                "status"], capture_output=True, text=True, check=False)
        return json.loads(asked.stdout) if asked.returncode == 0 else {}

    def sitting(self):
        """Who is in the committee. Only they check clients' signatures: a candidate that stands by would have to check
        what its own clients submit, to answer them, and its work would be no other node's."""
        return [node for node in sorted(self.processes) if self.status(node).get("producer")]

    def now(self):
        return round(time.monotonic() - self.began, 3)

    def data_dir(self, node):
        return self.dir / f"node{node}" / "data"

    def disk_bytes(self, node):
        total = 0
        for path in self.data_dir(node).rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:
                pass  # compacted away meanwhile
        return total

    def sample(self):
        """CPU seconds and memory of each process, and bytes on disk and wire, until the end."""
        wire = loopback_bytes()
        while not self.ending.wait(SAMPLE_S):
            for node, process in list(self.processes.items()):
                try:
                    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue  # it has ended; whoever waits for it says so
                cpu_s = (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
                self.samples.append((self.now(), node, cpu_s, int(fields[21]) * PAGE))
            self.bytes.append((self.now(), loopback_bytes() - wire, sum(map(self.disk_bytes, list(self.processes)))))

    def cores(self, node, start, end):
        """That a node used between two times."""
        inside = [(at, cpu) for at, who, cpu, _ in list(self.samples) if who == node and start <= at <= end]
        return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0]) if len(inside) > 1 else None

    def memory_mb(self, node):
        """As last seen."""
        return next((rss / 1e6 for _, who, _, rss in reversed(self.samples) if who == node), None)

    def load(self, targets=None, observer=None, http=False, quiet=False, **options):
        """Puts the network under load. Gives what medchain-load says of it, and `began`: when, as in the samples.

        Options are those of `medchain-load run`, with _ for -.
        """
        alive = sorted(self.processes)
        targets = self.sitting() if targets is None else targets
        out = self.dir / "load.json"
        command = [BIN / "medchain-load", "run", "--ca", self.dir / "node0" / "ca.crt", "--out", out, "--senders", self.senders,
                   "--first-number", self.next_number, "--observer", self.client(alive[-1] if observer is None else observer)]
        for node in targets:
            command += ["--http-target", self.http(node)] if http else ["--target", self.client(node)]
        for node in alive:
            command += ["--node", self.client(node)]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}"] + ([] if value is True else [value])
        began = None
        with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            for line in process.stdout:
                began = self.now() if began is None else began
                _, done, final = line.split()
                if not quiet:
                    show_progress("under load", float(done), f"{final} final")
            errors = process.stderr.read()
        if process.returncode:
            raise Failed(errors.strip())
        result = json.loads(out.read_text())
        self.next_number = result["next_number"]
        if result["failed"] or not result["complete"]:
            raise Failed(f"{result['failed']} transactions failed, all accepted ones final: {result['complete']}")
        return {**result, "began": began}


@contextmanager
def running(keep=False, **options):
    """A network that has started, in a directory of its own."""
    directory = Path(tempfile.mkdtemp(prefix="medchain-benchmark."))
    try:
        network = Network(directory / "network", **options)
        try:
            network.start()
            yield network
        finally:
            network.stop()
    finally:
        if keep:
            print(f"the network is in {directory}", file=sys.stderr)
        else:
            shutil.rmtree(directory, ignore_errors=True)
