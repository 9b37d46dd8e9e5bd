"""`python -m tests.benchmarks.spark`: the same cohort on a Spark cluster of one worker and of two, each with one core, on this machine.

Parquet to Parquet over the guideline that is installed. The first run warms up nothing that counts: every run starts executors of its own. What is
timed is the work itself, from the first part that is done to the last, and beside it the whole run with the start of Spark.
"""

import argparse
import datetime
import json
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine import default_rules, load
from engine.cohort.inputs import Request
from engine.cohort.local import Asked
from engine.cohort.spark import run_on_spark
from tests.benchmarks.crowd import crowd
from tests.cohort.cluster import Cluster

AS_OF = datetime.date(2026, 11, 22)
PART = 25_000


def main() -> None:
    """Generate, run on one and on two workers, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1_000_000)
    options = parser.parse_args()
    guideline = load(default_rules())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, count = folder / "crowd.parquet", 0
        writer: pq.ParquetWriter | None = None
        while count < options.patients:
            batch = crowd(guideline, PART, count // PART)
            writer = writer or pq.ParquetWriter(path, batch.schema)
            writer.write_batch(batch, row_group_size=PART)
            count += PART
        assert writer is not None
        writer.close()
        rates = {}
        for workers in (1, 2):
            with Cluster(workers) as cluster:
                out, start = folder / f"out-{workers}", time.perf_counter()
                result = run_on_spark(Asked(Request(guideline, path), AS_OF, (), PART), out, cluster.url)
                whole = time.perf_counter() - start
            times = sorted(one.stat().st_mtime for one in (out / "parts").glob("*.json"))
            work = times[-1] - times[workers - 1]
            parts = len(times) - workers
            rates[workers] = parts * PART / work
            print(
                f"{workers} worker(s): {result.patients:,} patients, {whole:.1f} s with the start of Spark;"
                f" once all work {rates[workers]:,.0f} patients/s",
                flush=True,
            )
        same = [json.dumps(totals(folder / f"out-{workers}")) for workers in (1, 2)]
        print(f"two workers beside one: {rates[2] / rates[1]:.2f} x; answers equal: {same[0] == same[1]}")


def totals(out: Path) -> list[object]:
    """How often each rule stands and each status comes."""
    found: list[object] = []
    for table, column in (("recommendations", "rule"), ("patients", "status")):
        parts = [pq.read_table(path, columns=[column]) for path in sorted((out / table).glob("part-*.parquet"))]
        whole = pa.concat_tables(parts).column(column).cast(pa.string())
        counts = whole.value_counts().to_pylist()
        found.append(sorted((one["values"], one["counts"]) for one in counts))
    return found


if __name__ == "__main__":
    main()
