"""One chain, whoever appends; what is changed, missing or silently erased is found; what is erased is gone and its hash is not."""

import hashlib
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.records.chain import Head, days_ago, now
from api.records.database import Database, StoreError
from api.records.migrate import migrate
from api.records.packing import Packed, loaded
from api.records.store import Store
from api.records.verify import verify
from engine import Engine, new_id
from tests.records.samples import append, decision, everything, feedback

Facts = list[dict[str, Any]]


@pytest.fixture
def filled(store: Store, engine: Engine, borrowers: Facts) -> Store:
    """Seven decisions, and a feedback in their middle."""
    entries = [decision(engine, facts) for facts in borrowers]
    append(store, entries[:3])
    append(store, [feedback("a card")])
    append(store, entries[3:])
    return store


def execute(store: Store, *statements: str) -> None:
    """Change the tables as somebody would who goes around the program."""
    with store.database.engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))


# ---- appending ------------------------------------------------------------------------------------------------------
def test_what_is_appended_is_found_as_it_was(store: Store, engine: Engine, borrowers: Facts) -> None:
    entries = [decision(engine, facts) for facts in borrowers]

    assert append(store, entries) == [True] * len(entries)

    for position, entry in enumerate(entries, 1):
        kept = store.find(entry.id)
        assert kept is not None and kept.content is not None
        assert (kept.content.facts, kept.content.outcome) == (entry.facts, entry.outcome)
        assert kept.record.position == position
        for name in ("id", "kind", "time", "channel", "caller", "as_of", "engine_version", "subject"):
            assert getattr(kept.record, name) == getattr(entry, name)
    assert store.find(new_id()) is None


def test_the_chain_can_be_verified_with_nothing_but_json_and_sha256(filled: Store) -> None:
    previous = "00" * 32
    for kept in everything(filled):
        one, content = kept.record, kept.content
        assert content is not None
        said = hashlib.sha256(content.salt + content.facts + b"\n" + content.outcome).hexdigest()
        header = [
            one.position, one.id, one.kind, one.time, one.channel, one.caller, one.as_of, one.guideline and one.guideline.hex(),
            one.engine_version, one.subject, said,
        ]  # fmt: skip
        body = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        assert one.previous.hex() == previous
        previous = hashlib.sha256(bytes.fromhex(previous) + body).hexdigest()
        assert one.hash.hex() == previous
    assert filled.head().hash.hex() == previous


def test_equal_facts_have_unequal_hashes_so_that_nobody_can_guess_them(store: Store, engine: Engine) -> None:
    append(store, [decision(engine, {}, id=f"0000000{number}-0000-7000-8000-000000000000") for number in range(5)])

    kept = everything(store)
    assert len({one.record.content for one in kept}) == len({one.content and one.content.salt for one in kept}) == 5


def test_a_feedback_is_recorded_once_whether_it_comes_together_or_later(store: Store) -> None:
    assert append(store, [feedback("one"), feedback("two"), feedback("one")]) == [True, True, False]
    assert append(store, [feedback("two"), feedback("three")]) == [False, True]
    assert append(store, [feedback("one")]) == [False]

    assert [one.record.subject for one in everything(store)] == ["one", "two", "three"]
    assert verify(store).good


def test_entries_are_appended_all_or_none(store: Store, engine: Engine) -> None:
    one = decision(engine, {})
    with pytest.raises(StoreError):
        append(store, [one, decision(engine, {}), one])

    assert everything(store) == []
    assert append(store, [one]) == [True]
    assert verify(store).good


def test_decisions_of_an_unknown_guideline_are_not_recorded(store: Store, engine: Engine) -> None:
    with pytest.raises(StoreError, match="guideline of a decision is not known"):
        append(store, [decision(engine, {}, guideline="ab" * 32)])

    assert everything(store) == []


