"""`new` writes files that tell what to fill in, and that pass `check` once it is filled in."""

import datetime
from pathlib import Path

import pytest

from engine import GuidelineError, load
from engine.authoring.check import check
from engine.authoring.commands_new import new
from engine.authoring.lint import unwaived
from engine.authoring.scaffold import FILL, CannotMake, Draft, new_evidence, new_fact, new_rule, next_number
from tests.authoring.workshop import LENDING, copied

DAY = datetime.date(2026, 3, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


def fill(path: Path, *values: str) -> None:
    """Fill in the places in their order."""
    text = path.read_text()
    for value in values:
        assert FILL in text
        text = text.replace(FILL, value, 1)
    assert FILL not in text
    path.write_text(text.replace(f" {FILL.lower()}:", " one:"))


def test_a_new_rule_stands_with_its_like_under_the_next_number(root: Path) -> None:
    path = new_rule(Draft.open(root), "lend-rakes", DAY, "lending")

    assert path == root / "recommendations" / "lending" / "lend-rakes.yaml"
    assert "number: LND-06 " in path.read_text()


def test_a_new_rule_cannot_be_used_before_it_is_filled_in(root: Path) -> None:
    new_rule(Draft.open(root), "lend-rakes", DAY, "lending")

    with pytest.raises(GuidelineError):
        load(root)


def test_a_rule_that_is_filled_in_passes(root: Path) -> None:
    path = new_rule(Draft.open(root), "lend-rakes", DAY, "lending")
    fill(path, "Lend rakes", "tool", "ladder", "Lend it.", "Leaves fall.", "house-rules", "members")
    guideline = load(root)

    assert guideline.warnings == ()
    assert unwaived(guideline) == ([], 1)
    assert guideline.rule("lend-rakes").number == "LND-06"


def test_a_rule_needs_no_question_to_begin_with(root: Path) -> None:
    path = new_rule(Draft.open(root), "ask-first", DAY, prefix="DAT")

    assert path.parent.name == "data"
    assert "question: FILL   # one of: " in path.read_text()


def test_a_source_that_is_filled_in_passes(root: Path) -> None:
    path = new_evidence(Draft.open(root), "town-count")
    fill(path, "Town count", "Smith A", "Counting", "Town News", "2024", "10.1000/1", "Accidents were counted.")

    assert load(root).evidence["town-count"].findings["one"].text == "Accidents were counted."


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("boolean", ("Tall", "Above the lowest shelf.")),
        ("code", ("Colour", "As printed.", "Red")),
        ("number", ("Length", "From end to end.", "cm", "300")),
        ("integer", ("Teeth", "Counted.", "teeth", "99")),
    ],
)
def test_a_fact_that_is_filled_in_passes(root: Path, kind: str, values: tuple[str, ...]) -> None:
    path = new_fact(Draft.open(root), "new_word", "tool", kind)
    fill(path, *values)

    guideline = load(root)
    assert guideline.vocabulary["new_word"].type == kind
    assert [problem.code for problem in guideline.warnings] == ["unused-fact"]


def test_a_number_is_never_used_again(root: Path) -> None:
    draft = Draft.open(root)  # LND-05 is no longer in force

    assert next_number(draft, "LND") == "LND-06"
    assert next_number(draft, "XYZ") == "XYZ-01"


def test_nothing_is_overwritten(root: Path) -> None:
    draft = Draft.open(root)
    for make in (
        lambda: new_rule(draft, "lend-hand-tools", DAY),
        lambda: new_evidence(draft, "house-rules"),
        lambda: new_fact(draft, "tool", "tool"),
        lambda: new_fact(draft, "another", "no-such-section"),
        lambda: new_rule(draft, "another", DAY, "no-such-question"),
        lambda: new_rule(draft, "another", DAY),  # its number would come from any question
    ):
        with pytest.raises(CannotMake):
            make()

    assert load(root).sha256 == load(LENDING).sha256


def test_the_command_says_where(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new("rule", "Bad Name", root, DAY) == 2
    assert new("fact", "bad-name", root, DAY, section="tool") == 2
    assert capsys.readouterr().out == ""
    assert new("evidence", "town-count", root, DAY) == 0
    assert capsys.readouterr().out == f"wrote {root}/evidence/town-count.yaml: fill in every FILL, then run `check`\n"


@pytest.mark.parametrize("what", ["rule", "evidence", "fact"])
def test_until_it_is_filled_in_check_names_every_place_and_nothing_else(what: str, root: Path) -> None:
    assert new(what, "new_thing" if what == "fact" else "new-thing", root, DAY, question="lending", section="tool") == 0
    problems = check(root).problems

    assert len(problems) >= 2 and {(one.code, one.severity) for one in problems} == {("unfinished", "error")}
    assert all("new-thing" in one.place.path or "facts/tool" in one.place.path for one in problems)
    assert all(FILL in one.source_line or "fill:" in one.source_line for one in problems)


def test_something_new_may_be_begun_while_something_else_is_unfinished(root: Path) -> None:
    for what, name in (("rule", "lend-rakes"), ("rule", "lend-hoes"), ("evidence", "town-count"), ("fact", "new_word")):
        assert new(what, name, root, DAY, question="lending", section="tool") == 0

    numbers = [path.read_text().split("number: ")[1][:6] for path in sorted(root.rglob("lend-*es.yaml"))]
    assert numbers == ["LND-07", "LND-06"]


def test_a_folder_without_guideline_gets_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new("evidence", "town-count", tmp_path, DAY) == 2
    assert "there is no guideline in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
