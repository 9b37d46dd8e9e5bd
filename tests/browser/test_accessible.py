"""axe finds nothing, in light and dark, on every page and in every state; contrast is computed, not skipped."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import example, settled

EVERYTHING = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
RUN = f"axe.run(document, {{runOnly: {EVERYTHING}, resultTypes: ['violations', 'incomplete']}})"
CONTRAST = "axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations', 'incomplete']})"
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"
FILLS = "[...document.querySelectorAll('.picture text')].map(one => getComputedStyle(one).fill)"
PAGES = [
    "/",
    "/filled/none",
    "/guideline",
    "/rules/NEO-01",
    "/evidence",
    "/evidence/alexandra-impassion030",
    "/vocabulary",
]


def is_accessible(page: Any, axe: str, *, judged: bool = True) -> None:
    """Every rule in light colours, then contrast in dark ones; `judged`: the contrast of every text, so none is out of sight."""
    page.evaluate(UNFOLD)
    page.set_viewport_size(
        {"width": page.viewport_size["width"], "height": 16_000}
    )  # what is out of sight is not judged
    page.evaluate(axe)
    for scheme, run in (("light", RUN), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(run)
        assert [(one["id"], [each["html"][:120] for each in one["nodes"][:3]]) for one in found["violations"]] == []
        unsure = [each["html"] for one in found["incomplete"] if one["id"] == "color-contrast" for each in one["nodes"]]
        assert not judged or [one[:120] for one in unsure if not one.startswith("<text")] == []
        # axe does not judge text in pictures: it has the colour of the page's own text, on the page's own ground.
        assert set(page.evaluate(FILLS)) <= {page.evaluate("getComputedStyle(document.body).color")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_to_read(open_page: Callable[..., Any], axe: str, path: str) -> None:
    is_accessible(open_page(path), axe)


@pytest.mark.parametrize("name", ["surgery-first", "contradictory", "out-of-scope"])
def test_an_answer(open_page: Callable[..., Any], axe: str, name: str) -> None:
    page = open_page()
    example(page, name)

    is_accessible(page, axe)


def test_mistakes(open_page: Callable[..., Any], axe: str) -> None:
    page = open_page()
    page.fill("#f-er_percent", "0,5")
    page.fill("#f-age_years", "x")
    page.press("#f-age_years", "Tab")
    settled(page)

    is_accessible(page, axe)


def test_a_narrow_screen(open_page: Callable[..., Any], axe: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    example(page, "before-surgery")

    is_accessible(page, axe, judged=False)  # a table that scrolls has cells out of sight


def test_several_possible_answers_and_unknown_ones(open_page: Callable[..., Any], axe: str) -> None:
    page = open_page()
    page.check("#f-treatment_phase-1")
    page.click('[name="_more"][value="ct"]')
    page.wait_for_selector("#f-ct-1[type=checkbox]")
    page.check("#f-ct-1")
    page.check("#f-age_years-0")
    settled(page)

    is_accessible(page, axe)


def test_an_answer_to_earlier_entries_after_the_connection_was_lost(open_page: Callable[..., Any], axe: str) -> None:
    page = open_page()
    example(page, "surgery-first")
    page.context.set_offline(True)
    page.check("#f-sex-2")
    page.wait_for_selector("#lost:not([hidden])")

    is_accessible(page, axe)
