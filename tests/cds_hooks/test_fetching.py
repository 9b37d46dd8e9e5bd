"""What prefetch did not bring is fetched from allowed servers with the token of the call, in time, or named as missing."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.cds_hooks.fetching import Fetcher
from api.settings import Settings
from engine import Guideline
from tests.api.client import Answer, Client
from tests.cds_hooks.conftest import address, app_with
from tests.cds_hooks.records import CHEMOTHERAPY, NOTHING, SURGERY_FIRST, bundle, call

SERVER = "https://ehr.example/fhir"
TOKEN = "zebra-token-7f3a"
Handler = Callable[[httpx.Request], Any]


def ask(guideline: Guideline, handler: Handler, prefetch: Any = None, server: str = SERVER, **settings: Any) -> Answer:
    """A call to a service whose FHIR server is the handler."""

    async def answer(request: httpx.Request) -> httpx.Response:
        found = handler(request)
        found = await found if asyncio.iscoroutine(found) else found
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    app = app_with(guideline, fhir_hosts="ehr.example", **settings)
    made = lambda: httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=False)  # noqa: E731
    app.state.hooks.fetcher = Fetcher(app.state.hooks.service.settings, made)
    return Client(app).post(address("patient-view"), call("patient-view", prefetch, server=server, token=TOKEN))


def record(request: httpx.Request) -> Any:
    """The server of the patient who was operated on first."""
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    kind = request.url.path.removeprefix("/fhir/")
    if kind == "Patient/p1":
        return SURGERY_FIRST["patient"]
    assert request.url.params["patient"] == "p1"
    everything = [each["resource"] for one in SURGERY_FIRST.values() if one and "entry" in one for each in one["entry"]]
    codes = {one.split("|")[1] for one in request.url.params.get("code", "").split(",") if one}
    return bundle(
        *(
            one
            for one in everything
            if one["resourceType"] == kind and (not codes or one["code"]["coding"][0]["code"] in codes)
        )
    )


def numbers(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [
        one["number"]
        for card in answer.json()["cards"]
        for one in card["extension"]["org.tnbc-cds.evidence"].get("rules", [])
    ]


def text(answer: Answer) -> str:
    return answer.body.decode()


def test_everything_is_fetched_with_the_token(guideline: Guideline, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "api")

    answer = ask(guideline, record)

    assert "ADJ-01" in numbers(answer) and "not read: " not in text(answer)
    assert TOKEN not in caplog.text + text(answer)


def test_only_what_is_missing_is_fetched(guideline: Guideline) -> None:
    asked: list[str] = []
    prefetch = {key: value for key, value in SURGERY_FIRST.items() if key not in ("procedures", "administrations")}

    answer = ask(guideline, lambda request: asked.append(request.url.path) or record(request), prefetch)

    assert sorted(asked) == ["/fhir/MedicationAdministration", "/fhir/Procedure"]
    assert "ADJ-01" in numbers(answer)


def test_further_pages_are_read_from_the_same_server_only(guideline: Guideline) -> None:
    (operation,) = SURGERY_FIRST["procedures"]["entry"]
    own = {
        **NOTHING,
        **SURGERY_FIRST,
        "procedures": bundle(link=[{"relation": "next", "url": f"{SERVER}/next?page=2"}]),
    }
    other = own | {"procedures": bundle(link=[{"relation": "next", "url": "https://zebra.example/next"}])}
    asked: list[str] = []

    def pages(request: httpx.Request) -> Any:
        asked.append(str(request.url))
        return bundle(operation["resource"])

    assert "ADJ-01" in numbers(ask(guideline, pages, own))
    refused = ask(guideline, pages, other)
    assert asked == [f"{SERVER}/next?page=2"]
    assert "a further page lies on another server" in text(refused)


def test_a_server_without_end_is_left(guideline: Guideline) -> None:
    endless = bundle(link=[{"relation": "next", "url": f"{SERVER}/again"}])
    prefetch = {key: value for key, value in SURGERY_FIRST.items() if key != "medications"}

    assert "more than 20 pages" in text(ask(guideline, lambda _: endless, prefetch))


@pytest.mark.parametrize(
    ("server", "reason"),
    [("https://zebra.example/fhir", "not one that this service may ask"), ("http://ehr.example/fhir", "over https only"),
     ("https://ehr.example.zebra.example/fhir", "not one that"), ("https://169.254.169.254/", "not one that")],
)  # fmt: skip
def test_a_server_that_is_not_allowed_is_not_asked(guideline: Guideline, server: str, reason: str) -> None:
    def never(request: httpx.Request) -> Any:
        raise AssertionError

    answer = ask(guideline, never, None, server)

    assert answer.status == 412 and reason in text(answer)


async def slow(_: httpx.Request) -> Any:
    await asyncio.sleep(5)


def down(request: httpx.Request) -> Any:
    raise httpx.ConnectError(f"zebra {request.url}")


FAILURES: dict[str, tuple[Handler, str]] = {
    "slow": (slow, "did not answer in time"),
    "down": (down, "could not be reached"),
    "500": (lambda _: httpx.Response(500, text="zebra"), "status 500"),
    "401": (lambda _: httpx.Response(401), "status 401"),
    "redirect": (lambda _: httpx.Response(302, headers={"location": "https://zebra.example"}), "status 302"),
    "no JSON": (lambda _: httpx.Response(200, text="zebra"), "no JSON"),
    "no resource": (lambda _: [], "no resource"),
    "too much": (lambda _: httpx.Response(200, content=b" " * 2000), "more than this service reads"),
    "outcome": (lambda _: {"resourceType": "OperationOutcome"}, "answered with an error"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_server_is_a_named_gap_or_412(guideline: Guideline, name: str) -> None:
    handler, reason = FAILURES[name]
    limits = {"fhir_seconds": 0.2, "hook_bytes": 1000 if name == "too much" else 10**6}

    nothing = ask(guideline, handler, **limits)
    assert nothing.status == 412 and reason in text(nothing) and "zebra" not in text(nothing)
    if name != "too much":
        some = ask(guideline, handler, {key: value for key, value in SURGERY_FIRST.items() if key != "plans"}, **limits)
        assert "ADJ-01" in numbers(some) and "not read: plans: " in text(some)


def test_a_list_of_drugs_that_cannot_be_had_does_not_prove_that_none_was_given_before(guideline: Guideline) -> None:
    """The first drugs may stand in the very list that was not sent."""
    for key in ("statements", "administrations", "medications"):
        sent = {name: value for name, value in SURGERY_FIRST.items() if name != key}
        if key == "administrations":
            sent["medications"] = bundle(
                {**CHEMOTHERAPY, "resourceType": "MedicationRequest", "authoredOn": "2026-11-10"}
            )

        assert "ADJ-01" not in numbers(ask(guideline, down, sent)), key


def test_hosts_are_compared_whole_and_with_their_port() -> None:
    fetcher = Fetcher(Settings(fhir_hosts="EHR.example, other.example:8443, 127.0.0.1:8971"))

    assert [fetcher.refused(one) == "" for one in (
        "https://ehr.example/fhir", "https://ehr.example:9/fhir", "https://other.example:8443", "https://other.example", "http://127.0.0.1:8971/fhir",
        "http://127.0.0.1:8972/fhir", "https://xehr.example", "https://ehr.example:x/", "",
    )] == [True, True, True, False, True, False, False, False, False]  # fmt: skip
