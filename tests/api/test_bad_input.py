"""Every bad input gets a problem document that names the place and says what is allowed; never a 500, never a silent drop."""

import json
import time

import pytest

from api.app import create_app
from api.settings import Settings
from engine import Guideline
from tests.api.client import JSON, NDJSON, PROBLEM, Answer, Client, Pieces

ONE, BATCH = "/v1/decisions", "/v1/decisions/batch"
MANY = {f"fact_{number}": 1 for number in range(10_000)}

# (what, body, status, kind, places)
BODIES = [
    ("broken JSON", '{"facts": {', 400, "malformed-json", []),
    ("an empty body", "", 400, "malformed-json", []),
    ("white space only", " \n ", 400, "malformed-json", []),
    ("a trailing comma", '{"facts": {},}', 400, "malformed-json", []),
    ("two values", "{} {}", 400, "malformed-json", []),
    ("NaN", '{"facts": {"er_percent": NaN}}', 400, "malformed-json", []),
    ("Infinity", '{"facts": {"er_percent": -Infinity}}', 400, "malformed-json", []),
    ("a number beyond all numbers", '{"facts": {"er_percent": 1e999}}', 400, "malformed-json", []),
    ("a byte order mark", b'\xef\xbb\xbf{"facts": {}}', 400, "malformed-json", []),
    ("Latin-1", b'{"facts": {"sex": "\xe9"}}', 400, "malformed-json", []),
    ("UTF-16", '{"facts": {}}'.encode("utf-16"), 400, "malformed-json", []),
    ("half a character", '{"facts": {"sex": "\\ud800"}}', 400, "malformed-json", []),
    ("a comment", '{"facts": {} /* none */}', 400, "malformed-json", []),
    ("nesting without end", "[" * 30_000, 400, "nested-too-deeply", []),
    ("deep lists", "[" * 1000 + "]" * 1000, 400, "nested-too-deeply", []),
    ("deep objects", '{"facts":' * 900 + "{}" + "}" * 900, 400, "nested-too-deeply", []),
    ("a list", "[]", 422, "invalid-request", [""]),
    ("a number", "1", 422, "invalid-request", [""]),
    ("null", "null", 422, "invalid-request", [""]),
    ("nothing", "{}", 422, "invalid-request", ["/facts"]),
    ("facts outside `facts`", '{"er_percent": 0}', 422, "invalid-request", ["/er_percent", "/facts"]),
    ("an unknown key", '{"facts": {}, "asof": "2026-11-22"}', 422, "invalid-request", ["/asof"]),
    ("a key of batches", '{"facts": {}, "key": "a"}', 422, "invalid-request", ["/key"]),
    ("facts as a list", '{"facts": []}', 422, "invalid-request", ["/facts"]),
    ("no facts", '{"facts": null}', 422, "invalid-request", ["/facts"]),
    ("a name sent twice", '{"facts": {"sex": "male", "sex": "female"}}', 422, "invalid-request", ["/facts/sex"]),
    ("a name sent twice in disguise", '{"facts": {"sex": "male", "s\\u0065x": "male"}}', 422, "invalid-request", ["/facts/sex"]),
    ("facts sent twice", '{"facts": {}, "facts": {"sex": "male"}}', 422, "invalid-request", ["/facts"]),
    ("a bound sent twice", '{"facts": {"er_percent": {"lt": 1, "lt": 9}}}', 422, "invalid-request", ["/facts/er_percent/lt"]),
    ("an unknown fact", '{"facts": {"er_procent": 0}}', 422, "invalid-request", ["/facts/er_procent"]),
    ("a derived fact", '{"facts": {"eff_stage": "II"}}', 422, "invalid-request", ["/facts/eff_stage"]),
    ("a name with a slash", '{"facts": {"a/b~c": 0}}', 422, "invalid-request", ["/facts/a~1b~0c"]),
    ("an empty name", '{"facts": {"": 0}}', 422, "invalid-request", ["/facts/"]),
    ("text for a number", '{"facts": {"er_percent": "0"}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("a number for a code", '{"facts": {"her2_ihc": 0}}', 422, "invalid-request", ["/facts/her2_ihc"]),
    ("a number for yes or no", '{"facts": {"pregnant": 1}}', 422, "invalid-request", ["/facts/pregnant"]),
    ("text for yes or no", '{"facts": {"pregnant": "true"}}', 422, "invalid-request", ["/facts/pregnant"]),
    ("a value outside the vocabulary", '{"facts": {"pt": "T9"}}', 422, "invalid-request", ["/facts/pt"]),
    ("another case", '{"facts": {"sex": "Female"}}', 422, "invalid-request", ["/facts/sex"]),
    ("an empty list", '{"facts": {"pt": []}}', 422, "invalid-request", ["/facts/pt"]),
    ("a list with a wrong value", '{"facts": {"pt": ["T1a", "T9"]}}', 422, "invalid-request", ["/facts/pt"]),
    ("one_of of nothing", '{"facts": {"pt": {"one_of": []}}}', 422, "invalid-request", ["/facts/pt"]),
    ("one_of of lists", '{"facts": {"pt": {"one_of": [["T1a"]]}}}', 422, "invalid-request", ["/facts/pt"]),
    ("a list of lists", '{"facts": {"pt": [["T1a"]]}}', 422, "invalid-request", ["/facts/pt"]),
    ("one_of a number", '{"facts": {"er_percent": {"one_of": [1]}}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("a number out of range", '{"facts": {"er_percent": 101}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("a huge number", '{"facts": {"er_percent": 1%s}}' % ("0" * 300), 422, "invalid-request", ["/facts/er_percent"]),
    ("an impossible range", '{"facts": {"er_percent": {"gt": 5, "lt": 1}}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("an unknown bound", '{"facts": {"er_percent": {"below": 1}}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("a bound that is text", '{"facts": {"er_percent": {"lt": "1"}}}', 422, "invalid-request", ["/facts/er_percent"]),
    ("a day that does not exist", '{"facts": {}, "as_of": "2026-02-30"}', 422, "invalid-request", ["/as_of"]),
    ("a day in words", '{"facts": {}, "as_of": "today"}', 422, "invalid-request", ["/as_of"]),
    ("a day and a time", '{"facts": {}, "as_of": "2026-11-22T10:00:00Z"}', 422, "invalid-request", ["/as_of"]),
    ("a day in another form", '{"facts": {}, "as_of": "20261122"}', 422, "invalid-request", ["/as_of"]),
    ("a week", '{"facts": {}, "as_of": "2026-W47-7"}', 422, "invalid-request", ["/as_of"]),
    ("a day in other digits", '{"facts": {}, "as_of": "٢٠٢٦-11-22"}', 422, "invalid-request", ["/as_of"]),
    ("the year 0", '{"facts": {}, "as_of": "0000-01-01"}', 422, "invalid-request", ["/as_of"]),
    ("a day as a number", '{"facts": {}, "as_of": 20261122}', 422, "invalid-request", ["/as_of"]),
    ("several mistakes", '{"facts": {"pt": 1, "x": 2}, "as_of": 3, "y": 4}', 422, "invalid-request", ["/y", "/as_of", "/facts/pt", "/facts/x"]),
]  # fmt: skip


def is_problem(answer: Answer, status: int, kind: str) -> None:
    assert (answer.status, answer.kind) == (status, kind), answer.body
    body = answer.json()
    assert body["status"] == status
    assert body["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert body["title"] and body["detail"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status", "kind", "places"), [one[1:] for one in BODIES], ids=[one[0] for one in BODIES]
)
def test_a_bad_body_gets_a_problem_that_names_the_place(
    client: Client, body: str | bytes, status: int, kind: str, places: list[str]
) -> None:
    answer = client.post(ONE, body)

    is_problem(answer, status, kind)
    assert answer.places == places
    for error in answer.json()["errors"]:
        assert error["message"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"facts": {"er_percent": 1,}}', "line 1, column 27: a comma with nothing behind it"),
        (
            '{\n  "facts": {"er_percent": NaN}\n}',
            "line 2, column 27: not a number JSON knows; send null for an unknown fact",
        ),
        ('{\n "facts": {"sex": ', "line 2, column 19: the text ends too early"),
        ('{\n "facts": {"sex": male}}', "line 2, column 19: not JSON"),
        (b'{\n "facts": "\xff"}', "line 2, column 12: not UTF-8"),
    ],
)
def test_broken_json_is_told_by_its_position_only(client: Client, body: str | bytes, detail: str) -> None:
    assert client.post(ONE, body).json()["detail"] == detail


# ---- size -----------------------------------------------------------------------------------------------------------
TEN_MEGABYTES = b'{"facts": {' + b" " * 10_000_000 + b"}}"


@pytest.mark.parametrize("address", [ONE, BATCH, "/v1/rules", "/nowhere"])
@pytest.mark.parametrize("length", ["declared", "undeclared", "false"])
def test_a_body_of_ten_megabytes_is_refused_however_its_length_is_declared(
    client: Client, address: str, length: str
) -> None:
    pieces = Pieces(TEN_MEGABYTES[start : start + 60_000] for start in range(0, len(TEN_MEGABYTES), 60_000))
    headers = {
        "declared": {"content-length": str(len(TEN_MEGABYTES))},
        "undeclared": {},
        "false": {"content-length": "20"},
    }[length]

    answer = client.post(address, pieces, JSON, **headers)

    is_problem(answer, 413, "body-too-large")


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(client: Client) -> None:
    exact = b'{"facts": {}}'.ljust(64 * 1024)

    assert client.post(ONE, exact).status == 200
    is_problem(client.post(ONE, exact + b" "), 413, "body-too-large")
    assert client.post(ONE, Pieces([exact[:7], exact[7:]])).status == 200
    is_problem(client.post(ONE, Pieces([exact, b" "])), 413, "body-too-large")


def test_ten_thousand_facts_are_refused_quickly(client: Client) -> None:
    begun = time.process_time()
    answer = client.post(BATCH, [{"facts": MANY}])
    seconds = time.process_time() - begun

    problem = answer.json()[0]["problem"]
    assert (problem["status"], [one["at"] for one in problem["errors"]]) == (422, ["/facts"])
    assert seconds < 0.5


def test_ten_thousand_facts_in_a_body_that_may_be_so_long_are_refused_quickly(guideline: Guideline) -> None:
    client = Client(create_app(Settings(facts_bytes=1_000_000, cross_check="off"), guideline))

    begun = time.process_time()
    answer = client.post(ONE, {"facts": MANY})
    seconds = time.process_time() - begun

    is_problem(answer, 422, "invalid-request")
    assert answer.json()["detail"].startswith("`/facts` has 10000 names, more than the ")
    assert seconds < 0.5


def test_as_many_wrong_names_as_fit_are_refused_quickly(client: Client) -> None:
    begun = time.process_time()
    answer = client.post(ONE, {"facts": {f"er_percen{number}": 1 for number in range(100)}})
    seconds = time.process_time() - begun

    assert (answer.status, len(answer.places)) == (422, 100)
    assert seconds < 1


# ---- form -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [ONE, BATCH])
@pytest.mark.parametrize(
    "media_type",
    [None, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin-1", "*/*"],
)  # fmt: skip
def test_another_media_type_is_refused(client: Client, address: str, media_type: str | None) -> None:
    is_problem(client.post(address, b'{"facts": {}}', media_type), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "media_type", [JSON, "application/json; charset=utf-8", 'Application/JSON;Charset="UTF-8"', "application/json;"]
)
def test_json_may_be_named_in_every_usual_way(client: Client, media_type: str) -> None:
    assert client.post(ONE, b'{"facts": {}}', media_type).status == 200


def test_lines_are_for_batches_only(client: Client) -> None:
    is_problem(client.post(ONE, b'{"facts": {}}', NDJSON), 415, "unsupported-media-type")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip"])
def test_a_compressed_body_is_refused(client: Client, encoding: str) -> None:
    is_problem(client.post(ONE, b"\x1f\x8b", content_encoding=encoding), 415, "unsupported-media-type")


def test_an_encoding_that_is_none_is_no_mistake(client: Client) -> None:
    assert client.post(ONE, {"facts": {}}, content_encoding="identity").status == 200


# ---- addresses and methods ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", ["/nowhere", "/v1", "/v1/", "/v1/decisions/", "/v1/rules/no-such-rule", "/v1/rules/ADJ-999", "/v1/evidence/none", "/v1/rules/a/b", "/redoc", "//", "/%00"]
)  # fmt: skip
def test_an_unknown_address_is_a_problem(client: Client, address: str) -> None:
    is_problem(client.get(address), 404, "not-found")


def test_a_mistyped_rule_gets_the_nearest_one(client: Client) -> None:
    hint = client.get("/v1/rules/keynote-552-regimen").json()["errors"][0]["hint"]

    assert "did you mean `keynote-522-regimen`?" in hint


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [("GET", ONE, "POST"), ("PUT", ONE, "POST"), ("DELETE", BATCH, "POST"), ("OPTIONS", ONE, "POST"), ("HEAD", ONE, "POST"), ("POST", "/v1/rules", "GET"), ("TRACE", "/docs", "GET")],
)  # fmt: skip
def test_another_method_is_a_problem_that_names_the_right_one(
    client: Client, method: str, address: str, allowed: str
) -> None:
    answer = client.get(address, method=method)

    assert (answer.status, answer.headers["allow"], answer.media_type) == (405, allowed, PROBLEM)
    if method != "HEAD":
        is_problem(answer, 405, "method-not-allowed")


@pytest.mark.parametrize("address", [ONE, BATCH])
def test_facts_in_the_address_are_refused_not_dropped(client: Client, address: str) -> None:
    answer = client.post(f"{address}?er_percent=0", {"facts": {}})

    is_problem(answer, 422, "invalid-request")
    assert "er_percent" not in answer.body.decode()


@pytest.mark.parametrize("address", ["/v1/guideline", "/v1/facts", "/v1/rules/ADJ-01", "/v1/evidence"])
def test_a_query_nobody_reads_is_refused(client: Client, address: str) -> None:
    is_problem(client.get(f"{address}?sex=male"), 422, "invalid-request")


def test_the_value_that_was_sent_is_never_given_back(client: Client) -> None:
    for fact in ("er_percent", "pt", "pregnant", "age_years"):
        for value in ("zebra", ["zebra"], {"zebra": 1}, {"one_of": ["zebra"]}, {"lt": "zebra"}, [[["zebra"]]]):
            answer = client.post(ONE, json.dumps({"facts": {fact: value}, "as_of": "zebra"}))
            assert answer.status == 422
            assert b"zebra" not in answer.body
