"""No caller can keep the others from being answered."""

import pytest

from api.access.limits import Limits
from api.app import create_app
from api.problems import Refused
from api.settings import Settings
from engine import Guideline
from tests.access.conftest import ask
from tests.api.client import Client


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(limits: Limits, name: str, times: int) -> int:
    """How many of so many requests are let through."""
    count = 0
    for _ in range(times):
        try:
            limits.count(name)
        except Refused:
            continue
        count += 1
    return count


@pytest.mark.parametrize("rate", [0.5, 1, 5, 50])
def test_a_caller_may_send_a_burst_and_then_the_rate(rate: float) -> None:
    clock = Clock()
    limits = Limits(rate, clock)

    assert taken(limits, "ehr", 1000) == max(1, int(rate * 2))
    clock.now += 10
    assert taken(limits, "ehr", 1000) == max(1, int(rate * 2))
    clock.now += 1 / rate
    assert taken(limits, "ehr", 1000) == 1


def test_callers_do_not_share_a_limit() -> None:
    limits = Limits(1, Clock())

    assert [taken(limits, name, 10) for name in ("one", "other")] == [2, 2]


def test_who_is_refused_learns_when_to_come_again() -> None:
    limits = Limits(0.1, Clock())
    limits.count("ehr")

    with pytest.raises(Refused) as raised:
        limits.count("ehr")

    assert raised.value.kind.code == "too-many-requests"
    assert raised.value.response("x").headers["retry-after"] == "10"


def test_callers_of_the_past_are_forgotten() -> None:
    clock = Clock()
    limits = Limits(100, clock)
    for number in range(10_000):
        limits.count(f"caller {number}")
    clock.now += 100

    limits.count("one more")

    assert len(limits._left) == 1


def test_a_caller_who_asks_too_often_gets_429_and_another_is_answered(
    settings: Settings, guideline: Guideline, keys: dict[str, str]
) -> None:
    client = Client(create_app(settings.model_copy(update={"caller_rate": 1}), guideline), server=("192.0.2.7", 443))

    assert [ask(client, keys["ehr"]).status for _ in range(4)] == [200, 200, 429, 429]
    assert ask(client, keys["all"]).status == 200
