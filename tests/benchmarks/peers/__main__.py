"""`make bench-peers`: this engine beside others on one neutral rule set (ruleset.py), as a table in Markdown.

Each measurement runs in a process of its own on one CPU, the engines take turns, and the median of the rounds is printed. Only engines whose
answers are the reference's for every compared patient have a figure; others are named with what kept them from one.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.peers import cohorts  # noqa: E402
from tests.benchmarks.peers.engines import ENGINES  # noqa: E402
from tests.benchmarks.peers.ruleset import fingerprint, patients, reference, rules  # noqa: E402
from tests.benchmarks.peers.worker import COMPARED  # noqa: E402

BASE = {"one patient": "index", "cohort": "index"}


def run(module: str, *arguments: object, limit: float) -> dict[str, Any]:
    """One measurement; `failed` says why there is none."""
    command = [sys.executable, "-m", f"tests.benchmarks.peers.{module}", *map(str, arguments)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done in {limit:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"failed": f"ended with code {done.returncode}"}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def interactive(counts: list[int], rounds: int, seconds: float, limit: float, names: list[str]) -> list[str]:
    """The table of one patient at a time."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {(name, count): [] for name in names for count in counts}
    means = {}
    for count in counts:
        some = patients(COMPARED)
        answers = [holds for holds, _ in reference(rules(count), some)]
        means[count] = sum(map(len, answers)) / COMPARED
        wanted = fingerprint(answers)
        for turn in range(rounds):
            for name in names:
                mine = found[name, count]
                if mine and "failed" in mine[-1]:
                    continue
                one = run("worker", name, count, seconds, limit=limit)
                if one.get("fingerprint", wanted) != wanted:
                    one = {"failed": "other answers than the reference"}
                mine.append(one)
                print(f"  round {turn + 1} {count:>5} {name:<14} {_short(one)}", file=sys.stderr, flush=True)
    lines = [
        f"Rules that hold for a patient, on average: {', '.join(f'{means[count]:.1f} of {count:,}' for count in counts)}.",
        "",
        "| one patient at a time, 25 facts known | "
        + " | ".join(f"{count:,} rules: p50 us | patients per CPU s | x slower" for count in counts)
        + " |",
        "|---|" + "---:|---:|---:|" * len(counts),
    ]
    for name in names:
        cells = []
        for count in counts:
            mine, ours = found[name, count], found[names[0], count]
            if any("failed" in one for one in mine):
                cells += [next(one["failed"] for one in mine if "failed" in one), "", ""]
                continue
            p50 = statistics.median(one["p50"] for one in mine)
            rate = 1e6 / statistics.median(one["mean_cpu"] for one in mine)
            ratio = p50 / statistics.median(one["p50"] for one in ours)
            cells += [_number(p50), f"{rate:,.0f}", f"{ratio:,.1f}"]
        label, _, package = ENGINES[name]
        lines.append(f"| {label} ({package} {_version(package)}) | " + " | ".join(cells) + " |")
    return lines


def many(sizes: dict[int, int], rounds: int, limit: float) -> list[str]:
    """The table of cohorts in memory."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for count, size in sizes.items():
        for _ in range(rounds):
            for name in cohorts.ENGINES:
                mine = found.setdefault((name, count), [])
                if mine and "failed" in mine[-1]:
                    continue
                mine.append(run("cohorts", name, count, size, limit=limit))
                print(f"  cohort {count:>5} {name:<14} {_short(mine[-1])}", file=sys.stderr, flush=True)
    lines = [
        "| cohort in memory, one thread | "
        + " | ".join(f"{count:,} rules, {size:,} patients: per CPU s | x" for count, size in sizes.items())
        + " |",
        "|---|" + "---:|---:|" * len(sizes),
    ]
    first = next(iter(cohorts.ENGINES))
    for name, (label, _, package) in cohorts.ENGINES.items():
        cells = []
        for count, size in sizes.items():
            mine, ours = found[name, count], found[first, count]
            wrong = [one for one in mine if "failed" in one or one["fingerprint"] != one["wanted"]]
            if wrong:
                cells += [wrong[0].get("failed", "other answers than the reference"), ""]
                continue
            rate = size / statistics.median(one["cpu"] for one in mine)
            known = [one["cpu"] for one in ours if "cpu" in one]
            cells += [f"{rate:,.0f}", f"{statistics.median(known) * rate / size:,.2f}" if known else ""]
        lines.append(f"| {label} ({package} {_version(package)}) | " + " | ".join(cells) + " |")
    return lines


def _short(one: dict[str, Any]) -> str:
    if "failed" in one:
        return str(one["failed"])
    return f"p50 {one['p50']:.1f} us, built in {one['built']:.2f} s" if "p50" in one else f"{one['cpu']:.2f} CPU s"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def main() -> None:
    """Measure and print the tables; `--out` also writes them to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="+", default=[40, 400, 4000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="at most, for the timed part of one measurement")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a measurement is given up")
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--only", choices=("patient", "cohort"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} CPUs; rounds: {options.rounds}, medians."
    ]
    if options.only != "cohort":
        names = ["index", *(name for name in options.engines if name != "index")]
        lines += ["", *interactive(options.rules, options.rounds, options.seconds, options.limit, names)]
    if options.only != "patient":
        sizes = {count: max(2_000, 20_000_000 // count // 5) for count in options.rules}
        lines += ["", *many(sizes, options.rounds, options.limit)]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
