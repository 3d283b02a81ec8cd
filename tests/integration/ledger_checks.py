"""What must hold of a network's ledger whatever happened to it, judged from what each node answers, and by no code of
the nodes'."""

import json

from programs import NOT_FOUND, OK, medchain, wait_until

AT_ONCE = 500  # ids or heights in one call

# What the committee's signatures cover, one way or another. `view` and `signers` are of the certificate that a node
# happened to see: another quorum's is as good.
SAME_EVERYWHERE = ("hash", "parent", "time", "round", "producer", "state_root", "transactions_root", "receipts_root",
                   "committee_set", "next_committee_set", "transactions")


class Ledger:
    """What one node says."""

    def __init__(self, blocks, transactions, balances):
        self.blocks = blocks              # from height 1 on
        self.transactions = transactions  # by id
        self.balances = balances          # by address: what is held, staked and being released


def ask_many(net, node, command, items):
    """What the node has of these."""
    if len(items) > AT_ONCE:
        return ask_many(net, node, command, items[:AT_ONCE]) + ask_many(net, node, command, items[AT_ONCE:])
    ran = net.ask(net.hospital(0), node, command, *items)
    if ran.code == OK:
        return ran.lines()
    assert ran.code == NOT_FOUND, ran.err
    half = len(items) // 2  # one that it lacks hides the others
    return ask_many(net, node, command, items[:half]) + ask_many(net, node, command, items[half:]) if half else []


def read_balance(net, node, address):
    account = net.ask(net.hospital(0), node, "account", address).json()
    return sum(map(int, [account["balance"], account["stake"], *(part["amount"] for part in account["unbonding"])]))


def read_ledger(net, node, height, acknowledged, addresses):
    blocks = ask_many(net, node, "block", list(range(1, height + 1)))
    ids = {entry["transaction"] for block in blocks for entry in block["transactions"]}
    ids |= {entry["transaction"] for entry in acknowledged}
    transactions = {entry["transaction"]: entry for entry in ask_many(net, node, "tx", sorted(ids))}
    return Ledger(blocks, transactions, {address: read_balance(net, node, address) for address in addresses})


def chain_violations(name, ledger):
    blocks = ledger.blocks
    if [block["height"] for block in blocks] != list(range(1, len(blocks) + 1)):
        yield f"{name}: heights are missing"
    for before, after in zip(blocks, blocks[1:]):
        if after["parent"] != before["hash"]:
            yield f"{name}: block {after['height']} does not follow block {before['height']}"
    seen = {}
    for block in blocks:
        for entry in block["transactions"]:
            one = entry["transaction"]
            if one in seen:
                yield f"{name}: {one} is in block {seen[one]}, and again in block {block['height']}"
            seen[one] = block["height"]


def difference_violations(name, ledger, first):
    if len(ledger.blocks) != len(first.blocks):
        yield f"{name}: {len(ledger.blocks)} blocks instead of {len(first.blocks)}"
    for mine, other in zip(ledger.blocks, first.blocks):
        for field in SAME_EVERYWHERE:
            if mine[field] != other[field]:
                yield f"{name}: {field} of block {mine['height']} is {mine[field]} instead of {other[field]}"
    for one in sorted(ledger.transactions.keys() | first.transactions.keys()):
        if ledger.transactions.get(one) != first.transactions.get(one):
            yield f"{name}: {one} is {ledger.transactions.get(one)} instead of {first.transactions.get(one)}"


def acknowledged_violations(name, ledger, acknowledged):
    blocks = {block["height"]: block for block in ledger.blocks}
    for entry in acknowledged:
        one = entry["transaction"]
        found = ledger.transactions.get(one)
        if found is None:
            yield f"{name}: {one} was acknowledged and is lost"
        elif (found["height"], found["status"]) != (entry["height"], entry["status"]):
            yield f"{name}: {one} was acknowledged as {entry}, and is {found}"
        elif {"transaction": one, "status": entry["status"]} not in blocks[entry["height"]]["transactions"]:
            yield f"{name}: {one} is not in its block {entry['height']}"


def token_violations(name, ledger, genesis):
    """Transfers alone move tokens in these tests, so a twin of a few lines knows every balance."""
    expected = {}
    for participant in genesis["participants"]:
        expected[participant["address"]] = int(participant["balance"]) + int(participant["stake"])
    total = sum(expected.values())
    for one in ledger.transactions.values():
        if one["kind"] == "transfer" and one["status"] == "success":
            expected[one["sender"]] -= int(one["amount"])
            expected[one["to"]] += int(one["amount"])
    for address, balance in ledger.balances.items():
        if balance != expected[address]:
            yield f"{name}: {address} has {balance} instead of {expected[address]}"
    if sum(ledger.balances.values()) != total:
        yield f"{name}: there are {sum(ledger.balances.values())} tokens instead of {total}"


def violations(ledgers, acknowledged, genesis):
    """Every breach of what was promised, as a sentence. `ledgers`: {name: Ledger}"""
    found = []
    first = next(iter(ledgers.values()))
    for name, ledger in ledgers.items():
        found += chain_violations(name, ledger)
        found += difference_violations(name, ledger, first)
        found += acknowledged_violations(name, ledger, acknowledged)
        found += token_violations(name, ledger, genesis)
    return found


def wait_settled(net, nodes):
    """Until all are connected, nothing waits to be included, and all are equally far."""
    net.wait_connected(*nodes)

    def settled():
        statuses = [net.status(node) for node in nodes]
        return None not in statuses and {s["mempool"] for s in statuses} == {0} and \
            len({s["height"] for s in statuses}) == 1

    wait_until(settled, f"rest; {[net.status(node) for node in nodes]}")


def check_receipts(test, net, nodes, acknowledged):
    """Every node proves a few of the transactions to somebody who has the genesis alone."""
    step = max(len(acknowledged) // 2, 1)
    for node in nodes:
        for entry in acknowledged[node % step::step]:
            path = test.dir / f"{node}-{entry['transaction']}.receipt"
            test.assert_ok(net.ask(net.hospital(0), node, "receipt", entry["transaction"], "--out", path))
            proved = test.assert_ok(medchain("--json", "verify-receipt", path, "--genesis", net.dir / "genesis.json"))
            test.assertEqual([proved.json()[field] for field in ("transaction", "height", "status")],
                             [entry[field] for field in ("transaction", "height", "status")])


def check_network(test, net, acknowledged, nodes=range(4)):
    """Nothing acknowledged is lost, nothing is decided twice, all nodes are equal. Answers what it saw."""
    wait_settled(net, nodes)
    height = min(net.height(node) for node in nodes)
    genesis = json.loads((net.dir / "genesis.json").read_text())
    addresses = [participant["address"] for participant in genesis["participants"]]
    ledgers = {f"node {node}": read_ledger(net, node, height, acknowledged, addresses) for node in nodes}
    test.assertEqual(violations(ledgers, acknowledged, genesis), [])
    check_receipts(test, net, nodes, acknowledged)
    first = next(iter(ledgers.values()))
    views = sum(block["view"] > 0 for block in first.blocks)
    return f"{len(acknowledged)} acknowledged of {len(first.transactions)} transactions in {height} blocks on " \
           f"{len(ledgers)} nodes, {views} blocks decided after a view change"
