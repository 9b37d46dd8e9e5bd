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


def test_a_rule_opened_from_the_answer_leaves_the_entries_where_they_are(open_page: Open) -> None:
    page = open_page()
    page.fill("#f-er_percent", "0")
    page.press("#f-er_percent", "Tab")
    page.wait_for_selector("#answer .number")
    with page.context.expect_page() as opened:
        page.locator("#answer .number").first.click()

    assert "/rules/" in opened.value.url
    assert page.input_value("#f-er_percent") == "0"
    assert page.evaluate("history.length") == 2


def test_notes_and_the_warning_of_an_old_answer_are_printed(open_page: Open) -> None:
    page = open_page()
    example(page, "complete-response")
    page.context.set_offline(True)
    page.fill("#f-age_years", "44")
    page.press("#f-age_years", "Tab")
    page.wait_for_selector("#lost:not([hidden])")
    page.emulate_media(media="print")

    assert page.locator("#r-PNA-01 .caveat").filter(has_text="added value is uncertain").is_visible()
    assert page.locator("#lost").is_visible()
    assert page.locator("#again").is_hidden()


def test_the_focus_goes_to_the_answer_when_a_second_try_succeeds(open_page: Open) -> None:
    page = open_page()
    example(page, "surgery-first")
    page.route("**/fragment", lambda route: route.abort())
    page.fill("#f-age_years", "53")
    page.press("#f-age_years", "Tab")
    page.wait_for_selector("#again")
    page.unroute("**/fragment")
    page.click("#again")
    page.wait_for_selector("#lost", state="hidden")

    assert page.evaluate(FOCUS) == "answer"


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


# ---- partly known, unknown, emptied -----------------------------------------------------------------------------------------
def test_several_possible_answers_are_ticked_with_the_keyboard_where_the_focus_is(open_page: Open) -> None:
    page = open_page()
    page.check("#f-treatment_phase-1")
    settled(page)
    page.focus('[name="_more"][value="her2_ihc"]')
    page.keyboard.press("Enter")
    until(page, f"{FOCUS} === 'f-her2_ihc-1'")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    until(page, "document.querySelector('#answer .sent')?.textContent.includes('0 or 1+')")

    page.focus('[name="_one"][value="her2_ihc"]')
    page.keyboard.press("Enter")
    until(page, "document.activeElement.type === 'radio' && document.activeElement.value === '0|1+'")


def test_a_number_is_entered_or_unknown_never_both(open_page: Open) -> None:
    page = open_page()
    page.fill("#f-age_years", "52")
    page.check("#f-age_years-0")
    settled(page)
    assert page.input_value("#f-age_years") == ""
    page.fill("#f-age_years", "53")
    page.press("#f-age_years", "Tab")
    settled(page)

    assert not page.is_checked("#f-age_years-0")
    until(page, "document.querySelector('#answer .sent')?.textContent.includes('53 years')")


def test_emptying_one_side_of_a_contradiction_leads_to_its_field_and_ends_it(open_page: Open) -> None:
    page = open_page()
    example(page, "contradictory")
    page.click('#answer .stop [name="_empty"][value="pregnant"]')
    until(page, "!document.querySelector('#answer .head.contradiction')")
    until(page, "document.activeElement.name === 'pregnant'")

    assert page.is_checked("#f-sex-2")


# ---- sharing ----------------------------------------------------------------------------------------------------------------
def link_of(page: Any) -> str:
    page.click("#share > summary")
    until(page, "document.getElementById('share-link').value !== ''")
    return str(page.input_value("#share-link"))


def test_a_shared_link_opens_the_same_answer_and_no_server_sees_it(open_page: Open) -> None:
    page = open_page()
    example(page, "partly-known")
    link = link_of(page)
    assert "holds everything that was entered" in page.inner_text("#share")

    other = open_page()
    seen: list[str] = []
    other.on("request", lambda request: seen.append(request.url))
    other.goto(link)
    other.wait_for_selector("#answer .head")
    until(other, "location.hash === ''")

    assert link.partition("#")[0] == page.url.partition("#")[0]
    assert other.inner_text("#answer .sent") == page.inner_text("#answer .sent")
    assert not any("er_percent" in one for one in seen)


def shared(entries: str) -> str:
    """A whole link: the entries and their checksum, FNV-1a."""
    found = 0x811C9DC5
    for one in entries.encode():
        found = (found ^ one) * 0x01000193 % 2**32
    return f"/#entered:{entries}~{found:08x}"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/#entered:nonsense=1", "not complete or was changed"),
        ("/#entered:", "not complete or was changed"),
        (shared("nonsense=1"), "does not know the entries of the link"),
        (shared("age_years=52").replace("52", "25"), "not complete or was changed"),
    ],
)
def test_a_link_that_cannot_be_read_says_so_and_leaves_what_was_there(open_page: Open, link: str, said: str) -> None:
    page = open_page()
    page.check("#f-sex-1")
    page.wait_for_selector("#answer .head")
    before = page.inner_text("#answer")
    page.evaluate("where => { location.hash = where; }", link.removeprefix("/"))
    page.wait_for_selector("#lost:not([hidden])")
    settled(page)

    text = page.inner_text("#lost")
    assert said in text and "stays as it was" in text and "earlier entries" not in text
    assert page.locator("#again").count() == 0
    assert page.inner_text("#answer") == before and page.is_checked("#f-sex-1")
    assert page.locator("#linked").is_hidden() and page.evaluate("location.hash") == ""
    page.check("#f-sex-2")
    page.wait_for_selector("#lost", state="hidden")


