"""Files: plain values with their places, YAML 1.2 words, and nothing that changes a value behind the reader's back."""

import datetime
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.language.problems import Place
from engine.language.yamlfile import DEEPEST, Route, YamlFile, yaml_files


def file(text: str) -> YamlFile:
    return YamlFile("works.yaml", text)


def problems(text: str) -> list[str]:
    """Place and code of everything that is wrong."""
    return [f"{one.place.line}:{one.place.column} {one.code}" for one in file(text).problems]


# ---- values -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("TRUE", "TRUE"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("0", 0),
        ("-0", 0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1+", "1+"),
        ("2025-01-30", datetime.date(2025, 1, 30)),
        ("2025-01", "2025-01"),
        ('"2025-01-30"', "2025-01-30"),
        ('"true"', "true"),
        ("'12'", "12"),
        ("=", "="),
        ("<<", "<<"),
        ("{a: 1, b: [x, 2]}", {"a": 1, "b": ["x", 2]}),
        (">-\n  one\n  two\n", "one two"),
        ("|\n  one\n  two\n", "one\ntwo\n"),
    ],
)
def test_a_value_means_what_it_means_in_yaml_1_2(text: str, value: Any) -> None:
    found = file(f"key: {text}")

    assert found.problems == []
    assert found.data == {"key": value}
    assert type(found.data["key"]) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.inf", ".nan", "1e999", "9" * 400 + ".0", "9" * 5000])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    assert problems(f"key: {text}") == ["1:6 yaml"]


@pytest.mark.parametrize("text", ["2025-13-01", "2025-02-30", "2025-01-30T10:00:00Z"])
def test_a_date_that_is_none_is_refused(text: str) -> None:
    assert problems(f"key: {text}") == ["1:6 invalid-date"]


def test_keys_are_text() -> None:
    assert file('1: a\ntrue: b\n"x y": c\n2025-01-30: d\n~: e\n').data == {
        "1": "a",
        "true": "b",
        "x y": "c",
        "2025-01-30": "d",
        "~": "e",
    }


@pytest.mark.parametrize(("text", "found"), [("? [a]\n: 1\n", ["1:3 yaml"]), ("{{a: 1}: 2}", ["1:2 yaml"])])
def test_a_key_is_not_a_list_or_a_map(text: str, found: list[str]) -> None:
    assert problems(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\na: 2\n", ["2:1 duplicate-key"]),
        ("a: {b: 1, b: 2}\n", ["1:11 duplicate-key"]),
        ("- a: 1\n  a: 1\n", ["2:3 duplicate-key"]),
        ('1: a\n"1": b\n', ["2:1 duplicate-key"]),
        ("a: 1\nb: 1\na: 2\na: 3\n", ["3:1 duplicate-key", "4:1 duplicate-key"]),
        ("a: {c: 1}\nb: {c: 1}\n", []),
    ],
)
def test_a_key_is_written_once(text: str, found: list[str]) -> None:
    assert problems(text) == found


def test_the_first_of_two_equal_keys_counts_and_is_pointed_at() -> None:
    found = file("a: 1\nb: 2\na: 3\n")

    assert found.data == {"a": 1, "b": 2}
    assert found.problems[0].related == (Place("works.yaml", 1, 1),)
    assert "`a`" in found.problems[0].message
    assert "line 1" in found.problems[0].message


# ---- what could change a value, or end the process ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: &x [1]\nb: *x\n",
        "a: &x {c: 1}\nb: {<<: *x}\n",
        "a: &a [&b [1], *b]\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        "&a [*a]\n",
    ],
)
def test_an_alias_is_refused(text: str) -> None:
    assert {one.code for one in file(text).problems} == {"alias"}


@pytest.mark.parametrize(
    "text",
    ["a: !size 5\n", "a: !!python/object:os.system x\n", "a: !set {x, y}\n", "a: !!binary aGk=\n", "!map\na: 1\n"],
)
def test_a_tag_is_refused(text: str) -> None:
    assert "yaml" in {one.code for one in file(text).problems}


def test_an_anchor_without_an_alias_changes_nothing() -> None:
    assert file("a: &x 1\n").data == {"a": 1}


