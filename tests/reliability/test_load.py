"""Every answer under load is the reference's. Ten minutes of it: `python -m tests.reliability.load`."""

import pytest

from tests.inference.standing import Stands
from tests.reliability.load import Expected, run


@pytest.mark.slow
def test_under_load_every_answer_is_the_one_of_the_reference() -> None:
    found = run(3, clients=16, patients=60, records="off")

    assert found.answered > 50
    assert found.failed == []


def test_a_wrong_answer_would_be_noticed() -> None:
    expected = Expected([b"{}"], [Stands({"a": "firm"}, {}, {"c": {"a"}}, {"b"})])
    right = (
        b'{"recommendations":[{"rule":"a","status":"firm"}],"overridden":[{"rule":"c","by":["a"]}],'
        b'"stopped":[],"ruled_out":[{"rule":"b"}]}'
    )

    assert expected.wrong(1, 200, right) == ""
    for wrong in (
        right.replace(b'"firm"', b'"provisional"'),
        right.replace(b'{"rule":"a","status":"firm"}', b""),
        right.replace(b'{"rule":"c","by":["a"]}', b""),
        right.replace(b'"rule":"b"', b'"rule":"c"'),
    ):
        assert expected.wrong(1, 200, wrong)
    assert expected.wrong(1, 503, right) == "status 503"
