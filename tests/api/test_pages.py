"""The pages for readers: what this is, one request to try, every address, every problem; all of it readable without a network or a script."""

import re
import shlex
from html import unescape
from html.parser import HTMLParser

import pytest

from api import problems
from engine import Guideline
from tests.api.client import Client

VOID = {"meta", "link", "br"}


class Nesting(HTMLParser):
    """Raises AssertionError where elements are not closed as they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("address", ["/api", "/docs", "/problems"])
def test_a_page_is_sound_html(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")
    nesting = Nesting()
    nesting.feed(answer.body.decode())
    assert nesting.open == []


def test_home_says_what_this_is_and_is_not(client: Client, guideline: Guideline) -> None:
    text = unescape(client.get("/api").body.decode())

    for part in (
        guideline.about.title,
        guideline.about.intended_use,
        guideline.about.notice,
        guideline.sha256,
        *guideline.about.not_for,
    ):
        assert part in text


def test_the_line_on_the_page_can_be_run(client: Client) -> None:
    text = unescape(client.get("/api").body.decode())
    words = shlex.split(re.search(r"curl [^<]+", text)[0])  # type: ignore[index]

    assert words[2] == "http://127.0.0.1:8000/v1/decisions"
    assert client.post("/v1/decisions", words[words.index("-d") + 1]).status == 200


def test_every_link_leads_somewhere(client: Client) -> None:
    for address in ("/api", "/docs", "/problems"):
        for link in re.findall(r'href="([^"]+)"', client.get(address).body.decode()):
            assert client.get(link).status == 200, link


def test_docs_show_every_address_and_every_example(client: Client) -> None:
    text = unescape(client.get("/docs").body.decode())
    description = client.get("/openapi.json").json()

    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert f"<code>{method.upper()} {path}</code>" in text
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for example in content["examples"].values():
                    assert example["summary"] in text


def test_every_problem_is_explained_where_its_type_points(client: Client) -> None:
    page = client.get("/problems").body.decode()

    assert problems.KINDS
    for kind in problems.KINDS:
        assert kind.type == f"/problems#{kind.code}"
        assert f'<dt id="{kind.code}">' in page


def test_every_problem_there_is_stands_in_the_list() -> None:
    defined = {value for value in vars(problems).values() if isinstance(value, problems.Kind)}

    assert defined == set(problems.KINDS)
    assert len({kind.code for kind in problems.KINDS}) == len(problems.KINDS)
