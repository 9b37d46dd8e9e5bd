"""A report as blocks, written as Markdown with pictures beside it or as one HTML page; and the pictures, as SVG."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

COLOURS = ("#1b6ca8", "#7fb3d5", "#e0a030", "#9a9a9a", "#b03a2e", "#5d6d7e")
SHORT = 16  # letters of a cell that is not broken into lines
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #ccc;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
.s{white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}figure{margin:1rem 0;overflow-x:auto}figcaption{color:#444}"""


@dataclass(frozen=True)
class Table:
    """Columns with their headings; `numbers`: the columns that are set to the right."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """An SVG picture, its file name, and its content in one sentence."""

    name: str
    alt: str
    svg: str


@dataclass
class Report:
    """A title and what stands below it."""

    title: str
    blocks: list[tuple[str, object]] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """A section begins."""
        self.blocks.append(("h2", text))

    def say(self, text: str) -> None:
        """A paragraph."""
        self.blocks.append(("p", text))

    def points(self, items: Sequence[str]) -> None:
        """A list."""
        if items:
            self.blocks.append(("ul", list(items)))

    def table(self, heading: Sequence[str], rows: Sequence[Sequence[str]], numbers: range | Sequence[int]) -> None:
        """A table, unless it is empty."""
        if rows:
            self.blocks.append(("table", Table(heading, rows, frozenset(numbers))))

    def picture(self, picture: Picture | None) -> None:
        """A picture, unless there is nothing in it."""
        if picture is not None:
            self.blocks.append(("picture", picture))

    # ---- written ----------------------------------------------------------------------------------------------------
    def write(self, folder: Path, name: str) -> list[Path]:
        """NAME.md, its pictures in NAME-pictures, and NAME.html; the files."""
        folder.mkdir(parents=True, exist_ok=True)
        pictures = folder / f"{name}-pictures"
        written = [folder / f"{name}.md", folder / f"{name}.html"]
        written[0].write_text(self.markdown(pictures.name), encoding="utf-8")
        written[1].write_text(self.html(), encoding="utf-8")
        for kind, one in self.blocks:
            if kind == "picture":
                assert isinstance(one, Picture)
                pictures.mkdir(exist_ok=True)
                written.append(pictures / f"{one.name}.svg")
                written[-1].write_text(one.svg, encoding="utf-8")
        return written

    def markdown(self, pictures: str) -> str:
        """The report as Markdown."""
        parts = [f"# {self.title}"]
        for kind, one in self.blocks:
            match one:
                case Table():
                    lines = [
                        one.heading,
                        ["---:" if place in one.numbers else "---" for place in range(len(one.heading))],
                    ]
                    lines += [[cell.replace("|", "\\|") for cell in row] for row in one.rows]
                    parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
                case Picture():
                    parts.append(f"![{one.alt}]({pictures}/{one.name}.svg)")
                case list():
                    parts.append("\n".join(f"- {item}" for item in one))
                case _:
                    parts.append(f"## {one}" if kind == "h2" else str(one))
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """The report as one page."""
        parts = [f"<h1>{html.escape(self.title)}</h1>"]
        for kind, one in self.blocks:
            match one:
                case Table():
                    rows = [(one.heading, "th")] + [(row, "td") for row in one.rows]
                    parts.append(f"<table>{''.join(_row(cells, tag, one.numbers) for cells, tag in rows)}</table>")
                case Picture():
                    parts.append(f"<figure>{one.svg}<figcaption>{html.escape(one.alt)}</figcaption></figure>")
                case list():
                    parts.append(f"<ul>{''.join(f'<li>{html.escape(item)}</li>' for item in one)}</ul>")
                case _:
                    parts.append(f"<{kind}>{html.escape(str(one))}</{kind}>")
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(self.title)}</title>'
        return f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{"".join(parts)}</body></html>\n'


def _row(cells: Sequence[str], tag: str, numbers: frozenset[int]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    written = []
    for place, cell in enumerate(cells):
        kind = ' class="n"' if place in numbers else ' class="s"' if len(cell) <= SHORT else ""
        written.append(f"<{tag}{scope}{kind}>{html.escape(cell)}</{tag}>")
    return f"<tr>{''.join(written)}</tr>"


# ---- pictures -------------------------------------------------------------------------------------------------------
LEFT, WIDTH, BAR, GAP = 350, 900, 20, 8
LONGEST, REST = 44, "#d9d9d9"


def bars(
    name: str, alt: str, rows: Sequence[tuple[str, Sequence[int], str]], legend: Sequence[str] = ()
) -> Picture | None:
    """Bars from left to right: label, its pieces, and the text behind it. Pieces are coloured in the order of the legend; a last piece beyond it
    is what is not told apart, in grey, and the legend says so.
    """
    most = max((sum(pieces) for _, pieces, _ in rows), default=0)
    if not most:
        return None
    space = WIDTH - LEFT - 130
    top = 30 if legend else 6
    height = top + len(rows) * (BAR + GAP) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13"><title>{html.escape(alt)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    ]
    marks = list(zip(legend, COLOURS, strict=False))
    if legend and any(len(pieces) > len(legend) and pieces[len(legend)] for _, pieces, _ in rows):
        marks.append(("counts hidden", REST))
    at = max(8, min(LEFT, WIDTH - sum(34 + 7 * len(text) for text, _ in marks)))
    for text, colour in marks:
        parts.append(f'<rect x="{at}" y="6" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{at + 17}" y="17" fill="#1a1a1a">{html.escape(text)}</text>')
        at += 34 + 7 * len(text)
    for line, (label, pieces, text) in enumerate(rows):
        y, at = top + line * (BAR + GAP), LEFT
        short = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end" fill="#1a1a1a">{html.escape(short)}</text>')
        for place, piece in enumerate(pieces):
            length = round(space * piece / most, 1)
            colour = COLOURS[place] if place < max(1, len(legend)) else REST
            if length:
                parts.append(f'<rect x="{at:g}" y="{y}" width="{length:g}" height="{BAR}" fill="{colour}"/>')
            at += length  # type: ignore[assignment]
        parts.append(f'<text x="{at + 6:g}" y="{y + 15}" fill="#1a1a1a">{html.escape(text)}</text>')
    return Picture(name, alt, "".join(parts) + "</svg>\n")
