"""Where patients come from: a table (CSV, TSV, Parquet) or records in FHIR (NDJSON), cut into parts that any process can read on its own.

    source = source_of(path, ...)          # what kind of file, its columns; InputError with everything that is wrong
    parts = source.parts(rows)             # where to cut, with the line each part begins at
    for some in source.read(part): ...     # batches of rows, at most so many at once

A cell that cannot be read leaves its fact unknown; a row that is no row, or that names nobody, is left out. Both are told as problems.
"""

import codecs
import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from engine.intake.table import RowReader, TableError, check_header
from engine.language.guideline import Guideline
from engine.language.problems import did_you_mean, shorten
from engine.language.states import number_text
from engine.language.tablemaps import TableMap

IDENTIFIERS = ("patient", "patient_id", "id")
DELIMITERS = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "\t"}
PARQUET = (".parquet", ".pq")
NDJSON = (".ndjson", ".jsonl")
_SIGNS = {";": "`;`", "\t": "tabs", "|": "`|`", ",": "commas"}
_OTHER_SIGN = "save the table with commas (.csv) or tabs (.tsv), or name the separator in a mapping: --map"
LOOK_AHEAD = 1 << 24  # bytes of a text file that are looked at together
MOST_HELD = 1 << 26  # bytes in which a row has to end


