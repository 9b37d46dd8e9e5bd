"""The form: made from the vocabulary, best question first, every entry kept, every mistake told beside its field."""

from typing import Any

import pytest

from api.web.answers import Answers
from api.web.fields import Field, NotRead, text_of, value_of
from engine import Guideline
from engine.language.vocabulary import Fact
from tests.api.client import Client
from tests.web.conftest import Post
from tests.web.document import Element, read

AGE = Fact("age", "Age", "integer", range=(0, 120))
SHARE = Fact("share", "Share", "number", unit="%", range=(0, 100))
COLOUR = Fact(
    "colour", "Colour", "code", values={"red": "red", "blue": "blue"}, groups={"any": frozenset({"red", "blue"})}
)
BELL = Fact("bell", "Bell", "boolean", values={True: "yes", False: "no"})

READ: list[tuple[Fact, str, Any]] = [
    (AGE, "52", 52), (AGE, " 52 ", 52), (AGE, "", None), (SHARE, "0.5", 0.5), (SHARE, "<1", {"lt": 1}), (SHARE, "< 1", {"lt": 1}),
    (SHARE, "≥10", {"ge": 10}), (SHARE, ">1 <=5.5", {"gt": 1, "le": 5.5}), (SHARE, "1..10", {"ge": 1, "le": 10}),
    (SHARE, "1-10", {"ge": 1, "le": 10}), (SHARE, "1 to 10", {"ge": 1, "le": 10}), (SHARE, "1–10", {"ge": 1, "le": 10}), (SHARE, "−5", -5),
    (COLOUR, "red", "red"), (COLOUR, "red|blue", {"one_of": ["red", "blue"]}), (BELL, "true", True), (BELL, "false", False),
]  # fmt: skip
REFUSED = ["0,5", "1,000", "20 mm", "abc", "1..", "<", "<1 <2", "1e3", "nan", "inf", "0x10", "1 2", "--5", "٥"]


@pytest.mark.parametrize(("fact", "text", "value"), READ)
def test_an_entry_stands_for_a_value(fact: Fact, text: str, value: Any) -> None:
    assert value_of(fact, text) == value


@pytest.mark.parametrize("text", REFUSED)
def test_a_number_that_is_none_is_refused_with_a_hint_and_not_repeated(text: str) -> None:
    with pytest.raises(NotRead) as refused:
        value_of(SHARE, text)

    assert refused.value.hint
    assert text not in refused.value.message


def test_a_decimal_comma_is_never_read() -> None:
    with pytest.raises(NotRead) as refused:
        value_of(SHARE, "2,5")

    assert refused.value.hint.startswith("write a decimal point: 2.5")


def test_every_state_a_fact_can_be_sent_in_goes_through_the_form_unchanged(guideline: Guideline) -> None:
    sent = 0
    for fact in (one for one in guideline.vocabulary.values() if one.given):
        low, high = fact.range
        numbers = (
            [low, high, {"lt": high}, {"ge": low, "lt": high}, {"gt": low, "le": high}, {"gt": low}]
            if fact.numeric
            else []
        )
        several = [{"one_of": [*fact.values][:2]}] if fact.type == "code" else []
        for value in [*numbers, *fact.values, *fact.groups, *fact.open_values, *several]:
            answers = Answers.of({fact.name: text_of(fact, value)}, guideline.vocabulary)
            assert answers.given[fact.name] == fact.read(value), (fact.name, value)
            sent += 1
    assert sent > 300


def test_every_fact_that_can_be_sent_has_one_field_that_begins_unanswered_and_can_be_unknown(
    client: Client, guideline: Guideline
) -> None:
    form = read(client.get("/").body).one("form", id="facts")

    for fact in (one for one in guideline.vocabulary.values() if one.given):
        controls = form.all(name=fact.name)
        assert [one for one in controls if "checked" in one.attributes] == [], fact.name
        match controls[0].attributes.get("type", controls[0].tag):
            case "radio":
                assert controls[-1].attributes["value"] == "unknown", fact.name
            case "select":
                options = controls[0].all("option")
                assert [one for one in options if "selected" in one.attributes] == [], fact.name
                assert (options[0].text, options[-1].text) == ("Not answered", "Unknown")
            case _:
                assert (controls[0].attributes["value"], controls[1].attributes["value"]) == ("", "unknown"), fact.name


def test_the_form_offers_every_value_group_and_open_value(client: Client, guideline: Guideline) -> None:
    form = read(client.get("/").body).one("form", id="facts")

    for fact in (one for one in guideline.vocabulary.values() if one.given and not one.numeric):
        controls = form.all(name=fact.name)
        choices = controls[0].all("option") if controls[0].tag == "select" else controls
        expected = {text_of(fact, one) for one in (*fact.values, *fact.groups, *fact.open_values)}
        assert {one.attributes["value"] for one in choices} - {""} == expected | {"unknown"}, fact.name


