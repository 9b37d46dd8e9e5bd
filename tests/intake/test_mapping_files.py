"""Mapping files: what an author may write of a table, and what is said of every mistake, at its place, all at once."""

import shutil
from pathlib import Path

import pytest

from engine import GuidelineError, default_rules, load
from engine.language.problems import Problem
from engine.language.tablemaps import TableMap, read_table_map
from engine.language.vocabulary import Fact, Vocabulary
from engine.language.yamlfile import YamlFile

TOOLS = {"drill": "drill", "saw": "circular saw", "ladder": "ladder"}
VOCABULARY = Vocabulary(
    [
        Fact("member", "Member", "boolean", values={True: "yes", False: "no"}),
        Fact("tool", "Tool", "code", values=TOOLS, groups={"powered": frozenset({"drill", "saw"})}),
        Fact("course", "Course", "code", values={"0": "none", "1": "basic"}, open_values={"booked": "booked"}),
        Fact("age_years", "Age", "integer", unit="years", range=(0, 120)),
        Fact("deposit", "Deposit", "number", unit="EUR", range=(0, 500)),
        Fact("adult", "Adult", "boolean", values={True: "yes", False: "no"}, given=False, derived=True),
    ]
)

GOOD = """\
id: loans
title: The loan book
separator: comma
missing: ["", "n/a"]
identifier: Card
constants:
  member: true
columns:
  Tool:
    fact: tool
    values: {D: drill, M: powered, L: {one_of: [ladder, saw]}}
    open: {X: nobody knows}
  Age: {fact: age_years, number: true, round: down, open: {"999": not asked}}
  Paid:
    - {fact: deposit, number: true}
    - fact: course
      ranges:
        - {lt: 10, is: "0"}
        - {ge: 10, le: 20, is: booked}
        - {gt: 20, is: "1"}
unused:
  Colour: says nothing
notes:
  - for the reader
"""


def read(text: str) -> tuple[TableMap | None, list[Problem]]:
    """The table, and every problem in the order of the file."""
    file = YamlFile("rules/tables/loans.yaml", text)
    table = read_table_map(file, VOCABULARY)
    return table, sorted(file.problems, key=lambda problem: problem.order)


def place(problem: Problem) -> str:
    return f"{problem.place.line}:{problem.place.column}"


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_file_names_every_column_of_its_table() -> None:
    table, problems = read(GOOD)

    assert problems == []
    assert table is not None
    assert table.columns == ("Card", "Tool", "Age", "Paid", "Colour")
    assert [(cell.column, cell.fact) for cell in table.cells] == [
        ("Tool", "tool"),
        ("Age", "age_years"),
        ("Paid", "deposit"),
        ("Paid", "course"),
    ]