@pytest.mark.parametrize("depth", [DEEPEST * 3, 500, 1_000, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
def test_a_file_nested_without_end_is_refused(opening: str, closing: str, depth: int) -> None:
    start = "" if opening in ("- ", "? ") else "a: "

    assert {one.code for one in file(start + opening * depth + "x" + closing * depth).problems} == {"yaml"}


def test_a_file_nested_by_indentation_without_end_is_refused() -> None:
    text = "".join(f"{' ' * depth}a:\n" for depth in range(1_500)) + " " * 1_500 + "b: 1\n"

    assert {one.code for one in file(text).problems} == {"yaml"}


@pytest.mark.parametrize(
    "text", ["'a: ' + '[' * 300_000 + ']' * 300_000", "'- ' * 300_000 + 'x'", "'[' * 300_000", "'{a: ' * 300_000"]
)
def test_no_file_ends_the_process(text: str) -> None:
    script = f"from engine.language.yamlfile import YamlFile\nprint(bool(YamlFile('x', {text}).problems))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, timeout=120, check=False
    )

    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr[-500:]


@pytest.mark.parametrize("text", ["", "# nothing here\n", "---\n"])
def test_an_empty_file_is_a_problem(text: str) -> None:
    assert file(text).data is None
    assert [one.code for one in file(text).problems] in (["yaml"], [])  # `---` alone is null


@pytest.mark.parametrize(
    "text",
    ["a: [1\n", "a: 'x\n", "a:\n\t- b\n", "a: b: c\n", "%x\n", "a: @b\n", "a: `b`\n", "a: 1\n---\nb: 2\n", "a: \x07\n"],
)
def test_what_is_no_yaml_is_one_problem_with_a_place_in_the_file(text: str) -> None:
    found = file(text)

    assert found.data is None
    assert [one.code for one in found.problems] == ["yaml"]
    assert 1 <= found.problems[0].place.line <= text.count("\n") + 1
    assert found.problems[0].hint


# ---- places -------------------------------------------------------------------------------------------------------------
scalars = st.one_of(
    st.booleans(),
    st.integers(-999, 999),
    st.sampled_from(["green", "a b", "0", "yes", "null", "é: ß", "#x", "-", "it's"]),
)
names = st.sampled_from(["any", "all", "lamp", "colour", "1", "x y", "ä"])
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3),
    max_leaves=12,
)
maps = st.dictionaries(names, documents, min_size=1, max_size=4)


def leaves(data: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*route, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*route, index))
    else:
        yield route, data


@given(maps, st.booleans(), st.integers(1, 4))
def test_every_value_is_read_and_found_where_it_stands(data: dict[str, Any], flow: bool, indent: int) -> None:
    text = yaml.safe_dump(
        data, default_flow_style=flow, indent=indent + 1, allow_unicode=True, sort_keys=False, width=60
    )
    found = file(text)

    assert found.problems == []
    assert found.data == data
    for route, value in leaves(data):
        place = found.value_place(route)
        line = text.splitlines()[place.line - 1]
        written = line[place.column - 1 : place.column - 1 + place.length]
        if not (written[:1] in "'\"" and written[:1] != written[-1:]):  # else the text goes on over further lines
            assert yaml.safe_load(written) == value or "\n" in text[text.find(written) :], (route, written)
        if isinstance(route[-1], str):
            key = found.key_place(route)
            key_line = text.splitlines()[key.line - 1]
            assert yaml.safe_load(key_line[key.column - 1 : key.column - 1 + key.length]) == route[-1]


WORKS = """\
when:
  lamp: true
  any:
    - {colour: [red, green]}
    - plants: {gt: 3}
note: >-
  words
"""


@pytest.mark.parametrize(
    ("route", "key", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("when",), (1, 1), (2, 3)),
        (("when", "lamp"), (2, 3), (2, 9)),
        (("when", "any", 0), (4, 7), (4, 7)),
        (("when", "any", 0, "colour"), (4, 8), (4, 16)),
        (("when", "any", 0, "colour", 1), (4, 22), (4, 22)),
        (("when", "any", 1, "plants", "gt"), (5, 16), (5, 20)),
        (("note",), (6, 1), (6, 7)),
        (("when", "missing"), (1, 1), (2, 3)),  # the nearest place that is known
        (("missing", "deeper"), (1, 1), (1, 1)),
    ],
)
def test_places_of_keys_and_values(route: Route, key: tuple[int, int], value: tuple[int, int]) -> None:
    found = file(WORKS)

    assert (found.key_place(route).line, found.key_place(route).column) == key
    assert (found.value_place(route).line, found.value_place(route).column) == value


def test_a_problem_carries_its_source_line() -> None:
    found = file(WORKS)
    found.report(
        "unknown-value", "unknown value `red`", found.value_place(("when", "any", 0, "colour", 0)), "use another"
    )

    assert str(found.problems[-1]) == (
        "works.yaml:4:17: unknown value `red` [unknown-value]\n"
        "  4 |     - {colour: [red, green]}\n"
        "    |                 ^^^\n"
        "  use another"
    )


# ---- files --------------------------------------------------------------------------------------------------------------
def test_a_file_is_named_from_its_guideline_and_read_as_utf_8(tmp_path: Path) -> None:
    root = tmp_path / "works"
    (root / "facts").mkdir(parents=True)
    (root / "facts" / "a.yaml").write_text("\ufeffkey: grün\n", encoding="utf-8")
    (root / "facts" / "b.yaml").write_bytes(b"key: gr\xfcn\n")
    good, bad = (YamlFile.load(root, root / "facts" / name) for name in ("a.yaml", "b.yaml"))

    assert (good.path, good.data, good.problems) == ("works/facts/a.yaml", {"key": "grün"}, [])
    assert bad.data is None
    assert [str(one.place) for one in bad.problems] == ["works/facts/b.yaml:1:8"]


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in (
        "facts/b.yaml",
        "facts/a/z.yaml",
        "facts/a.yaml",
        "facts/.hidden.yaml",
        "facts/c.yml",
        "derived/d.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1\n", encoding="utf-8")

    assert [path.relative_to(tmp_path).as_posix() for path in yaml_files(tmp_path, "facts")] == [
        "facts/a/z.yaml",
        "facts/a.yaml",
        "facts/b.yaml",
    ]
    assert list(yaml_files(tmp_path, "missing")) == []
