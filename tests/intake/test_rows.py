"""Rows of a table: every cell speaks, says nothing, settles nothing or is reported; none is dropped in silence."""

import datetime
import io
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Engine, default_rules, load
from engine.intake import MappedRow, RowReader, TableError, read_file, read_rows
from engine.language.states import Interval, State
from engine.language.tablemaps import read_table_map
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import YamlFile

VOCABULARY = Vocabulary(
    [
        Fact("member", "Member", "boolean", values={True: "yes", False: "no"}),
        Fact(
            "tool",
            "Tool",
            "code",
            values={"drill": "drill", "saw": "circular saw", "ladder": "ladder"},
            groups={"powered": frozenset({"drill", "saw"})},
        ),
        Fact("course", "Course", "code", values={"0": "none", "1": "basic"}, open_values={"booked": "booked"}),
        Fact("age_years", "Age", "integer", range=(0, 120)),
        Fact("deposit", "Deposit", "number", range=(0, 500)),
    ]
)
MAPPING = """\
id: loans
title: The loan book
separator: comma
missing: ["", "n/a"]
identifier: Card
constants: {member: true}
columns:
  Tool: {fact: tool, values: {D: drill, M: powered, L: ladder}, open: {X: nobody knows}}
  Shelf: {fact: tool, values: {high: {one_of: [saw, ladder]}, low: drill}}
  Member: {fact: member, values: {y: true, n: false}}
  Age: {fact: age_years, number: true, open: {"999": not asked}}
  Born: {fact: age_years, values: {recently: {lt: 40}, long ago: {ge: 40}}}
  Paid:
    - {fact: deposit, number: true}
    - fact: course
      ranges: [{lt: 10, is: "0"}, {ge: 10, le: 20, is: booked}, {gt: 20, le: 100, is: "1"}]
unused: {Colour: says nothing}
"""
MAPPED = read_table_map(YamlFile("rules/tables/loans.yaml", MAPPING), VOCABULARY)
assert MAPPED is not None
TABLE = MAPPED
READER = RowReader(TABLE, VOCABULARY)
EMPTY = dict.fromkeys(TABLE.columns, "") | {"Card": "7"}


def row(**cells: str) -> MappedRow:
    """A row with these cells; all others say nothing."""
    return READER.read(EMPTY | cells)


# ---- one row ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "facts"),
    [
        ({}, {}),
        ({"Tool": "n/a"}, {}),
        ({"Tool": "D"}, {"tool": "drill"}),
        ({"Tool": "M"}, {"tool": "powered"}),
        ({"Tool": "X"}, {}),
        ({"Shelf": "high"}, {"tool": {"one_of": ["saw", "ladder"]}}),
        ({"Tool": "M", "Shelf": "high"}, {"tool": "saw"}),
        ({"Tool": "X", "Shelf": "low"}, {"tool": "drill"}),
        ({"Member": "y"}, {"member": True}),
        ({"Age": "41"}, {"age_years": 41}),
        ({"Age": "41.0"}, {"age_years": 41}),
        ({"Age": "999"}, {}),
        ({"Born": "recently"}, {"age_years": {"le": 39}}),
        ({"Age": "39", "Born": "recently"}, {"age_years": 39}),
        ({"Paid": "5.5"}, {"deposit": 5.5, "course": "0"}),
        ({"Paid": "10"}, {"deposit": 10, "course": "booked"}),
        ({"Paid": "1e1"}, {"deposit": 10, "course": "booked"}),
    ],
)
def test_what_the_columns_say_is_what_they_all_allow(cells: dict[str, str], facts: dict[str, Any]) -> None:
    found = row(**cells)

    assert found.facts == {"member": True} | facts
    assert found.problems == ()


@pytest.mark.parametrize(
    ("cells", "fact", "columns"),
    [
        ({"Tool": "L", "Shelf": "low"}, "tool", ("Tool", "Shelf")),
        ({"Member": "n"}, "member", ("constants", "Member")),
        ({"Age": "40", "Born": "recently"}, "age_years", ("Age", "Born")),
    ],
)
def test_columns_that_agree_on_nothing_are_a_conflict_and_none_of_them_wins(
    cells: dict[str, str], fact: str, columns: tuple[str, ...]
) -> None:
    found = row(**cells)

    assert found.facts[fact] is None
    assert [(one.kind, one.fact, one.columns) for one in found.problems] == [("conflict", fact, columns)]


