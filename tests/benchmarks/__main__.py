"""`make bench`: speed and memory on the real guideline, as a table. Nothing here is asserted by the clock.

Each part is timed a decision at a time over the named patients of the features, with age and tumour size varied so that answers are not simply
remembered; each part in a pass of its own; medians are printed. Pin the process (`taskset -c 0`) for steadier figures.
"""

import argparse
import datetime
import importlib
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine import Engine, default_rules, load  # noqa: E402
from engine.inference.reference import outcomes  # noqa: E402

AS_OF = datetime.date(2026, 11, 22)


def named_patients() -> list[dict[str, Any]]:
    """The named patients of the features."""
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "features" / "patients").glob("*.yaml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8")).values()
    return found


def varied(patients: list[dict[str, Any]], count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Patients with other ages and now and then a fact left out."""
    chance = random.Random(seed)
    for _ in range(count):
        facts = dict(chance.choice(patients))
        if "age_years" in facts:
            facts["age_years"] = chance.randrange(25, 85)
        if len(facts) > 4 and chance.random() < 0.3:
            facts.pop(chance.choice(list(facts)))
        yield facts


def timed(work: Callable[[], object]) -> float:
    """Microseconds of one call."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e6


def row(name: str, values: list[float], goal: str) -> str:
    """One line of the table."""
    ordered = sorted(values)
    p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    return f"  {name:<58} {p50:>9.1f} {p99:>9.1f}   {goal}"


def loading() -> list[str]:
    """Seconds to load and compile the rules folder."""
    start = time.perf_counter()
    guideline = load(default_rules())
    read = time.perf_counter() - start
    Engine(guideline).decider(AS_OF)
    whole = time.perf_counter() - start
    return [
        f"  load {len(guideline.rules)} rules: {read:.3f} s; load and compile both channels: {whole:.3f} s   (at most 1 s)"
    ]


def deciding(count: int) -> list[str]:
    """A table of the parts of a decision."""
    checked, alone = Engine(load(default_rules())), Engine(load(default_rules()), "off")
    decider = checked.decider(AS_OF)
    network = decider.network
    assert network is not None
    patients = list(varied(named_patients(), count))
    for facts in patients[: count // 5]:  # warm up
        checked.decide(facts, AS_OF)
        alone.decide(facts, AS_OF)
    given = [checked.read(facts) for facts in patients]
    states = [decider.resolver.resolve(one).states for one in given]
    parts = {
        "read": [timed(lambda facts=facts: checked.read(facts)) for facts in patients],
        "index": [timed(lambda one=one: decider.index.match(decider.resolver.resolve(one).states)) for one in given],
        "network": [timed(lambda one=one: network.match(one)) for one in states],
        "whole": [timed(lambda facts=facts: checked.decide(facts, AS_OF)) for facts in patients],
        "off": [timed(lambda facts=facts: alone.decide(facts, AS_OF)) for facts in patients],
        "reference": [timed(lambda one=one: outcomes(decider.guideline, one)) for one in given[::50]],
    }
    return [
        f"  {'microseconds, one process':<58} {'p50':>9} {'p99':>9}   goal (p50)",
        row("facts as sent -> checked states", parts["read"], ""),
        row("outcomes of all rules by the index, derived facts included", parts["index"], "at most 20"),
        row("outcomes of all rules by the network (durable-rules)", parts["network"], "at most 80"),
        row("whole Decision as JSON bytes, cross-checked, with needs", parts["whole"], "at most 200"),
        row("whole Decision without the network", parts["off"], ""),
        row("outcomes of all rules by the reference", parts["reference"], "(the definition)"),
    ]


def memory(count: int) -> list[str]:
    """Resident memory over many decisions in one process."""
    engine = Engine(load(default_rules()))
    patients = named_patients()
    for facts in varied(patients, 20_000, seed=2):
        engine.decide(facts, AS_OF)
    before = resident()
    start = time.perf_counter()
    for facts in varied(patients, count, seed=3):
        engine.decide(facts, AS_OF)
    seconds = time.perf_counter() - start
    return [
        f"  resident memory over {count:,} decisions: {before:.1f} -> {resident():.1f} MB (flat within 20 MB); {count / seconds:,.0f} decisions/s"
    ]


def resident() -> float:
    """Megabytes of this process in memory now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=4_000, help="decisions timed for each part")
    parser.add_argument(
        "--memory", type=int, default=100_000, help="decisions of the memory run (1,000,000 for the full one)"
    )
    options = parser.parse_args()
    print("Loading")
    print("\n".join(loading()))
    print("Deciding")
    print("\n".join(deciding(options.decisions)))
    print("Memory")
    print("\n".join(memory(options.memory)))
    for name in ("authoring", "cohort", "fhir", "http", "records", "page"):
        if (Path(__file__).parent / f"{name}.py").is_file():
            print("\n".join(importlib.import_module(f"tests.benchmarks.{name}").lines()))


if __name__ == "__main__":
    main()
