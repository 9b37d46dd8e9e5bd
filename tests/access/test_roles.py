"""Every address but the health checks asks who calls, and for a role."""

import pytest
from fastapi import FastAPI

from api.access.roles import OPEN, needed
from tests.access.conftest import as_, ask, signed
from tests.api.client import Client

WITHOUT = "019a0000-0000-7000-8000-000000000000"
MAY = {
    "/v1/guideline": "ehr", "/v1/rules": "ehr", "/": "ehr", "/openapi.json": "ehr", "/cds-services": "ehr",
    f"/v1/decisions/{WITHOUT}": "auditor", "/metrics": "monitor",
}  # fmt: skip


def test_no_address_but_the_health_checks_answers_a_caller_who_is_not_known(app: FastAPI, client: Client) -> None:
    answered = set()
    for route in app.routes:
        path = str(getattr(route, "path", "")).replace("{id}", "x").replace("{name}", "x")
        for method in sorted({*(getattr(route, "methods", None) or ())} - {"OPTIONS"}):
            answer = client.get(path, method=method)
            if answer.status != 401:
                answered.add(path)
            else:
                assert answer.kind == "unauthorised" and answer.headers["www-authenticate"] == "Bearer"

    assert answered == OPEN


@pytest.mark.parametrize(
    "address", ["/nowhere", "/v1/decisions/..", "//v1/decisions", "/V1/guideline", "/%2e%2e/metrics"]
)
def test_an_address_that_does_not_exist_tells_a_stranger_nothing(client: Client, address: str) -> None:
    assert client.get(address).status == 401


@pytest.mark.parametrize(("address", "name"), MAY.items())
def test_a_role_opens_its_addresses_and_no_others(
    client: Client, keys: dict[str, str], address: str, name: str
) -> None:
    statuses = {one: ask(client, keys[one], address).status for one in keys}

    assert {one for one, status in statuses.items() if status != 403} == {name, "all"}
    assert 401 not in statuses.values()


def test_what_is_missing_is_named_without_saying_more(client: Client, keys: dict[str, str]) -> None:
    answer = ask(client, keys["ehr"], "/metrics")

    assert (answer.status, answer.kind) == (403, "forbidden")
    assert answer.json()["detail"] == "this address needs the role `administer`"


def test_reading_and_replaying_a_record_need_a_role_that_deciding_does_not_give(
    client: Client, keys: dict[str, str]
) -> None:
    decided = client.post("/v1/decisions", {"facts": {"age_years": 52}}, **as_(keys["ehr"]))
    name = decided.json()["id"]

    assert ask(client, keys["ehr"], f"/v1/decisions/{name}").status == 403
    assert client.post(f"/v1/decisions/{name}/replay", b"", None, **as_(keys["ehr"])).status == 403
    found = ask(client, keys["auditor"], f"/v1/decisions/{name}")
    assert found.status == 200
    assert found.json()["caller"] == "key:ehr"


def test_who_signed_in_stands_in_the_record(client: Client, keys: dict[str, str]) -> None:
    decided = client.post("/v1/decisions", {"facts": {}}, **as_(signed()))

    assert ask(client, keys["all"], f"/v1/decisions/{decided.json()['id']}").json()["caller"] == "oidc:dr-house"


def test_a_preflight_of_a_browser_carries_no_token(client: Client) -> None:
    assert client.get("/cds-services", method="OPTIONS").status != 401


def test_batch_is_no_record(client: Client, keys: dict[str, str]) -> None:
    assert needed("/v1/decisions/batch") == "evaluate"
    assert client.post("/v1/decisions/batch", [], **as_(keys["ehr"])).status == 200


def test_the_description_says_which_role_each_address_needs(client: Client, keys: dict[str, str]) -> None:
    paths = ask(client, keys["all"], "/openapi.json").json()["paths"]

    said = {path: one.get("security") for path, methods in paths.items() for one in methods.values()}
    assert said["/v1/decisions"] == [{"bearer": ["evaluate"]}]
    assert said["/v1/decisions/{id}"] == [{"bearer": ["read-records"]}]
    assert {path for path, security in said.items() if not security} == OPEN
