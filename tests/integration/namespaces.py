"""Mounts and networks of Linux that this process and what it starts see alone, and that vanish with it. Tests that may
not make them are skipped, and say so."""

import ctypes
import os
import subprocess
import unittest

NEW_MOUNTS = 0x00020000
NEW_NETWORK = 0x40000000


def skip(why):
    print(f"SKIPPED: {why}", flush=True)
    raise unittest.SkipTest(why)


def command(*words, prefix=()):
    done = subprocess.run([*prefix, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")


def enter(kinds):
    """Of the calling thread and those that it starts later: call it before there are others."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(kinds) != 0:
        skip(f"no namespaces of its own: {os.strerror(ctypes.get_errno())}")


def enter_mounts():
    enter(NEW_MOUNTS)
    try:
        command("mount", "--make-rprivate", "/")
    except OSError as error:
        skip(f"no mounts of its own: {error}")


def mount_memory(directory, size):
    """A file system of this many bytes, in memory."""
    try:
        command("mount", "-t", "tmpfs", "-o", f"size={size},mode=750", "medchain-test", directory)
    except OSError as error:
        skip(f"no file system of its own: {error}")


def unmount(directory):
    command("umount", "--lazy", directory)


def enter_network():
    enter(NEW_NETWORK)
    try:
        command("ip", "link", "set", "lo", "up")
    except OSError as error:
        skip(f"no network of its own: {error}")


class Hosts:
    """A network namespace for each of several hosts, each with a cable to one switch; ours is beside it, without one.

    10.77.0.1 is host 0. Whatever runs with prefix(k) runs on host k."""

    def __init__(self, count):
        self.holders = []
        self.names = list(range(count))
        try:
            for switch in ("switch0", "switch1"):
                command("ip", "link", "add", switch, "type", "bridge")
                command("ip", "link", "set", switch, "up")
            for k in self.names:
                self.add(k)
        except OSError as error:
            self.close()
            skip(f"no virtual network: {error}")

    def add(self, k):
        # Holds the namespace open while nodes come and go, and ends when its input does: with this process at the latest.
        holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        self.holders.append(holder)
        if holder.stdout.readline() != b"\n":
            raise OSError("unshare --net ended")
        command("ip", "link", "add", f"cable{k}", "type", "veth", "peer", "name", "eth0", "netns", holder.pid)
        command("ip", "address", "add", f"{self.address(k)}/24", "dev", "eth0", prefix=self.prefix(k))
        for device in ("lo", "eth0"):
            command("ip", "link", "set", device, "up", prefix=self.prefix(k))
        self.plug_in(k)

    def address(self, k):
        return f"10.77.0.{k + 1}"

    def prefix(self, k):
        return ("nsenter", f"--net=/proc/{self.holders[k].pid}/ns/net", "--")

    def plug_in(self, *which, switch=0):
        for k in which:
            command("ip", "link", "set", f"cable{k}", "master", f"switch{switch}")
            command("ip", "link", "set", f"cable{k}", "up")

    def pull(self, *which):
        for k in which:
            command("ip", "link", "set", f"cable{k}", "down")

    def close(self):
        for holder in self.holders:
            holder.stdin.close()
            holder.stdout.close()
            holder.wait()
        self.holders = []
