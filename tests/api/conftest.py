"""One app over the guideline that is installed beside the engine, shared by all tests of the service."""

import datetime
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.service import Service
from api.settings import Settings
from engine import Guideline, default_rules, load
from tests.api.client import Client

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="session")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="session")
def shared_app(guideline: Guideline) -> FastAPI:
    return create_app(Settings(), guideline)


@pytest.fixture
def app(shared_app: FastAPI) -> Iterator[FastAPI]:
    """The app, on a fixed day; what a test changes of its service is put back."""
    service: Service = shared_app.state.service
    before = dict(vars(service))
    service.today = lambda: TODAY
    yield shared_app
    vars(service).update(before)


@pytest.fixture
def service(app: FastAPI) -> Service:
    found: Service = app.state.service
    return found


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)
