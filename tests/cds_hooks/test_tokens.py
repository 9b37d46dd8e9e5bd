"""Tokens: only those that a known issuer signed for this address, now, and once."""

import base64
import datetime
import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI

from engine import Guideline
from tests.api.client import JSON, Answer, Client
from tests.cds_hooks.conftest import address, app_with
from tests.cds_hooks.records import SURGERY_FIRST, call

ISSUER, BASE = "https://ehr.example", "https://cds.example"
KEYS: dict[str, Any] = {
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "RS384": rsa.generate_private_key(public_exponent=65537, key_size=3072),
}
OTHER = ec.generate_private_key(ec.SECP384R1())
URL = BASE + address("patient-view")


def key_set(path: Path) -> Path:
    keys = []
    for name, key in KEYS.items():
        algorithm = jwt.get_algorithm_by_name(name)
        keys.append({**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "alg": name, "use": "sig"})
    path.write_text(json.dumps({"keys": keys}))
    return path


@pytest.fixture(scope="module")
def app(guideline: Guideline, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    keys = key_set(tmp_path_factory.mktemp("keys") / "jwks.json")
    return app_with(
        guideline, auth="on", host="0.0.0.0", public_url=BASE, jwt_issuers={ISSUER: str(keys)}, jwt_audiences="urn:cds"
    )


def token(
    algorithm: str = "ES384", key: Any = None, header: dict[str, Any] | None = None, late: int = -300, **claims: Any
) -> str:
    body = {"iss": ISSUER, "aud": URL, "exp": int(time.time()) - late, "jti": str(uuid.uuid4()), **claims}
    body = {name: value for name, value in body.items() if value is not None}
    heading = {"kid": algorithm, "typ": "JWT", **(header or {})}
    return jwt.encode(
        body, key or KEYS[algorithm], algorithm=algorithm, headers={k: v for k, v in heading.items() if v is not None}
    )


def ask(app: FastAPI, authorization: str) -> Answer:
    client = Client(app, server=("192.0.2.7", 443))
    return client.post(address("patient-view"), call("patient-view", SURGERY_FIRST), JSON, authorization=authorization)


GOOD: dict[str, Any] = {
    "ES384": {}, "RS384": {"algorithm": "RS384"}, "several audiences": {"aud": ["https://x.example", URL]}, "configured audience": {"aud": "urn:cds"},
    "more claims": {"sub": "client", "nbf": int(time.time()) - 5, "iat": int(time.time()), "tenant": "t"}, "a clock that is behind": {"late": 10},
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_token_is_taken(app: FastAPI, name: str) -> None:
    assert ask(app, f"Bearer {token(**GOOD[name])}").status == 200


def unsigned(header: dict[str, Any]) -> str:
    parts = [header, {"iss": ISSUER, "aud": URL, "exp": int(time.time()) + 300, "jti": str(uuid.uuid4())}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."


def by_public_key() -> str:
    """A shared secret that everyone knows: the public key."""
    import hashlib
    import hmac

    secret = (
        KEYS["RS384"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    text = unsigned({"alg": "HS256", "typ": "JWT", "kid": "RS384"}).rstrip(".")
    return f"{text}.{base64.urlsafe_b64encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()).decode().rstrip('=')}"


now = int(time.time())
BAD: dict[str, Any] = {
    "nothing": lambda: "", "another scheme": lambda: "Basic zebra", "no JWT": lambda: "Bearer zebra", "empty": lambda: "Bearer ",
    "alg none": lambda: f"Bearer {unsigned({'alg': 'none', 'typ': 'JWT', 'kid': 'ES384'})}",
    "HS256 with the public key": lambda: f"Bearer {by_public_key()}",
    "signed by another": lambda: f"Bearer {token(key=OTHER)}",
    "another issuer": lambda: f"Bearer {token(iss='https://zebra.example')}", "no issuer": lambda: f"Bearer {token(iss=None)}",
    "another audience": lambda: f"Bearer {token(aud=BASE)}", "no audience": lambda: f"Bearer {token(aud=None)}",
    "expired": lambda: f"Bearer {token(exp=now - 600)}", "no end": lambda: f"Bearer {token(exp=None)}", "valid for years": lambda: f"Bearer {token(exp=now + 10**8)}",
    "not yet": lambda: f"Bearer {token(nbf=now + 600)}", "made tomorrow": lambda: f"Bearer {token(iat=now + 86400)}",
    "no jti": lambda: f"Bearer {token(jti=None)}", "empty jti": lambda: f"Bearer {token(jti='')}",
    "unknown key": lambda: f"Bearer {token(header={'kid': 'zebra'})}", "no key": lambda: f"Bearer {token(header={'kid': None})}",
    "another type": lambda: f"Bearer {token(header={'typ': 'zebra'})}",
    "changed": lambda: f"Bearer {token()[:-4]}AAAA",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_refused_and_not_quoted(app: FastAPI, name: str, caplog: pytest.LogCaptureFixture) -> None:
    given = BAD[name]()
    answer = ask(app, given)

    assert (answer.status, answer.kind) == (401, "unauthorised")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "zebra" not in answer.body.decode() + caplog.text
    assert len(given) < 20 or given.split(".")[-1] not in answer.body.decode() or not given.split(".")[-1]


def test_a_token_is_good_once(app: FastAPI) -> None:
    given = f"Bearer {token()}"

    assert [ask(app, given).status for _ in range(3)] == [200, 401, 401]


def test_a_token_for_one_address_is_not_good_for_another(app: FastAPI) -> None:
    client = Client(app, server=("192.0.2.7", 443))

    assert client.get("/cds-services", {"authorization": f"Bearer {token()}"}).status == 401
    assert client.get("/cds-services", {"authorization": f"Bearer {token(aud=BASE + '/cds-services')}"}).status == 200


def test_everything_but_health_and_preflights_needs_a_token(app: FastAPI) -> None:
    client = Client(app, server=("192.0.2.7", 443))

    assert {
        path: client.get(path).status for path in ("/", "/v1/rules", "/cds-services", "/openapi.json", "/zebra")
    } == dict.fromkeys(("/", "/v1/rules", "/cds-services", "/openapi.json", "/zebra"), 401)
    assert [client.get("/healthz").status, client.get("/cds-services", method="OPTIONS").status] == [200, 204]


def test_strict_mode_asks_when_the_token_was_made(guideline: Guideline, tmp_path: Path) -> None:
    keys = key_set(tmp_path / "keys.json")
    app = app_with(guideline, auth="on", public_url=BASE, jwt_issuers={ISSUER: str(keys)}, jwt_strict=True)

    assert ask(app, f"Bearer {token()}").status == 401
    assert ask(app, f"Bearer {token(iat=datetime.datetime.now(datetime.UTC))}").status == 200


def test_keys_that_cannot_be_read_let_nobody_in(guideline: Guideline, tmp_path: Path) -> None:
    app = app_with(guideline, auth="on", public_url=BASE, jwt_issuers={ISSUER: str(tmp_path / "none.json")})

    assert ask(app, f"Bearer {token()}").status == 401


def test_without_tokens_only_this_machine_is_answered(guideline: Guideline) -> None:
    assert ask(app_with(guideline), "").status == 403
