"""Patients who are named in more than one row: found over all parts of a run without keeping a name.

Each part leaves a number for each of its rows, made of the name, and the line it stood in; equal numbers in two rows are the same name.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

Numbers = np.ndarray[Any, np.dtype[Any]]
LONGEST = 4_096  # letters of a name that are told apart by their place


def numbers_of(names: pa.Array) -> Numbers:
    """A number of 64 bits for each name, the same in every process; two names have the same one by a chance of 1 in 2 ** 64."""
    names = names.cast(pa.large_string())
    _, offsets, letters = names.buffers()
    ends = np.frombuffer(offsets, np.int64)[names.offset : names.offset + len(names) + 1]
    if not len(names) or letters is None:
        return np.zeros(len(names), np.uint64)
    said = np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]]
    starts, lengths = ends[:-1] - ends[0], np.diff(ends)
    places = np.arange(len(said)) - np.repeat(starts, lengths)
    terms = _table(-(-int(lengths.max(initial=1)) // 64) * 64).take((places % LONGEST << 8) | said)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])
    found: Numbers = sums[starts + lengths] - sums[starts]
    return found


@cache
def _table(length: int) -> Numbers:
    """Any number for each letter at each place; a longer table begins as a shorter one does."""
    return np.random.PCG64(1).random_raw(min(length, LONGEST) * 256)


def write(path: Path, names: Sequence[Numbers], lines: Sequence[Sequence[int]]) -> None:
    """The numbers of a part and its lines, for `repeated`."""
    kept = np.concatenate([np.zeros(0, np.uint64), *names])
    placed = np.concatenate([np.zeros(0, np.uint64), *(np.fromiter(one, np.uint64, len(one)) for one in lines)])
    with path.open("wb") as file:
        np.save(file, np.stack([kept, placed]))


def repeated(paths: Sequence[Path]) -> dict[int, list[tuple[int, int]]]:
    """By part: (line, the line in which the same patient was named first), for every row but the first of a patient."""
    parts = [np.load(path, mmap_mode="r") if path.is_file() else np.zeros((2, 0), np.uint64) for path in paths]
    ordered = np.sort(np.concatenate([np.zeros(0, np.uint64), *(part[0] for part in parts)]))
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    first: dict[int, int] = {}
    found: dict[int, list[tuple[int, int]]] = {}
    if twice.size:
        for number, name, line in _rows(parts, np.unique(twice)):
            if name in first:
                found.setdefault(number, []).append((line, first[name]))
            first.setdefault(name, line)
    return found


def _rows(parts: Sequence[Numbers], wanted: Numbers) -> Iterator[tuple[int, int, int]]:
    for number, part in enumerate(parts):
        for row in np.flatnonzero(np.isin(part[0], wanted)).tolist():
            yield number, int(part[0][row]), int(part[1][row])