class InputError(ValueError):
    """The input cannot be used: what is wrong, each with a hint."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Part:
    """A stretch of the input: rows of a Parquet file by their row groups, bytes of a text file, or a file of its own."""

    number: int
    start: int
    stop: int
    first: int  # the line (text) or row (Parquet) it begins at, from 1
    rows: int  # about how many


@dataclass(frozen=True)
class InputProblem:
    """A row or a cell that could not be read: its line, the column, why. Never what it says. `fact`: the fact that is unknown for it."""

    line: int
    column: str
    reason: str
    hint: str = ""
    kind: str = "input"  # or `conflict`: columns that cannot all be right
    row: int = -1  # in the batch; -1 for a row that was left out
    fact: str = ""


@dataclass
class Rows:
    """A batch of patients: who they are, a column for each fact, the columns that are kept as they are, and what could not be read."""

    identifiers: pa.Array
    lines: Sequence[int]
    facts: pa.RecordBatch
    kept: dict[str, pa.Array]
    problems: list[InputProblem] = field(default_factory=list)
    read: int = 0  # rows of the input, those that were left out as well


@dataclass(frozen=True)
class Request:
    """What is asked of an input."""

    guideline: Guideline
    path: Path
    identifier: str = ""
    table: TableMap | None = None
    keep: tuple[str, ...] = ()
    as_of: datetime.date | None = None  # records: nothing later is read
    work: Path | None = None  # a folder for what is made of the input


# ---- columns --------------------------------------------------------------------------------------------------------
class Layout:
    """Which column says what: checked once against the header."""

    def __init__(self, request: Request, header: Sequence[str]) -> None:
        self.table, self.guideline = request.table, request.guideline
        self.header, self.keep = tuple(header), request.keep
        twice = sorted({name for name in header if list(header).count(name) > 1})
        if twice:
            raise InputError(
                f"the column `{twice[0]}` stands twice in the header", "give each column a name of its own"
            )
        for name in request.keep:
            if name not in header:
                hint = did_you_mean(name, header) or f"its columns are {shorten(header)}"
                raise InputError(f"there is no column `{name}` to keep", hint)
        if request.table is not None:
            try:
                check_header(header, request.table)
            except TableError as error:
                raise InputError(*map(str, error.problems)) from None
            self.identifier = request.table.identifier
            self.facts: tuple[str, ...] = ()
            self.unused: tuple[str, ...] = ()
            self._reader = RowReader(request.table, request.guideline.vocabulary)
            return
        vocabulary = request.guideline.vocabulary
        self.identifier = self._identifier(request.identifier)
        derived = [name for name in header if name in vocabulary and not vocabulary[name].given]
        if derived:
            message = f"the column `{derived[0]}` is a derived fact, which cannot be sent"
            raise InputError(message, "leave the column out, or give it another name")
        self.facts = tuple(name for name in header if name in vocabulary and name != self.identifier)
        used = {self.identifier, *self.facts, *self.keep}
        self.unused = tuple(name for name in header if name not in used)
        if not self.facts:
            hints = [did_you_mean(name, vocabulary) for name in header]
            near = [one for one in hints if one.startswith("did you mean")]
            hint = near[0] if near else "name the columns as facts, or say what they mean with --map"
            raise InputError("no column is named as a fact of this guideline", hint)

    def _identifier(self, wanted: str) -> str:
        if wanted:
            if wanted not in self.header:
                hint = did_you_mean(wanted, self.header) or f"its columns are {shorten(self.header)}"
                raise InputError(f"there is no column `{wanted}`", hint)
            return wanted
        found = [name for name in IDENTIFIERS if name in self.header]
        if not found:
            near = next((name for name in self.header if name.strip().lower() in IDENTIFIERS), "COLUMN")
            raise InputError("no column names the patient", f"say which one does: --id {near}")
        return found[0]

    def rows(self, batch: pa.RecordBatch, lines: Sequence[int]) -> Rows:
        """A batch of the table as patients."""
        problems: list[InputProblem] = []
        identifiers = pc.fill_null(_as_text(batch.column(self.identifier)), "")
        missing = {"", *(self.table.missing if self.table else ())}
        named = pc.invert(pc.is_in(pc.utf8_trim_whitespace(identifiers), pa.array(sorted(missing), pa.string())))
        read = batch.num_rows
        if not pc.all(named).as_py():
            where = named.to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(~where).tolist():
                problems.append(InputProblem(lines[row], self.identifier, "the row names no patient"))
            lines = [lines[row] for row in np.flatnonzero(where).tolist()]
            batch, identifiers = batch.filter(named), identifiers.filter(named)
        kept = {name: _as_text(batch.column(name)) for name in self.keep}
        facts = self._mapped(batch, lines, problems) if self.table else batch.select(self.facts)
        return Rows(identifiers, lines, facts, kept, problems, read)

    def _mapped(self, batch: pa.RecordBatch, lines: Sequence[int], problems: list[InputProblem]) -> pa.RecordBatch:
        assert self.table is not None
        silent = [""] * batch.num_rows
        texts = {
            name: silent if name in self.table.unused else pc.fill_null(_as_text(batch.column(name)), "").to_pylist()
            for name in self.table.columns
        }
        names = sorted({cell.fact for cell in self.table.cells} | set(self.table.constants))
        columns: dict[str, list[str | None]] = {name: [] for name in names}
        for place, cells in enumerate(zip(*texts.values(), strict=True)):
            row = self._reader.read(dict(zip(texts, cells, strict=True)), lines[place])
            for name in names:
                columns[name].append(cell_text(row.facts[name]) if name in row.facts else None)
            problems += [
                InputProblem(lines[place], ", ".join(one.columns), one.reason, one.hint, one.kind, place, one.fact)
                for one in row.problems
            ]
        return pa.record_batch({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def cell_text(value: Any) -> str:
    """A value as a caller would send it in JSON, as the text of a cell (columns.py reads it back)."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict) and "one_of" in value:
        return "|".join(map(cell_text, value["one_of"]))
    if isinstance(value, list):
        return "|".join(map(cell_text, value))
    if isinstance(value, dict):
        signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
        return " ".join(f"{signs[key]}{value[key]!r}" for key in signs if key in value)
    return number_text(value) if isinstance(value, int | float) else str(value)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


# ---- Parquet --------------------------------------------------------------------------------------------------------
class ParquetSource:
    """A Parquet file; parts are whole row groups."""

    def __init__(self, request: Request) -> None:
        self.path = request.path
        self._file = _opened(request.path)
        self.layout = Layout(request, self._file.schema_arrow.names)
        wanted = request.table.columns if request.table else (self.layout.identifier, *self.layout.facts)
        self._columns = list(dict.fromkeys((*wanted, *request.keep)))
        mapped = [name for name in wanted if name not in request.table.unused] if request.table else []
        for name in dict.fromkeys((self.layout.identifier, *mapped, *request.keep)):
            kind = self._file.schema_arrow.field(name).type
            if not _has_text(kind):
                hint = "write it as text, or leave it out"
                raise InputError(f"the column `{name}` holds {kind}, which cannot be read as text", hint)

    def parts(self, rows: int) -> list[Part]:
        """Row groups, together until there are enough rows."""
        found, first, start, count = list[Part](), 1, 0, 0
        total = self._file.num_row_groups
        for group in range(total):
            count += self._file.metadata.row_group(group).num_rows
            if count >= rows or group == total - 1:
                found.append(Part(len(found), start, group + 1, first, count))
                first, start, count = first + count, group + 1, 0
        return found

    def read(self, part: Part, rows: int) -> Iterator[Rows]:
        """The rows of a part."""
        texts = [name for name, kind in zip(self._file.schema_arrow.names, self._file.schema_arrow.types, strict=True)
                 if name in self.layout.facts and _textual(kind)]  # fmt: skip
        file = pq.ParquetFile(self.path, read_dictionary=texts)
        line = part.first
        groups = list(range(part.start, part.stop))
        for batch in file.iter_batches(rows, row_groups=groups, columns=self._columns, use_threads=False):
            yield self.layout.rows(batch, range(line, line + batch.num_rows))
            line += batch.num_rows


