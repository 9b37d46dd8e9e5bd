"""Six patients from the empty form to their answer: with a mouse, with the keyboard alone, and without JavaScript."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import settled, until

SURGERY_FIRST = {"treatment_phase": "adjuvant", "pathway": "surgery_first", "er_percent": "0", "pr_percent": "0", "her2_ihc": "1+",
                 "pt": "T2", "pn": "N1", "m_category": "M0", "sex": "female", "age_years": "52"}  # fmt: skip
BEFORE = {"treatment_phase": "work_up", "pathway": "undecided", "er_percent": "<1", "pr_percent": "0", "her2_ihc": "0", "ct": "T2", "cn": "N1",
          "m_category": "M0", "sex": "female", "age_years": "47", "ecog": "0", "autoimmune_disease": "none", "organ_transplant": "false"}  # fmt: skip
AFTER = {
    "treatment_phase": "post_neoadjuvant", "pathway": "neoadjuvant", "er_percent": "0", "pr_percent": "0", "her2_ihc": "0", "ct": "T2",
    "cn": "N1", "m_category": "M0", "sex": "female", "age_years": "43", "ecog": "0", "neoadj_pembro_cycles": "8", "histology": "nst",
    "autoimmune_disease": "none", "organ_transplant": "false", "ild_pneumonitis": "none", "prior_severe_irae": "false",
    "pregnant": "false", "breastfeeding": "false", "menopausal_status": "premenopausal",
}  # fmt: skip
PATIENTS = {
    "surgery first, stage II": (SURGERY_FIRST, "Provisional", "ADJ-01"),
    "stage II before treatment": (BEFORE, "Provisional", "STR-03"),
    "residual disease, carrier": ({**AFTER, "ypt": "T1c", "ypn": "N1", "gbrca": "pathogenic"}, "Provisional", "PNA-03"),
    "complete response after pembrolizumab": ({**AFTER, "ypt": "T0", "ypn": "N0"}, "Provisional", "PNA-01"),
    "receptors incomplete": ({"treatment_phase": "work_up", "er_percent": "0", "her2_ihc": "2+", "her2_ish": "not_done"}, "More facts needed", "DAT-03"),
    "out of scope": ({"treatment_phase": "work_up", "er_percent": "60", "pr_percent": "30", "her2_ihc": "1+"}, "Outside this guideline", "SCP-03"),
}  # fmt: skip


def decided(address: str, entries: dict[str, str]) -> dict[str, Any]:
    """The Decision that the API gives."""
    words = {"true": True, "false": False}
    numbers = {"er_percent", "pr_percent", "age_years", "ecog", "neoadj_pembro_cycles"}
    facts = {
        name: words.get(text, int(text) if name in numbers and text.isdigit() else text)
        for name, text in entries.items()
    }
    body = json.dumps({"facts": facts, "as_of": "2026-11-22"}).encode()
    request = urllib.request.Request(f"{address}/v1/decisions", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def expected(address: str, entries: dict[str, str]) -> list[str]:
    """The ids of the recommendations that the API gives."""
    return sorted(f"r-{one['number']}" for one in decided(address, entries)["recommendations"])


def shown(page: Any) -> tuple[str, list[str]]:
    """The status and the recommendations on the page."""
    ids = page.eval_on_selector_all("#answer article", "found => found.map(one => one.id)")
    return page.inner_text("#answer-h").removeprefix("Answer:").strip(), sorted(ids)


def saved(page: Any) -> dict[str, Any]:
    """The Decision that the page saves."""
    with page.expect_download() as download:
        page.click('button[formaction="/decision.json"]')
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    return found


def enter(page: Any, name: str, text: str) -> None:
    """One entry with the mouse; a folded section is unfolded first."""
    control = page.locator(f'[name="{name}"]').first
    folded = page.locator(f'details:not([open]):has([name="{name}"]) > summary')
    if folded.count():
        folded.click()
    if control.evaluate("one => one.type") == "radio":
        page.locator(f'input[name="{name}"][value="{text}"]').check()
    elif control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)
        control.blur()


def type_in(page: Any, name: str, text: str) -> None:
    """One entry with the keyboard alone, from wherever the focus is."""
    focus = (
        "document.activeElement.name || (document.activeElement.tagName === 'SUMMARY' ? document.activeElement.id : '')"
    )
    section = page.eval_on_selector(
        f'[name="{name}"]', "one => one.closest('details:not([open])')?.querySelector('summary').id || ''"
    )
    behind = f"document.querySelector('[name=\"{name}\"]').compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING"
    key = "Shift+Tab" if page.evaluate(behind) else "Tab"
    for _ in range(400):
        page.keyboard.press(key)
        here = page.evaluate(focus)
        if section and here == section:
            page.keyboard.press("Enter")
            section = ""
        if here == name and page.evaluate("document.activeElement.type") != "checkbox":
            break
    else:
        pytest.fail(f"{name} cannot be reached with Tab")
    kind = page.evaluate("document.activeElement.type")
    labels = "[...(document.activeElement.options || [])].map(one => one.label)"
    if kind == "radio" or (kind == "select-one" and not any(one.startswith(text) for one in page.evaluate(labels))):
        for _ in range(20):
            if page.evaluate("document.activeElement.value") == text:
                break
            page.keyboard.press("ArrowDown")
        if kind == "radio" and not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")  # Tab stops at the first of several without choosing it
        settled(page)
        assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == [name, text]
    else:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        settled(page)


@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_comes_while_the_form_is_filled_in(open_page: Callable[..., Any], address: str, name: str) -> None:
    entries, status, rule = PATIENTS[name]
    page = open_page()
    for fact, text in entries.items():
        enter(page, fact, text)
        settled(page)
    until(page, f"document.querySelectorAll('.field.answered').length === {len(entries)}")

    assert shown(page) == (status, expected(address, entries))
    assert f"r-{rule}" in shown(page)[1]
    assert page.url == f"{address}/"
    assert {**saved(page), "id": ""} == {**decided(address, entries), "id": ""}


@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_comes_without_javascript(open_page: Callable[..., Any], address: str, name: str) -> None:
    entries, status, _ = PATIENTS[name]
    page = open_page(java_script_enabled=False)
    for fact, text in entries.items():
        if page.locator(f'[name="{fact}"]').count() == 0:
            page.click("#submit")
        enter(page, fact, text)
    page.click("#submit")

    assert shown(page) == (status, expected(address, entries))
    assert page.url == f"{address}/#answer"


@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_comes_with_the_keyboard_alone(open_page: Callable[..., Any], address: str, name: str) -> None:
    entries, status, _ = PATIENTS[name]
    page = open_page()
    for fact, text in entries.items():
        type_in(page, fact, text)

    assert shown(page) == (status, expected(address, entries))