def test_a_shared_link_that_was_torn_anywhere_is_refused(open_page: Open) -> None:
    whole = shared("er_percent=0&tumour_size_mm=25")
    page = open_page()
    for length in range(len("/#entered:"), len(whole)):
        page.evaluate("where => { location.hash = where; }", whole[1:length])
        until(page, "location.hash === ''")
        page.wait_for_selector("#lost:not([hidden])")
        page.evaluate("document.getElementById('lost').hidden = true")
    assert (page.input_value("#f-tumour_size_mm"), page.input_value("#f-er_percent")) == ("", "")
    page.evaluate("where => { location.hash = where; }", whole[1:])
    until(page, "document.getElementById('f-tumour_size_mm').value === '25'")


def test_a_form_filled_from_a_link_asks_to_check_every_entry(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#linked").is_hidden()
    example(page, "surgery-first")
    other = open_page()
    other.goto(link_of(page))
    other.wait_for_selector("#linked:not([hidden])")

    assert other.inner_text("#linked") == "Filled in from a link. Check every entry before use."
    until(other, f"{FOCUS} === 'linked'")
    assert other.evaluate("document.getElementById('linked').getBoundingClientRect().top >= 0")


def test_a_link_opened_without_a_connection_is_opened_when_it_is_back(open_page: Open) -> None:
    page = open_page()
    page.context.set_offline(True)
    page.evaluate("where => { location.hash = where; }", shared("age_years=52").removeprefix("/"))
    page.wait_for_selector("#lost:not([hidden])")
    assert "entries of the link are not shown yet" in page.inner_text("#lost")
    page.context.set_offline(False)
    page.wait_for_selector("#linked:not([hidden])")

    until(page, "document.getElementById('f-age_years').value === '52'")


def test_a_shared_link_with_a_mistake_tells_it_beside_the_field(open_page: Open) -> None:
    page = open_page(shared("er_percent=0%2C5&sex=female"))
    page.wait_for_selector("#e-er_percent")

    assert (page.input_value("#f-er_percent"), page.is_checked("#f-sex-1")) == ("0,5", True)


# ---- how it is looked at ----------------------------------------------------------------------------------------------------
def test_at_four_times_the_size_everything_can_be_reached(open_page: Open) -> None:
    """400 % of 1280 x 1024 is a page of 320 x 256."""
    page = open_page(viewport={"width": 320, "height": 256})
    example(page, "surgery-first")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".jump").is_hidden()  # nothing stands in the way on a low screen
    outside = page.evaluate(
        "[...document.querySelectorAll('#answer *')].filter(one => getComputedStyle(one).position === 'fixed').length"
    )
    assert outside == 0


def test_on_a_narrow_screen_the_answer_is_one_touch_away(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.check("#f-treatment_phase-1")
    settled(page)
    page.tap(".jump a")

    until(page, "Math.abs(document.getElementById('answer').getBoundingClientRect().top) < 100")


def test_nothing_moves_for_those_who_ask_for_that(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    moving = """[...document.querySelectorAll('*')].filter(one => {
        const style = getComputedStyle(one);
        return style.scrollBehavior === 'smooth' || parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
    }).length"""

    assert page.evaluate(moving) == 0


def test_with_forced_colours_what_is_chosen_is_still_marked(open_page: Open) -> None:
    page = open_page(forced_colors="active")
    page.check("#f-sex-1")
    settled(page)
    outline = "getComputedStyle(document.getElementById('f-sex-{}').closest('label')).outlineStyle"

    assert [page.evaluate(outline.format(one)) for one in (1, 2)] == ["solid", "none"]


def test_a_screen_reader_hears_each_group_by_its_name_and_the_answer_when_it_changes(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("group", name="Treatment pathway").get_by_role("radio", name="Surgery first").check()
    page.get_by_role("textbox", name="Age", exact=True).fill("52")
    page.get_by_role("checkbox", name="Oestrogen receptor percentage: Unknown").check()
    settled(page)

    said = page.get_by_role("status").first.inner_text()
    assert "Next question:" in said
    assert page.get_by_role("region", name="Answer: More facts needed").is_visible()
    landmarks = [page.get_by_role(one).count() for one in ("banner", "main", "contentinfo", "navigation")]
    assert landmarks[:2] == [1, 1] and landmarks[2] >= 1 and landmarks[3] >= 1