def _textual(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def _has_text(kind: pa.DataType) -> bool:
    """Can such cells be written as text?"""
    try:
        _as_text(pa.nulls(0, kind))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return False
    return True


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, pa.ArrowException):
        raise InputError(f"`{path}` is not a Parquet file", "name it .csv or .tsv if it is text") from None


# ---- text -----------------------------------------------------------------------------------------------------------
class TextSource:
    """A CSV or TSV file; parts end where a row ends."""

    def __init__(self, request: Request, delimiter: str) -> None:
        self.path, self.delimiter = request.path, delimiter
        self.encoding = request.table.encoding if request.table is not None else "utf-8"
        with request.path.open("rb") as file:
            head = file.read(LOOK_AHEAD)
        if head.startswith(codecs.BOM_UTF8):
            self.encoding = "utf-8"  # whatever the mapping says
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise InputError(f"`{request.path}` is UTF-16 text", "save the file as UTF-8")
        mark = len(codecs.BOM_UTF8) * head.startswith(codecs.BOM_UTF8)
        blank = len(head) - mark - len(head[mark:].lstrip(b"\r\n"))  # of lines before the header
        end = mark + blank + (_row_end(head[mark + blank :], first=True) or len(head))
        if not head.strip():
            raise InputError(f"`{request.path}` is empty")
        try:
            text = head[:end].decode("utf-8-sig" if self.encoding == "utf-8" else self.encoding)
            names = next(csv.reader(io.StringIO(text[blank:]), delimiter=delimiter), [])
        except UnicodeDecodeError:
            hint = "save the file as UTF-8, or say in the mapping what it is: `encoding: latin-1`"
            raise InputError(f"`{request.path}` is not {self.encoding.upper()} text", hint) from None
        except csv.Error:
            hint = "check its quotes, and that lines end with a line feed"
            raise InputError(f"the header of `{request.path}` cannot be read", hint) from None
        self._start, self._first = end, text.count("\n") + 1
        other = next((sign for sign in ";\t|," if text.count(sign) > text.count(delimiter)), "")
        if other and request.table is None:
            raise InputError(f"the columns are separated by {_SIGNS[other]}", _OTHER_SIGN)
        self.layout = Layout(request, names)
        wanted = request.table.columns if request.table else (self.layout.identifier, *self.layout.facts)
        self._columns = list(dict.fromkeys((*wanted, *request.keep)))

    def parts(self, rows: int) -> list[Part]:
        """Stretches of about so many rows, each from the begin of a row to the end of one."""
        found, begin, first, held = list[Part](), self._start, self._first, b""
        with self.path.open("rb") as file:
            file.seek(begin)
            while block := file.read(LOOK_AHEAD):
                held += block
                done = 0
                for cut in _cuts(held, rows):
                    lines = held.count(b"\n", done, cut)
                    found.append(Part(len(found), begin, begin + cut - done, first, lines))
                    begin, first, done = begin + cut - done, first + lines, cut
                held = held[done:]
        if held.strip():
            found.append(Part(len(found), begin, begin + len(held), first, held.rstrip().count(b"\n") + 1))
        return found

    def read(self, part: Part, rows: int) -> Iterator[Rows]:
        """The rows of a part."""
        with self.path.open("rb") as file:
            file.seek(part.start)
            raw = file.read(part.stop - part.start)
        header = self.layout.header
        fast = self._fast(raw)
        if fast is not None:
            yield self.layout.rows(fast, range(part.first, part.first + fast.num_rows))
            return
        good, lines, problems = list[list[str]](), list[int](), list[InputProblem]()
        text = raw.decode(self.encoding, "surrogateescape")
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True)
        before, read = 0, 0
        while True:
            try:
                row = next(cells, None)
            except csv.Error as error:
                problems.append(InputProblem(part.first + before, "", f"not readable: {error}", "check the quotes"))
                before, read = cells.line_num, read + 1
                continue
            line, before = part.first + before, cells.line_num
            if row is None:
                break
            if not row:
                continue
            read += 1
            if len(row) != len(header):
                reason = f"the row has {len(row)} cells and the header {len(header)}; nothing is taken from it"
                problems.append(InputProblem(line, "", reason))
            elif any("\udc80" <= sign <= "\udcff" for cell in row for sign in cell):
                problems.append(
                    InputProblem(line, "", f"the row is not {self.encoding.upper()} text; nothing is taken from it")
                )
            else:
                good.append(row)
                lines.append(line)
        arrays = {name: pa.array([row[place] for row in good], pa.string()) for place, name in enumerate(header)}
        found = self.layout.rows(pa.record_batch(arrays), lines)
        found.problems = sorted([*problems, *found.problems], key=lambda one: one.line)
        found.read = read
        yield found

    def _fast(self, raw: bytes) -> pa.RecordBatch | None:
        """All rows at once; None where a row is broken or does not stand on a line of its own, so that lines have to be counted."""
        coded = pa.dictionary(pa.int32(), pa.string())
        facts = set(self.layout.facts)
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(raw),
                pa.csv.ReadOptions(
                    use_threads=False, column_names=list(self.layout.header), block_size=2 * len(raw) + 1, encoding=self.encoding
                ),
                pa.csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
                pa.csv.ConvertOptions(
                    column_types={name: coded if name in facts else pa.string() for name in self.layout.header},
                    include_columns=self._columns, strings_can_be_null=False, null_values=[],
                ),
            )  # fmt: skip
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        if table.num_rows != raw.count(b"\n") + (not raw.endswith(b"\n")):
            return None
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else None


