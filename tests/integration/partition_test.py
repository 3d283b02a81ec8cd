"""A network that falls apart and heals: every node on a host of its own, whose cable is pulled. A quorum goes on, less
than a quorum decides nothing, nothing is decided twice."""

import time

import namespaces
from programs import Network, unittest, wait_until
from running_network import NODES, BusyNetwork

WITHOUT_DECISION_S = 2.5  # several view timeouts: time enough to decide for whoever would
# Who lacks the last block may ask two nodes behind the cut for it, one after the other, and give each two seconds.
REST_S = 6


class Spread(Network):
    """A network with one host for each node. Its clients sit on that host: they are cut off with it, not from it."""

    def __init__(self, directory, hosts):
        super().__init__(directory, nodes=len(NODES))
        self.hosts = hosts
        for k in NODES:
            text = self.config(k).read_text()
            for other in NODES:
                port = self.base_port + 2 * other
                text = text.replace(f'"127.0.0.1:{port}"', f'"{hosts.address(other)}:{port}"')
            self.config(k).write_text(text)

    def prefix(self, k):
        return self.hosts.prefix(k)


class Partition(BusyNetwork):
    @classmethod
    def setUpClass(cls):
        namespaces.enter_network()
        cls.hosts = namespaces.Hosts(len(NODES))
        cls.addClassCleanup(cls.hosts.close)

    def make_network(self):
        return Spread(self.dir / "net", self.hosts)

    def heights(self, nodes):
        return [self.net.height(node) for node in nodes]

    def standstill(self, nodes):
        """What was decided before the cut arrives; from then on these nodes decide nothing."""
        seen = [None]

        def rested():
            seen.append(self.heights(nodes))
            return seen[-1] == seen[-2]
        wait_until(rested, f"rest of {nodes}", pause_s=REST_S)
        acknowledged, in_vain = self.load.count(*nodes), self.load.count_in_vain(*nodes)
        time.sleep(WITHOUT_DECISION_S)
        self.assertEqual(self.heights(nodes), seen[-1])
        self.assertEqual(self.load.count(*nodes), acknowledged)
        wait_until(lambda: self.load.count_in_vain(*nodes) > in_vain, "a client that asked in vain")
        return seen[-1]

    def test_falls_apart_and_heals(self):
        self.load.wait_more(3)
        self.hosts.pull(1)
        height = self.standstill([1])[0]
        self.load.wait_more(20, 0, 2, 3)
        self.assertEqual(self.net.height(1), height)
        print(f" without node 1, at block {height}, the others reached {self.net.height(0)};", end="", flush=True)
        self.hosts.plug_in(1)
        self.load.wait_more(5)
        self.hosts.pull(2, 3)
        alone = self.standstill(NODES)
        self.hosts.plug_in(2, 3, switch=1)
        halves = self.standstill(NODES)
        print(f" nobody decided with two alone at {alone}, nor as halves at {halves};", end="", flush=True)
        self.hosts.pull(2, 3)
        self.hosts.plug_in(2, 3)
        self.load.wait_more(5)
        self.check_ledger()


if __name__ == "__main__":
    unittest.main()
