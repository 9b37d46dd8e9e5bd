"""The report says what was counted, hides small cells, and claims nothing of a run that is not complete or not of this guideline."""

import datetime
import json
import re
from pathlib import Path

import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Guideline, load
from engine.cli import main
from engine.cohort.counts import NotReady, counted
from engine.cohort.guarded import SMALL, guarded, share
from engine.cohort.inputs import Request
from engine.cohort.local import Asked, run
from engine.cohort.pages import Report, bars
from engine.cohort.report import reported
from engine.language.tablemaps import TableMap, read_table_map
from engine.language.yamlfile import YamlFile
from tests.strategies import examples

LENDING = Path(__file__).resolve().parents[1] / "guidelines" / "lending"
MAP = """\
id: counter
title: The book of the counter
source: made up
caution: Nobody in it is real.
separator: comma
missing: [""]
identifier: Card
constants: {visit: collection, tool_state: sound, last_test_months: 2}
columns:
  Age: {fact: age_years, number: true}
  Member: {fact: member, values: {y: true, n: false}}
  Tool: {fact: tool, values: {D: drill, L: ladder, S: {one_of: [circular_saw, ladder]}}}
  Course: {fact: safety_course, values: {none: "0", full: "2"}, open: {asked: not answered yet}}
unused: {Lent: Written down later.}
by: [tool]
compare:
  - {column: Lent, title: Lending, done: ["y"], left_undone: ["n"], rules: RULES, note: Some were lent by hand.}
notes: [The ages are rounded.]
"""
ROWS = [
    *(["D-{}", "40", "y", "D", "full", "y"],) * 12,
    *(["E-{}", "40", "y", "D", "full", "n"],) * 8,
    *(["F-{}", "", "y", "L", "asked", ""],) * 7,
    *(["G-{}", "12", "y", "S", "none", "n"],) * 3,
    *(["H-{}", "abc", "y", "D", "none", "y"],) * 2,
]


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(LENDING)


@pytest.fixture(scope="module")
def table(guideline: Guideline) -> TableMap:
    advice = [rule.id for rule in guideline.rules if rule.kind in ("recommend", "recommend_against")]
    file = YamlFile("counter.yaml", MAP.replace("RULES", json.dumps(advice)))
    found = read_table_map(file, guideline.vocabulary)
    assert found is not None, file.problems
    return found


@pytest.fixture(scope="module")
def ran(guideline: Guideline, table: TableMap, tmp_path_factory: pytest.TempPathFactory) -> tuple[Guideline, Path]:
    """A run over a mapped table of a second guideline, and the guideline with this table among its own."""
    import dataclasses

    folder = tmp_path_factory.mktemp("ran")
    lines = [",".join(row).format(place) for place, row in enumerate(ROWS)]
    (folder / "book.csv").write_text("\n".join(["Card,Age,Member,Tool,Course,Lent", *lines]) + "\n")
    known = dataclasses.replace(guideline, tables={"counter": table})
    request = Request(known, folder / "book.csv", table=table, keep=("Lent",))
    run(Asked(request, datetime.date(2026, 3, 1), table.by, 10), folder / "out", 1)
    return known, folder / "out"


def test_the_report_counts_everybody_once_however_many_parts_there_are(ran: tuple[Guideline, Path]) -> None:
    known, out = ran
    counts = counted(out, known)

    assert counts.patients == len(ROWS) == sum(counts.status.values())
    assert sum(counts.by["tool"].values()) == len(ROWS)
    assert sum(counts.compared["Lent"].values()) == len(ROWS)
    assert {done: sum(n for (_, its), n in counts.compared["Lent"].items() if its == done) for done in ("yes", "no", "not recorded")} == {
        "yes": 14, "no": 11, "not recorded": 7,
    }  # fmt: skip
    assert counts.problems == {("input", "Age", "the text is not a number"): 2}


def test_the_report_says_its_sources_its_caution_and_what_was_asked(ran: tuple[Guideline, Path]) -> None:
    known, out = ran

    text = reported(counted(out, known), known).markdown("pictures")

    for words in ("What the guideline says of 32 patients: The book of the counter", "Nobody in it is real.", known.sha256[:12],
                  "rules in force on 2026-03-01", "Lending: what was done beside what the rules say", "Some were lent by hand.",
                  "The ages are rounded.", "the text is not a number"):  # fmt: skip
        assert words in text


