"""What the page does under the hands of a reader: focus, mistakes, a lost connection, narrow screens, paper."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import example, settled, until

Open = Callable[..., Any]
FOCUS = "document.activeElement.id"


def test_the_first_stop_of_tab_skips_to_the_content(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_the_focus_stays_where_it_is_while_the_answer_changes(open_page: Open) -> None:
    page = open_page()
    page.locator("#f-treatment_phase-1").focus()
    page.keyboard.press("Space")
    settled(page)

    assert page.evaluate(FOCUS) == "f-treatment_phase-1"
    assert page.inner_text("#live").startswith(("More facts needed.", "Provisional."))


def test_the_next_question_leads_into_its_field(open_page: Open) -> None:
    page = open_page()
    example(page, "surgery-first")
    link = page.locator("#next h3 a")
    name = link.get_attribute("href").removeprefix("#f-")
    link.click()

    assert page.evaluate("document.activeElement.name") == name


def test_sending_mistakes_moves_the_focus_to_the_summary_and_each_leads_to_its_field(open_page: Open) -> None:
    page = open_page()
    page.fill("#f-er_percent", "0,5")
    page.keyboard.press("Enter")
    page.wait_for_selector("#summary")
    until(page, f"{FOCUS} === 'summary'")
    page.click("#summary a")

    assert page.evaluate(FOCUS) == "f-er_percent"
    assert page.input_value("#f-er_percent") == "0,5"


def test_a_lost_connection_is_said_and_keeps_the_form(open_page: Open) -> None:
    page = open_page()
    page.check("#f-sex-1")
    settled(page)
    page.context.set_offline(True)
    page.fill("#f-age_years", "52")
    page.press("#f-age_years", "Tab")
    page.wait_for_selector("#lost:not([hidden])")

    assert "The connection to the service is lost. Your entries are kept" in page.inner_text("#lost")
    assert (page.input_value("#f-age_years"), page.is_checked("#f-sex-1")) == ("52", True)
    page.context.set_offline(False)
    page.wait_for_selector("#lost", state="hidden")
    until(page, "document.querySelector('#answer .sent')?.textContent.includes('52 years')")


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(open_page: Open) -> None:
    page = open_page()
    held: list[Any] = []
    page.route("**/fragment", lambda route: held.append(route))
    page.check("#f-sex-1")
    until(page, "document.querySelector('#answer[aria-busy]')")
    page.check("#f-sex-2")
    for _ in range(100):
        if len(held) == 2:
            break
        page.wait_for_timeout(20)
    held[1].continue_()
    until(page, "document.querySelector('#answer .sent')?.textContent.includes('male')")
    held[0].continue_()
    page.wait_for_timeout(300)

    assert [one.strip() for one in page.locator("#answer .sent dd").all_text_contents()] == ["male"]


@pytest.mark.parametrize("width", [320, 360, 768, 1920])
def test_no_screen_is_too_narrow(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    for path in ("", "guideline", "rules/ADJ-01", "evidence/keynote-522", "vocabulary"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/" + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(page.url.rsplit("/", 1)[0] + "/")
    example(page, "surgery-first")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["surgery-first", "before-surgery", "residual-disease-carrier", "complete-response"])
def test_an_answer_fits_two_pages_of_paper(open_page: Open, name: str) -> None:
    page = open_page()
    example(page, name)
    paper = page.pdf(format="A4", prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 2


def test_the_first_answer_is_there_within_a_second(open_page: Open) -> None:
    page = open_page()
    page.evaluate("window.asked = performance.now()")
    page.check("#f-treatment_phase-1")
    page.wait_for_selector("#answer .head")

    assert page.evaluate("performance.now() - window.asked") < 1000


def test_nothing_is_kept_in_the_browser(open_page: Open) -> None:
    page = open_page()
    example(page, "surgery-first")
    page.check("#f-sex-2")
    settled(page)

    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.search]") == [
        0,
        0,
        "",
        "",
    ]