def _row_end(text: bytes, *, first: bool = False) -> int:
    """Where the first (or else the last) row of a text ends that begins with a row; 0 where none does. A line end in quotes is none."""
    if b'"' not in text:
        return (text.find(b"\n") if first else text.rfind(b"\n")) + 1
    signs = np.frombuffer(text, np.uint8)
    outside = np.cumsum(signs == ord('"')) % 2 == 0
    ends = np.flatnonzero((signs == ord("\n")) & outside)
    return int(ends[0 if first else -1]) + 1 if ends.size else 0


def _cuts(text: bytes, rows: int) -> list[int]:
    """Where stretches of so many rows end."""
    ends = np.frombuffer(text, np.uint8) == ord("\n")
    if b'"' in text:
        outside = np.cumsum(np.frombuffer(text, np.uint8) == ord('"')) % 2 == 0
        if (ends & outside).any() or len(text) <= MOST_HELD:  # else a quote is open for so long that it is none
            ends &= outside
    found: list[int] = (np.flatnonzero(ends)[rows - 1 :: rows] + 1).tolist()
    return found


class Source(Protocol):
    """Any of the inputs."""

    @property
    def layout(self) -> Any:
        """What names the patient (`identifier`), and which columns are not used (`unused`)."""

    def parts(self, rows: int) -> list[Part]:
        """Where the input is cut."""

    def read(self, part: Part, rows: int) -> Iterator[Rows]:
        """The rows of a part, so many at once at most."""


def source_of(request: Request) -> Source:
    """The input a path names; raises InputError."""
    path = request.path
    if not path.exists():
        raise InputError(f"there is no file `{path}`")
    suffix = path.suffix.lower()
    if suffix in NDJSON or path.is_dir():
        from engine.cohort.bulk import RecordSource

        return RecordSource(request)
    if suffix in PARQUET:
        return ParquetSource(request)
    if request.table is not None:
        return TextSource(request, request.table.delimiter)
    if suffix in DELIMITERS:
        return TextSource(request, DELIMITERS[suffix])
    hint = "name it .csv, .tsv, .parquet or .ndjson"
    raise InputError(f"it cannot be told from its name what `{path}` is", hint)