def test_no_count_below_five_is_printed_unless_it_is_asked_for(ran: tuple[Guideline, Path]) -> None:
    known, out = ran
    counts = counted(out, known)

    def cells(text: str) -> set[str]:
        lines = [line for line in text.splitlines() if line.startswith("| ")]
        return {cell.strip() for line in lines for cell in line.split("|")}

    small = {str(number) for number in range(1, SMALL)}
    report = reported(counts, known)
    assert not cells(report.markdown("pictures")) & small
    assert "<5" in report.markdown("pictures")
    assert cells(reported(counts, known, show_small=True).markdown("pictures")) & small
    for _, one in report.blocks:  # nor is it drawn
        svg = getattr(one, "svg", "")
        assert not set(re.findall(r">(\d+)</text>", svg)) & small


@examples(ci=200, thorough=5000)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_a_hidden_count_cannot_be_worked_out_from_the_sums(rows: list[list[int]]) -> None:
    texts = guarded(rows)
    lines = [list(zip(row, text, strict=True)) for row, text in zip(rows, texts, strict=True)]
    lines += [[line[place] for line in lines] for place in range(len(rows[0]))] if len(rows) > 1 else []

    for line in lines:
        hidden = [text for _, text in line if not text[:1].isdigit()]
        assert len(hidden) != 1 or len(line) == 1
        assert all(not text[:1].isdigit() for cell, text in line if 0 < cell < SMALL)


@pytest.mark.parametrize(
    ("cell", "of", "text"),
    [(3, 100, "–"), (98, 100, "–"), (50, 100, "50 %"), (0, 9, "0 %"), (5, 9000, "<1 %"), (0, 0, "–")],
)
def test_a_share_is_hidden_where_its_count_is(cell: int, of: int, text: str) -> None:
    assert share(cell, of) == text


def test_what_stands_in_the_data_cannot_become_part_of_the_page() -> None:
    report = Report("<b>")
    report.say("<script>")
    report.table(("a|b",), [["x|<i>"]], ())
    report.picture(bars("bars", "<alt>", [("<label>", [3], "<text>")]))

    page, text = report.html(), report.markdown("pictures")

    assert not [tag for tag in ("<b>", "<script>", "<i>", "<alt>", "<label>", "<text>") if tag in page]
    assert "| x\\|<i> |" in text


def test_a_run_that_is_not_complete_or_not_of_this_guideline_is_not_reported(
    ran: tuple[Guideline, Path], tmp_path: Path
) -> None:
    import dataclasses

    known, out = ran
    with pytest.raises(NotReady, match="another version"):
        counted(out, dataclasses.replace(known, sha256="0" * 64))
    with pytest.raises(NotReady, match="holds no run"):
        counted(tmp_path, known)
    (tmp_path / "run.json").write_text(json.dumps({**json.loads((out / "run.json").read_text()), "complete": False}))
    with pytest.raises(NotReady, match="not complete"):
        counted(tmp_path, known)


def test_the_command_writes_markdown_one_page_and_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, out = tmp_path / "sheet.csv", tmp_path / "out"
    pyarrow.csv.write_csv(pyarrow.table({"id": ["a", "b"], "visit": ["enquiry", None]}), sheet)
    rules = ["--rules", str(LENDING)]

    assert main(["cohort", str(sheet), "--out", str(out), "--by", "visit", "--workers", "1", *rules]) == 0
    assert main(["cohort", "report", str(out), "--out", str(tmp_path / "docs"), "--name", "year", *rules]) == 0

    written = capsys.readouterr().out.split("in ")[1].splitlines()[1:]
    assert {Path(path).relative_to(tmp_path / "docs").as_posix() for path in written} >= {"year.md", "year.html"}
    for picture in re.findall(r"\]\((.*?\.svg)\)", (tmp_path / "docs" / "year.md").read_text()):
        assert (tmp_path / "docs" / picture).is_file()
    assert main(["cohort", "report", str(tmp_path / "no"), *rules]) == 5
    assert main(["cohort", "report", *rules]) == 2
