"""What MedChain holds itself to, and which of it a run can tell."""


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def bound(figure, value, least=None, most=None):
    """One row: a figure that was measured, and what it is to be at least or at most."""
    reached = None if value is None else (least is None or value >= least) and (most is None or value <= most)
    return {"figure": figure, "value": value, "at_least": least, "at_most": most, "reached": reached}


def of_throughput(summary, options):
    nodes = (options.producers, options.followers)
    if options.rate or options.paper or options.window <= options.batch or options.committee != 4:
        return []  # not a network that is kept busy, or not one that a bound is for
    if options.records:
        return [bound("ten nodes: sealed records of 1 KiB a second", summary["throughput_tps"], least=3000)] \
            if sum(nodes) == 10 and options.records == 1024 else []
    if sum(nodes) == 10:
        return [bound("ten nodes: transfers a second", summary["throughput_tps"], least=6000),
                bound("ten nodes: efficiency", summary["efficiency"], least=0.5)]
    if nodes == (4, 0):
        return [bound("four nodes: transfers a second", summary["throughput_tps"], least=8000),
                bound("four nodes: efficiency", summary["efficiency"], least=0.65)]
    return []


def of_finality(summary, options):
    latency = summary["latency_ms"]
    if options.rate > 0:  # the bound is for half of the maximum load; whether this is that, only who chose it knows
        return [bound(f"finality at {options.rate:.0f}/s, median, ms", latency["p50"], most=60),
                bound(f"finality at {options.rate:.0f}/s, 99 in 100, ms", latency["p99"], most=250)]
    if options.window == options.batch == 1 and (options.producers, options.followers) == (4, 0):
        return [bound("finality of a lone transaction, four nodes, median, ms", latency["p50"], most=15)]
    return []


def of_faults(summary, options):
    if not options.dead:
        return []
    with_fault = summary["with_fault"]
    return [bound(f"{options.dead} of {options.producers} producers dead: throughput, of that with all",
                  with_fault["throughput_tps"] / summary["throughput_tps"], least=0.6),
            bound(f"{options.dead} of {options.producers} producers dead: finality, 99 in 100, ms",
                  with_fault["latency_ms"]["p99"], most=2000)]


def cpu_of(summary, options):
    """Cores that a producer, and that a follower uses: a candidate that stands by is neither."""
    cpu = summary["cpu_cores"]
    return mean([cpu[node] for node in summary["sitting"]]), mean(cpu[options.producers:])


def bounds_of(summary, options):
    rows = of_throughput(summary, options) + of_finality(summary, options) + of_faults(summary, options)
    producing, following = cpu_of(summary, options)
    if producing and following is not None:
        rows.append(bound("CPU of a follower, of a producer's", following / producing, most=1 / 3))
    idle = [cores for cores in summary["idle_cores"] if cores is not None]
    if idle:
        rows.append(bound("CPU of the busiest node when idle, cores", max(idle), most=0.01))
    if summary["load"]["final_in_all"] >= 10**6:
        rows.append(bound("memory of the largest node, MB", max(summary["memory_mb"]), most=150))
    return rows


def text_of(row):
    value = "not measured" if row["value"] is None else f"{row['value']:.3g}" if row["value"] < 10 else f"{row['value']:.0f}"
    limit = f"at least {row['at_least']:.4g}" if row["at_least"] is not None else f"at most {row['at_most']:.4g}"
    verdict = {True: "reached", False: "NOT REACHED", None: ""}[row["reached"]]
    return f"{row['figure']:58} {value:>8}   {limit:16} {verdict}"
