"""What tests of a running network begin with: its nodes, connected, and clients that keep them busy."""

from ledger_checks import check_network
from load import Load
from programs import Network, TestCase

NODES = range(4)


class RunningNetwork(TestCase):
    """Nodes that know each other when the test begins, and end with it."""

    nodes = NODES

    def setUp(self):
        super().setUp()
        self.net = self.make_network()
        self.addCleanup(self.net.close)
        self.net.start()
        self.net.wait_connected()

    def make_network(self):
        """What its nodes need beside them is made here: it outlives them."""
        return Network(self.dir / "net", nodes=len(self.nodes))


class BusyNetwork(RunningNetwork):
    """And a client at each node."""

    def setUp(self):
        super().setUp()
        self.load = Load(self, self.net, self.nodes)

    def check_ledger(self):
        """Ends the clients: every node has what they were told, and the same as all others."""
        acknowledged = self.load.finish(self)
        print(f" {self.load.summary()} {check_network(self, self.net, acknowledged)};", end=" ")