@pytest.mark.parametrize(
    ("column", "text", "facts", "reason"),
    [
        ("Tool", "Q", ["tool"], "the text is none of those that are mapped"),
        ("Tool", "d", ["tool"], "the text is none of those that are mapped"),
        ("Tool", " D", ["tool"], "the text is none of those that are mapped"),
        ("Age", "forty", ["age_years"], "the text is not a number"),
        ("Age", "4 0", ["age_years"], "the text is not a number"),
        ("Age", "40,5", ["age_years"], "the text is not a number"),
        ("Age", "1_000", ["age_years"], "the text is not a number"),
        ("Age", "٤٠", ["age_years"], "the text is not a number"),
        ("Age", "nan", ["age_years"], "the text is not a number"),
        ("Age", "1e999", ["age_years"], "the number is too large"),
        ("Age", "40.5", ["age_years"], "must be a whole number"),
        ("Age", "-3", ["age_years"], "is outside the possible range"),
        ("Paid", "101", ["course"], "the number is in none of the ranges"),
        ("Paid", "501", ["deposit", "course"], "is outside the possible range"),
        ("Paid", "free", ["deposit", "course"], "the text is not a number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_reported_and_its_facts_stay_unknown(
    column: str, text: str, facts: list[str], reason: str
) -> None:
    found = row(**{column: text})

    assert [one.fact for one in found.problems] == facts
    assert {(one.kind, one.columns) for one in found.problems} == {("input", (column,))}
    assert found.problems[0].reason == reason
    assert {name: found.facts[name] for name in facts} == dict.fromkeys(facts)


def test_an_unreadable_cell_is_not_outvoted_by_another_column() -> None:
    found = row(Tool="D", Shelf="somewhere")

    assert found.facts["tool"] is None
    assert [one.columns for one in found.problems] == [("Shelf",)]


def test_a_cell_that_settles_nothing_is_counted_with_its_reason() -> None:
    found = row(Tool="X", Age="999")

    assert [(one.column, one.fact, one.reason) for one in found.open] == [
        ("Tool", "tool", "nobody knows"),
        ("Age", "age_years", "not asked"),
    ]


def test_a_row_of_another_shape_is_reported_column_by_column() -> None:
    cells = {column: text for column, text in EMPTY.items() if column not in ("Age", "Card")} | {"Height": "2"}

    found = READER.read(cells)

    assert [(one.columns, one.reason) for one in found.problems] == [
        (("Age",), "the row lacks this column"),
        (("Card",), "the row lacks this column"),
        (("Height",), "the mapping does not name this column"),
        (("Card",), "the row has no identifier"),
    ]
    assert found.facts == {"member": True, "age_years": None}


def test_the_order_of_the_columns_does_not_matter() -> None:
    cells = EMPTY | {"Tool": "M", "Shelf": "high", "Paid": "15"}

    assert READER.read(dict(reversed(cells.items()))).facts == READER.read(cells).facts


# ---- properties -------------------------------------------------------------------------------------------------------
REAL = load(default_rules())
METABRIC = REAL.tables["metabric"]
REGISTRY = RowReader(METABRIC, REAL.vocabulary)
SECRET = st.text("жщψ", min_size=4, max_size=8)  # what no message may ever hold
JUNK = st.one_of(SECRET, st.text(st.characters(codec="utf-8"), max_size=6))


def texts(column: str) -> st.SearchStrategy[str]:
    """What may stand in a column: mapped, open or missing texts, numbers and anything else."""
    known = {text for cell in METABRIC.cells if cell.column == column for text in (*cell.texts, *cell.open)}
    numbers = st.one_of(st.integers(-5, 400), st.floats(0, 60)).map(str)
    return st.one_of(st.sampled_from(sorted(known | METABRIC.missing)), numbers, JUNK)


ROWS = st.fixed_dictionaries({column: texts(column) for column in METABRIC.columns})


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_no_cell_is_dropped_in_silence_and_no_text_of_a_cell_is_in_a_message(cells: dict[str, str]) -> None:
    found = REGISTRY.read(cells)

    told = {(one.columns[0], one.fact) for one in found.problems if one.kind == "input"} | {
        (one.column, one.fact) for one in found.open
    }
    conflicts = {(column, one.fact) for one in found.problems if one.kind == "conflict" for column in one.columns}
    for cell in METABRIC.cells:
        if cells[cell.column] not in METABRIC.missing and (cell.column, cell.fact) not in told | conflicts:
            assert cell.fact in found.facts
            alone = REGISTRY.read(dict.fromkeys(METABRIC.columns, "NA") | {cell.column: cells[cell.column]}).facts[
                cell.fact
            ]
            if found.facts[cell.fact] is not None:
                assert narrower(cell.fact, found.facts[cell.fact], alone)
            else:
                assert cell.fact in {fact for _, fact in told}
    assert not set("жщψ") & set(f"{found} {found.problems} {found.open}")


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_whatever_a_row_holds_its_facts_can_be_decided(cells: dict[str, str]) -> None:
    given_facts = REAL.vocabulary.read(dict(REGISTRY.read(cells).facts))

    assert set(given_facts) <= {cell.fact for cell in METABRIC.cells} | set(METABRIC.constants)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.sampled_from(sorted({cell.column for cell in METABRIC.cells})))
def test_a_column_more_never_widens_a_fact(cells: dict[str, str], column: str) -> None:
    without = REGISTRY.read(cells | {column: "NA"})
    found = REGISTRY.read(cells)

    for name, value in found.facts.items():
        if value is not None and without.facts.get(name) is not None:
            assert narrower(name, value, without.facts[name])


def narrower(fact: str, value: Any, than: Any) -> bool:
    state: State = REAL.vocabulary[fact].read(value).state
    other: State = REAL.vocabulary[fact].read(than).state
    if isinstance(state, Interval):
        assert isinstance(other, Interval)
        return state.within(other)
    assert isinstance(other, frozenset)
    return state <= other


# ---- files ------------------------------------------------------------------------------------------------------------
HEADER = ",".join(TABLE.columns)


def lines(text: str) -> Iterable[str]:
    return io.StringIO(text, newline="")


def cells_of(text: str) -> list[tuple[int, str, Mapping[str, Any]]]:
    return [(one.line, one.identifier, one.facts) for one in read_rows(lines(text), TABLE, VOCABULARY)]


def test_rows_are_read_one_at_a_time_with_their_lines() -> None:
    def endless() -> Iterable[str]:
        yield f"{HEADER}\n"
        while True:
            yield "7,D,,,,,,red\n"

    found = read_rows(endless(), TABLE, VOCABULARY)

    assert [(next(found).line, next(found).line) for _ in range(2)] == [(2, 3), (4, 5)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_blank_lines_and_a_byte_order_mark_do_not_matter(end: str, mark: str) -> None:
    text = mark + end.join([HEADER, "7,D,,,,,,red", "", '8,"L",,,,,,"red, blue"', ""])

    assert cells_of(text) == [
        (2, "7", {"member": True, "tool": "drill"}),
        (4, "8", {"member": True, "tool": "ladder"}),
    ]


def test_nothing_is_taken_from_a_row_with_too_many_or_too_few_cells() -> None:
    found = list(read_rows(lines(f"{HEADER}\n7,D\n8,D,,,,,,red\n"), TABLE, VOCABULARY))

    assert [dict(one.facts) for one in found] == [{}, {"member": True, "tool": "drill"}]
    assert found[0].problems[0].reason == "the row has 2 cells and the header 8; nothing is taken from it"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["line 1: the file is empty"]),
        (
            "MB-1,D,high,y,40,recently,5,red\n",
            ["line 1: the first line is not the header of `loans`"],
        ),
        (
            HEADER.replace("Shelf", "Shelff").replace("Colour", "Tool"),
            [
                "line 1: the mapping does not name the column `Shelff`",
                "line 1: the column `Tool` stands twice in the header",
                "line 1: the column `Shelf` is missing",
                "line 1: the column `Colour` is missing",
            ],
        ),
        (
            f'{HEADER}\n7,D,,,,,,red\n8,"D"x,,,,,,red\n',
            ["line 3: not readable: ',' expected after '\"'"],
        ),
        (f'{HEADER}\n7,"D,,,,,,red\n', ["line 2: not readable: unexpected end of data"]),
    ],
)
def test_a_file_that_is_not_the_table_is_refused_with_everything_that_is_wrong(text: str, problems: list[str]) -> None:
    with pytest.raises(TableError) as refused:
        list(read_rows(lines(text), TABLE, VOCABULARY))

    assert [f"line {one.line}: {one.message}" for one in refused.value.problems] == problems


