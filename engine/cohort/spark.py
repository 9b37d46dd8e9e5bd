"""A run over a whole cohort on a Spark cluster: Spark hands the parts of the input to its executors, and each reads, decides and writes its own.

The input and the folder of answers must be where every executor finds them under the same path, and the package must be installed there. Rows do not
pass through Spark: what goes out is the compiled guideline and where each part begins, and what comes back is a count. So the folder is the same as
after a run on one machine, and a part that was lost with its executor is written again, never twice.
"""

import contextlib
import os
import pickle
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from engine.cohort.evaluate import Compiled
from engine.cohort.inputs import Part
from engine.cohort.local import Asked, Done, Progress, Result, Worker, done_before, remove_unfinished, run

LOOK = 0.2  # seconds between two looks at what is done


class SparkError(RuntimeError):
    """The cluster cannot be reached, or could not finish; what is done so far is kept, and the same command goes on from there."""


def run_on_spark(
    asked: Asked,
    out: Path,
    master: str,
    progress: Progress = lambda done, total: None,
    settings: dict[str, str] | None = None,
) -> Result:
    """Decide on everybody, on the cluster at `master` (such as spark://host:7077); raises InputError, Occupied and SparkError.

    `settings`: properties of Spark beside those of its own configuration.
    """
    whole = replace(asked, request=replace(asked.request, path=asked.request.path.absolute()))
    folder = out.absolute()

    def distributed(compiled: Compiled, parts: list[Part]) -> Iterator[Done]:
        with _session(master, settings or {}) as session:
            yield from _distributed(session, folder, _Task(pickle.dumps((compiled, whole, folder)), parts), parts)
        remove_unfinished(folder)  # of executors that were lost

    return run(asked, out, 1, progress, distributed=distributed)


@contextlib.contextmanager
def _session(master: str, settings: dict[str, str]) -> Iterator[Any]:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if not _answers(master):
        raise SparkError(f"there is no Spark at `{master}`")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("tnbc-cds cohort")
    plain = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    if (urlsplit(master).hostname or "127.0.0.1") in ("127.0.0.1", "localhost"):
        plain |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in {**plain, **settings}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise SparkError(f"there is no Spark at `{master}` ({type(error).__name__})") from None
    except Exception as error:  # of the bridge to Java
        raise SparkError(f"Spark does not start for `{master}` ({type(error).__name__})") from None
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    finally:
        session.stop()


def _answers(master: str) -> bool:
    """Does one of the masters named (spark://one:7077,other:7077) take a connection? Spark itself would try for a minute."""
    if not master.startswith("spark://"):
        return True
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        with contextlib.suppress(OSError, ValueError, OverflowError), socket.create_connection((host, int(port)), 5):
            return True
    return False


def _distributed(session: Any, out: Path, task: "_Task", parts: list[Part]) -> Iterator[Done]:
    """What became of each part, as they are done."""
    frame = session.range(0, len(parts), 1, len(parts))  # a task for each part
    failed: list[BaseException] = []

    def work() -> None:
        try:
            frame.mapInArrow(task, "id long").collect()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    waiting = {part.number for part in parts}
    while waiting:
        running = thread.is_alive()
        for number in sorted(waiting):
            done = done_before(out, number)
            if done is not None:
                waiting.remove(number)
                yield done
        if waiting and not running:
            name = type(failed[0]).__name__ if failed else "parts are missing"
            raise SparkError(f"Spark did not finish ({name}); do all workers see the input and the folder of answers?")
        time.sleep(LOOK)
    thread.join()


@dataclass(frozen=True)
class _Task:
    """What an executor does. Sent with every part, so the guideline goes with it as bytes, which a process reads once."""

    payload: bytes
    parts: list[Part]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        worker = _worker_of(self.payload)
        for batch in batches:
            for number in batch.column("id").to_pylist():
                part = self.parts[number]
                if done_before(worker.out, part.number) is None:
                    worker.work(part)
            yield batch


@cache
def _worker_of(payload: bytes) -> "_Worker":
    compiled, asked, out = pickle.loads(payload)
    return _Worker(compiled, asked, out)


class _Worker(Worker):
    """Writes beside other machines, whose processes may have the same numbers."""

    def _beside(self, table: str, part: int) -> Path:
        return self.out / table / f".part-{part:05}.{socket.gethostname()}.{os.getpid()}"


__all__ = ["SparkError", "run_on_spark"]
