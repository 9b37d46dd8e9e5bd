"""What every page keeps: labels, ids, headings, the policy, nothing from elsewhere, nothing stored."""

import re
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from api.web.pages import STATIC
from engine import Guideline
from tests.api.client import Client
from tests.web.conftest import Post
from tests.web.document import faults, read

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ["/", "/guideline", "/guideline?kind=recommend_against&words=surgery", "/rules/ADJ-01", "/rules/NEO-01", "/rules/SCP-01",
             "/evidence", "/evidence/keynote-522", "/evidence/alexandra-impassion030", "/vocabulary"]  # fmt: skip
EXAMPLES = ["surgery-first", "before-surgery", "partly-known", "contradictory", "residual-disease-carrier", "complete-response",
            "receptors-incomplete", "out-of-scope"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_to_read_has_no_fault(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")
    assert faults(read(answer.body)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_with_an_answer_has_no_fault(post: Post, name: str) -> None:
    answer = post({"_example": name})

    assert answer.status == 200
    assert faults(read(answer.body)) == []


def test_a_page_with_mistakes_has_no_fault(post: Post) -> None:
    answer = post({"er_percent": "0,5", "age_years": "x", "grade": "9", "ct": "T9", "sex": "female"})

    assert answer.status == 422
    assert faults(read(answer.body)) == []


def test_every_rule_and_every_source_has_a_page_without_fault(client: Client) -> None:
    rules = [one["id"] for one in client.get("/v1/rules").json()["rules"]]
    sources = [one["id"] for one in client.get("/v1/evidence").json()["sources"]]

    assert len(rules) > 100 and len(sources) > 50
    for address in [f"/rules/{one}" for one in rules] + [f"/evidence/{one}" for one in sources]:
        answer = client.get(address)
        assert (answer.status, faults(read(answer.body))) == (200, []), address


@pytest.mark.parametrize("address", ["/", "/guideline", "/evidence", "/vocabulary"])
def test_every_link_inside_leads_somewhere(client: Client, address: str) -> None:
    links = {one.attributes["href"].partition("#")[0] for one in read(client.get(address).body).all("a")}

    for link in sorted(one for one in links if one.startswith("/")):
        assert client.get(link).status == 200, link


def test_the_policy_lets_own_scripts_and_styles_in_and_nothing_else(client: Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))

    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"


def test_what_was_entered_is_not_stored_anywhere(post: Post, client: Client) -> None:
    for answer in (
        client.get("/"),
        post({"age_years": "51"}),
        post({"age_years": "51"}, "/fragment"),
        post({"age_years": "x"}),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    script = (ROOT / "api" / "web" / "static" / "form.js").read_text()
    assert not re.search(
        r"localStorage|sessionStorage|indexedDB|document\.cookie|pushState|location\.(href|search|assign|replace)",
        script,
    )
    assert script.count("replaceState") == 1  # takes the entries of a shared link out of the address


@pytest.mark.parametrize("address", ["/?er_percent=0", "/fragment?x=1", "/decision.json?facts=1", "/rules/ADJ-01?x=1"])
def test_facts_in_an_address_are_refused(client: Client, post: Post, address: str) -> None:
    answer = client.get(address) if address.startswith(("/?", "/rules")) else post({}, address)

    assert answer.status == 422


def test_what_was_entered_reaches_no_log(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for address in ("/", "/fragment", "/decision.json"):
        post({"age_years": "97", "steroid_prednisone_mg_day": "<433", "er_percent": "zebra"}, address)
        post({"age_years": "97", "steroid_prednisone_mg_day": "<433"}, address)

    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "route=/fragment" in logged
    logged = re.sub(r"\b(request_id|guideline|bytes|ms)=\S+", "", logged)  # any digits may stand there
    assert not any(word in logged for word in ("433", "zebra", "97,", "=97", "age_years", "er_percent"))


def test_the_form_is_sent_by_post_only(client: Client) -> None:
    methods = {one.attributes.get("method") for one in read(client.get("/").body).all("form")}

    assert methods == {"post"}


@pytest.mark.parametrize("name", STATIC)
def test_static_files_load_nothing_from_elsewhere(client: Client, name: str) -> None:
    answer = client.get(f"/static/{name}")
    text = answer.body.decode().replace("http://www.w3.org/2000/svg", "")

    assert (answer.status, answer.media_type.partition(";")[0]) == (200, STATIC[name])
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text)


def test_other_static_files_do_not_exist(client: Client) -> None:
    assert [client.get(f"/static/{name}").status for name in ("pages.py", "..%2fpages.py", "")] == [404, 404, 404]


def test_a_browser_gets_a_page_and_a_program_a_problem_document(client: Client) -> None:
    page, problem = client.get("/rules/none", {"accept": "text/html"}), client.get("/rules/none")

    assert (page.status, problem.status, problem.kind) == (404, 404, "not-found")
    assert faults(read(page.body)) == []


def test_the_page_is_packed_where_the_browser_reads_that(client: Client, post: Post) -> None:
    plain = post({"_example": "surgery-first"})
    packed = post({"_example": "surgery-first"}, accept_encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 3


def test_the_first_page_with_all_it_loads_is_light(client: Client) -> None:
    page = read(client.get("/").body)
    loaded = [one.attributes["href"] for one in page.all("link")] + [
        one.attributes["src"] for one in page.all("script")
    ]
    sizes = {one: len(client.get(one).body) for one in ("/", *loaded)}

    assert len(sizes) == 4
    assert sum(sizes.values()) < 150_000, sizes


def test_the_form_says_whether_answers_are_recorded(client: Client, guideline: Guideline, tmp_path: Path) -> None:
    recording = Client(create_app(Settings(records_file=tmp_path / "records.sqlite"), guideline))

    assert "Nothing is stored." in read(client.get("/").body).text
    page = read(recording.get("/").body).text
    assert "keeps a record of every answer" in page and "Nothing is stored" not in page
