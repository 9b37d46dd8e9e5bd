"""Load with every answer compared: `python -m tests.reliability.load --minutes 10`.

Random patients are sent over 16 connections to a service of its own; the outcome of every rule in every answer is compared with the reference evaluator's,
and the memory of every worker is sampled. Prints what was found; exit code 1 for a wrong answer, a failed request, or memory that grew by more than 30 MB.
"""

import argparse
import asyncio
import datetime
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from engine import Guideline, default_rules, load
from engine.inference.reference import outcomes
from engine.inference.space import cells_of
from tests.inference.patients import likely_patient
from tests.inference.standing import Stands, standing
from tests.reliability.running import Running, asked, loaded, running

MOST_GROWTH = 30.0  # MB
PATIENTS = 400  # different ones; each is sent again and again
WARM = 0.2  # of the time: what is remembered fills up before memory is compared


@dataclass
class Expected:
    """Patients, and what the reference says of each."""

    bodies: list[bytes] = field(default_factory=list)
    said: list[Stands] = field(default_factory=list)

    def wrong(self, number: int, status: int, answer: bytes) -> str:
        """Nothing, or what is wrong with an answer."""
        place = number % len(self.bodies)
        if status != 200:
            return f"status {status}"
        found, said = orjson.loads(answer), self.said[place]
        if {one["rule"]: one["status"] for one in found["recommendations"]} != said.stands:
            return f"patient {place}: what stands is not what the reference says"
        for name in ("stopped", "overridden"):
            if {one["rule"]: set(one["by"]) for one in found[name]} != getattr(said, name):
                return f"patient {place}: what is {name} is not what the reference says"
        if {one["rule"] for one in found["ruled_out"]} != said.ruled_out:
            return f"patient {place}: what is ruled out is not what the reference says"
        return ""


def expected_of(guideline: Guideline, count: int, day: datetime.date) -> Expected:
    """What the reference says of random patients."""
    found, chance = Expected(), random.Random(7)
    in_force, cells = guideline.as_of(day), cells_of(guideline)
    while len(found.bodies) < count:
        facts = likely_patient(guideline, chance, cells)
        found.bodies.append(asked(facts))
        found.said.append(standing(in_force, outcomes(in_force, guideline.vocabulary.read(facts))))
    return found


def resident(pids: Sequence[int]) -> float:
    """Megabytes of these processes together."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 for pid in pids) / 1e6


@dataclass
class Found:
    """What a run showed."""

    answered: int
    failed: list[str]
    seconds: list[float]
    memory: list[float]
    minutes: float

    @property
    def growth(self) -> float:
        """MB between the end of the warming up and the end."""
        warm = self.memory[int(len(self.memory) * WARM) :]
        return max(warm[-max(1, len(warm) // 10) :]) - warm[0]

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        p50, p99 = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
        return (
            f"{self.minutes:g} minutes: {self.answered:,} answers, {len(self.failed)} failed or wrong, "
            f"{self.answered / self.minutes / 60:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"memory {self.memory[0]:.0f} MB at the start, {statistics.median(self.memory):.0f} MB in the middle, "
            f"{self.memory[-1]:.0f} MB at the end, grown by {self.growth:.1f} MB after warming up"
        )


async def _run(service: Running, expected: Expected, seconds: float, clients: int) -> Found:
    memory: list[float] = []

    def body(number: int) -> bytes:
        return expected.bodies[number % len(expected.bodies)]

    async with loaded(service, body, expected.wrong, clients) as got:
        for _ in range(60):
            await asyncio.sleep(seconds / 60)
            memory.append(resident(service.pids or [service.process.pid]))
    return Found(got.answered, got.failed, got.seconds, memory, seconds / 60)


def run(seconds: float, clients: int, patients: int = PATIENTS, **settings: Any) -> Found:
    """Load a service of its own."""
    expected = expected_of(load(default_rules()), patients, datetime.date.today())
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "log", **settings) as service:
        return asyncio.run(_run(service, expected, seconds, clients))


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", default="1")
    options = parser.parse_args()
    found = run(options.minutes * 60, options.connections, workers=options.workers)
    print(found)
    for one in found.failed[:10]:
        print(f"  {one}")
    return int(bool(found.failed) or found.growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
