"""`lint`: each code is found where it is planted and nowhere else, and a rule may waive it."""

from pathlib import Path

import pytest

from engine import default_rules, load
from engine.authoring.lint import LINTS, lint, run, waived
from tests.authoring.workshop import LENDING, changed, copied

HAND = "lend-hand-tools.yaml"
TITLE = "title: Lend hand tools to every member"
PLANTED = [
    (
        "uncited-number",
        HAND,
        "Lend the tool for up to one week.",
        "Lend the tool; 93 of 100 came back.",
        "lend-hand-tools.yaml:14:7",
    ),
    ("uncited-number", HAND, "Something is overdue.", "More than 7 items are overdue.", "lend-hand-tools.yaml:13:14"),
    ("unfinished", HAND, TITLE, "title: FILL", "lend-hand-tools.yaml:3:8"),
    ("long-summary", HAND, TITLE, f"title: {'Lend hand tools ' * 9}", "lend-hand-tools.yaml:3:8"),
    (
        "tautology-on-unknown",
        HAND,
        "tool_ready: true",
        "tool_ready: true\n  any: [{age_years: {lt: 50}}, {age_years: {ge: 50}}]",
        "lend-hand-tools.yaml:11:",
    ),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize(("code", "name", "old", "new", "place"), PLANTED)
def test_what_is_planted_is_found_at_its_place(
    root: Path, code: str, name: str, old: str, new: str, place: str
) -> None:
    found = lint(changed(root, name, old, new))

    assert {one.code for one in found} == {code}
    assert all(place in str(one.place) for one in found)
    assert all(one.hint for one in found)


def test_high_certainty_without_checked_evidence_is_found(root: Path) -> None:
    path = root / "evidence" / "house-rules.yaml"
    path.write_text(path.read_text().replace("checked: true\n    mark: seen", "checked: false\n    mark: from-memory"))

    assert {one.code for one in lint(load(root))} == {"unchecked-evidence"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Something is overdue.", "More than 0 items are overdue."),  # the rule's own bound
        (
            "tool_ready: true",
            "tool_ready: true\n  any: [{age_years: {lt: 50}}, {age_years: {gt: 50}}]",
        ),  # 50 does not pass
        (TITLE, "title: Lend tools to FULFIL what members need"),
        (TITLE, "# FILL in more some day\ntitle: Lend tools"),
    ],
)
def test_what_is_meant_is_not_found(root: Path, old: str, new: str) -> None:
    assert lint(changed(root, HAND, old, new)) == []


def test_a_rule_may_waive_a_code_with_a_reason(root: Path) -> None:
    guideline = changed(root, HAND, TITLE, "title: FILL\nwaive: {unfinished: The shelf is called so.}")

    assert [waived(one, guideline) for one in lint(guideline)] == [True]
    assert run(root) == 0


@pytest.mark.parametrize("folder", [LENDING, default_rules()], ids=["lending", "installed"])
def test_a_finished_guideline_is_clean_or_says_why_not(folder: Path) -> None:
    guideline = load(folder)

    assert [str(one) for one in lint(guideline) if not waived(one, guideline)] == []


def test_every_code_is_planted() -> None:
    assert {code for code, *_ in PLANTED} | {"unchecked-evidence"} == set(LINTS)


def test_the_command_fails_while_something_is_left(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(root, HAND, TITLE, "title: FILL")

    assert run(root) == 1
    assert "[unfinished]" in capsys.readouterr().out
    assert run(root, form="json") == 1
    assert '"code": "unfinished"' in capsys.readouterr().out
