"""What a piece of work takes: it runs in a process of its own, and its CPU time and memory are those of all processes it starts."""

import multiprocessing
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOK = 0.2  # seconds between two looks at the memory


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock and of CPU, and the most memory in MB (shared pages counted once; 0 where the system does not tell)."""

    wall: float
    cpu: float
    memory: float


def measured(work: Callable[..., Any], *arguments: Any) -> Taken:
    """Run a function that can be pickled; raises OSError when it does not come to its end."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    peak, stop = [0.0], threading.Event()
    before, start = _used(), time.perf_counter()
    process.start()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, stop))
    watcher.start()
    process.join()
    wall = time.perf_counter() - start
    stop.set()
    watcher.join()
    if process.exitcode:
        raise OSError(f"`{work.__name__}` ended with code {process.exitcode}")
    return Taken(wall, _used() - before, peak[0])


def _used() -> float:
    """CPU seconds of the processes that have ended, and of those they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(first: int, peak: list[float], stop: threading.Event) -> None:
    while not stop.wait(LOOK):
        peak[0] = max(peak[0], sum(map(_memory, _family(first))))


def _family(first: int) -> list[int]:
    """A process and all that descend from it."""
    found = [first]
    for pid in found:
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
    return found


def _memory(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(text.split("Pss:")[1].split()[0]) / 1000 if "Pss:" in text else 0.0
