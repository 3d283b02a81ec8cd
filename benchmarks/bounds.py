"""What MedChain holds itself to, and which of it a run of benchmarks/cluster can tell."""


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def bound(figure, value, least=None, most=None):
    """One row: a figure that was measured, and what it is to be at least or at most."""
    reached = None if value is None else (least is None or value >= least) and (most is None or value <= most)
    return {"figure": figure, "value": value, "at_least": least, "at_most": most, "reached": reached}


def bounds_of(summary, options):
    nodes = options.producers + options.followers
    saturated = options.rate == 0 and options.committee == 4
    latency = summary["latency_ms"]
    rows = []
    if saturated and nodes == 10:
        rows.append(bound("ten nodes: transfers a second", summary["throughput_tps"], least=6000))
        rows.append(bound("ten nodes: efficiency", summary["efficiency"], least=0.5))
    if saturated and (options.producers, options.followers) == (4, 0):
        rows.append(bound("four nodes: transfers a second", summary["throughput_tps"], least=8000))
        rows.append(bound("four nodes: efficiency", summary["efficiency"], least=0.65))
    if options.rate > 0:  # the bound is for half of the maximum load; whether this is that, only who chose it knows
        rows.append(bound(f"finality at {options.rate:.0f}/s, median, ms", latency["p50"], most=60))
        rows.append(bound(f"finality at {options.rate:.0f}/s, 99 in 100, ms", latency["p99"], most=250))
    cpu = summary["cpu_cores"]
    producing, following = mean(cpu[:options.producers]), mean(cpu[options.producers:])
    if producing and following is not None:
        rows.append(bound("CPU of a follower, of a producer's", following / producing, most=1 / 3))
    if summary["load"]["final_in_all"] >= 10**6:
        rows.append(bound("memory of the largest node, MB", max(summary["memory_mb"]), most=150))
    return rows


def text_of(row):
    value = "not measured" if row["value"] is None else f"{row['value']:.3g}" if row["value"] < 10 else f"{row['value']:.0f}"
    limit = f"at least {row['at_least']:.3g}" if row["at_least"] is not None else f"at most {row['at_most']:.3g}"
    verdict = {True: "reached", False: "NOT REACHED", None: ""}[row["reached"]]
    return f"{row['figure']:58} {value:>8}   {limit:16} {verdict}"
