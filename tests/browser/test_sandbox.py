"""The CDS Hooks Sandbox, a client that nobody on the project wrote, on a real service and a small FHIR server.

Needs its build: clone https://github.com/cds-hooks/sandbox, `npm ci && npm run build`, and name the folder `build` in CDS_HOOKS_SANDBOX.
With SANDBOX_PICTURES=folder every step leaves a picture there.
"""

import datetime
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn

from api.app import create_app
from api.cds_hooks.feedback import Feedback
from api.settings import Settings
from tests.browser.fhir_server import Records, app_of, record_of, resources_of
from tests.cds_hooks.records import SURGERY_FIRST

BUILD = Path(os.environ["CDS_HOOKS_SANDBOX"]) if os.environ.get("CDS_HOOKS_SANDBOX") else None
PICTURES = os.environ.get("SANDBOX_PICTURES")
PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir" / "triple_negative.json"
PATIENCE = 30_000  # milliseconds
DRUG = "capecitabine"  # one of the few cancer drugs that the Sandbox lists
ADVICE = "ADJ-01"

Visit = Callable[..., Any]
pytestmark = pytest.mark.skipif(
    BUILD is None or not (BUILD / "index.html").is_file(),
    reason="no build of the CDS Hooks Sandbox: name its folder in CDS_HOOKS_SANDBOX",
)


@dataclass
class Running:
    """The service and the record system that stand beside the Sandbox."""

    sandbox: str
    service: str
    store: Any
    records: Records

    def address(self, hook: str, screen: str, patient: str, **more: str) -> str:
        asked = {"hook": hook, "screen": screen, "patientId": patient, **more}
        asked |= {"fhirServiceUrl": f"{self.sandbox}/fhir", "serviceDiscoveryURL": f"{self.service}/cds-services"}
        return f"{self.sandbox}/index.html?{urlencode(asked)}"

    def feedback(self, outcome: str) -> Feedback:
        """The newest feedback with this outcome, once it has come."""
        for _ in range(200):
            told = [json.loads(one.content.outcome) for one in self.store.walk() if one.record.kind == "feedback"]
            found = [Feedback(**{**one, "suggestions": tuple(one["suggestions"])}) for one in told]
            newest = next((one for one in reversed(found) if one.outcome == outcome), None)
            if newest is not None:
                return newest
            time.sleep(0.05)
        raise AssertionError(f"no feedback {outcome} came")


def serve(app: Any, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    return server, thread


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    assert BUILD is not None
    made = [
        resource
        for value in SURGERY_FIRST.values()
        for resource in (
            resources_of(value) if value and value["resourceType"] == "Bundle" else [value] if value else []
        )
    ]
    public = record_of(resources_of(json.loads(PUBLIC.read_bytes())), "public") if PUBLIC.is_file() else []
    records = Records([*made, *public])
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    sandbox, service = (f"http://127.0.0.1:{door.getsockname()[1]}" for door in doors)
    file = tmp_path_factory.mktemp("records") / "records.sqlite"
    app = create_app(Settings(cors_origins=sandbox, card_key="a key", public_url=service, records_file=file))
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    started = [serve(app_of(records, BUILD), doors[0]), serve(app, doors[1])]
    yield Running(sandbox, service, app.state.service.recorder.store, records)
    for server, thread in started:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def visit(browser: Any, running: Running) -> Iterator[Visit]:
    """Opens the Sandbox at a hook; nothing outside this machine is reached."""
    contexts = []

    def open_(hook: str, screen: str, patient: str = "p1", **more: str) -> Any:
        contexts.append(browser.new_context(viewport={"width": 1500, "height": 1000}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        page.goto(running.address(hook, screen, patient, **more))
        return page

    yield open_
    for one in contexts:
        one.close()


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def card(page: Any, words: str) -> Any:
    """The card whose text holds the words."""
    found = page.locator("[class*=decision-card]", has_text=words).first
    found.wait_for()
    return found


def prescribe(page: Any) -> None:
    """Choose the drug as a prescriber does; the Sandbox asks for cards when one is chosen."""
    page.locator("[name=medication-input]").fill(DRUG)
    page.get_by_role("button", name=re.compile(DRUG, re.IGNORECASE)).first.click()


def test_opening_the_chart_shows_a_card_that_can_be_dismissed(visit: Visit, running: Running) -> None:
    page = visit("patient-view", "patient-view")
    shown = card(page, ADVICE)
    picture(page, "patient-view")
    assert "ALEXANDRA" in shown.inner_text()
    count = page.locator("[class*=decision-card]").count()
    shown.get_by_role("button", name="Dismiss", exact=True).click()

    kept = running.feedback("overridden")
    assert kept.service == "early-tnbc-patient-view"
    for _ in range(100):
        if page.locator("[class*=decision-card]").count() == count - 1:
            break
        page.wait_for_timeout(50)
    picture(page, "dismissed")
    assert page.locator("[class*=decision-card]").count() == count - 1


def test_a_card_can_be_dismissed_with_a_reason_of_the_rule(visit: Visit, running: Running) -> None:
    page = visit("patient-view", "patient-view")
    shown = card(page, ADVICE)
    shown.get_by_role("button", name="select dismiss reason").click()
    page.get_by_role("menuitem", name="Pembrolizumab", exact=False).first.click()

    for _ in range(100):
        if running.feedback("overridden").reason_code:
            break
        time.sleep(0.05)
    assert running.feedback("overridden").reason_code.startswith("ADJ-01-")


def test_selecting_a_drug_shows_a_card_whose_suggestion_is_taken(visit: Visit, running: Running) -> None:
    page = visit("order-select", "rx-view")
    prescribe(page)
    shown = card(page, "Capecitabine:")
    picture(page, "order-select")
    shown.get_by_role("button", name="Order a DPYD test").click()

    kept = running.feedback("accepted")
    picture(page, "accepted")
    assert kept.service == "early-tnbc-order-select"
    assert kept.suggestions


def test_signing_an_order_shows_its_cards(visit: Visit) -> None:
    page = visit("order-sign", "rx-sign")
    prescribe(page)
    page.get_by_role("button", name="Sign Order").click()

    assert "DPYD" in card(page, "Capecitabine:").inner_text()
    picture(page, "order-sign")


def test_signing_an_empty_order_shows_no_card(visit: Visit) -> None:
    page = visit("order-sign", "rx-sign")
    page.get_by_role("button", name="Sign Order").click()

    page.get_by_text("No recommendations to display").wait_for()
    assert page.locator("[class*=decision-card]").count() == 0


@pytest.mark.skipif(not PUBLIC.is_file(), reason="the public record is not here")
def test_a_public_record_of_nearly_a_thousand_resources_shows_cards(visit: Visit) -> None:
    page = visit("patient-view", "patient-view", patient="public")

    page.locator("[class*=decision-card]").first.wait_for()
    picture(page, "public")
