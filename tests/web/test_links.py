"""Links that open the form filled in: random, short-lived, bounded, for the form alone, and without anything of a patient in the address."""

import datetime
import re
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.settings import Settings
from api.web.links import MemoryLinks
from engine import Guideline
from tests.api.client import Client
from tests.cds_hooks.conftest import address
from tests.cds_hooks.records import SURGERY_FIRST, TODAY, call
from tests.web.document import faults, read


class Clock:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_link_ends_after_its_time() -> None:
    clock = Clock()
    links = MemoryLinks(900, clock=clock)
    name = links.keep({"age_years": 52})
    clock.now = 899

    found = links.find(name)
    assert found is not None and (found.facts, found.seconds_left) == ({"age_years": 52}, 1)
    clock.now = 900
    assert links.find(name) is None
    assert links.count == 0


def test_the_oldest_link_goes_when_there_are_too_many() -> None:
    links = MemoryLinks(900, most=3)
    names = [links.keep({"age_years": age}) for age in range(4)]

    assert [links.find(one) is not None for one in names] == [False, True, True, True]


def test_what_is_kept_does_not_change_with_what_was_given() -> None:
    links, facts = MemoryLinks(900), {"age_years": 52}
    name = links.keep(facts)
    facts["age_years"] = 53

    assert (found := links.find(name)) and found.facts == {"age_years": 52}


def test_names_hold_at_least_128_random_bits_and_nothing_else() -> None:
    names = {MemoryLinks(900).keep({"age_years": 52}) for _ in range(100)}

    assert len(names) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", one) for one in names)  # 6 bits each


def test_without_time_there_are_no_links() -> None:
    assert MemoryLinks(0).keep({"age_years": 52}) == ""


# ---- from a card to the form ------------------------------------------------------------------------------------------------
@pytest.fixture
def linked(guideline: Guideline) -> FastAPI:
    app = create_app(Settings(card_key="a key"), guideline)
    app.state.service.today = lambda: TODAY
    return app


def link_of(client: Client, body: dict[str, Any]) -> str:
    cards = client.post(address(body["hook"]), body).json()["cards"]
    links = {link["url"] for card in cards for link in card["links"] if "form" in link["label"]}
    assert len(links) == 1
    return next(iter(links)).partition("//")[2].partition("/")[2]


def test_a_card_opens_the_form_filled_in_from_the_record(linked: FastAPI) -> None:
    client = Client(linked)
    body = call(prefetch=SURGERY_FIRST)
    path = link_of(client, body)
    answer = client.get(f"/{path}")
    page = read(answer.body)

    assert re.fullmatch(r"filled/[A-Za-z0-9_-]{32}", path)
    assert (answer.status, faults(page)) == (200, [])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "Filled in from the record." in page.text
    assert len(page.with_class("answered")) > 2
    assert page.one(id="answer").all("article")


def test_the_filled_form_and_the_card_rest_on_the_same_facts(linked: FastAPI) -> None:
    client = Client(linked)
    body = call(prefetch=SURGERY_FIRST)
    status = client.post(address("patient-view"), body).json()["cards"][0]["extension"]["org.tnbc-cds.evidence"][
        "status"
    ]
    page = read(client.get(f"/{link_of(client, body)}").body)

    assert page.one(id="answer").with_class("head")[0].attributes["class"].split()[-1] == status


@pytest.mark.parametrize("name", ["", "x" * 32, "../static/style.css", "%00"])
def test_a_link_that_nobody_made_opens_nothing(linked: FastAPI, name: str) -> None:
    assert Client(linked).get(f"/filled/{name}").status == 404


def test_a_link_that_has_ended_is_said_to_have_ended(guideline: Guideline) -> None:
    clock = Clock()
    app = create_app(Settings(), guideline)
    app.state.hooks.links._clock = clock
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    client = Client(app)
    path = link_of(client, call(prefetch=SURGERY_FIRST))
    assert client.get(f"/{path}").status == 200
    clock.now = 900
    ended = client.get(f"/{path}", {"accept": "text/html"})

    assert ended.status == 404
    assert "this link has ended" in read(ended.body).text


def test_a_link_reaches_no_log(linked: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = Client(linked)
    path = link_of(client, call(prefetch=SURGERY_FIRST))
    client.get(f"/{path}")

    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "route=/filled/{name}" in logged
    assert path.partition("/")[2] not in logged


def test_links_can_be_switched_off(guideline: Guideline) -> None:
    app = create_app(Settings(link_seconds=0), guideline)
    cards = Client(app).post(address("patient-view"), call(prefetch=SURGERY_FIRST)).json()["cards"]

    assert {link["url"].rpartition("/")[2] for card in cards for link in card["links"][:1]} == {""}
