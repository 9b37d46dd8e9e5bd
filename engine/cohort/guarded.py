"""Small cells: a count below 5 may point at a person, so a table that leaves the house hides it, and as much beside it as it takes that it cannot
be worked out from the sums.
"""

from collections.abc import Sequence

SMALL = 5
HIDDEN, BELOW = "–", "<5"


def guarded(rows: Sequence[Sequence[int]], *, show: bool = False) -> list[list[str]]:
    """The cells as text. The sums of rows and of columns are taken as known to the reader."""
    hidden = [[0 < cell < SMALL and not show for cell in row] for row in rows]
    lines = [[(y, x) for x in range(len(row))] for y, row in enumerate(rows)]
    if len(rows) > 1:
        lines += [[(y, x) for y in range(len(rows))] for x in range(len(rows[0]))]
    changed = True
    while changed:
        changed = False
        for line in lines:
            if sum(hidden[y][x] for y, x in line) == 1:
                left = sorted((rows[y][x] == 0, rows[y][x], y, x) for y, x in line if not hidden[y][x])
                if left:
                    *_, y, x = left[0]
                    hidden[y][x] = changed = True
    return [
        [(BELOW if 0 < cell < SMALL else HIDDEN) if hide else f"{cell:,}" for cell, hide in zip(row, gone, strict=True)]
        for row, gone in zip(rows, hidden, strict=True)
    ]


def guarded_line(cells: Sequence[int], *, show: bool = False) -> list[str]:
    """The same of one line whose sum is known."""
    return guarded([cells], show=show)[0]


def alone(cell: int, *, show: bool = False) -> str:
    """A count that is part of no sum."""
    return BELOW if 0 < cell < SMALL and not show else f"{cell:,}"


def share(cell: int, of: int, *, show: bool = False) -> str:
    """In per cent; hidden where either is small."""
    if not of:
        return HIDDEN
    if not show and (0 < cell < SMALL or 0 < of - cell < SMALL or of < SMALL):
        return HIDDEN
    percent = 100 * cell / of
    if 0 < percent < 1 or 99 < percent < 100:
        return "<1 %" if percent < 1 else ">99 %"
    return f"{percent:.0f} %"
