"""Pictures as SVG text, drawn by hand: effects with their intervals, events out of 100, trials by timing.

Only figures that were checked at their source come here. Every picture says in `desc` what it shows, uses the colour of the text around it, and
stands beside the same numbers in a table. Shapes carry the meaning: a filled square leaves out the line of no effect, a hollow one does not.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from engine.language.states import number_text

SPANS = ((0.5, 2.0), (0.25, 4.0), (0.125, 8.0))
WIDTH, LEFT, RIGHT = 420, 14, 406
ROW, HEAD = 58, 6
LONGEST = 38


@dataclass(frozen=True)
class Effect:
    """One ratio: its letter in the table, who found it, value and interval."""

    letter: str
    label: str
    value: float
    interval: tuple[float, float] | None
    level: float = 95
    found: str = ""  # what was found, in words

    @property
    def numbers(self) -> str:
        """`0.63 (0.48 to 0.82)`."""
        value, *ends = self.digits
        return f"{value} ({' to '.join(ends)})" if ends else value

    @property
    def digits(self) -> tuple[str, ...]:
        """The value and the ends of its interval, all with as many decimals as the longest of them: `0.80`, `0.62`, `1.03`."""
        numbers = (self.value, *(self.interval or ()))
        places = max(len(f"{one:g}".partition(".")[2]) for one in numbers)
        return tuple(f"{one:.{places}f}" for one in numbers)


@dataclass(frozen=True)
class Rates:
    """Events out of 100 in two groups."""

    what: str
    intervention: float
    control: float


@dataclass(frozen=True)
class Trial:
    """One trial on the time line: the columns its treatment covers, and whether it is final."""

    title: str
    columns: frozenset[int]
    status: str
    words: str


def forest(rows: Sequence[Effect], key: str, measure: tuple[str, str, str]) -> str:
    """A forest plot on a logarithmic axis; intervals that leave the axis end in an arrow."""
    name, less, more = measure
    low, high = _span(rows)
    height = HEAD + ROW * len(rows) + 46
    bottom = HEAD + ROW * len(rows) + 4

    def x(value: float) -> float:
        share = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return round(LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT), 1)

    parts: list[str] = []
    for index, row in enumerate(rows):
        top = HEAD + ROW * index
        parts.append(_text(LEFT, top + 14, f"{row.letter}  {_short(row.label, 34)}", "b"))
        parts.append(_text(RIGHT, top + 14, row.numbers, "n", "end"))
        parts.append(_text(LEFT, top + 30, _short(row.found, 58), "t"))
        end = bottom if index == len(rows) - 1 else top + 54
        parts.append(
            f'<line x1="{x(1)}" y1="{top + 36}" x2="{x(1)}" y2="{end}" class="none"/>'
        )  # beside the words, not through them
        parts += _effect(row, top + 45, x, low, high)
    parts.append(f'<line x1="{LEFT}" y1="{bottom}" x2="{RIGHT}" y2="{bottom}" class="axis"/>')
    for tick in (0.125, 0.25, 0.5, 1, 2, 4, 8):
        if low <= tick <= high:
            parts.append(f'<line x1="{x(tick)}" y1="{bottom}" x2="{x(tick)}" y2="{bottom + 5}" class="axis"/>')
            anchor = "start" if tick == low else "end" if tick == high else "middle"
            parts.append(_text(x(tick), bottom + 18, number_text(tick), "t", anchor))
    middle = x(1)
    parts.append(_text(middle - 12, bottom + 36, f"◂ {less}", "t", "end"))
    parts.append(_text(middle + 12, bottom + 36, f"{more} ▸", "t"))
    said = "; ".join(_said(row, low, high) for row in rows)
    desc = f"{name} on a logarithmic axis from {low:g} to {high:g}; 1 is no difference, below 1 means {less}. {said}."
    return _svg(key, f"{name}: forest plot", desc, WIDTH, height, parts, "forest")


def _effect(row: Effect, y: int, x: Callable[[float], float], low: float, high: float) -> Iterable[str]:
    centre = x(row.value)
    clear = False
    if row.interval is not None:
        begin, end = row.interval
        clear = begin > 1 or end < 1
        left, right = x(begin), x(end)
        yield f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" class="ci"/>'
        for place, cut, step in ((left, begin < low, 7), (right, end > high, -7)):
            if cut:  # an arrow head: the interval goes on
                yield f'<path d="M{place + step} {y - 5}L{place} {y}L{place + step} {y + 5}" class="ci"/>'
            else:
                yield f'<line x1="{place}" y1="{y - 5}" x2="{place}" y2="{y + 5}" class="ci"/>'
    shape = "full" if clear else "hollow"
    if row.interval is None:
        yield f'<path d="M{centre} {y - 7}L{centre + 7} {y}L{centre} {y + 7}L{centre - 7} {y}Z" class="hollow"/>'
    else:
        yield f'<rect x="{centre - 5.5:g}" y="{y - 5.5}" width="11" height="11" class="{shape}"/>'


def _span(rows: Sequence[Effect]) -> tuple[float, float]:
    """The smallest axis that holds every interval; the widest one where none does."""
    ends = [end for row in rows for end in (row.interval or (row.value, row.value)) if end > 0]
    for low, high in SPANS:
        if all(low <= end <= high for end in ends):
            return low, high
    return SPANS[-1]


def _said(row: Effect, low: float, high: float) -> str:
    if row.interval is None:
        return f"{row.letter}, {row.label}: {row.numbers}, interval not known"
    begin, end = row.interval
    value, first, last = row.digits
    cut = ", the interval is cut off at the end of the axis" if begin < low or end > high else ""
    clear = "does not include" if begin > 1 or end < 1 else "includes"
    return f"{row.letter}, {row.label}: {value}, {row.level:g} % confidence interval {first} to {last}, which {clear} 1{cut}"


def icons(rates: Rates, key: str) -> str:
    """Two squares of 100 marks each: filled squares are people with the event, hollow circles those without (patterns of _icons.html)."""
    parts: list[str] = []
    for left, name, percent in ((0, "Intervention", rates.intervention), (180, "Control", rates.control)):
        tens, ones = divmod(min(100, max(0, round(percent))), 10)
        parts.append(_text(left + 2, 14, name, "b"))
        parts.append(_text(left + 2, 34, f"{percent:g} of 100"))
        middle, below = 45 + 15 * tens, 45 + 15 * (tens + 1)
        for x, y, wide, high, mark in (
            (left, 45, 150, 15 * tens, "full"),
            (left, middle, 15 * ones, 15, "full"),
            (left + 15 * ones, middle, 150 - 15 * ones, 15 if tens < 10 else 0, "ring"),
            (left, below, 150, 195 - below, "ring"),
        ):
            if wide > 0 and high > 0:
                parts.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="url(#m-{mark})"/>')
    desc = (
        f"{rates.what or 'Events'}: {rates.intervention:g} of 100 in the intervention group, {rates.control:g} of 100 in the control group. "
        "Each group is drawn as 100 marks, rounded to whole people; filled squares are people with it."
    )
    return _svg(key, f"Out of 100: {rates.what or 'events'}", desc, 332, 197, parts, "icons")


def timeline(trials: Sequence[Trial], columns: Sequence[str], key: str, title: str) -> str:
    """One bar a trial over the columns it covers; a filled bar is final, a hollow one is not."""
    height = 34 + 40 * len(trials) + 4
    width = (RIGHT - LEFT) / len(columns)
    parts = []
    for index, name in enumerate(columns):
        parts.append(_text(LEFT + width * (index + 0.5), 16, name, "b", "middle"))
        x = LEFT + width * index
        for top in range(4, height - 4, 40) if index else ():  # beside the words, not through them
            above, below = (0, 16) if top == 4 else (7, 24)
            parts.append(f'<line x1="{x:g}" y1="{top + above}" x2="{x:g}" y2="{top + below}" class="none"/>')
    for row, trial in enumerate(trials):
        top = 34 + 40 * row
        first, last = min(trial.columns), max(trial.columns)
        start, end = LEFT + width * first + 4, LEFT + width * (last + 1) - 4
        final = trial.status == "final"
        shape = f'width="{end - start:g}" height="11" rx="2" class="{"full" if final else "hollow"}"'
        parts.append(f'<rect x="{start:g}" y="{top + 18}" {shape}/>')
        status = "" if final or not trial.status else f" ({trial.status})"
        name = _short(trial.title, LONGEST - len(status)) + status
        at_end = first > 0
        parts.append(_text(end if at_end else start, top + 13, name, "s", "end" if at_end else "start"))
    said = "; ".join(f"{one.title}: {one.words}, {one.status}" for one in trials)
    return _svg(key, title, f"{said}.", WIDTH, height, parts, "timeline")


def _text(x: float, y: float, text: str, kind: str = "n", anchor: str = "start") -> str:
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}" class="{kind}"{place}>{escape(text)}</text>'


def _svg(key: str, title: str, desc: str, width: int, height: int, parts: Iterable[str], kind: str) -> str:
    return (
        f'<svg class="picture {kind}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(desc)}</desc>{"".join(parts)}</svg>'
    )


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
