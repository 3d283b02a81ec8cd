#!/usr/bin/python3
"""usage: benchmarks/figures.py DIR PRODUCERS

The figures of the experiment that MedChain began with, drawn from what benchmarks/cluster wrote to DIR beside what was
published then: ten nodes on one laptop with four cores, transfers over HTTP; 2020. Needs Debian's python3-matplotlib.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (the way of drawing is chosen before)

PUBLISHED = "#b0b0b0"
PRODUCER, FOLLOWER = "#1f5fa8", "#d98032"
LONG_S = 200  # a run; its load comes in bursts, as it did then, and CPU was read every ten seconds
STEP_S = 10


def read(path):
    with open(path, newline="") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def save(out, name, axes, title, y):
    axes.set_title(title, loc="left")
    axes.set_xlabel("seconds")
    axes.set_ylabel(y)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        unique = dict(zip(labels, handles))
        axes.legend(unique.values(), unique.keys(), frameon=False)
    axes.figure.tight_layout()
    axes.figure.savefig(out / name, metadata={"Date": None})
    pyplot.close(axes.figure)


def plot():
    return pyplot.subplots(figsize=(8, 4.5))[1]


def draw_throughput(out):
    rows = read(out / "committed.csv")
    axes = plot()
    axes.axhspan(600, 1000, color=PUBLISHED, alpha=0.6, label="published: 600 to 1000")
    seconds, transactions = [row["second"] for row in rows], [row["transactions"] for row in rows]
    if len(rows) > LONG_S:
        axes.plot(seconds, transactions, color=PRODUCER, alpha=0.25, linewidth=0.5, label="MedChain, each second")
        means = [sum(transactions[i:i + STEP_S]) / STEP_S for i in range(0, len(rows) - STEP_S + 1, STEP_S)]
        axes.plot([seconds[0] + (i + 0.5) * STEP_S for i in range(len(means))], means, color=PRODUCER,
                  label=f"MedChain, mean of {STEP_S} s")
    else:
        axes.plot(seconds, transactions, color=PRODUCER, label="MedChain")
    save(out, "throughput.svg", axes, "Transactions final in each second", "transactions/s")


def by_node(out):
    nodes = defaultdict(list)
    for row in read(out / "processes.csv"):
        nodes[int(row["node"])].append(row)
    return nodes


def every(step, rows):
    """Those of the rows that are so many seconds apart."""
    kept = rows[:1]
    for row in rows:
        if row["seconds"] - kept[-1]["seconds"] >= step:
            kept.append(row)
    return kept


def draw_cpu(out, nodes, name, title, color, published):
    axes = plot()
    axes.axhline(published, color=PUBLISHED, linewidth=3, label=f"published: about {published:g} %")
    for rows in nodes:
        if rows[-1]["seconds"] - rows[0]["seconds"] > LONG_S:
            rows = every(STEP_S, rows)
        times = [row["seconds"] for row in rows[1:]]
        shares = [100 * (b["cpu_seconds"] - a["cpu_seconds"]) / (b["seconds"] - a["seconds"])
                  for a, b in zip(rows, rows[1:])]
        axes.plot(times, shares, color=color, alpha=0.6, linewidth=1, label="MedChain, each node")
    save(out, name, axes, title, "% of one core")


def draw_memory(out, nodes, producers):
    axes = plot()
    for node, rows in nodes.items():
        producer = node < producers
        axes.plot([row["seconds"] for row in rows], [row["memory_bytes"] / 1e6 for row in rows], linewidth=1,
                  color=PRODUCER if producer else FOLLOWER, label="producers" if producer else "followers")
    save(out, "memory.svg", axes, "Memory of each node (published: growing without end, by a leak)", "MB")


def draw(out, count):
    draw_throughput(out)
    nodes = by_node(out)
    draw_cpu(out, [rows for node, rows in nodes.items() if node < count], "cpu_producers.svg",
             "CPU of producers", PRODUCER, 50)
    draw_cpu(out, [rows for node, rows in nodes.items() if node >= count], "cpu_followers.svg",
             "CPU of followers", FOLLOWER, 25)
    draw_memory(out, nodes, count)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), int(sys.argv[2]))
