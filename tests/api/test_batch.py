"""POST /v1/decisions/batch: every item answered or refused on its own, in order; lines for lines, an array for an array."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import decisions
from api.app import create_app
from api.settings import Settings
from engine import Guideline
from engine.inference.decision import Decision
from tests.api.client import JSON, NDJSON, Answer, Client, exchange, scope_of

BATCH = "/v1/decisions/batch"
GOOD: dict[str, Any] = {"facts": {"sex": "female", "er_percent": 0}}
MIXED: list[Any] = [
    {"key": "a", **GOOD},
    {"key": "b", "facts": {"er_procent": 0}},
    GOOD,
    {"key": "urn:example:4", "facts": {}, "as_of": "2025-06-01"},
    {"key": "e", "facts": {"sex": "male", "pregnant": True}},
    {"key": "f"},
    {"key": 7, "facts": {}},
    {"key": "x" * 201, "facts": {}},
    {"key": None, "facts": {}},
    17,
    [GOOD],
]
EXPECTED = [
    (0, "a", "decision"), (1, "b", "/facts/er_procent"), (2, None, "decision"), (3, "urn:example:4", "decision"), (4, "e", "decision"),
    (5, "f", "/facts"), (6, None, "/key"), (7, None, "/key"), (8, None, "decision"), (9, None, ""), (10, None, ""),
]  # fmt: skip


def lines(items: list[Any]) -> str:
    return "".join(f"{json.dumps(item)}\n" for item in items)


def outline(answers: list[Any]) -> list[tuple[int, str | None, str]]:
    """(index, key, `decision` or the place of the first error)"""
    found = []
    for one in answers:
        assert one.keys() <= {"index", "key", "decision", "problem"}
        assert ("decision" in one) != ("problem" in one)
        if "decision" in one:
            Decision.model_validate(one["decision"])
        what = "decision" if "decision" in one else one["problem"]["errors"][0]["at"]
        found.append((one["index"], one.get("key"), what))
    return found


def read_lines(answer: Answer) -> list[Any]:
    assert (answer.status, answer.media_type) == (200, NDJSON)
    assert answer.body.endswith(b"\n") or not answer.body
    return [json.loads(line) for line in answer.body.splitlines()]


def test_an_array_is_answered_by_an_array(client: Client) -> None:
    answer = client.post(BATCH, MIXED)

    assert (answer.status, answer.media_type) == (200, JSON)
    assert outline(answer.json()) == EXPECTED


def test_lines_are_answered_by_lines(client: Client) -> None:
    assert outline(read_lines(client.post(BATCH, lines(MIXED), NDJSON))) == EXPECTED


def test_an_item_is_answered_like_a_request_of_its_own(client: Client) -> None:
    def without_id(decision: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in decision.items() if name != "id"}

    alone = client.post("/v1/decisions", GOOD).json()
    together = client.post(BATCH, [GOOD, GOOD]).json()

    assert [without_id(one["decision"]) for one in together] == [without_id(alone)] * 2
    assert together[0]["decision"]["id"] != together[1]["decision"]["id"]


def test_a_broken_line_spoils_no_other_and_is_told_by_its_line(client: Client) -> None:
    body = '{"facts": {}}\n\n{"facts": {"sex": \r\n{"key": "c", "facts": {"sex": "male", "sex": "male"}}\n{"facts": {}}'

    answers = read_lines(client.post(BATCH, body, NDJSON))

    assert ["decision" in one for one in answers] == [True, False, False, True]
    assert answers[1]["problem"]["detail"].startswith("line 3, column 20: ")
    assert (answers[2]["key"], answers[2]["problem"]["errors"][0]["at"]) == ("c", "/facts/sex")


def test_a_name_sent_twice_in_an_array_spoils_its_own_item_only(client: Client) -> None:
    body = '[{"facts": {"sex": "male"}}, {"facts": {"sex": "male", "sex": "female"}}, {"facts": {"sex": "female"}}]'

    answers = client.post(BATCH, body).json()

    assert outline(answers) == [(0, None, "decision"), (1, None, "/facts/sex"), (2, None, "decision")]


@pytest.mark.parametrize(
    ("body", "media_type", "expected"), [("[]", JSON, b"[]"), ("", NDJSON, b""), ("\n \n", NDJSON, b"")]
)
def test_a_batch_of_nothing_is_answered_by_nothing(client: Client, body: str, media_type: str, expected: bytes) -> None:
    answer = client.post(BATCH, body, media_type)

    assert (answer.status, answer.body) == (200, expected)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("{}", 422, "invalid-request"),
        ('"a"', 422, "invalid-request"),
        ("[{]", 400, "malformed-json"),
        ("", 400, "malformed-json"),
    ],
)
def test_what_is_no_array_is_refused_whole(client: Client, body: str, status: int, kind: str) -> None:
    answer = client.post(BATCH, body)

    assert (answer.status, answer.kind) == (status, kind)


@pytest.mark.parametrize("media_type", [JSON, NDJSON])
def test_the_number_of_items_is_limited(guideline: Guideline, media_type: str) -> None:
    client = Client(create_app(Settings(batch_items=3, cross_check="off"), guideline))

    def sent(count: int) -> Answer:
        items: list[Any] = [GOOD] * count
        return client.post(BATCH, items if media_type == JSON else lines(items), media_type)

    assert sent(3).status == 200
    assert (sent(4).status, sent(4).kind) == (413, "too-many-items")
    assert "4 items; at most 3" in sent(4).json()["detail"]


def test_the_limit_of_bytes_is_that_of_batches(guideline: Guideline) -> None:
    client = Client(create_app(Settings(facts_bytes=256, batch_bytes=1024, cross_check="off"), guideline))

    assert client.post(BATCH, "[]".ljust(1024)).status == 200
    assert client.post(BATCH, "[]".ljust(1025)).status == 413
    assert client.post("/v1/decisions", '{"facts": {}}'.ljust(257)).status == 413


def test_a_long_batch_is_sent_in_parts_and_lets_others_in_between(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "TURN", 0.001)
    body = lines([GOOD] * 60).encode()
    order: list[str] = []

    async def batch() -> Answer:
        answer = await exchange(app, scope_of("POST", BATCH, {"content-type": NDJSON}), [body])
        order.append("batch")
        return answer

    async def another() -> None:
        answer = await exchange(app, scope_of("GET", "/healthz", {}), [b""])
        order.append(f"another {answer.status}")

    async def both() -> Answer:
        answer, _ = await asyncio.gather(batch(), another())
        return answer

    answer = asyncio.run(both())

    assert order == ["another 200", "batch"]
    assert len(read_lines(answer)) == 60
    assert answer.pieces > 1


ITEM = st.one_of(
    st.just(GOOD),
    st.just({"facts": {"x": 1}}),
    st.none(),
    st.builds(lambda key: {"key": key, "facts": {}}, st.text(max_size=5)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEM, max_size=8))
def test_array_and_lines_give_the_same_answers_in_the_same_order(client: Client, items: list[Any]) -> None:
    array = client.post(BATCH, items).json()
    streamed = read_lines(client.post(BATCH, lines(items), NDJSON))

    assert [one["index"] for one in array] == list(range(len(items)))
    assert outline(array) == outline(streamed)
