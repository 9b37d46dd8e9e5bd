"""Stores in SQLite and in PostgreSQL; the same tests run on both. One server for all tests of a process."""

import datetime
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.records.database import Database
from api.records.migrate import migrate
from api.records.packing import Packed
from api.records.store import Store
from api.settings import Settings
from engine import Engine, Guideline, load
from tests.postgresql import Server, Unavailable

HERE = Path(__file__).resolve().parent
LENDING = HERE.parent / "guidelines" / "lending"
BORROWERS = sorted((HERE.parent / "guidelines" / "borrowers").glob("*.json"))
TODAY = datetime.date(2026, 11, 22)
_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    try:
        found = Server()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield found
    found.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with tables and nothing in them."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path / 'records.sqlite'}"
    else:
        found = request.getfixturevalue("server").url(f"test{next(_numbers)}")
    migrate(found)
    return found


@pytest.fixture(scope="session")
def lending() -> Guideline:
    return load(LENDING)


@pytest.fixture(scope="session")
def engine(lending: Guideline) -> Engine:
    return Engine(lending, "off")


@pytest.fixture(scope="session")
def packed(engine: Engine) -> Packed:
    return Packed.of(engine.decider(TODAY), engine.guideline)


@pytest.fixture
def store(address: str, packed: Packed) -> Iterator[Store]:
    found = Store(Database(address))
    found.know(packed)
    yield found
    found.database.close()


@pytest.fixture
def app_at(lending: Guideline) -> Iterator[Callable[..., FastAPI]]:
    """Makes a service over the tool library that records in a store."""
    made: list[FastAPI] = []

    def make(address: str, guideline: Guideline = lending, **settings: Any) -> FastAPI:
        app = create_app(Settings(records="on", database_url=address, **settings), guideline)
        app.state.service.today = lambda: TODAY
        made.append(app)
        return app

    yield make
    for app in made:
        app.state.service.close()


@pytest.fixture
def app(address: str, app_at: Callable[..., FastAPI]) -> FastAPI:
    return app_at(address)


@pytest.fixture(scope="session")
def borrowers() -> list[dict[str, Any]]:
    return [one.get("facts", one) for one in (json.loads(path.read_text(encoding="utf-8")) for path in BORROWERS)]
