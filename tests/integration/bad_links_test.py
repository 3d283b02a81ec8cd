"""Links between nodes that delay, lose, hang, trickle, or are known to one side alone: the network goes on while a
quorum can talk, and all nodes are equal afterwards."""

import random
import time

from programs import reserve_ports, unittest, wait_until
from proxy import Proxies
from running_network import NODES, BusyNetwork

SOME = 8  # transactions that show that a node goes on


class BadLinks(BusyNetwork):
    def setUp(self):
        super().setUp()
        self.generator = random.Random(5)

    def make_network(self):
        net = super().make_network()
        first_port, reserved = reserve_ports(len(NODES) * (len(NODES) - 1))
        for held in reserved:
            self.addCleanup(held.close)
        self.proxies = Proxies(net, first_port)
        self.addCleanup(self.proxies.close)
        return net

    def set(self, links, **faults):
        for link in links:
            vars(link.faults).update(faults)

    def phase(self, what, *nodes):
        """Goes on under the fault, and once it has healed, at every node."""
        before = self.load.count()
        self.load.wait_more(SOME, *nodes)
        print(f" {what}: {self.load.count() - before} acknowledged;", end="", flush=True)
        self.proxies.heal()
        self.load.wait_more(2)

    def cut_at_random(self, times):
        links = list(self.proxies.links.values())
        cut = 0
        while cut < times:
            cut += self.proxies.cut([self.generator.choice(links)])
            time.sleep(self.generator.uniform(0, 0.15))
        return cut

    def test_one_after_another(self):
        everywhere = list(self.proxies.links.values())
        self.load.wait_more(2)
        self.set(everywhere, delay_s=(0.005, 0.08))
        self.phase("5 to 80 ms of delay", *NODES)

        self.set(everywhere, delay_s=(0.0, 0.03))
        cut = self.cut_at_random(30)
        self.phase(f"{cut} connections cut", *NODES)

        # Node 3 hears everything and is not heard.
        for (dialler, dialled), link in self.proxies.links.items():
            self.set([link], to_dialled_hangs=dialler == 3, to_dialler_hangs=dialled == 3)
        self.phase("node 3 not heard", 0, 1, 2)

        self.set(self.proxies.of(1), trickle_s=0.0005)
        wait_until(lambda: self.proxies.total("trickled") > 1000, "a thousand bytes one by one")
        self.phase("node 1 byte by byte", 0, 2, 3)

        # Who has lost a connection is let in anew, though who dialled it still believes in the old one.
        half = self.proxies.cut(self.proxies.of(0), "dialled")
        self.phase(f"{half} connections of node 0 half open", *NODES)

        half = 0
        for side in ("dialler", "dialled"):
            half += self.proxies.cut(self.proxies.of(0), side)
            self.load.wait_more(SOME, 1, 2, 3)
        self.assertGreaterEqual(self.proxies.half_open(), 3)
        self.set(self.proxies.of(0), refuse=True)
        self.phase(f"{half} connections of node 0 half open, new ones never served", 1, 2, 3)

        print(f" {self.proxies.total('accepted')} connections, {self.proxies.total('bytes')} bytes;", end="")
        self.check_ledger()


if __name__ == "__main__":
    unittest.main()
