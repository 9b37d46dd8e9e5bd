"""Whatever is wrong with a call gets a clear answer in FHIR's words; an unfinished draft is never refused."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from engine import Guideline
from tests.api.client import JSON, Answer, Client, exchange, scope_of
from tests.cds_hooks import conformance
from tests.cds_hooks.conftest import address, app_with
from tests.cds_hooks.records import (
    EMPTY,
    NEGATIVE,
    NOTHING,
    SURGERY_FIRST,
    WORK_UP,
    bundle,
    call,
    coded,
    drug,
    observation,
)

Ask = Callable[[dict[str, Any]], Answer]
FHIR = "application/fhir+json"
MARK = "zebra-7f3a"


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copy


def with_(body: dict[str, Any], value: Any, *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def places(answer: Answer) -> list[str]:
    """The places an OperationOutcome names."""
    assert answer.media_type == FHIR
    assert conformance.fhir(answer.json()) == []
    return [one["expression"][0] for one in answer.json()["issue"] if "expression" in one]


VIEW, SELECT, SIGN = (call(hook, SURGERY_FIRST) for hook in ("patient-view", "order-select", "order-sign"))
WRONG: dict[str, tuple[str, Any, list[str]]] = {
    "no object": ("patient-view", [], []),
    "no hook": ("patient-view", without(VIEW, "hook"), ["hook"]),
    "another hook": ("patient-view", with_(VIEW, "order-sign", "hook"), ["hook"]),
    "a hook that is a number": ("patient-view", with_(VIEW, 1, "hook"), ["hook"]),
    "no instance": ("patient-view", without(VIEW, "hookInstance"), ["hookInstance"]),
    "an instance that is no UUID": ("patient-view", with_(VIEW, "1", "hookInstance"), ["hookInstance"]),
    "no context": ("patient-view", without(VIEW, "context"), ["context"]),
    "a context that is a text": ("patient-view", with_(VIEW, "p1", "context"), ["context"]),
    "an empty context": ("patient-view", with_(VIEW, {}, "context"), ["context.userId", "context.patientId"]),
    "no user": ("patient-view", without(VIEW, "context", "userId"), ["context.userId"]),
    "a user without a type": ("patient-view", with_(VIEW, "1", "context", "userId"), ["context.userId"]),
    "a patient who signs": ("order-sign", with_(SIGN, "Patient/p1", "context", "userId"), ["context.userId"]),
    "no patient": ("patient-view", without(VIEW, "context", "patientId"), ["context.patientId"]),
    "a patient that is a path": (
        "patient-view",
        with_(VIEW, "../x?a=b", "context", "patientId"),
        ["context.patientId", "prefetch.patient"],
    ),
    "no drafts": ("order-sign", without(SIGN, "context", "draftOrders"), ["context.draftOrders"]),
    "no selections": ("order-select", without(SELECT, "context", "selections"), ["context.selections"]),
    "prefetch that is a list": ("patient-view", with_(VIEW, [], "prefetch"), ["prefetch"]),
    "prefetch that is a text": ("patient-view", with_(VIEW, "x", "prefetch", "conditions"), ["prefetch.conditions"]),
    "another patient": ("patient-view", with_(VIEW, "p2", "prefetch", "patient", "id"), ["prefetch.patient"]),
    "a server that is no address": ("patient-view", VIEW | {"fhirServer": "ftp://x"}, ["fhirServer"]),
    "a token without a server": (
        "patient-view",
        VIEW | {"fhirAuthorization": {"access_token": "a", "token_type": "Bearer"}},
        ["fhirServer"],
    ),
    "a token with a line end": (
        "patient-view",
        VIEW
        | {"fhirServer": "https://a.example", "fhirAuthorization": {"access_token": "a\nb", "token_type": "Bearer"}},
        ["fhirAuthorization.access_token"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_at_its_place(client: Client, name: str) -> None:
    hook, body, expected = WRONG[name]
    answer = client.post(address(hook), body)

    assert answer.status == 422
    assert places(answer) == expected


def test_an_unknown_service_is_not_found(client: Client) -> None:
    answer = client.post("/cds-services/zebra", VIEW)

    assert answer.status == 404
    assert places(answer) == [] and MARK not in answer.body.decode()


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"", 400), (b"[" * 100, 400), (b'{"a": NaN}', 400)])
def test_what_is_no_json_is_refused(client: Client, body: bytes, status: int) -> None:
    assert client.post(address("patient-view"), body).status == status


def test_another_media_type_is_refused(client: Client) -> None:
    assert client.post(address("patient-view"), VIEW, "text/plain").status == 415


def test_a_record_of_twenty_megabytes_is_refused(client: Client) -> None:
    answer = client.post(address("patient-view"), b'{"prefetch": "' + b"x" * 20_000_000 + b'"}')

    assert answer.status == 413


def test_members_that_are_not_known_are_ignored(ask: Ask) -> None:
    body = {**VIEW, "zebra": 1, "extension": {"a.b": 1}, "context": {**VIEW["context"], "zebra": None}}

    assert [one["uuid"] for one in ask(body).json()["cards"]] == [one["uuid"] for one in ask(VIEW).json()["cards"]]


# ---- prefetch -------------------------------------------------------------------------------------------------------
def test_without_any_data_the_answer_is_412_and_names_every_part(ask: Ask, client: Client) -> None:
    asked = client.get("/cds-services").json()["services"][0]["prefetch"]
    for body in (call("patient-view"), call("patient-view", {}), call("patient-view", {"patient": NOTHING["patient"]})):
        answer = ask(body)
        assert answer.status == 412
        assert set(places(answer)) == {f"prefetch.{key}" for key in asked} - {
            f"prefetch.{key}" for key in body.get("prefetch", {})
        }


def notes(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    return "\n".join(card["detail"] for card in answer.json()["cards"])


def test_missing_failed_paged_and_absent_are_told_apart(ask: Ask) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    more = bundle(link=[{"relation": "next", "url": "https://ehr.example/next"}])
    prefetch = {
        **SURGERY_FIRST,
        "observations-safety": outcome,
        "observations-genetics": more,
        "statements": None,
        "medications": EMPTY,
    }
    del prefetch["observations-context"]

    found = notes(ask(call("patient-view", prefetch)))

    assert "observations-context: was not sent" in found
    assert "observations-safety: the query of the client failed" in found
    assert "observations-genetics: has further pages that were not read" in found
    assert "statements" not in found and "medications:" not in found


SHAPES: dict[str, Any] = {
    "DSTU2": {"resourceType": "Condition", "id": "x", "patient": {"reference": "Patient/p1"}, "code": coded("http://snomed.info/sct", "254837009"), "category": {"coding": []}, "dateRecorded": "2015-01-01"},
    "scalar for a list": {"resourceType": "Observation", "id": "x", "code": {"coding": {"system": "http://loinc.org", "code": "85337-4"}}, "valueCodeableConcept": "x"},
    "ECOG -1": observation("e", coded("http://loinc.org", "89247-1"), valueInteger=-1),
    "nodes 1.62": observation("n", coded("http://loinc.org", "21893-3"), valueQuantity={"value": 1.62, "unit": "{#}"}),
    "check digit": observation("s", coded("http://snomed.info/sct", "1222806001")),
    "numbers": 1, "null": None, "text": "x", "no type": {"id": "x"}, "bundle in bundle": bundle(bundle(bundle())),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_odd_resources_spoil_nothing(ask: Ask, name: str) -> None:
    prefetch = {
        **SURGERY_FIRST,
        "observations-safety": {"resourceType": "Bundle", "entry": [{"resource": SHAPES[name]}, SHAPES[name]]},
    }
    answer = ask(call("patient-view", prefetch))

    assert answer.status == 200
    assert conformance.response(answer.json()) == []
    assert "ADJ-01" in notes(answer)


# ---- drafts that are not finished -----------------------------------------------------------------------------------
UNFINISHED: dict[str, Any] = {
    "null": None, "text": "x", "empty object": {}, "list": [], "no type": {"entry": []}, "entry null": {"entry": None}, "entry text": {"entry": "x"},
    "entry of null": {"entry": [None]}, "no resource": {"entry": [{}]}, "resource null": {"entry": [{"resource": None}]},
    "no medication": {"entry": [{"resource": {"resourceType": "MedicationRequest", "status": "draft"}}]},
    "medication null": {"entry": [{"resource": {"resourceType": "MedicationRequest", "medicationCodeableConcept": None}}]},
    "medication text": {"entry": [{"resource": {"resourceType": "MedicationRequest", "medicationCodeableConcept": "x"}}]},
    "coding null": {"entry": [{"resource": {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"coding": None}}}]},
    "id a number": {"entry": [{"resource": {"resourceType": "MedicationRequest", "id": 1}}]},
}  # fmt: skip


@pytest.mark.parametrize("name", UNFINISHED)
@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_unfinished_draft_is_answered_with_no_cards(ask: Ask, hook: str, name: str) -> None:
    answer = ask(call(hook, SURGERY_FIRST, draftOrders=UNFINISHED[name]))

    assert (answer.status, answer.json()) == (200, {"cards": []})


@pytest.mark.parametrize("selections", [None, "x", [1], [], ["MedicationRequest/none"]])
def test_odd_selections_are_no_reason_to_refuse(ask: Ask, selections: Any) -> None:
    assert ask(call("order-select", SURGERY_FIRST, selections=selections)).status == 200


def test_a_draft_without_an_id_is_warned_of_and_not_removed(ask: Ask) -> None:
    draft = drug("x", "atezolizumab")
    del draft["id"]
    first = ask(call("order-sign", SURGERY_FIRST, draftOrders=bundle(draft))).json()["cards"][0]

    assert first["indicator"] == "warning" and "suggestions" not in first


# ---- large records --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [address("patient-view"), "/v1/decisions", "/v1/facts/from-fhir"])
def test_others_are_answered_while_a_large_record_is_read(app: FastAPI, path: str) -> None:
    one = observation("er", coded("http://loinc.org", "85337-4"), **NEGATIVE)
    record = bundle(*({**one, "id": f"er{number}"} for number in range(3000)))
    body = call("patient-view", {"record": record}) if path == address("patient-view") else {"fhir": record}
    sent = json.dumps(body).encode()
    headers = {"content-type": JSON, "content-length": str(len(sent))}
    ended: list[str] = []

    async def ask_one(name: str, scope: dict[str, Any], body: bytes) -> None:
        answer = await exchange(app, scope, [body])
        assert answer.status == 200
        ended.append(name)

    async def both() -> None:
        large = asyncio.create_task(ask_one("large", scope_of("POST", path, headers), sent))
        await asyncio.sleep(0)  # it has begun
        await ask_one("small", scope_of("GET", "/healthz", {}), b"")
        await large

    asyncio.run(both())
    assert ended == ["small", "large"]


# ---- browsers, logs -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/cds-services", address("order-sign"), address("order-sign") + "/feedback"])
def test_browsers_of_allowed_origins_may_call(client: Client, path: str) -> None:
    allowed, other = (
        client.get(path, {"origin": origin, "access-control-request-method": "POST"}, method="OPTIONS")
        for origin in ("http://sandbox.example", "http://zebra.example")
    )

    assert (allowed.status, other.status) == (204, 204)
    assert allowed.headers["access-control-allow-origin"] == "http://sandbox.example"
    assert "authorization" in allowed.headers["access-control-allow-headers"]
    assert not [name for name in other.headers if name.startswith("access-control")]


def test_an_answer_and_a_refusal_are_open_to_an_allowed_origin_only(client: Client) -> None:
    for body in (VIEW, {}):
        answer = client.post(address("patient-view"), body, JSON, origin="http://sandbox.example")
        assert answer.headers["access-control-allow-origin"] == "http://sandbox.example"
        assert (
            "access-control-allow-origin"
            not in client.post(address("patient-view"), body, JSON, origin="http://a.example").headers
        )


def test_nothing_of_a_record_reaches_the_log(
    guideline: Guideline, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(app_with(guideline))
    marked = json.loads(json.dumps(SURGERY_FIRST).replace('"p1"', f'"{MARK}"').replace("Patient/p1", f"Patient/{MARK}"))
    body = call(
        "order-sign",
        marked,
        patientId=MARK,
        draftOrders=bundle(drug(MARK, f"atezolizumab {MARK}")),
        server=f"https://{MARK}.example",
        token=MARK,
    )
    assert client.post(address("order-sign"), body).status == 200
    assert client.post(address("order-sign"), {**body, "hook": MARK, MARK: MARK}).status == 422
    assert client.post("/v1/facts/from-fhir", {"fhir": marked}).status == 200
    client.post(
        f"/cds-services/{MARK}/feedback", {"feedback": [{"card": MARK, "overrideReason": {"userComment": MARK}}]}
    )

    def fail(*_: object) -> None:
        raise ValueError(MARK)

    monkeypatch.setattr("api.cds_hooks.service.extract", fail)
    broken = client.post(address("order-sign"), body)

    assert broken.status == 500 and MARK not in broken.body.decode()
    assert MARK not in caplog.text and all(record.exc_info is None for record in caplog.records)


def test_no_card_quotes_what_a_draft_says_of_itself(ask: Ask) -> None:
    answer = ask(
        call(
            "order-sign",
            SURGERY_FIRST,
            draftOrders=bundle(drug("1", "atezolizumab <script>zebra</script> [x](javascript:1)")),
        )
    )

    assert answer.json()["cards"] and b"zebra" not in answer.body and b"javascript" not in answer.body


def test_the_capability_page_names_every_service_and_query(client: Client) -> None:
    page = client.get("/cds-services/docs").body.decode()

    for one in client.get("/cds-services").json()["services"]:
        assert one["id"] in page
        assert all(key in page for key in one["prefetch"])


def test_facts_and_decisions_come_from_the_same_record(client: Client) -> None:
    facts = client.post("/v1/facts/from-fhir", {"fhir": WORK_UP, "as_of": "2026-11-22"}).json()
    one = client.post("/v1/decisions", {"fhir": WORK_UP, "as_of": "2026-11-22"}).json()
    two = client.post("/v1/decisions", {"facts": facts["facts"], "as_of": "2026-11-22"}).json()

    assert facts["provenance"]["er_category"][0]["id"] == "er"
    assert one | {"id": ""} == two | {"id": ""}


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"fhir": 1}, "/fhir"),
        ({}, "/fhir"),
        ({"fhir": {}, "facts": {}}, "/facts"),
        ({"fhir": {}, "as_of": "x"}, "/as_of"),
    ],
)
def test_a_wrong_request_for_facts_is_refused(client: Client, body: Any, at: str) -> None:
    answer = client.post("/v1/facts/from-fhir", body)

    assert (answer.status, answer.places) == (422, [at])
