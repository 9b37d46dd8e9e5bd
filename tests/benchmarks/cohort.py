"""Cohorts: patients per second of one core's CPU, in memory and from Parquet to Parquet, on the whole guideline with unknown and partly known facts.

These are lines of `make bench`; the run over 10 million patients, through every way of deciding on many, is agreement.py.
"""

import datetime
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine import default_rules, load  # noqa: E402
from engine.cohort import Compiled  # noqa: E402
from engine.cohort.inputs import Request  # noqa: E402
from engine.cohort.local import Asked, run  # noqa: E402
from tests.benchmarks.crowd import crowd  # noqa: E402

AS_OF = datetime.date(2026, 11, 22)
PIECE, PIECES = 100_000, 10  # patients of a row group; row groups of the file


def make(path: Path, patients: int) -> None:
    """A Parquet file of so many patients."""
    guideline = load(default_rules())
    with pq.ParquetWriter(path, crowd(guideline, 10, 0).schema) as writer:
        for seed in range(-(-patients // PIECE)):
            writer.write_batch(crowd(guideline, min(PIECE, patients - seed * PIECE), seed))


def in_memory() -> str:
    """All outcomes, what stands, needs, what to confirm and the status, of a batch that lies in memory."""
    compiled = Compiled(load(default_rules()), AS_OF)
    batches = [crowd(compiled.guideline, PIECE, seed) for seed in range(5)]
    compiled.evaluate(batches[0])  # the combinations that most patients have
    found = []
    for batch in batches[1:]:
        start = time.process_time()
        compiled.evaluate(batch)
        found.append(batch.num_rows / (time.process_time() - start))
    return f"  cohort in memory, all outcomes, needs and what to confirm: {sorted(found)[2]:>12,.0f} patients per CPU second   (at least 500,000)"


def through_files() -> str:
    """The command's whole work in one process: Parquet in, both tables out."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "crowd.parquet", Path(folder) / "out"
        make(path, PIECES * PIECE)
        request = Request(load(default_rules()), path)
        start = time.process_time()
        run(Asked(request, AS_OF), out, 1)
        rate = PIECES * PIECE / (time.process_time() - start)
    return f"  cohort from Parquet to Parquet, patients and recommendations: {rate:>9,.0f} patients per CPU second   (at least 350,000)"


def lines() -> list[str]:
    """The lines of `make bench`."""
    return ["Cohorts", in_memory(), through_files()]


if __name__ == "__main__":
    print("\n".join(lines()))
