"""Lint: each code is found where it is planted and nowhere else, and a file may waive it. (tests/broken has an example of each.)"""

from pathlib import Path

import pytest

from engine import default_rules, load
from engine.authoring.check import check
from engine.authoring.lint import lint, unwaived
from engine.language.waivers import waivers
from tests.authoring.workshop import LENDING, changed, copied

HAND = "lend-hand-tools.yaml"
TITLE = "title: Lend hand tools to every member"
PLANTED = [
    (
        "uncited-number",
        HAND,
        "Lend the tool for up to one week.",
        "Lend the tool; 93 of 100 came back.",
        "lend-hand-tools.yaml:14:",
    ),
    ("uncited-number", HAND, "Something is overdue.", "More than 7 items are overdue.", "lend-hand-tools.yaml:13:24"),
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
    found, _ = unwaived(changed(root, name, old, new))

    assert {one.code for one in found} == {code}
    assert all(place in str(one.place) for one in found)
    assert all(one.hint for one in found)


def test_high_certainty_without_checked_evidence_is_found(root: Path) -> None:
    path = root / "evidence" / "house-rules.yaml"
    path.write_text(path.read_text().replace("checked: true\n    mark: seen", "checked: false\n    mark: from-memory"))

    assert {one.code for one in unwaived(load(root))[0]} == {"unchecked-evidence"}


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
    assert unwaived(changed(root, HAND, old, new))[0] == []


def test_a_file_may_waive_a_code_with_a_reason(root: Path) -> None:
    before = check(root)
    changed(root, HAND, TITLE, f"title: {'Lend hand tools ' * 9}\nwaive: {{long-summary: It is printed on a poster.}}")
    after = check(root)

    assert (after.problems, after.waived, after.code) == ((), before.waived + 1, 0)


def test_a_date_before_its_source_is_waived_and_the_waiver_is_not_stale(root: Path) -> None:
    early = "effective: {from: 2001-03-01}"
    changed(root, HAND, "effective: {from: 2024-03-01}", early)
    warned = check(root)
    changed(root, HAND, early, f"{early}\nwaive: {{date-before-source: It was so before it was printed.}}")

    assert [one.code for one in warned.problems] == ["date-before-source"]
    assert check(root).problems == ()


def test_an_error_cannot_be_waived(root: Path) -> None:
    path = next(root.rglob(HAND))
    path.write_text(path.read_text().replace("tool: hand", "tool: hands") + "waive: {unknown-value: It will come.}\n")

    assert [one.code for one in check(root).problems] == ["unknown-value"]


@pytest.mark.parametrize("folder", [LENDING, default_rules()], ids=["lending", "installed"])
def test_a_finished_guideline_is_clean_or_says_why_not(folder: Path) -> None:
    assert [str(one) for one in check(folder).problems] == []


def test_every_waiver_of_the_installed_guideline_gives_a_reason() -> None:
    guideline = load(default_rules())

    assert len(lint(guideline)) > 0
    assert [one for one in waivers(guideline.files) if len(one.reason.split()) < 8] == []
