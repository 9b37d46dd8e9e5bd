"""A service that asks who calls: three API keys, an identity provider, a CDS Hooks client."""

import datetime
import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI

from api.access.keys import line_of, new_key
from api.app import create_app
from api.settings import Settings
from engine import Guideline, default_rules, load
from tests.api.client import Answer, Client

PROVIDER, EHR, BASE = "https://login.example", "https://ehr.example", "https://cds.example"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
HOOKS = ec.generate_private_key(ec.SECP384R1())
WHO: dict[str, list[Any]] = {
    "ehr": ["evaluate"],
    "auditor": ["read-records"],
    "monitor": ["administer"],
    "all": ["evaluate", "read-records", "administer"],
}


def jwks(path: Path, **keys: tuple[str, Any]) -> Path:
    """A key set: key id -> algorithm and private key."""
    found = []
    for name, (algorithm, key) in keys.items():
        found.append({**jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True), "kid": name})
    path.write_text(json.dumps({"keys": found}))
    return path


@pytest.fixture(scope="session")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="session")
def keys() -> dict[str, str]:
    return {name: new_key(name) for name in WHO}


@pytest.fixture(scope="session")
def settings(keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("access")
    file = folder / "keys"
    file.write_text("# who may call\n" + "\n".join(line_of(name, WHO[name], key) for name, key in keys.items()) + "\n")
    provider = jwks(folder / "provider.json", rsa=("RS256", RSA), ec=("ES256", EC))
    return Settings(
        auth="on",
        host="0.0.0.0",
        public_url=BASE,
        keys_file=file,
        oidc_issuer=PROVIDER,
        oidc_keys=str(provider),
        oidc_audiences="tnbc-cds",
        oidc_claim="realm.roles",
        oidc_roles={"tumour-board": "evaluate", "audit": "read-records"},
        jwt_issuers={EHR: str(jwks(folder / "ehr.json", hooks=("ES384", HOOKS)))},
        records_file=folder / "records.sqlite",
        caller_rate=10_000,
    )


@pytest.fixture(scope="session")
def app(settings: Settings, guideline: Guideline) -> FastAPI:
    app = create_app(settings, guideline)
    app.state.service.today = lambda: datetime.date(2026, 11, 22)
    return app


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app, server=("192.0.2.7", 443))


def as_(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def ask(client: Client, key: str, address: str = "/v1/guideline") -> Answer:
    return client.get(address, as_(key))


def signed(
    key: Any = RSA, algorithm: str = "RS256", header: dict[str, Any] | None = None, ends_in: int = 300, **claims: Any
) -> str:
    """A token of the identity provider; a claim that is None is left out."""
    body = {
        "iss": PROVIDER, "aud": "tnbc-cds", "exp": int(time.time()) + ends_in, "sub": "dr-house", "realm": {"roles": ["tumour-board"]}, **claims,
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value is not None}
    heading = {"kid": "rsa", **(header or {})}
    return jwt.encode(body, key, algorithm=algorithm, headers={k: v for k, v in heading.items() if v is not None})


def for_one_request(path: str, **claims: Any) -> str:
    """A token that a CDS Hooks client made."""
    body = {"iss": EHR, "aud": BASE + path, "exp": int(time.time()) + 300, "jti": str(uuid.uuid4()), **claims}
    return jwt.encode(body, HOOKS, algorithm="ES384", headers={"kid": "hooks"})
