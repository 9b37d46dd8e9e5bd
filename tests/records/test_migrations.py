"""The tables that migrations make are those the program uses; a store at another revision is not touched."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fastapi import FastAPI
from sqlalchemy import text

from api import serve
from api.records.database import Database, NotCurrent, StoreError
from api.records.migrate import migrate, prepare
from api.records.store import Store
from api.records.tables import metadata
from api.records.verify import verify
from tests.api.client import Client
from tests.api.test_serve import _logging_as_before  # noqa: F401  (a start in this process sets up its log)
from tests.postgresql import Server


def test_migrations_make_the_tables_of_the_program(address: str) -> None:
    with Database(address, checked=False).writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_or_from_several_places_at_once_changes_nothing(tmp_path: Path) -> None:
    address, found = f"sqlite:///{tmp_path / 'r.sqlite'}", []
    threads = [threading.Thread(target=lambda: found.append(migrate(address))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(map(str, found)) == ["0001", "0001", "0001", "None"]
    assert verify(Store(Database(address))).good


@pytest.mark.parametrize(
    ("revision", "said"), [("9999", "made by a newer version"), ("0000", "run `tnbc-cds records migrate`")]
)
def test_a_store_at_another_revision_is_not_used(address: str, revision: str, said: str) -> None:
    database = Database(address)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    database.close()

    with pytest.raises(NotCurrent, match=said):
        Store(database).head()
    if revision == "9999":
        with pytest.raises(NotCurrent):
            migrate(address)
        with pytest.raises(NotCurrent):
            prepare(address)


def test_a_file_is_made_at_the_start_and_only_its_owner_can_read_it(
    tmp_path: Path, app_at: Callable[..., FastAPI]
) -> None:
    path = tmp_path / "state" / "records.sqlite"
    assert Client(app_at(f"sqlite:///{path}")).post("/v1/decisions", {"facts": {}}).status == 200

    for one in path.parent.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_tables_in_postgresql_are_not_made_by_the_service(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    address = server.url("empty")
    with pytest.raises(StoreError, match="run `tnbc-cds records migrate`"):
        prepare(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TNBC_DATABASE_URL", address)
        assert serve.main(port=0) == 1

    assert "run `tnbc-cds records migrate`\nthe service does not start" in capsys.readouterr().err


def test_a_service_does_not_start_on_a_file_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "records.sqlite"
    path.write_text("no database " * 500)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TNBC_RECORDS_FILE", str(path))
        assert serve.main(port=0) == 1

    assert f"records in `{path}`: the file is not a database" in capsys.readouterr().err