Mistake = tuple[str, str, list[tuple[str, str, str]]]
MISTAKES: dict[
    str, Mistake
] = {  # what stands there, what the author wrote, and (place, code, words of the message or hint)
    "a fact nobody defined": (
        "fact: tool\n",
        "fact: tol\n",
        [("10:11", "unknown-fact", "unknown fact `tol`; did you mean `tool`?")],
    ),
    "a fact that is derived": (
        "fact: tool\n",
        "fact: adult\n",
        [
            (
                "10:11",
                "unknown-fact",
                "`adult` is derived and cannot be sent; use one of age_years, course, deposit, member",
            )
        ],
    ),
    "a constant nobody defined": (
        "  member: true\n",
        "  membr: true\n",
        [("7:3", "unknown-fact", "unknown fact `membr`; did you mean `member`?")],
    ),
    "a constant of the wrong type": (
        "  member: true\n",
        "  member: yes\n",
        [("7:11", "unknown-value", "`member`: `yes` must be true, false")],
    ),
    "a constant that says nothing": (
        "  member: true\n",
        "  member: unknown\n",
        [("7:11", "unknown-value", "`unknown` says nothing of `member`; remove the line")],
    ),
    "a misspelt code": (
        "D: drill,",
        "D: dril,",
        [("11:17", "unknown-value", "unknown value `dril` of `tool`; did you mean `drill`?")],
    ),
    "a misspelt code among several": (
        "[ladder, saw]",
        "[ladder, sow]",
        [("11:57", "unknown-value", "unknown value `sow` of `tool`; did you mean `saw`?")],
    ),
    "a code without quotes": (
        'is: "0"',
        "is: 0",
        [("18:24", "unquoted-value", 'the code `0` must be in quotes; write "0"')],
    ),
    "a value that leaves everything possible": (
        "[ladder, saw]",
        "[ladder, powered]",
        [
            (
                "11:39",
                "unknown-value",
                "every value of `tool` is left, so nothing is said; move it to `open`, with the reason",
            )
        ],
    ),
    "a text without a meaning": (
        "D: drill,",
        "D: null,",
        [("11:17", "unknown-value", "`null` says nothing of `tool`; move it to `open`, with the reason")],
    ),
    "a number outside what is possible": (
        "values: {D: drill, M: powered, L: {one_of: [ladder, saw]}}",
        "values: {D: drill}\n  Height:\n    fact: age_years\n    values: {tall: 200}",
        [("14:20", "unknown-value", "`age_years`: `200` is outside the possible range")],
    ),
    "a text with a value and open": (
        "open: {X: nobody knows}",
        "open: {D: nobody knows}",
        [("12:12", "duplicate-value", "`D` has a value and is open; keep one of them")],
    ),
    "a text that is missing anyway": (
        "open: {X: nobody knows}",
        'open: {"n/a": nobody knows}',
        [("12:12", "duplicate-value", "`n/a` is `missing` in this table, so it is never looked up; keep one of them")],
    ),
    "a missing text said twice": (
        '["", "n/a"]',
        '["", "n/a", "n/a"]',
        [("4:22", "repeated-value", "`n/a` is already in this list; remove it")],
    ),
    "ranges that overlap": (
        "{ge: 10, le: 20,",
        "{ge: 9.5, le: 20,",
        [("19:11", "overlapping-ranges", "the range `ge 9.5, le 20` overlaps `lt 10`; a number may be in one only")],
    ),
    "ranges that touch in one number": (
        "{gt: 20,",
        "{ge: 20,",
        [("20:11", "overlapping-ranges", "the range `ge 20` overlaps `ge 10, le 20`; a number may be in one only")],
    ),
    "a range without bounds": (
        '{gt: 20, is: "1"}',
        '{is: "1"}',
        [("20:11", "mapping-shape", "a range without bounds; add lt, le, gt or ge")],
    ),
    "a range with two lower bounds": (
        '{gt: 20, is: "1"}',
        '{gt: 20, ge: 21, is: "1"}',
        [("20:11", "mapping-shape", "two bounds on the same side; keep lt or le, and gt or ge")],
    ),
    "a range with nothing inside": (
        "{ge: 10, le: 20,",
        "{ge: 20, le: 10,",
        [("19:11", "mapping-shape", "no number is in this range; the lower bound must be below the upper")],
    ),
    "a map that says nothing": (
        "Age: {fact: age_years, number: true, round: down,",
        "Age: {fact: age_years,",
        [("13:8", "mapping-shape", "this map says nothing; give it one of `values`, `number` and `ranges`")],
    ),
    "a map that says two things": (
        "- {fact: deposit, number: true}",
        "- {fact: deposit, number: true, values: {free: 0}}",
        [
            (
                "15:7",
                "mapping-shape",
                "this map has `values` and `number`; give it one of `values`, `number` and `ranges`",
            )
        ],
    ),
    "a number for a code": (
        "- {fact: deposit, number: true}",
        "- {fact: tool, number: true}",
        [("15:20", "mapping-shape", "`tool` is a code, not a number; use `values` or `ranges`")],
    ),
    "rounding what is no number": (
        "open: {X: nobody knows}",
        "round: down",
        [("12:5", "mapping-shape", "`round` stands only beside `number`; remove it")],
    ),
    "a column used and unused": (
        "Colour: says nothing",
        "Paid: says nothing",
        [("22:3", "duplicate-column", "the column `Paid` is already named under `columns`; keep one of them")],
    ),
    "the identifier as a column": (
        "Colour: says nothing",
        "Card: says nothing",
        [("22:3", "duplicate-column", "the column `Card` is already named under `identifier`; keep one of them")],
    ),
    "a column that speaks twice of a fact": (
        "- {fact: deposit, number: true}",
        '- {fact: course, values: {"3": booked}}',
        [("16:13", "duplicate-fact", "the column `Paid` already speaks of `course`; join the two maps")],
    ),
    "a file with another name": (
        "id: loans",
        "id: loan-book",
        [("1:5", "file-name", "`loan-book` stands in a file called `loans.yaml`; rename the file to `loan-book.yaml`")],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_place_with_what_to_do(name: str) -> None:
    old, new, expected = MISTAKES[name]

    table, problems = read(changed(old, new))

    assert [(place(one), one.code) for one in problems] == [(where, code) for where, code, _ in expected]
    for one, (_, _, words) in zip(problems, expected, strict=True):
        assert words in f"{one.message}; {one.hint}"
    assert table is None


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("separator: comma", "separator: space", "3:12"),
        ("separator: comma", "separator: comma\nencoding: utf-16", "4:11"),
        ("separator: comma", "separator: comma\ndecimal: ,", "4:10"),
        ("identifier: Card\n", "", "1:1"),
        ("fact: tool\n", "fakt: tool\n", "10:5"),
        ("number: true, round: down", "number: yes, round: down", "13:34"),
        ("{lt: 10,", '{lt: "10",', "18:16"),
        ("round: down", "round: up", "13:47"),
        ("Colour: says nothing", "Colour: ''", "22:11"),
    ],
)
def test_a_wrong_shape_is_told_at_its_place(old: str, new: str, where: str) -> None:
    table, problems = read(changed(old, new))

    assert table is None
    assert where in [place(one) for one in problems]


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD
    for name in (
        "a misspelt code",
        "ranges that touch in one number",
        "a column used and unused",
        "a constant of the wrong type",
    ):
        old, new, _ = MISTAKES[name]
        text = text.replace(old, new)

    assert [(place(one), one.code) for one in read(text)[1]] == [
        ("7:11", "unknown-value"),
        ("11:17", "unknown-value"),
        ("20:11", "overlapping-ranges"),
        ("22:3", "duplicate-column"),
    ]


def test_a_guideline_with_a_broken_table_is_not_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(default_rules(), folder)
    path = folder / "tables" / "metabric.yaml"
    path.write_text(path.read_text().replace("fact: grade,", "fact: grad,").replace("T1mi, T4]", "T1m, T4]"))

    with pytest.raises(GuidelineError) as refused:
        load(folder)

    assert [(one.place.path, one.code) for one in refused.value.problems] == [
        ("rules/tables/metabric.yaml", "unknown-fact"),
        ("rules/tables/metabric.yaml", "unknown-value"),
    ]
