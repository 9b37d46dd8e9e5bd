"""Links that open the form filled in: random, short-lived, bounded, for the form alone, and without anything of a patient in the address."""

import datetime
import functools
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.settings import Settings
from api.web.links import FolderLinks, Links, MemoryLinks
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


@pytest.fixture(params=["memory", "folder"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Links]:
    """A store of either kind; those in a folder share it."""
    kinds: dict[str, Callable[..., Links]] = {
        "memory": MemoryLinks,
        "folder": functools.partial(FolderLinks, tmp_path / "links"),
    }
    return kinds[request.param]


def test_a_link_ends_after_its_time(make: Callable[..., Links]) -> None:
    clock = Clock()
    links = make(900, clock=clock)
    name = links.keep({"age_years": 52})
    clock.now = 899

    found = links.find(name)
    assert found is not None and (found.facts, found.seconds_left) == ({"age_years": 52}, 1)
    clock.now = 900
    assert links.find(name) is None


def test_the_oldest_link_goes_when_there_are_too_many(make: Callable[..., Links]) -> None:
    links = make(900, most=3)
    names = []
    for age in range(4):
        names.append(links.keep({"age_years": age}))
        time.sleep(0.01)  # files have the times of their file system

    assert [links.find(one) is not None for one in names] == [False, True, True, True]


def test_what_is_kept_does_not_change_with_what_was_given(make: Callable[..., Links]) -> None:
    links, facts = make(900), {"age_years": 52}
    name = links.keep(facts)
    facts["age_years"] = 53

    assert (found := links.find(name)) and found.facts == {"age_years": 52}


def test_names_hold_at_least_128_random_bits_and_nothing_else(make: Callable[..., Links]) -> None:
    names = {make(900).keep({"age_years": 52}) for _ in range(20)}

    assert len(names) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", one) for one in names)  # 6 bits each


@pytest.mark.parametrize("name", ["", "../x", "\0", "\ud800", "x" * 10_000])
def test_a_name_that_was_never_given_finds_nothing(make: Callable[..., Links], name: str) -> None:
    links = make(900)
    links.keep({"age_years": 52})

    assert links.find(name) is None


def test_without_time_there_are_no_links(make: Callable[..., Links]) -> None:
    assert make(0).keep({"age_years": 52}) == ""


def test_another_worker_finds_what_one_kept_and_the_folder_tells_nobody_else(tmp_path: Path) -> None:
    name = FolderLinks(tmp_path / "links", 900).keep({"sex": "female", "age_years": 52})
    found = FolderLinks(tmp_path / "links", 900).find(name)

    assert found is not None and found.facts == {"sex": "female", "age_years": 52}
    (file,) = (tmp_path / "links").iterdir()
    assert b"female" not in file.read_bytes() and name not in file.name
    assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)


def test_files_of_links_that_have_ended_are_removed_when_the_next_is_made(tmp_path: Path) -> None:
    links = FolderLinks(tmp_path / "links", 900)
    links.keep({"age_years": 52})
    (old,) = (tmp_path / "links").iterdir()
    os.utime(old, (0, 0))
    links.keep({"age_years": 53})

    assert not old.exists()
    assert len(list((tmp_path / "links").iterdir())) == 1


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
