"""SIGSTOP and SIGKILL of every node in turn under load, then of all at once: the others go on, and whoever was away
catches up. (crash_test tells more of SIGKILL: what the client sees of it.)"""

import signal

from programs import unittest, wait_until
from running_network import NODES, BusyNetwork

SOME = 10  # transactions that show that a node goes on


class Stopped(BusyNetwork):
    def others(self, victim):
        return [node for node in NODES if node != victim]

    def go_on_without(self, victim):
        before = self.load.count()
        self.load.wait_more(SOME, *self.others(victim))
        reached = max(self.net.height(node) for node in self.others(victim))
        print(f" {self.load.count() - before} acknowledged without node {victim}, up to block {reached};", end="",
              flush=True)
        return reached

    def all_at_once(self, away, back):
        self.load.wait_more(1)
        away()
        in_vain = self.load.count_in_vain() + len(NODES)
        wait_until(lambda: self.load.count_in_vain() >= in_vain, "calls in vain")
        back()
        self.load.wait_more(SOME)

    def test_each_in_turn_and_all(self):
        self.load.wait_more(1)
        for victim in NODES:
            self.net.signal(signal.SIGSTOP, victim)
            reached = self.go_on_without(victim)
            self.net.signal(signal.SIGCONT, victim)
            self.net.wait_height(reached, victim)
            self.load.wait_more(1, victim)
        for victim in NODES:
            self.net.kill(victim)
            reached = self.go_on_without(victim)
            self.net.start(victim)
            self.net.wait_height(reached, victim)
            self.load.wait_more(1, victim)
        self.all_at_once(lambda: self.net.signal(signal.SIGSTOP, *NODES), lambda: self.net.signal(signal.SIGCONT, *NODES))
        self.all_at_once(lambda: self.net.kill(*NODES), self.net.start)
        self.check_ledger()


if __name__ == "__main__":
    unittest.main()
