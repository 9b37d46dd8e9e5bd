"""Registries nobody has seen before: what a stranger's table may look like, with mappings written from docs/cohorts.md alone. What means unknown stays
unknown, and every mistake is told where it stands."""

import csv
import datetime
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import Guideline, default_rules, load
from engine.cli import main
from engine.cohort import repeats

DAY = "2026-11-22"
GERMAN = """\
id: krebs
title: Ein Landesregister
separator: semicolon
encoding: latin-1
decimal: comma
missing: ["", n.b.]
identifier: Pat.-Nr.
constants: {treatment_phase: adjuvant, pathway: surgery_first}
columns:
  Geschlecht (1=m, 2=w): {fact: sex, values: {"1": male, "2": female}, open: {"9": unbekannt}}
  ER [%]: {fact: er_percent, number: true, open: {"999": unbekannt}}
  Größe [cm]:
    fact: pt
    ranges: [{gt: 0, le: 2, is: {one_of: [T1, T4]}}, {gt: 2, is: {one_of: [T2, T3, T4]}}]
  Grading: {fact: grade, number: true}
unused: {Diagnosedatum: kein Fakt, Bemerkung: Freitext}
by: [grade_known]
"""
HEADER = ["Pat.-Nr.", "Geschlecht (1=m, 2=w)", "ER [%]", "Größe [cm]", "Grading", "Diagnosedatum", "Bemerkung"]
ROWS = [
    ["K1", "2", "0,5", "1,75", "3", "03.01.2021", "Müller"],
    ["K2", "9", "999", "n.b.", "9", "2021-01-03", "zwei\nZeilen; ein Strichpunkt"],
    [],
    ["", "2", "0", "1,0", "2", "1/3/2021", ""],
    ["K3", "2", "0.5", "99,9", "2", "", 'sagt "ja"'],
    ["K1", "2", "1.000", "2,5", "", "", ""],
]
LINES = {"K1": 2, "K2": 3, "nobody": 6, "K3": 7, "K1 again": 8}  # a cell of K2 has two lines, and one line is blank


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture
def german(tmp_path: Path) -> tuple[Path, Path]:
    table, mapping = tmp_path / "krebs.csv", tmp_path / "krebs.yaml"
    with table.open("w", encoding="latin-1", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *ROWS])
    mapping.write_text(GERMAN.replace("by: [grade_known]\n", "by: [stage_group]\n"), encoding="utf-8")
    return table, mapping


