"""Cohorts: patients per second of one core's CPU, in memory and from Parquet to Parquet, on the whole guideline with unknown and partly known facts.

.venv/bin/python tests/benchmarks/cohort.py                        the lines of `make bench`
.venv/bin/python tests/benchmarks/cohort.py --patients 10000000 --folder FOLDER
                                                                   the full run: made, decided on all cores, sampled rows against the reference
"""

import argparse
import datetime
import multiprocessing
import random
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine import default_rules, load  # noqa: E402
from engine.cohort import Compiled  # noqa: E402
from engine.cohort.inputs import Request  # noqa: E402
from engine.cohort.local import Asked, run  # noqa: E402
from engine.inference.decide import Decider  # noqa: E402
from tests.benchmarks.crowd import crowd  # noqa: E402
from tests.cohort.one_by_one import differences  # noqa: E402

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


# ---- the full run ---------------------------------------------------------------------------------------------------
def full(patients: int, folder: Path, sample: int) -> None:
    """Make, decide on all cores, and compare sampled rows with the reference."""
    path, out = folder / "crowd.parquet", folder / "out"
    if not path.exists():
        make(path, patients)
    print(f"{pq.read_metadata(path).num_rows:,} patients, {path.stat().st_size / 1e6:,.0f} MB of Parquet")
    guideline = load(default_rules())
    peak, stop = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, stop))
    watcher.start()
    wall, workers = time.perf_counter(), len(multiprocessing.active_children()) or multiprocessing.cpu_count()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = run(Asked(Request(guideline, path), AS_OF), out, workers)
    seconds = time.perf_counter() - wall
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    stop.set()
    watcher.join()
    print(
        f"{result.patients:,} decided by {workers} processes in {seconds:,.0f} s: {result.patients / seconds:,.0f} patients/s"
    )
    print(f"{cpu:,.0f} CPU seconds in the processes: {result.patients / cpu:,.0f} patients per CPU second")
    print(f"peak memory of all processes together: {peak[0]:,.0f} MB")
    compiled, differing, compared = Compiled(guideline, AS_OF), 0, 0
    decider, rng = Decider(compiled.guideline, "off"), random.Random(1)
    file = pq.ParquetFile(path)
    for group in rng.sample(range(file.num_row_groups), min(file.num_row_groups, 10)):
        rows = file.read_row_group(group).combine_chunks().to_batches()[0]
        picked = rows.take(pa.array(sorted(rng.sample(range(rows.num_rows), sample // 10))))
        found = differences(decider, picked, compiled.evaluate(picked))
        stored = {
            one["patient"]: one for one in pq.read_table(out / "patients" / f"part-{group:05}.parquet").to_pylist()
        }
        patients_table, _ = compiled.evaluate(picked).to_batches(picked.column("patient"))
        found += [one["patient"] for one in patients_table.to_pylist() if stored[one["patient"]] != one]
        differing, compared = differing + len(found), compared + picked.num_rows
    print(f"{compared:,} sampled rows compared with the reference: {differing} differences")


def _watch(peak: list[float], stop: threading.Event) -> None:
    """The memory of this process and of those it started, shared pages counted once for each."""
    while not stop.wait(0.2):
        pids = [str(one.pid) for one in multiprocessing.active_children()]
        total = 0.0
        for pid in ["self", *pids]:
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(text.split("Pss:")[1].split()[0]) / 1000
            except OSError:
                continue
        peak[0] = max(peak[0], total)


def main() -> None:
    """Print the lines, or make the full run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--sample", type=int, default=2_000)
    options = parser.parse_args()
    if options.patients is None:
        print("\n".join(lines()))
        return
    with tempfile.TemporaryDirectory() as folder:
        full(options.patients, options.folder or Path(folder), options.sample)


if __name__ == "__main__":
    main()
