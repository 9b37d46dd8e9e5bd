"""docs/integrating.md: every curl line works, and every setting it names exists."""

import json
import re
import shlex
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.client import Client

PAGE = (Path(__file__).parents[2] / "docs" / "integrating.md").read_text()
LINES = re.findall(r"^curl .*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[9:80].split()[0].removeprefix("http://127.0.0.1:8000"))
def test_a_curl_line_is_answered(client: Client, line: str) -> None:
    words = shlex.split(line)
    path = next(word for word in words if word.startswith("http")).removeprefix("http://127.0.0.1:8000")
    answer = client.post(path, words[words.index("-d") + 1]) if "-d" in words else client.get(path)

    assert answer.status == 200, answer.body
    if path.endswith("patient-view"):
        assert answer.json()["cards"]
    if path.endswith("order-sign"):
        assert answer.json() == {"cards": []}
    if answer.body:
        json.loads(answer.body)


def test_there_are_lines_for_every_route() -> None:
    assert len(LINES) == 7
    for route in (
        "/cds-services ",
        "patient-view ",
        "order-sign ",
        "/feedback ",
        "/v1/facts/from-fhir ",
        "/v1/decisions ",
    ):
        assert [line for line in LINES if route in f"{line.split(' -H')[0]} "]


def test_every_setting_of_the_page_exists() -> None:
    assert set(re.findall(r"TNBC_([A-Z_]+)", PAGE)) <= {name.upper() for name in Settings.model_fields}
