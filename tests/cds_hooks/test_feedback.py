"""Feedback is recorded once for each card, outcome and time, whole or not at all, without free text."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.cds_hooks.feedback import Feedback, last
from engine import Guideline
from engine.cli import main
from tests.api.client import Client
from tests.cds_hooks.conftest import address, app_with
from tests.cds_hooks.records import SURGERY_FIRST, call

ADDRESS = f"{address('patient-view')}/feedback"
CARD, OTHER = "3f1cd9a7-6f0c-5b53-9d5a-5a6d8d1b0c11", "8b1a9953-c461-5296-8278-0aa1d3a1b6f2"
ACCEPTED = {
    "card": CARD,
    "outcome": "accepted",
    "acceptedSuggestions": [{"id": OTHER}],
    "outcomeTimestamp": "2026-11-22T09:30:00Z",
}
REASON = {"reason": {"code": "ADJ-01-1", "system": "urn:x", "display": "y"}, "userComment": "Mrs Zebra says no"}
OVERRIDDEN = {
    "card": OTHER,
    "outcome": "overridden",
    "overrideReason": REASON,
    "outcomeTimestamp": "2026-11-22T10:31:00+01:00",
}


@pytest.fixture
def app(guideline: Guideline, tmp_path: Path) -> FastAPI:
    return app_with(guideline, records_file=tmp_path / "records.sqlite")


def kept(app: FastAPI) -> list[Feedback]:
    store = app.state.service.recorder.store
    found = [json.loads(one.content.outcome) for one in store.walk() if one.record.kind == "feedback"]
    return [Feedback(**{**one, "suggestions": tuple(one["suggestions"])}) for one in found]


def test_what_is_sent_is_kept_without_comments(app: FastAPI, tmp_path: Path) -> None:
    answer = Client(app).post(ADDRESS, {"feedback": [ACCEPTED, OVERRIDDEN]})

    assert (answer.status, answer.body) == (200, b"")
    assert kept(app) == [
        Feedback("early-tnbc-patient-view", CARD, "accepted", "2026-11-22T09:30:00Z", (OTHER,)),
        Feedback("early-tnbc-patient-view", OTHER, "overridden", "2026-11-22T09:31:00Z", (), "urn:x", "ADJ-01-1", True),
    ]
    app.state.service.close()
    assert b"Zebra" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_same_again_changes_nothing(app: FastAPI) -> None:
    for feedback in ([ACCEPTED], [ACCEPTED, ACCEPTED], [{**ACCEPTED, "outcomeTimestamp": "2026-11-22T10:30:00+01:00"}]):
        assert Client(app).post(ADDRESS, {"feedback": feedback}).status == 200

    assert len(kept(app)) == 1


def test_the_ids_of_cards_and_suggestions_can_be_sent_back(app: FastAPI) -> None:
    client = Client(app)
    found = client.post(address("patient-view"), call("patient-view", SURGERY_FIRST)).json()["cards"]
    card = next(one for one in found if "suggestions" in one)
    sent = {**ACCEPTED, "card": card["uuid"], "acceptedSuggestions": [{"id": card["suggestions"][0]["uuid"]}]}

    assert client.post(ADDRESS, {"feedback": [sent]}).status == 200
    assert kept(app)[0].card == card["uuid"]


WRONG: dict[str, tuple[Any, str]] = {
    "no list": ({"feedback": {}}, "feedback"), "empty": ({"feedback": []}, "feedback"), "nothing": ([], "feedback"),
    "too many": ({"feedback": [ACCEPTED] * 201}, "feedback"), "no object": ({"feedback": [1]}, "feedback.0"),
    "no card": ({"feedback": [{**ACCEPTED, "card": None}]}, "feedback.0.card"), "a card that is no UUID": ({"feedback": [{**ACCEPTED, "card": "1"}]}, "feedback.0.card"),
    "another outcome": ({"feedback": [{**ACCEPTED, "outcome": "ignored"}]}, "feedback.0.outcome"),
    "no time": ({"feedback": [{**ACCEPTED, "outcomeTimestamp": None}]}, "feedback.0.outcomeTimestamp"),
    "no zone": ({"feedback": [{**ACCEPTED, "outcomeTimestamp": "2026-11-22T09:30:00"}]}, "feedback.0.outcomeTimestamp"),
    "no day": ({"feedback": [{**ACCEPTED, "outcomeTimestamp": "2026-13-22T09:30:00Z"}]}, "feedback.0.outcomeTimestamp"),
    "tomorrow": ({"feedback": [{**ACCEPTED, "outcomeTimestamp": "2999-01-01T00:00:00Z"}]}, "feedback.0.outcomeTimestamp"),
    "accepted nothing": ({"feedback": [{**ACCEPTED, "acceptedSuggestions": []}]}, "feedback.0.acceptedSuggestions"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_feedback_is_refused_whole(app: FastAPI, name: str) -> None:
    body, place = WRONG[name]
    if isinstance(body, dict) and isinstance(body["feedback"], list) and len(body["feedback"]) == 1:
        body = {"feedback": [*body["feedback"], ACCEPTED]}
    answer = Client(app).post(ADDRESS, body)

    assert answer.status == 422
    assert [one["expression"][0] for one in answer.json()["issue"]] == [place]
    assert kept(app) == []


def test_feedback_to_an_unknown_service_is_not_found(app: FastAPI) -> None:
    assert Client(app).post("/cds-services/zebra/feedback", {"feedback": [ACCEPTED]}).status == 404


def test_where_nothing_is_recorded_feedback_is_taken_and_not_kept(guideline: Guideline) -> None:
    app = app_with(guideline)

    assert Client(app).post(ADDRESS, {"feedback": [ACCEPTED]}).status == 200
    assert app.state.service.recorder is None


def test_feedback_that_cannot_be_recorded_is_refused_whole(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(app.state.service.recorder.store, "append", fail)
    answer = Client(app).post(ADDRESS, {"feedback": [ACCEPTED, OVERRIDDEN]})

    assert answer.status == 503
    assert kept(app) == []


def test_of_several_outcomes_of_a_card_the_latest_counts_in_whatever_order_they_came(
    app: FastAPI, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """All stay on record; what became of the card is what the clinician did last."""
    early = {**ACCEPTED, "outcomeTimestamp": "2026-11-22T09:30:00.5Z"}
    late = {**OVERRIDDEN, "card": CARD, "outcomeTimestamp": "2026-11-22T10:31:00+01:00"}
    for order in ([early, late], [late, early]):
        for one in order:
            assert Client(app).post(ADDRESS, {"feedback": [one]}).status == 200
    capfdbinary.readouterr()

    assert len(kept(app)) == 2
    assert [one.outcome for one in last(kept(app))] == [one.outcome for one in last(kept(app)[::-1])] == ["overridden"]
    assert main(["records", "feedback", "--file", str(tmp_path / "records.sqlite")]) == 0
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert json.loads(line)["outcome"] == "overridden"
