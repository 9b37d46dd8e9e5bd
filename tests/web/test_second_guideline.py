"""The pages of a guideline of something else: no Python changes, no word of the first one appears."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from api.app import create_app
from api.settings import Settings
from api.web.fields import text_of
from engine import Guideline, load
from tests.api.client import Client
from tests.web.conftest import FORM
from tests.web.document import faults, read

GUIDELINES = Path(__file__).resolve().parents[1] / "guidelines"
BORROWERS = sorted((GUIDELINES / "borrowers").glob("*.json"))


@pytest.fixture(scope="module")
def lending() -> Guideline:
    return load(GUIDELINES / "lending")


@pytest.fixture(scope="module")
def desk(lending: Guideline) -> Client:
    return Client(create_app(Settings(rules=GUIDELINES / "lending"), lending))


@pytest.mark.parametrize("address", ["/", "/guideline", "/rules/LND-01", "/evidence", "/vocabulary"])
def test_its_pages_have_no_fault_and_speak_of_tools_only(desk: Client, address: str) -> None:
    answer = desk.get(address)

    assert (answer.status, faults(read(answer.body))) == (200, [])
    assert not any(word in answer.body.decode().lower() for word in ("cancer", "tumour", "surgery", "oestrogen"))


@pytest.mark.parametrize("path", BORROWERS, ids=lambda path: path.stem)
def test_a_borrower_gets_the_same_answer_as_from_the_api(desk: Client, lending: Guideline, path: Path) -> None:
    facts = {name: value for name, value in json.loads(path.read_text())["facts"].items() if value is not None}
    entries = urlencode({name: text_of(lending.vocabulary[name], value) for name, value in facts.items()})
    page, saved = desk.post("/", entries, FORM), desk.post("/decision.json", entries, FORM).json()
    api = desk.post("/v1/decisions", {"facts": facts}).json()

    assert faults(read(page.body)) == []
    assert {**saved, "id": ""} == {**api, "id": ""}


def test_a_guideline_that_does_not_say_what_comes_first_begins_with_its_first_section(
    desk: Client, lending: Guideline
) -> None:
    first = read(desk.get("/").body).one(id="fields").with_class("group")[0]

    section = next(iter(lending.vocabulary.values())).section
    assert {name for one in first if not (name := one.attributes.get("name", "_")).startswith("_")} == {
        fact.name for fact in lending.vocabulary.values() if fact.given and fact.section == section
    }
