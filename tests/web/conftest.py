"""The pages in process: an app over the installed guideline, on a fixed day."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.service import Service
from api.settings import Settings
from engine import Guideline, default_rules, load
from tests.api.client import Answer, Client
from tests.web.document import Element, read

FORM = "application/x-www-form-urlencoded"
TODAY = datetime.date(2026, 11, 22)

Post = Callable[..., Answer]


@pytest.fixture(scope="session")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="session")
def shared_app(guideline: Guideline) -> FastAPI:
    return create_app(Settings(), guideline)


@pytest.fixture
def app(shared_app: FastAPI) -> Iterator[FastAPI]:
    service: Service = shared_app.state.service
    before = dict(vars(service))
    service.today = lambda: TODAY
    yield shared_app
    vars(service).update(before)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture
def post(client: Client) -> Post:
    """Sends entries as the form does."""

    def send(entries: Mapping[str, str] | Sequence[tuple[str, str]], address: str = "/", **headers: str) -> Answer:
        return client.post(address, urlencode(entries), FORM, **headers)

    return send


@pytest.fixture
def page(post: Post) -> Callable[..., Element]:
    """The page that answers these entries."""
    return lambda entries, address="/": read(post(entries, address).body)
