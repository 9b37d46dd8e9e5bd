"""The pictures: from checked findings only, with a text that says the same, and ends of intervals that are cut marked as cut."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

from api.web.pictures import LEFT, RIGHT, Effect, Rates, Trial, forest, icons, timeline
from api.web.words import MEASURES
from engine import Guideline
from tests.api.client import Client
from tests.web.conftest import Post
from tests.web.document import read

HAZARD = MEASURES["hazard_ratio"]
ROWS = [
    Effect("A", "One", 0.63, (0.48, 0.82)),
    Effect("B", "Two & <three>", 1.11, (0.87, 1.42)),
    Effect("C", "Four", 0.9, None),
]


def svg(text: str) -> ET.Element:
    return ET.fromstring(text)


def test_a_forest_plot_says_every_row_in_words() -> None:
    desc = svg(forest(ROWS, "k", HAZARD)).findtext("desc")

    assert desc is not None
    assert "A, One: 0.63, 95 % confidence interval 0.48 to 0.82, which does not include 1" in desc
    assert "B, Two & <three>: 1.11, 95 % confidence interval 0.87 to 1.42, which includes 1" in desc
    assert "C, Four: 0.9, interval not known" in desc


@pytest.mark.parametrize(
    ("value", "interval", "numbers"),
    [
        (0.52, (0.3, 0.9), "0.52 (0.30 to 0.90)"),
        (0.8, (0.62, 1.03), "0.80 (0.62 to 1.03)"),
        (2.0, (1.0, 4.0), "2 (1 to 4)"),
        (0.9, None, "0.9"),
    ],
)
def test_a_value_and_its_interval_have_the_same_decimals(
    value: float, interval: tuple[float, float] | None, numbers: str
) -> None:
    assert Effect("A", "One", value, interval).numbers == numbers


def test_a_square_is_filled_only_when_the_interval_leaves_out_no_effect() -> None:
    drawn = svg(forest(ROWS, "k", HAZARD))

    assert [one.get("class") for one in drawn.iter("rect")] == ["full", "hollow"]


@pytest.mark.parametrize("value", [0.3, 0.5, 1.0, 1.7, 3.9])
def test_places_are_on_a_logarithmic_axis(value: float) -> None:
    drawn = svg(forest([Effect("A", "One", value, (0.26, 3.95))], "k", HAZARD))
    square = next(drawn.iter("rect"))
    centre = float(square.get("x", "")) + 5.5

    assert centre == pytest.approx(LEFT + (math.log(value) - math.log(0.25)) / math.log(16) * (RIGHT - LEFT), abs=0.1)


def test_an_interval_beyond_the_axis_ends_in_an_arrow_and_says_so() -> None:
    drawn = svg(forest([Effect("A", "One", 0.5, (0.02, 30.0))], "k", HAZARD))

    assert len([one for one in drawn.iter("path") if one.get("class") == "ci"]) == 2
    assert "cut off at the end of the axis" in (drawn.findtext("desc") or "")
    assert [LEFT <= float(one.get(name, "")) <= RIGHT for one in drawn.iter("line") for name in ("x1", "x2")].count(
        False
    ) == 0


@pytest.mark.parametrize(("percent", "full"), [(0, 0), (0.4, 0), (12.8, 13), (54, 54), (99.6, 100), (100, 100)])
def test_an_icon_array_draws_one_mark_for_each_of_a_hundred(percent: float, full: int) -> None:
    drawn = svg(icons(Rates("events", percent, 0), "k"))
    area = {"full": 0.0, "ring": 0.0}
    for one in drawn.iter("rect"):
        if float(one.get("x", "")) < 170:
            mark = (one.get("fill") or "").removeprefix("url(#m-").rstrip(")")
            area[mark] += float(one.get("width", "")) * float(one.get("height", "")) / 225

    assert area == {"full": full, "ring": 100 - full}
    assert f"{percent:g} of 100 in the intervention group" in (drawn.findtext("desc") or "")


def test_a_time_line_draws_what_is_not_final_hollow() -> None:
    trials = [
        Trial("One", frozenset({0}), "final", "early"),
        Trial("Two", frozenset({0, 1}), "stopped", "early and late"),
    ]
    drawn = svg(timeline(trials, ["early", "late"], "k", "Trials"))

    assert [one.get("class") for one in drawn.iter("rect")] == ["full", "hollow"]
    assert drawn.findtext("desc") == "One: early, final; Two: early and late, stopped."


def test_every_picture_has_a_title_a_description_and_the_colour_of_the_page(client: Client) -> None:
    found = 0
    for address in ("/evidence", "/evidence/keynote-522", "/rules/ADJ-01", "/rules/NEO-01"):
        for text in re.findall(r'<svg class="picture.*?</svg>', client.get(address).body.decode(), re.S):
            drawn = svg(text)
            assert drawn.get("role") == "img"
            assert (drawn.get("aria-labelledby") or "").split() == [drawn[0].get("id"), drawn[1].get("id")]
            assert [one.tag for one in drawn][:2] == ["title", "desc"]
            assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|style=", text.replace("url(#m-", ""))
            found += 1
    assert found > 5


def test_only_checked_findings_are_drawn_and_their_numbers_stand_in_the_table(post: Post, guideline: Guideline) -> None:
    page = read(post({"_example": "surgery-first"}).body).one(id="r-ADJ-01")
    rule = guideline.rule("ADJ-01")
    drawn = [
        guideline.finding(one)
        for one in rule.citations
        if guideline.finding(one).checked and guideline.finding(one).effect
    ]
    table = page.with_class("plot")[0].one("table").text

    assert len(page.with_class("plot")[0].one("tbody").all("tr")) == len(drawn) > 1
    for finding in drawn:
        assert finding.effect is not None and finding.effect.interval is not None
        low, high = finding.effect.interval
        assert f"{finding.effect.value:g} ({low:g} to {high:g})" in table


@pytest.mark.parametrize("number", ["PNA-01", "PNA-02", "ADJ-01"])
def test_every_picture_says_whom_its_trial_studied_in_the_words_of_the_evidence(
    client: Client, guideline: Guideline, number: str
) -> None:
    page = read(client.get(f"/rules/{number}").body)
    pictured = [row for plot in page.with_class("plot") for row in plot.one("tbody").all("tr")]
    pictured += [one.one("figcaption") for one in page.with_class("share")]

    assert pictured
    for one in pictured:
        source = guideline.evidence[one.all("a")[0].attributes["href"].removeprefix("/evidence/")]
        heading = "The whole trial studied" if source.kind == "trial" else "Who was studied"
        said = [each.text for each in one.with_class("quiet")]
        known = source.population is not None and source.population.text
        assert said == ([f"{heading}: {' '.join(known.split())}."] if known else [])


def test_the_time_line_stands_with_an_answer_that_cites_one_of_its_trials(post: Post) -> None:
    with_trial, without = (read(post({"_example": one}).body) for one in ("surgery-first", "out-of-scope"))

    assert len(with_trial.all(id="timing")) == 1
    assert without.all(id="timing") == []
