"""What a caller sends reaches no log, no problem document, no exception text and no page, whatever is wrong with it."""

import json
import logging
from typing import Any

import pytest

from engine import EvaluatorsDisagree, Guideline
from engine.inference.decide import Decider
from tests.api.client import NDJSON, Client

MARK = "zebra-7f3a"
NAME = "quagga-9c1e"  # as a name; a problem names the place, so this one may go back to the caller
NUMBER = 73.0625
ONE, BATCH = "/v1/decisions", "/v1/decisions/batch"


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def every_field(guideline: Guideline) -> list[Any]:
    """The mark as the value of every fact and of every key, plain, nested and in pieces of JSON."""
    values = [MARK, [MARK], {"one_of": [MARK]}, {NAME: MARK}, {"lt": MARK}, NUMBER, -NUMBER, {"gt": NUMBER, "lt": 1}]
    bodies: list[Any] = [{"facts": {name: value}} for name in guideline.vocabulary for value in values]
    bodies += [{"facts": {}, "as_of": value} for value in values] + [{"facts": value} for value in values] + values
    return bodies


def test_a_mark_in_every_field_reaches_no_log_and_no_answer(
    client: Client, guideline: Guideline, caplog: pytest.LogCaptureFixture
) -> None:
    bodies = every_field(guideline)

    refused = 0
    for answer in (*(client.post(ONE, body) for body in bodies[::7]), client.post(BATCH, bodies)):
        text = answer.body.decode()
        if answer.status != 200:
            refused += 1
            assert MARK not in text and str(NUMBER) not in text
        assert MARK not in text

    assert refused > 50
    assert "api.access" in {record.name for record in caplog.records}
    for secret in (MARK, NAME, str(NUMBER)):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        '{"facts": {"er_percent": ' + MARK,
        MARK,
        f'{{"facts": {{"sex": "{MARK}", "sex": "{MARK}"}}}}',
        f'["{MARK}"]',
        f'"{MARK}"',
        f'{{"facts": {{"sex": "{MARK}\\ud800"}}}}',
        f'{{"facts": {{}}}} {MARK}',
        MARK.encode("utf-16"),
        f'{{"facts": {{"sex": "{MARK}'.encode() + b"\xff",
    ],
)
@pytest.mark.parametrize(
    ("address", "media_type"), [(ONE, "application/json"), (BATCH, "application/json"), (BATCH, NDJSON)]
)
def test_broken_json_is_not_quoted(
    client: Client, caplog: pytest.LogCaptureFixture, body: Any, address: str, media_type: str
) -> None:
    answer = client.post(address, body, media_type)

    assert MARK not in answer.body.decode()
    assert MARK not in caplog.text


def test_headers_addresses_and_media_types_are_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post(f"/{MARK}?{MARK}", {"facts": {}}, MARK, cookie=MARK, authorization=MARK, content_encoding=MARK)
    client.post(f"{ONE}?{MARK}={MARK}", {"facts": {}})
    client.get(f"/v1/rules?number={MARK}&{MARK}=1", {"referer": MARK, "x-forwarded-for": MARK, "if-none-match": MARK})
    client.get(f"/v1/evidence/{MARK}", method=f"{MARK}")

    assert MARK not in caplog.text


def test_a_key_of_an_item_goes_back_to_the_caller_only(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.post(BATCH, [{"key": MARK, "facts": {}}])

    assert answer.json()[0]["key"] == MARK
    assert MARK not in caplog.text


@pytest.mark.parametrize("error", [ValueError, EvaluatorsDisagree, RecursionError, MemoryError])
def test_a_failure_while_deciding_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    def fail(self: object, given: object) -> None:
        raise error({MARK: (MARK, MARK)} if error is EvaluatorsDisagree else json.dumps({MARK: str(given)}))

    monkeypatch.setattr(Decider, "judge", fail)
    body = {"facts": {"er_percent": NUMBER}}
    answers = [client.post(ONE, body), client.post(BATCH, [body])]

    assert [answers[0].status, answers[1].json()[0]["problem"]["status"]] == [500, 500]
    for answer in answers:
        assert MARK not in answer.body.decode() and str(NUMBER) not in answer.body.decode()
    assert str(NUMBER) not in caplog.text
    if error is not EvaluatorsDisagree:  # rule numbers and outcomes are logged, and nothing else
        assert MARK not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)