def ticks(page: Element, name: str) -> list[str]:
    """The boxes of a fact that are ticked."""
    return [one.attributes["value"] for one in page.all(name=name) if "checked" in one.attributes]


def test_a_fact_that_is_partly_known_is_entered_by_ticking_all_that_are_possible(post: Post) -> None:
    offered = read(post({"ct": "T1", "_more": "ct"}).body)
    boxes = offered.all(name="ct")

    assert {one.attributes["type"] for one in boxes} == {"checkbox"}
    assert ticks(offered, "ct") == ["T1mi", "T1a", "T1b", "T1c"]
    assert offered.one("input", name="_several").attributes["value"] == "ct"
    sent = [("ct", "T1c"), ("ct", "T2"), ("_several", "ct")]
    page = read(post(sent).body)
    assert ticks(page, "ct") == ["T1c", "T2"]
    assert post(sent, "/decision.json").json()["facts"]["ct"]["state"] == {"one_of": ["T1c", "T2"]}
    one = read(post([*sent, ("_one", "ct")]).body).one(id="f-ct")
    assert [each.attributes["value"] for each in one.all("option") if "selected" in each.attributes] == ["T1c|T2"]


def test_yes_or_no_and_numbers_are_not_ticked(post: Post) -> None:
    for name in ("pregnant", "age_years"):
        page = read(post({"sex": "female", "_more": name}).body)
        assert page.all("input", name="_several") == []


def test_a_number_and_unknown_at_once_are_told_beside_the_field(post: Post) -> None:
    both = post([("age_years", "52"), ("age_years", "unknown")])
    page = read(both.body)

    assert both.status == 422
    assert "unknown is ticked as well" in page.one(id="e-age_years").text
    assert page.one(id="f-age_years").attributes["value"] == "52"
    unknown = read(post([("age_years", ""), ("age_years", "unknown"), ("sex", "female")]).body)
    assert unknown.one(id="f-age_years").attributes["value"] == ""
    assert "checked" in unknown.one(id="f-age_years-0").attributes


def test_each_side_of_a_contradiction_can_be_emptied_and_the_rest_stays(post: Post) -> None:
    entries = {"sex": "male", "pregnant": "true", "treatment_phase": "adjuvant"}
    page = read(post(entries).body)
    box = page.one(id="answer").with_class("stop")[0]

    assert {one.attributes["value"] for one in box.all("button", name="_empty", form="facts")} >= {"sex", "pregnant"}
    after = post({**entries, "_empty": "pregnant"}, "/decision.json").json()
    assert (after["contradictions"], after["facts"]["sex"]["state"]) == ([], "male")
    assert after["facts"]["pregnant"]["source"] != "given"


def test_enter_in_a_field_asks_for_the_answer_and_presses_no_other_button(client: Client) -> None:
    form = read(client.get("/").body).one("form", id="facts")
    buttons = [one for one in form.all("button") if one.attributes.get("type", "submit") == "submit"]

    assert "name" not in buttons[0].attributes and "formaction" not in buttons[0].attributes


def first(page: Element) -> list[str]:
    """The headings of what is asked first."""
    return [one.all("h3")[0].text for one in page.one(id="fields").with_class("group") if one.tag == "section"]


def asked(page: Element) -> list[str]:
    """The facts under `What matters next`."""
    return page.one("input", name="_asked").attributes["value"].split()


def test_what_is_asked_first_is_what_the_guideline_says(client: Client, guideline: Guideline) -> None:
    page = read(client.get("/").body)

    assert first(page) == [one.title for one in guideline.first_facts if one.when is None or one.title in first(page)]
    assert asked(page) == []


def test_what_is_asked_next_is_what_could_change_the_answer(post: Post) -> None:
    entries = {
        "treatment_phase": "work_up",
        "er_percent": "0",
        "pr_percent": "0",
        "her2_ihc": "0",
        "ct": "T2",
        "cn": "N1",
        "m_category": "M0",
    }
    page = read(post(entries).body)
    needed = [one["fact"] for one in post(entries, "/decision.json").json()["needs"]]

    shown_first = {
        one.attributes["name"] for one in page if "name" in one.attributes and one.above("section") is not None
    }
    assert len(asked(page)) == 4
    assert asked(page) == [one for one in needed if one in asked(page)]
    assert set(asked(page)) <= set(needed) & shown_first


def test_a_question_stays_in_its_place_once_it_is_answered(post: Post) -> None:
    entries = {
        "treatment_phase": "work_up",
        "er_percent": "0",
        "pr_percent": "0",
        "her2_ihc": "0",
        "ct": "T2",
        "cn": "N1",
        "m_category": "M0",
    }
    before = asked(read(post(entries).body))
    guessed = {"menopausal_status": "premenopausal", "pregnant": "false", "histology": "nst", "gbrca": "negative"}
    name = next(one for one in before if one in guessed)
    after = asked(read(post({**entries, name: guessed[name], "_asked": " ".join(before)}).body))

    assert name in after
    assert [one for one in after if one in before] == [one for one in before if one in after]


