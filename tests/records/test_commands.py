"""`tnbc-cds records`: what each action prints, and its exit code."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.records.chain import days_ago
from api.records.store import Store
from engine import new_id
from engine.cli import main
from tests.api.client import Client
from tests.records.samples import append, decision, everything
from tests.records.test_recording import FACTS, ONE, recorder_of

OK, USAGE, BROKEN, DIFFERENT, NO_RECORD, GONE, NO_STORE = 0, 2, 20, 21, 22, 23, 24


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def store(app: FastAPI) -> Store:
    return recorder_of(app).store


@pytest.fixture
def run(store: Store, address: str, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def found(action: str, *arguments: str) -> Ran:
        where = ["--file", str(store.database.path)] if store.database.is_sqlite else ["--database", address]
        code = main(["records", action, *arguments, *where])
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return found


@pytest.fixture
def name(app: FastAPI) -> str:
    """A decision on record."""
    found: str = Client(app).post(ONE, {"facts": FACTS}).json()["id"]
    return found


def test_a_whole_store_is_verified_with_every_head_it_ever_had(run: Run, name: str, app: FastAPI) -> None:
    heads = [run("head").out.strip()]
    Client(app).post(ONE, {"facts": {}})
    heads.append(run("head").out.strip())
    ran = run("verify", "--head", heads[0], "--head", heads[1])

    assert ran.code == OK
    assert "2 records: 2 decisions, 0 feedback, 0 erased, 1 guideline(s)" in ran.out
    assert f"head {heads[1]}\nthe chain is whole\n" in ran.out
    assert ran.err == ""


def test_a_store_that_is_not_whole_has_an_exit_code_of_its_own(run: Run, name: str, store: Store) -> None:
    head = run("head").out.strip()
    with store.database.engine.begin() as connection:
        connection.execute(text("UPDATE records SET caller = 'nobody'"))
    ran = run("verify")

    assert (ran.code, ran.err) == (BROKEN, "error: the records are not whole\n")
    assert f"record 1 ({name}) was changed" in ran.out
    assert run("verify", "--head", head.replace("1:", "9:")).code == BROKEN
    assert run("verify", "--head", "12:zebra").code == USAGE


def test_a_record_is_shown_for_people_and_for_programs(run: Run, name: str, app: FastAPI) -> None:
    shown, exported = run("show", name), json.loads(run("show", name, "--json").out)

    assert shown.code == OK
    assert f"decision {name}" in shown.out and '"tool": "drill"' in shown.out
    assert json.loads(exported["facts"]) == FACTS
    assert json.loads(exported["outcome"])["id"] == name
    assert run("show", new_id()).code == NO_RECORD


def test_what_is_erased_is_said_to_be(run: Run, name: str) -> None:
    assert run("erase", name).out == "erased; the hash stays on record\n"
    assert run("erase", name).out == "it was erased before\n"
    assert run("erase", new_id()).code == NO_RECORD

    shown, replayed = run("show", name), run("replay", "--id", name)
    assert (shown.code, replayed.code) == (GONE, GONE)
    assert "erased at 20" in shown.err and "drill" not in shown.out
    assert run("verify").code == OK


def test_decisions_are_erased_by_age(run: Run, name: str, store: Store, app: FastAPI) -> None:
    append(store, [decision(app.state.service.loaded.engine, {}, time=days_ago(40))])

    assert run("expire").code == USAGE
    assert run("expire", "--days", "30").out.startswith("1 records older than 30 days erased")
    assert run("expire", "--days", "0").code == USAGE
    assert [one.content is None for one in everything(store)] == [False, True, True]


def test_decisions_are_replayed_one_or_all_or_since_a_day(run: Run, name: str, app: FastAPI) -> None:
    Client(app).post("/v1/decisions/batch", [{"facts": {}}] * 3)

    assert run("replay", "--id", name).out == f"{name}: same\n"
    assert run("replay").out == "4 same, 0 same-but-version, 0 different, 0 not-replayable, 0 erased\n"
    assert run("replay", "--since", "2999-01-01").out.startswith("0 same")
    assert run("replay", "--id", new_id()).code == NO_RECORD


def test_what_would_not_be_the_same_is_named(run: Run, name: str, store: Store, app: FastAPI) -> None:
    engine = app.state.service.loaded.engine
    made = decision(engine, FACTS)
    forged = decision(engine, FACTS, id=made.id, outcome=made.outcome.replace(b'"notice":"', b'"notice":"Trust me. '))
    append(store, [forged])
    one, every = run("replay", "--id", made.id), run("replay")

    assert (one.code, every.code) == (DIFFERENT, DIFFERENT)
    assert f'{made.id}: different\n  /notice\n    recorded "Trust me. ' in one.out
    assert every.out.endswith("1 same, 0 same-but-version, 1 different, 0 not-replayable, 0 erased\n")


def test_an_export_holds_every_record_and_every_guideline(run: Run, name: str, store: Store, tmp_path: Path) -> None:
    ran = run("export", "--guidelines", str(tmp_path / "out"))
    lines = [json.loads(line) for line in ran.out.splitlines()]

    assert [line["id"] for line in lines] == [name]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{store.all_rules()[0]}.zip"]


def test_a_store_that_is_not_there_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["records", "verify", "--file", str(tmp_path / "none.sqlite")]) == NO_STORE
    assert "there are no records in" in capsys.readouterr().err
    assert not (tmp_path / "none.sqlite").exists()
    (tmp_path / "text.sqlite").write_text("zebra" * 1000)
    assert main(["records", "verify", "--file", str(tmp_path / "text.sqlite")]) == NO_STORE
    assert "the file is not a database" in capsys.readouterr().err
    assert main(["records", "head", "--database", "mysql://x/y"]) == NO_STORE
    assert main(["records", "head", "--database", "postgresql://u:secret@127.0.0.1:1/none"]) == NO_STORE
    assert "secret" not in capsys.readouterr().err
    assert main(["records", "migrate", "--file", str(tmp_path / "new" / "r.sqlite")]) == OK
    assert "made, revision" in capsys.readouterr().out
    assert main(["records", "migrate", "--file", str(tmp_path / "new" / "r.sqlite")]) == OK
    assert "is current" in capsys.readouterr().out