def test_many_writers_make_one_chain(address: str, packed: Packed, engine: Engine) -> None:
    writers, each = 4, 12
    failed: list[Exception] = []

    def write() -> None:
        store = Store(Database(address))
        store.know(packed)
        try:
            for _ in range(each):
                append(store, [decision(engine, {}), feedback("the same of all")])
        except Exception as error:
            failed.append(error)
        store.database.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    report = verify(Store(Database(address)))
    assert failed == []
    assert (report.problems, report.decisions, report.feedback) == ([], writers * each, 1)


def test_a_guideline_is_stored_once_and_can_be_read_again(filled: Store, engine: Engine, packed: Packed) -> None:
    assert filled.all_rules() == [engine.guideline.sha256]
    rules = filled.rules(engine.guideline.sha256)
    assert rules is not None and rules.archive == packed.archive
    again = loaded(rules.archive, rules.sha256)
    assert [one.id for one in again.rules] == [one.id for one in engine.guideline.rules]


# ---- verifying ------------------------------------------------------------------------------------------------------
TAMPERED: dict[str, tuple[list[str], str]] = {
    "another caller": (["UPDATE records SET caller = 'nobody' WHERE position = 2"], "record 2 .* was changed"),
    "another time": (["UPDATE records SET time = '2020-01-01T00:00:00.000000Z' WHERE position = 5"], "record 5 .* was changed"),
    "another day": (["UPDATE records SET as_of = '2020-01-01' WHERE position = 8"], "record 8 .* was changed"),
    "another hash": (["UPDATE records SET hash = previous WHERE position = 3"], "record 3 .* was changed"),
    "facts of another": (
        ["UPDATE contents SET packed = (SELECT packed FROM contents WHERE position = 2) WHERE position = 1"],
        "the facts or the decision of record 1 .* were changed",
    ),
    "another salt": (
        ["UPDATE contents SET salt = (SELECT salt FROM contents WHERE position = 2) WHERE position = 1"],
        "the facts or the decision of record 1 .* were changed",
    ),
    "a record less": (["DELETE FROM contents WHERE position = 4", "DELETE FROM records WHERE position = 4"], "records 4 to 4 are missing"),
    "the last ones less": (
        ["DELETE FROM contents WHERE position > 6", "DELETE FROM records WHERE position > 6"],
        "records 7 to 8 are missing: the head knows them",
    ),
    "silently erased": (["DELETE FROM contents WHERE position = 2"], "of record 2 .* are gone, and no record says"),
    "a head that was set back": (
        ["UPDATE head SET position = 7, hash = (SELECT hash FROM records WHERE position = 7)"],
        "the head stands at 7, though there are 8 records",
    ),
    "another head": (["UPDATE head SET hash = (SELECT hash FROM records WHERE position = 7)"], "the head is not the hash of the last record"),
    "another guideline": (["UPDATE guidelines SET archive = dictionary"], "the files of guideline .* were changed"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_behind_our_back_is_named(filled: Store, name: str) -> None:
    statements, said = TAMPERED[name]
    assert verify(filled).good
    execute(filled, *statements)

    problems = verify(filled).problems
    assert any(re.search(said, one) for one in problems), problems


def test_a_tail_cut_off_with_its_head_shows_by_a_head_that_was_kept_elsewhere(filled: Store) -> None:
    before, middle = filled.head(), Head(5, everything(filled)[4].record.hash)
    cut = ["DELETE FROM contents WHERE position > 6", "DELETE FROM records WHERE position > 6"]
    execute(filled, *cut, "UPDATE head SET position = 6, hash = (SELECT hash FROM records WHERE position = 6)")

    assert verify(filled).good  # nothing in the store shows it
    assert verify(filled, [middle]).good
    assert "records 7 to 8 are missing" in verify(filled, [middle, before]).problems[0]


def test_a_store_written_anew_shows_by_a_head_that_was_kept_elsewhere(
    filled: Store, engine: Engine, packed: Packed, tmp_path: Path
) -> None:
    before = filled.head()
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    migrate(other)
    forged = Store(Database(other))
    forged.know(packed)
    append(forged, [decision(engine, {}) for _ in range(before.position)])

    assert verify(forged).good
    assert "is not the one that stood there" in verify(forged, [before]).problems[0]


# ---- erasing --------------------------------------------------------------------------------------------------------
MARK = "zebra-7f3a"


def on_disk(store: Store) -> bytes:
    """Every byte of the files of SQLite."""
    path = store.database.path
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_what_is_erased_is_gone_and_the_chain_is_whole(filled: Store) -> None:
    name = everything(filled)[1].record.id
    before = filled.head()

    assert filled.erase(name, "the officer", "command") is True
    assert filled.erase(name, "the officer", "command") is False
    with pytest.raises(KeyError):
        filled.erase(new_id(), "the officer", "command")

    kept = filled.find(name)
    assert kept is not None and kept.content is None
    assert kept.erased is not None and kept.erased <= now()
    last = everything(filled)[-1].record
    assert (last.kind, last.subject, last.caller) == ("erasure", name, "the officer")
    report = verify(filled, [before])
    assert (report.problems, report.erased, report.decisions) == ([], 1, 7)


def test_an_erasure_cannot_be_erased(filled: Store) -> None:
    filled.erase(everything(filled)[0].record.id, "x", "command")
    with pytest.raises(KeyError):
        filled.erase(everything(filled)[-1].record.id, "x", "command")


@pytest.mark.parametrize("how", ["by id", "by age"])
def test_nothing_of_what_was_erased_stays_in_the_files(
    store: Store, engine: Engine, how: str, borrowers: Facts
) -> None:
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL frees what was deleted at its next vacuum; docs/operating.md says so")
    noise = bytes(range(256)) * 8  # what cannot be compressed stays findable
    entries = [decision(engine, {}, outcome=noise + MARK.encode() + noise[::-1]) for _ in range(3)]
    append(store, [*(decision(engine, facts) for facts in borrowers), *entries])
    packed = everything(store)[-3:]
    salts = [kept.content.salt for kept in packed if kept.content]
    assert all(salt in on_disk(store) for salt in salts)

    if how == "by id":
        for one in entries:
            store.erase(one.id, "x", "command")
    else:
        store.expire("9999", "x", "command")

    assert not any(salt in on_disk(store) for salt in salts)
    assert MARK.encode() not in on_disk(store)
    assert verify(store).good


def test_what_is_older_is_erased_and_what_is_younger_stays(store: Store, engine: Engine) -> None:
    old = [decision(engine, {}, time=days_ago(days)) for days in (400, 366)]
    young = [decision(engine, {}, time=days_ago(days)) for days in (364, 1)]
    append(store, [*old, *young])

    assert store.expire(days_ago(365), "the service", "retention") == 2
    assert store.expire(days_ago(365), "the service", "retention") == 0

    assert [kept.content is None for kept in everything(store)] == [True, True, False, False, True]
    kept = store.find(old[0].id)
    assert kept is not None and kept.erased == everything(store)[-1].record.time
    assert verify(store).problems == []


def test_more_than_fits_into_one_transaction_is_erased_with_one_record(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.records.store.PAGE", 3)
    append(store, [decision(engine, {}) for _ in range(8)])

    assert store.expire("9999", "x", "command") == 8
    assert [one.record.kind for one in everything(store)].count("expiry") == 1
    assert verify(store).good


def test_a_walk_reads_every_page_once(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [one.record.position for one in everything(filled)]
    monkeypatch.setattr("api.records.store.PAGE", 3)

    assert [one.record.position for one in everything(filled)] == whole == [*range(1, 9)]
    assert [one.record.position for one in filled.walk(after=5)] == [6, 7, 8]
    assert [*filled.walk(since="9999")] == []