def test_the_extent_is_asked_as_the_point_of_treatment_wants_it(post: Post) -> None:
    operated = first(read(post({"treatment_phase": "adjuvant", "pathway": "surgery_first"}).body))
    not_yet = first(read(post({"treatment_phase": "work_up"}).body))

    assert "Extent found at surgery" in operated and "Extent found at surgery" not in not_yet


def test_mistakes_are_told_beside_their_fields_and_everything_is_kept(post: Post) -> None:
    entries = {
        "sex": "female",
        "age_years": "x52",
        "er_percent": "0,5",
        "grade": "7",
        "ct": "T2",
        "gbrca": "pending",
        "steroid_prednisone_mg_day": "<5",
    }
    answer = post(entries)
    page = read(answer.body)

    assert answer.status == 422
    assert {one.attributes["href"] for one in page.one(id="summary").all("a")} == {
        "#f-age_years",
        "#f-er_percent",
        "#f-grade",
    }
    for name in ("age_years", "er_percent"):
        control = page.one(id=f"f-{name}")
        assert (control.attributes["value"], control.attributes["aria-invalid"]) == (entries[name], "true")
        assert f"e-{name}" in control.attributes["aria-describedby"].split()
        assert page.one(id=f"e-{name}").text.startswith("Not read:")
    assert page.one(id="f-steroid_prednisone_mg_day").attributes["value"] == "<5"
    assert [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes] == ["T2"]
    assert [one.attributes["value"] for one in page.all(name="gbrca") if "checked" in one.attributes] == ["pending"]


def test_nothing_is_decided_while_an_entry_is_wrong(post: Post) -> None:
    page = read(post({"treatment_phase": "adjuvant", "age_years": "x"}).body)

    assert page.one(id="answer-h").text == "No answer yet"
    assert page.all("article") == []


def test_a_state_between_two_values_survives_the_form(post: Post) -> None:
    page = read(post({"her2_ihc": "0|1+"}).body)
    chosen = [one for one in page.all(name="her2_ihc") if "checked" in one.attributes]

    assert [(one.attributes["value"], one.above("label").text) for one in chosen] == [("0|1+", "0 or 1+")]  # type: ignore[union-attr]


def test_contradictions_show_both_facts_and_lead_to_their_fields(post: Post) -> None:
    page = read(post({"sex": "male", "pregnant": "true", "treatment_phase": "adjuvant"}).body)
    box = page.one(id="answer").with_class("stop")[0]

    assert {"#f-sex", "#f-pregnant"} <= {one.attributes["href"] for one in box.all("a")}
    for name in ("sex", "pregnant"):
        assert page.one(id=f"c-{name}").text.startswith("Check:")
        assert f"c-{name}" in page.one(id=f"f-{name}").attributes["aria-describedby"].split()


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("er_procent=0", "application/x-www-form-urlencoded", 422),
        ("pregnant=true&pregnant=false", "application/x-www-form-urlencoded", 422),
        ("age_years=51&age_years=52", "application/x-www-form-urlencoded", 422),
        ("_asked=ct&_asked=cn", "application/x-www-form-urlencoded", 422),
        ("in_scope=true", "application/x-www-form-urlencoded", 422),
        ("age_years=" + "9" * 300, "application/x-www-form-urlencoded", 422),
        ("&".join(f"a{one}=1" for one in range(2000)), "application/x-www-form-urlencoded", 422),
        ("age_years=%ff", "application/x-www-form-urlencoded", 422),
        ("_example=none", "application/x-www-form-urlencoded", 404),
        ("_scenario=features/scope.feature:0", "application/x-www-form-urlencoded", 404),
        ("{}", "application/json", 415),
        ("x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(client: Client, body: str, media_type: str, status: int) -> None:
    for address in ("/", "/fragment", "/decision.json"):
        assert client.post(address, body, media_type).status == status, address


def test_an_entry_that_looks_like_markup_stays_text(post: Post) -> None:
    body = post({"age_years": '"><script>alert(1)</script>'}).body

    assert b"<script>alert" not in body
    assert read(body).one(id="f-age_years").attributes["value"] == '"><script>alert(1)</script>'


def test_a_fact_with_few_short_values_has_radio_buttons_and_one_with_many_a_list() -> None:
    many = Fact("many", "Many", "code", values={f"v{one}": f"value {one}" for one in range(12)})

    assert [Field.of(one).control for one in (COLOUR, BELL, many, AGE, SHARE)] == [
        "radios",
        "radios",
        "select",
        "text",
        "text",
    ]
