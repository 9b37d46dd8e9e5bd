"""Tokens of the identity provider: signed by its keys, made for this service, not yet ended."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.access.conftest import EC, RSA, ask, for_one_request, signed
from tests.api.client import Client

GOOD: dict[str, dict[str, Any]] = {
    "RS256": {}, "ES256": {"key": EC, "algorithm": "ES256", "header": {"kid": "ec"}}, "several audiences": {"aud": ["x", "tnbc-cds"]},
    "PS256": {"algorithm": "PS256"}, "roles in a text": {"realm": {"roles": "openid tumour-board"}}, "a clock that is behind": {"ends_in": -10},
}  # fmt: skip
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "ended": ({"ends_in": -100}, "the token has expired"),
    "another audience": ({"aud": "other"}, "the token is made for another audience"),
    "no audience": ({"aud": None}, "the token lacks `aud`"),
    "nobody": ({"sub": None}, "the token lacks `sub`"),
    "no end": ({"exp": None}, "the token lacks `exp`"),
    "another issuer": (
        {"iss": "https://login.example.evil"},
        "the issuer of the token is not one that this service knows",
    ),
    "no key id": ({"header": {"kid": None}}, "the token does not name its key"),
    "an unknown key": ({"header": {"kid": "other"}}, "the issuer has no such key"),
    "a stranger's key": (
        {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
        "the token is not valid",
    ),
    "not yet": ({"nbf": int(time.time()) + 86_400}, "the token is not valid"),
    "a shared secret": ({"key": "x" * 64, "algorithm": "HS256"}, "the token must be signed with one of"),
    "another key's algorithm": ({"key": EC, "algorithm": "ES256"}, "the token is not valid"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_token_is_taken_many_times(client: Client, name: str) -> None:
    token = signed(**GOOD[name])

    assert [ask(client, token).status for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_refused_with_the_reason(client: Client, name: str) -> None:
    claims, reason = BAD[name]

    answer = ask(client, signed(**claims))

    assert answer.status == 401
    assert answer.json()["detail"].startswith(reason)


def test_the_public_key_is_no_shared_secret(client: Client) -> None:
    public = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = [{"alg": "HS256", "kid": "rsa"}, json.loads(base64.urlsafe_b64decode(signed().split(".")[1] + "=="))]
    text = b".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts)
    mac = jwt.get_algorithm_by_name("HS256").sign(text, public)
    token = (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()

    assert ask(client, token).status == 401


def test_a_token_that_is_not_signed_is_refused(client: Client) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"rsa"}').decode().rstrip("=")

    assert ask(client, f"{header}.{signed().split('.')[1]}.").status == 401


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"roles": None},
        {"roles": ["nurse"]},
        {"roles": [1, None]},
        "tumour-board",
        {"roles": {"tumour-board": 1}},
    ],
)
def test_who_has_no_role_here_may_do_nothing(client: Client, said: Any) -> None:
    assert ask(client, signed(realm=said)).status == 403


def test_the_roles_are_those_of_the_provider(client: Client) -> None:
    token = signed(realm={"roles": ["audit", "administer"]})

    assert ask(client, token).status == 403
    assert ask(client, token, "/metrics").status == 200
    assert ask(client, token, "/v1/decisions/019a0000-0000-7000-8000-000000000000").status == 404


def test_a_token_changed_in_one_letter_is_refused_even_after_the_good_one_was_taken(client: Client) -> None:
    token = signed()
    assert ask(client, token).status == 200
    head, body, signature = token.split(".")
    changed = body[:10] + ("A" if body[10] != "A" else "B") + body[11:]

    assert ask(client, ".".join((head, changed, signature))).status == 401


def test_a_token_of_a_hooks_client_is_good_once_and_for_its_address(client: Client) -> None:
    token = for_one_request("/cds-services")

    assert ask(client, token, "/cds-services").status == 200
    assert ask(client, token, "/cds-services").json()["detail"].startswith("the token was used before")
    assert ask(client, for_one_request("/cds-services"), "/v1/guideline").status == 401
    assert ask(client, for_one_request("/metrics"), "/metrics").status == 403