def problems(out: Path) -> list[dict[str, str]]:
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patients(out: Path) -> list[dict[str, Any]]:
    return [row for path in sorted((out / "patients").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


# ---- text -----------------------------------------------------------------------------------------------------------
def test_a_german_table_is_read_as_it_is(
    german: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Semicolons, decimal commas, Latin-1, blank lines, cells of two lines, dates in three forms, a patient twice and one without a name."""
    table, mapping = german
    code = main(["cohort", f"{table}", "--map", f"{mapping}", "--out", f"{tmp_path / 'out'}", "--as-of", DAY])
    found = {(int(one["line"]), one["column"]): one for one in problems(tmp_path / "out")}

    assert code == 8
    assert [one["patient"] for one in patients(tmp_path / "out")] == ["K1", "K2", "K3", "K1"]
    assert set(found) == {
        (LINES["K2"], "Grading"), (LINES["nobody"], "Pat.-Nr."), (LINES["K3"], "ER [%]"), (LINES["K3"], "Größe [cm]"),
        (LINES["K1 again"], "ER [%]"), (LINES["K1 again"], ""),
    }  # fmt: skip
    assert "comma" in found[LINES["K3"], "ER [%]"]["hint"]  # 0.5 might be five, 1.000 a thousand
    assert "upper bound" in found[LINES["K3"], "Größe [cm]"]["hint"]
    assert found[LINES["K1 again"], ""]["reason"] == f"the patient was named before, in line {LINES['K1']}"
    assert "1 row names a patient who was named before" in capsys.readouterr().err


def test_the_mark_of_utf_8_is_believed_more_than_the_mapping(german: tuple[Path, Path], tmp_path: Path) -> None:
    table, mapping = german
    table.write_bytes(b"\xef\xbb\xbf" + table.read_text(encoding="latin-1").encode())

    assert main(["cohort", f"{table}", "--map", f"{mapping}", "--out", f"{tmp_path / 'out'}", "--as-of", DAY]) == 8
    assert len(patients(tmp_path / "out")) == 4


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("encoding: latin-1\n", "", "`encoding: latin-1`"),
        ("separator: semicolon", "separator: comma", "with a comma between them"),
        ("Grading:", "Grad:", "did you mean `Grad`?"),
        ('"9": unbekannt', "9: unbekannt", ""),  # keys need no quotes
        (
            'values: {"1": male, "2": female}',
            'values: {"1": male, "2": f}',
            "krebs.yaml:10:63: unknown value `f` of `sex`",
        ),
        ("by: [stage_group]", "by: [stage]", "krebs.yaml:17:6: unknown fact `stage`"),
        ("number: true}\nunused", "number: yes}\nunused", "use one of true"),
        ('"999": unbekannt', '"999": ""', "krebs.yaml:11:"),
    ],
)
def test_a_mistake_of_the_mapping_is_told_where_it_stands(
    german: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, told: str
) -> None:
    table, mapping = german
    assert old in mapping.read_text(encoding="utf-8")
    mapping.write_text(mapping.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    code = main(["cohort", f"{table}", "--map", f"{mapping}", "--out", f"{tmp_path / 'out'}", "--as-of", DAY])

    assert code == 8 if not told else code in (2, 3)
    assert told in capsys.readouterr().err


def test_an_unknown_rule_of_a_comparison_is_told(
    german: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, mapping = german
    text = "compare: [{column: Bemerkung, title: Chemo, done: [j], left_undone: [n], rules: [adjuvant-chemo]}]\n"
    mapping.write_text(mapping.read_text(encoding="utf-8") + text, encoding="utf-8")

    assert main(["cohort", f"{table}", "--map", f"{mapping}", "--out", f"{tmp_path / 'out'}"]) == 2
    assert "krebs.yaml:18:82: unknown rule `adjuvant-chemo`" in capsys.readouterr().err


def test_the_mapping_in_the_documentation_reads_the_table_it_speaks_of(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "cohorts.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(id: registry.*?)```", text, re.DOTALL)
    assert found is not None
    mapping, table = tmp_path / "registry.yaml", tmp_path / "registry.csv"
    mapping.write_text(found[1], encoding="utf-8")
    rows = [
        "Pat.-Nr.;Geschlecht;ER [%];Größe [cm];Befallene Lymphknoten;Diagnosedatum;Chemo",
        "1;2;0,5;2,5;12;1.2.2020;J",
        "2;9;999;n.b.;99;;N",
    ]
    table.write_text("\n".join(rows), encoding="latin-1")
    arguments = ["--map", f"{mapping}", "--by", "sex", "--by", "pn", "--out", f"{tmp_path / 'out'}", "--as-of", DAY]

    assert main(["cohort", f"{table}", *arguments]) == 0
    assert [(one["sex"], one["pn"]) for one in patients(tmp_path / "out")] == [("female", "N3"), ("unknown", "unknown")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"sep=;\nid;sex\n1;female\n", "the columns are separated by `;`"),
        ("id,sex\n1,female\n".encode("utf-16"), "is UTF-16 text"),
        (b"id,sex\r1,female\r2,male\r", "lines end with a line feed"),
        (b"ID,sex\n1,female\n", "--id ID"),
        (b"id, sex\n1, female\n", "did you mean `sex`?"),
        (b"id,sex,sex\n1,female,male\n", "stands twice in the header"),
        (b"\n\r\n", "is empty"),
    ],
)
def test_what_is_no_table_of_facts_is_told(
    text: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "table.csv").write_bytes(text)

    assert main(["cohort", f"{tmp_path / 'table.csv'}", "--out", f"{tmp_path / 'out'}"]) == 3
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\r\n\n"])
def test_blank_lines_and_a_mark_before_the_header_do_not_move_the_lines(begin: bytes, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(begin + b"id,sex,age_years\r\n1,female,50\r\n2,nobody,60\r\n")

    assert main(["cohort", f"{tmp_path / 'table.csv'}", "--out", f"{tmp_path / 'out'}"]) == 8
    assert [(one["line"], one["column"]) for one in problems(tmp_path / "out")] == [(f"{3 + begin.count(10)}", "sex")]


# ---- codes of registries --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "code", ["9", "99", "999", "88", "95", "97", "98", "990", "998", "9999", "099", "XX9", "U", " 1", "-1"]
)
def test_a_code_for_unknown_never_becomes_a_value(guideline: Guideline, tmp_path: Path, code: str) -> None:
    """Of a mapping that forgot it: numbers beyond what is possible, ranges without an upper bound, codes."""
    mapping, table = tmp_path / "ncdb.yaml", tmp_path / "ncdb.csv"
    mapping.write_text(
        """\
id: ncdb
title: Numeric codes
separator: comma
identifier: CASE
columns:
  SEX: {fact: sex, values: {"1": male, "2": female}}
  GRADE: {fact: grade, number: true}
  NODES:
    - {fact: nodes_positive, number: true}
    - {fact: pn, ranges: [{ge: 1, le: 3, is: {one_of: [N1mi, N1]}}, {ge: 10, is: N3}]}
""",
        encoding="utf-8",
    )
    table.write_text(f"CASE,SEX,GRADE,NODES\n1,{code},{code},{code}\n", encoding="utf-8")
    arguments = ["--map", f"{mapping}", "--by", "sex", "--by", "pn", "--out", f"{tmp_path / 'out'}", "--as-of", DAY]
    main(["cohort", f"{table}", *arguments])
    (patient,) = patients(tmp_path / "out")

    assert patient["sex"] == "unknown"
    if code != "9":  # which may be a number of nodes
        assert patient["pn"] == "unknown"
        assert {"sex", "grade", "pn", "nodes_positive"} == set(patient["problems"])


# ---- Parquet --------------------------------------------------------------------------------------------------------
def odd() -> pa.Table:
    stamp = datetime.datetime(2020, 1, 1)
    return pa.table(
        {
            "id": pa.array(["a", None, "b", "a"]).dictionary_encode(),
            "sex": pa.array(["female", "9", None, "female"]).dictionary_encode(),
            "age_years": pa.array([Decimal("51.00"), Decimal("52.00"), None, Decimal("999.00")], pa.decimal128(8, 2)),
            "er_percent": pa.array([0.5, 1.5, float("nan"), None], pa.float32()),
            "gbrca": pa.array([b"negative", b"\xff", None, b"vus"], pa.binary()),
            "pn": pa.array([["N0", "N1"], None, [], ["N0"]]),
            "tnbc_declared": pa.array([9, 1, None, 0], pa.int8()),
            "nodes_positive": pa.array([stamp] * 4),
            "ct": pa.nulls(4),
            "nested": pa.array([{"a": [1]}] * 4),
            "when": pa.array([stamp] * 4, pa.timestamp("us", tz="UTC")),
        }
    )


def test_parquet_of_odd_types_is_read_or_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "odd.parquet", tmp_path / "out"
    pq.write_table(odd(), path, row_group_size=2)

    assert main(["cohort", f"{path}", "--keep", "when", "--out", f"{out}", "--as-of", DAY, "--rows", "2"]) == 8
    told = {(int(one["line"]), one["column"]) for one in problems(out)}

    assert told == {
        (2, "id"), (3, "er_percent"), (4, "age_years"), (1, "tnbc_declared"), (4, "tnbc_declared"), (4, ""), (3, "pn"),
        *((line, "nodes_positive") for line in (1, 3, 4)),
    }  # fmt: skip
    assert patients(out)[0]["when"].startswith("2020-01-01")


def test_a_column_that_is_no_text_cannot_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.parquet"
    pq.write_table(odd(), path)

    assert main(["cohort", f"{path}", "--keep", "nested", "--out", f"{tmp_path / 'out'}"]) == 3
    assert "the column `nested` holds struct" in capsys.readouterr().err


# ---- the same patient twice -----------------------------------------------------------------------------------------
def test_names_are_told_apart_by_every_letter_and_its_place() -> None:
    names = ["a", "b", "ab", "ba", "aa", "é", "a ", "x" * 5_000, "x" * 5_001, *(f"P-{place}" for place in range(2_000))]
    found = repeats.numbers_of(pa.array(names))

    assert len(set(found.tolist())) == len(names)
    assert repeats.numbers_of(pa.array(names).slice(3, 4)).tolist() == found[3:7].tolist()
    assert repeats.numbers_of(pa.array([], pa.string())).size == 0
