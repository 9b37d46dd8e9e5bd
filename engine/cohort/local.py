"""A run over a whole cohort on one machine: parts of the input go to as many processes as there are cores, and each writes files of its own.

    OUT/patients/part-00000.parquet          a row for each patient
    OUT/recommendations/part-00000.parquet   a row for each patient and rule that stands
    OUT/problems.csv                         what could not be read, by line
    OUT/run.json                             what was asked, by which rules, and whether it is complete

A part is written beside its place and then moved into it, its patients last. So a run that was interrupted, even killed, goes on where it stopped,
and no patient is in it twice.
"""

import contextlib
import csv
import datetime
import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.cohort import repeats
from engine.cohort.columns import CellProblem
from engine.cohort.evaluate import Compiled
from engine.cohort.inputs import InputError, InputProblem, Part, Request, Rows, Source, source_of
from engine.inference.decide import ENGINE_VERSION
from engine.language.guideline import Guideline
from engine.language.tablemaps import TableMap

ROWS = 65_536  # of a batch
TABLES = ("patients", "recommendations")
AGAIN = "each row is decided on its own; if a row is no patient, name the column that tells them apart"
PROBLEM_COLUMNS = ("line", "kind", "column", "fact", "reason", "hint")


class Occupied(ValueError):
    """The folder holds something else, or another run writes to it; the text says what to do."""


@dataclass(frozen=True)
class Asked:
    """What a run answers."""

    request: Request
    as_of: datetime.date
    by: tuple[str, ...] = ()  # coded facts that are shown of each patient
    rows: int = ROWS


@dataclass(frozen=True)
class Done:
    """What became of a part."""

    part: int
    patients: int
    left_out: int  # rows that are no patients
    broken: int  # rows with something that could not be read
    problems: int


@dataclass(frozen=True)
class Result:
    """What became of a run."""

    patients: int
    left_out: int
    broken: int
    problems: int
    resumed: int  # parts that were there already
    repeated: int = 0  # rows that name a patient who was named before


Progress = Callable[[int, int], None]  # (rows done just now, rows in all)


Distributed = Callable[[Compiled, list[Part]], Iterator[Done]]  # works on parts elsewhere and says what became of each


def run(
    asked: Asked,
    out: Path,
    workers: int,
    progress: Progress = lambda done, total: None,
    distributed: Distributed | None = None,
) -> Result:
    """Decide on everybody, with so many processes (or wherever `distributed` takes the parts); raises InputError and Occupied."""
    asked = replace(asked, request=replace(asked.request, as_of=asked.as_of, work=out / "records"))
    source = source_of(asked.request)
    compiled = Compiled(asked.request.guideline, asked.as_of, asked.by)
    with _claimed(out, _manifest(asked, compiled.guideline, source)) as manifest:
        parts = source.parts(asked.rows)
        waiting, done = list[Part](), list[Done]()
        for part in parts:
            before = done_before(out, part.number)
            if before is None:
                waiting.append(part)
            else:
                done.append(before)
        total, resumed = sum(part.rows for part in parts), len(done)
        progress(total - sum(part.rows for part in waiting), total)
        rows = {part.number: part.rows for part in waiting}
        if distributed is None:
            worked = _worked(compiled, asked, out, waiting, workers)
        else:
            worked = distributed(compiled, waiting) if waiting else iter(())
        for one in worked:
            done.append(one)
            progress(rows[one.part], total)
        repeated = _gather_problems(out, parts)
        result = Result(
            sum(one.patients for one in done),
            sum(one.left_out for one in done),
            sum(one.broken for one in done),
            sum(one.problems for one in done) + repeated,
            resumed,
            repeated,
        )
        counts = {name: getattr(result, name) for name in ("patients", "left_out", "broken", "repeated")}
        _write_json(out / "run.json", {**manifest, "complete": True, **counts})
        shutil.rmtree(out / "records", ignore_errors=True)
    return result


# ---- the folder -----------------------------------------------------------------------------------------------------
def _manifest(asked: Asked, guideline: Guideline, source: Source) -> dict[str, Any]:
    """What a run is known by: another run into the same folder must be the same."""
    request, table = asked.request, asked.request.table
    return {
        "guideline": {"id": guideline.id, "version": guideline.version, "sha256": guideline.sha256},
        "as_of": asked.as_of.isoformat(),
        "engine_version": ENGINE_VERSION,
        "input": {"name": request.path.name, "sha256": _fingerprint(request.path)},
        "map": table.id if table else None,
        "map_sha256": _hash_of(table) if table else None,
        "identifier": source.layout.identifier,
        "by": list(asked.by),
        "keep": list(request.keep),
        "rows": asked.rows,
    }


