"""Each rule of ledger_checks, broken once in a small ledger: it is noticed, and nothing else is."""

import copy
import unittest

from ledger_checks import SAME_EVERYWHERE, Ledger, violations

GENESIS = {"participants": [{"address": "alice", "balance": "100", "stake": "5"},
                            {"address": "bob", "balance": "50", "stake": "0"}]}
ACKNOWLEDGED = [{"transaction": "t1", "height": 2, "status": "success"}]


def block(height, *transactions):
    made = {field: f"{field} {height}" for field in SAME_EVERYWHERE}
    return {**made, "height": height, "hash": f"h{height}", "parent": f"h{height - 1}", "view": 0,
            "transactions": [{"transaction": one, "status": "success"} for one in transactions]}


def transfer(one, height, index, amount):
    return {"transaction": one, "height": height, "index": index, "status": "success", "kind": "transfer",
            "sender": "alice", "to": "bob", "amount": str(amount)}


def good():
    ledger = Ledger([block(1), block(2, "t1", "t2"), block(3)],
                    {"t1": transfer("t1", 2, 0, 10), "t2": transfer("t2", 2, 1, 3)}, {"alice": 92, "bob": 63})
    return {"node 0": ledger, "node 1": copy.deepcopy(ledger)}


class Checks(unittest.TestCase):
    def broken(self, change, acknowledged=()):
        ledgers = good()
        change(ledgers["node 1"])
        found = violations(ledgers, [*ACKNOWLEDGED, *acknowledged], GENESIS)
        self.assertTrue(found)
        return "\n".join(found)

    def test_a_good_ledger_passes(self):
        self.assertEqual(violations(good(), ACKNOWLEDGED, GENESIS), [])

    def test_what_was_acknowledged_and_never_existed(self):
        found = self.broken(lambda _: None, [{"transaction": "t9", "height": 2, "status": "success"}])
        self.assertEqual(found, "\n".join(f"node {k}: t9 was acknowledged and is lost" for k in (0, 1)))

    def test_one_node_has_lost_it(self):
        found = self.broken(lambda ledger: ledger.transactions.pop("t1"))
        self.assertIn("node 1: t1 was acknowledged and is lost", found)
        self.assertNotIn("node 0", found)

    def test_one_node_has_it_elsewhere(self):
        self.assertIn("was acknowledged as", self.broken(lambda ledger: ledger.transactions["t1"].update(height=3)))
        self.assertIn("was acknowledged as",
                      self.broken(lambda ledger: ledger.transactions["t1"].update(status="insufficient_balance")))
        self.assertIn("node 1: t2 is", self.broken(lambda ledger: ledger.transactions["t2"].update(index=5)))

    def test_its_block_does_not_have_it(self):
        self.assertIn("node 1: t1 is not in its block 2",
                      self.broken(lambda ledger: ledger.blocks[1]["transactions"].pop(0)))

    def test_blocks_differ(self):
        for field in SAME_EVERYWHERE:
            other = [{"transaction": "t3", "status": "success"}] if field == "transactions" else "another"
            with self.subTest(field=field):
                self.assertIn(f"node 1: {field} of block 3",
                              self.broken(lambda ledger: ledger.blocks[2].update({field: other})))

    def test_views_may_differ(self):
        ledgers = good()
        ledgers["node 1"].blocks[2]["view"] = 4
        self.assertEqual(violations(ledgers, ACKNOWLEDGED, GENESIS), [])

    def test_blocks_are_missing(self):
        self.assertIn("node 1: heights are missing", self.broken(lambda ledger: ledger.blocks.pop(0)))
        self.assertIn("node 1: 2 blocks instead of 3", self.broken(lambda ledger: ledger.blocks.pop()))

    def test_a_transaction_in_two_blocks(self):
        twice = {"transaction": "t1", "status": "success"}
        for at in (1, 2):
            found = self.broken(lambda ledger: ledger.blocks[at]["transactions"].append(twice))
            self.assertIn(f"node 1: t1 is in block 2, and again in block {at + 1}", found)

    def test_tokens(self):
        found = self.broken(lambda ledger: ledger.balances.update(bob=64))
        self.assertEqual(found, "node 1: bob has 64 instead of 63\nnode 1: there are 156 tokens instead of 155")
        found = self.broken(lambda ledger: ledger.balances.update(alice=91, bob=64))
        self.assertEqual(found, "node 1: alice has 91 instead of 92\nnode 1: bob has 64 instead of 63")


if __name__ == "__main__":
    unittest.main()
