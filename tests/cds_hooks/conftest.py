"""One app over the installed guideline, on a fixed day."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.settings import Settings
from engine import Guideline, default_rules, load
from tests.api.client import Answer, Client
from tests.cds_hooks.records import TODAY


@pytest.fixture(scope="session")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="session")
def app(guideline: Guideline) -> FastAPI:
    return app_with(guideline, card_key="a key", cors_origins="http://sandbox.example")


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture
def ask(client: Client) -> Callable[[dict[str, Any]], Answer]:
    return lambda body: client.post(address(body["hook"]), body)


def app_with(guideline: Guideline, **settings: Any) -> FastAPI:
    app = create_app(Settings(**settings), guideline)
    app.state.service.today = lambda: TODAY
    return app


def address(hook: str) -> str:
    return f"/cds-services/early-tnbc-{hook}"