def _hash_of(table: TableMap) -> str:
    """Of what a mapping says, however its sets are ordered."""

    def plain(one: Any) -> Any:
        if isinstance(one, Mapping):
            return {str(key): plain(value) for key, value in one.items()}
        if isinstance(one, frozenset):
            return sorted(map(str, one))
        if isinstance(one, list | tuple):
            return [plain(each) for each in one]
        if is_dataclass(one) and not isinstance(one, type):
            return {each.name: plain(getattr(one, each.name)) for each in fields(one)}
        return one

    return hashlib.sha256(json.dumps(plain(table)).encode()).hexdigest()


def _fingerprint(path: Path) -> str:
    """Of the size, the time of writing, the begin and the end of a file: enough to notice another one without reading it all."""
    digest = hashlib.sha256()
    for one in sorted(path.iterdir()) if path.is_dir() else [path]:
        about = one.stat()
        digest.update(f"{about.st_size} {about.st_mtime_ns}".encode())
        if one.is_file():
            with one.open("rb") as file:
                digest.update(file.read(1 << 20))
                file.seek(max(0, about.st_size - (1 << 20)))
                digest.update(file.read())
    return digest.hexdigest()


@contextlib.contextmanager
def _claimed(out: Path, manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The folder, for this run alone; raises Occupied."""
    if out.exists() and not out.is_dir():
        raise Occupied(f"`{out}` is a file; the answer is a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / "run.json").is_file() and not (out / ".lock").is_file():
        raise Occupied(f"the folder `{out}` holds something else; name a new one")
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Occupied(f"another run writes to `{out}`; wait for it, or name a new folder") from None
        before = _read_json(out / "run.json")
        if before is not None:
            other = [key for key, value in manifest.items() if before.get(key) != value]
            if other:
                raise Occupied(f"`{out}` holds a run with another `{other[0]}`; name a new folder, or remove that one")
        else:
            _write_json(out / "run.json", {**manifest, "complete": False})
        with (out / ".workers").open("w") as workers:
            fcntl.flock(
                workers, fcntl.LOCK_EX
            )  # those of a killed run end with it; they may be at their last part still
        for folder in (*TABLES, "parts"):
            (out / folder).mkdir(exist_ok=True)
        remove_unfinished(out)
        yield manifest


def remove_unfinished(out: Path) -> None:
    """Remove what was being written when a process was killed."""
    for folder in (*TABLES, "parts"):
        for unfinished in (out / folder).glob(".*"):
            unfinished.unlink(missing_ok=True)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _write_json(path: Path, data: Any) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def done_before(out: Path, part: int) -> Done | None:
    """What became of a part that is done already."""
    found = _read_json(out / "parts" / f"{part:05}.json")
    return Done(**found) if found else None


def _gather_problems(out: Path, parts: list[Part]) -> int:
    """One list of all problems, by line; the rows that name somebody again are told here. How many are they?"""
    again = repeats.repeated([out / "parts" / f"{part.number:05}.npy" for part in parts])
    beside = out / f".problems.csv.{os.getpid()}"
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PROBLEM_COLUMNS)
        for place, part in enumerate(parts):
            path = out / "parts" / f"{part.number:05}.csv"
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            rows: list[list[str]] = list(csv.reader(text.splitlines()))
            rows += [[f"{line}", "repeated", "", "", f"the patient was named before, in line {first}", AGAIN]
                     for line, first in again.get(place, ())]  # fmt: skip
            rows.sort(key=lambda row: int(row[0]))
            writer.writerows(rows)
    os.replace(beside, out / "problems.csv")
    return sum(map(len, again.values()))


# ---- processes ------------------------------------------------------------------------------------------------------
def _worked(compiled: Compiled, asked: Asked, out: Path, parts: list[Part], workers: int) -> Iterator[Done]:
    """What became of each part, as they are done."""
    workers = min(workers, len(parts))
    if workers <= 1:
        worker = Worker(compiled, asked, out)
        for part in parts:
            yield worker.work(part)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (compiled, asked, out)) as pool:
        waiting: set[Future[Done]] = set()
        left = list(reversed(parts))
        try:
            while left or waiting:
                while left and len(waiting) < 2 * workers:
                    waiting.add(pool.submit(_work, left.pop()))
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in finished:
                    yield one.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_worker: "Worker | None" = None


def _start(compiled: Compiled, asked: Asked, out: Path) -> None:
    """Of a process: get ready, and end when the one that started it does."""
    global _worker
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    at_work = os.open(
        out / ".workers", os.O_RDWR | os.O_CREAT
    )  # held until the process ends: the next run waits for it
    fcntl.flock(at_work, fcntl.LOCK_SH)
    threading.Thread(target=follow, daemon=True).start()
    _worker = Worker(compiled, asked, out)


def _work(part: Part) -> Done:
    assert _worker is not None
    return _worker.work(part)


class Worker:
    """Reads, decides and writes parts."""

    def __init__(self, compiled: Compiled, asked: Asked, out: Path) -> None:
        self.compiled, self.asked, self.out = compiled, asked, out
        self.source = source_of(asked.request)
        guideline = compiled.guideline
        self.metadata = {
            "guideline": guideline.id, "guideline_version": guideline.version, "guideline_sha256": guideline.sha256,
            "as_of": asked.as_of.isoformat(), "engine_version": ENGINE_VERSION,
        }  # fmt: skip

    def work(self, part: Part) -> Done:
        """One part, from its rows to its files."""
        patients = left_out = broken = 0
        problems, names, lines = list[InputProblem](), list[repeats.Numbers](), list[Sequence[int]]()
        with contextlib.ExitStack() as open_files:
            writers: dict[str, pq.ParquetWriter] = {}
            for rows in self.source.read(part, self.asked.rows):
                tables = self._decided(rows, problems)
                for name, table in tables.items():
                    if name not in writers:
                        writers[name] = open_files.enter_context(self._writer(name, part.number, table.schema))
                        writers[name].add_key_value_metadata(self.metadata)
                    writers[name].write_batch(table)
                names.append(repeats.numbers_of(rows.identifiers))
                lines.append(rows.lines)
                patients, left_out = patients + len(rows.identifiers), left_out + rows.read - len(rows.identifiers)
        listed = sorted(set(problems), key=lambda one: (one.line, one.column, one.fact))
        broken = len({one.line for one in listed if one.kind == "input"})
        done = Done(part.number, patients, left_out, broken, len(listed))
        for name in reversed(TABLES):
            beside = self._beside(name, part.number)
            if beside.is_file():
                os.replace(beside, self.out / name / f"part-{part.number:05}.parquet")
        self._write_problems(part, listed)
        repeats.write(self.out / "parts" / f"{part.number:05}.npy", names, lines)
        _write_json(self.out / "parts" / f"{part.number:05}.json", asdict(done))
        return done

    def _decided(self, rows: Rows, problems: list[InputProblem]) -> Mapping[str, pa.RecordBatch]:
        outcomes = self.compiled.evaluate(rows.facts)
        cells = [InputProblem(rows.lines[one.row], one.column, one.reason, one.hint, "input", one.row, one.column)
                 for one in outcomes.problems]  # fmt: skip
        here = [*rows.problems, *cells]
        problems += here
        noted = [CellProblem(one.row, one.fact, one.reason) for one in here if one.row >= 0 and one.fact]
        patients, recommendations = replace(outcomes, problems=noted).to_batches(rows.identifiers)
        for name, column in rows.kept.items():
            patients = patients.append_column(name, column)
        return {"patients": patients, "recommendations": recommendations}

    def _beside(self, table: str, part: int) -> Path:
        return self.out / table / f".part-{part:05}.{os.getpid()}"

    def _writer(self, table: str, part: int, schema: pa.Schema) -> pq.ParquetWriter:
        coded = [
            f"{one.name}.list.element" if pa.types.is_list(one.type) else one.name
            for one in schema
            if table != "patients" or one.name != "patient"  # there each name stands once
        ]
        return pq.ParquetWriter(
            self._beside(table, part),
            schema,
            use_dictionary=coded,
            compression="zstd",
            compression_level=1,
            write_statistics=False,
            store_schema=False,  # codes are written in dictionaries and read as text
            dictionary_pagesize_limit=1 << 24,
        )

    def _write_problems(self, part: Part, problems: list[InputProblem]) -> None:
        path = self.out / "parts" / f"{part.number:05}.csv"
        if not problems:
            path.unlink(missing_ok=True)
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for one in problems:
                writer.writerow((one.line, one.kind, one.column, one.fact, one.reason, one.hint))


__all__ = [
    "ROWS",
    "Asked",
    "Done",
    "InputError",
    "Occupied",
    "Progress",
    "Result",
    "Worker",
    "done_before",
    "remove_unfinished",
    "run",
]
