"""One measurement in a process of its own, pinned to one CPU: `python -m tests.benchmarks.peers.worker ENGINE RULES SECONDS`; prints JSON."""

import gc
import json
import os
import statistics
import sys
import time

from tests.benchmarks.peers.engines import ENGINES
from tests.benchmarks.peers.ruleset import fingerprint, patients, rules

COMPARED = 200  # patients whose answers are compared
MOST = 10_000


def measure(name: str, count: int, seconds: float) -> dict[str, object]:
    """The fingerprint of the answers, and the time of one patient."""
    _, adapter, _ = ENGINES[name]
    everyone = patients(MOST)
    start = time.perf_counter()
    answer = adapter(rules(count))
    built = time.perf_counter() - start
    print_of_answers = fingerprint(answer(one) for one in everyone[:COMPARED])
    times: list[int] = []
    clock = time.perf_counter_ns
    for one in everyone[COMPARED : COMPARED + 2_000]:  # warm up: caches, just-in-time compilers
        answer(one)
        if time.perf_counter() - start - built > seconds:
            break
    gc.collect()
    gc.disable()
    cpu, end = time.process_time_ns(), time.perf_counter() + seconds
    for one in everyone:
        begun = clock()
        answer(one)
        times.append(clock() - begun)
        if begun > end * 1e9:
            break
    cpu = time.process_time_ns() - cpu
    return {
        "fingerprint": print_of_answers, "built": built, "p50": statistics.median(times) / 1000,
        "mean_cpu": cpu / len(times) / 1000, "patients": len(times),
    }  # fmt: skip


def main() -> None:
    """Measure and print; an engine that cannot hold the rules says how it failed."""
    name, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        found: dict[str, object] = measure(name, count, seconds)
    except BaseException as error:
        found = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0][:90] if str(error) else ''}"}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