def test_a_misspelt_column_is_told_the_nearest_one() -> None:
    with pytest.raises(TableError) as refused:
        list(read_rows(lines(HEADER.replace("Shelf", "Shelff")), TABLE, VOCABULARY))

    assert "did you mean `Shelf`?" in refused.value.problems[0].hint


def test_a_file_without_a_header_does_not_get_its_first_patient_printed() -> None:
    with pytest.raises(TableError) as refused:
        list(read_rows(lines("MB-1,D,high,y,40,recently,5,red\n"), TABLE, VOCABULARY))

    assert "MB-1" not in str(refused.value)
    assert "Card, Tool, Shelf, Member, Age, Born, Paid, Colour, with a comma between them" in str(refused.value)


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Any) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(f"{HEADER}\n7,D,,,,,,".encode() + b"gr\xfcn\n")

    with pytest.raises(TableError, match="not UTF-8 text"):
        list(read_file(path, TABLE, VOCABULARY))


def test_a_row_of_the_real_mapping_can_be_decided() -> None:
    cells = dict.fromkeys(METABRIC.columns, "NA") | {
        METABRIC.identifier: "1",
        "ER Status": "Negative",
        "PR Status": "Negative",
        "HER2 Status": "Negative",
        "Tumor Size": "30",
        "Tumor Stage": "2",
        "Lymph nodes examined positive": "0.0",
        "Age at Diagnosis": "47.9",
        "Cancer Type Detailed": "Breast Invasive Ductal Carcinoma",
    }

    decision = Engine(REAL).decision(REGISTRY.read(cells).facts, datetime.date(2026, 11, 22))

    assert {name: decision["facts"][name]["state"] for name in ("tnbc", "eff_t", "eff_stage", "age_years")} == {
        "tnbc": "definite",
        "eff_t": "T2",
        "eff_stage": "IIA",
        "age_years": 47,
    }
    assert {"ADJ-01", "ADJ-02"} <= {one["number"] for one in decision["recommendations"]}
