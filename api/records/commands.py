"""What `tnbc-cds records ACTION` does. Each action prints to standard output and gives its exit code, with lines for standard error when it fails."""

import argparse
import contextlib
import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from tqdm import tqdm

from api import settings
from api.cds_hooks import feedback
from api.records.chain import DECISION, FEEDBACK, Head, days_ago
from api.records.database import Database, StoreError
from api.records.migrate import migrate as migrate_store
from api.records.replay import Replayed, Replayer
from api.records.store import Kept, Store
from api.records.tables import REVISION
from api.records.verify import verify as verify_store
from api.settings import Settings, SettingsError

OK, USAGE, FILES, BROKEN, DIFFERENT, NO_RECORD, GONE, NO_STORE = 0, 2, 5, 20, 21, 22, 23, 24
COMMAND_LINE = "command"

Answer = tuple[int, Sequence[str]]


def run(args: argparse.Namespace) -> Answer:
    """The exit code, and what to say on standard error when it is not 0."""
    try:
        found = settings.read(records="on")
    except SettingsError as error:
        return USAGE, [f"error: {line}" for line in error.lines]
    try:
        address = f"sqlite:///{Path(args.file).absolute()}" if args.file else args.database or found.store
        if args.action == "migrate":
            return _migrate(address)
        database = Database(address)
        if database.is_sqlite and not database.path.exists():
            hint = "  say where they are: --file, --database, TNBC_RECORDS_FILE or TNBC_DATABASE_URL"
            return NO_STORE, [f"error: there are no records in `{database.path}`", hint]
        with contextlib.closing(database):
            return _ACTIONS[args.action](Store(database), args, found)
    except StoreError as error:
        return NO_STORE, [f"error: the records cannot be used: {error}"]


def _verify(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    heads = []
    for text in args.head:
        try:
            heads.append(Head.of(text))
        except ValueError:
            return USAGE, [f"error: `{text[:80]}` is not a head; `records head` prints one such as 12:9f86d0..."]
    with _bar("verify", store.head().position) as progress:
        report = verify_store(store, heads, progress)
    counts = f"{report.decisions} decisions, {report.feedback} feedback, {report.erased} erased, {report.guidelines} guideline(s)"
    _print(f"{report.head.position} records: {counts}\nhead {report.head}\n")
    for problem in report.problems:
        _print(f"{problem}\n")
    if report.good:
        _print("the chain is whole\n")
        return OK, ()
    return BROKEN, ["error: the records are not whole"]


def _show(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    kept = store.find(args.id)
    if kept is None:
        return NO_RECORD, [f"error: there is no record `{args.id[:80]}`"]
    if args.json:
        _print(f"{_as_json(kept).decode()}\n")
    else:
        _print(_as_text(kept))
    if kept.content is None and kept.erased:
        return GONE, [f"facts and decision were erased at {kept.erased}; the hash is still on record"]
    return OK, ()


def _replay(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    replayer = Replayer(store)
    if args.id:
        kept = store.find(args.id)
        if kept is None or kept.record.kind != DECISION:
            return NO_RECORD, [f"error: there is no decision `{args.id[:80]}` on record"]
        if kept.content is None:
            return GONE, [f"error: facts and decision were erased at {kept.erased or 'an unknown time'}"]
        found = replayer.replay(kept)
        _print(_said(found, whole=True))
        return (OK, ()) if found.good else (DIFFERENT, ["error: the decision would not be the same"])
    counts = dict.fromkeys(("same", "same-but-version", "different", "not-replayable", "erased"), 0)
    since = f"{args.since.isoformat()}T" if args.since else None
    with _bar("replay", None if since else store.head().position) as progress:
        for kept in store.walk(since=since):
            progress(1)
            if kept.record.kind != DECISION:
                continue
            if kept.content is None:
                counts["erased"] += 1
                continue
            found = replayer.replay(kept)
            counts[found.verdict] += 1
            if not found.good:
                _print(_said(found, whole=False))
    _print(", ".join(f"{number} {name}" for name, number in counts.items()) + "\n")
    if counts["different"] or counts["not-replayable"]:
        return DIFFERENT, ["error: not every decision would be the same"]
    return OK, ()


def _export(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    since = f"{args.since.isoformat()}T" if args.since else None
    for kept in store.walk(since=since):
        sys.stdout.buffer.write(_as_json(kept) + b"\n")
    sys.stdout.buffer.flush()
    if args.guidelines:
        folder = Path(args.guidelines)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for sha256 in store.all_rules():
                rules = store.rules(sha256)
                assert rules is not None
                (folder / f"{sha256}.zip").write_bytes(rules.archive)
        except OSError as error:
            return FILES, [f"error: cannot write to `{folder}`: {(error.strerror or 'failed').lower()}"]
    return OK, ()


def _feedback(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    since = f"{args.since.isoformat()}T" if args.since else None
    found = (one for one in store.walk(since=since) if one.record.kind == FEEDBACK and one.content is not None)
    for each in feedback.last(feedback.kept(one.content.outcome) for one in found if one.content is not None):
        sys.stdout.buffer.write(orjson.dumps(each) + b"\n")
    sys.stdout.buffer.flush()
    return OK, ()


def _erase(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    try:
        new = store.erase(args.id, _user(), COMMAND_LINE)
    except KeyError:
        return NO_RECORD, [f"error: there is no decision or feedback `{args.id[:80]}` on record"]
    _print("erased; the hash stays on record\n" if new else "it was erased before\n")
    return OK, ()


def _expire(store: Store, args: argparse.Namespace, found: Settings) -> Answer:
    days = args.days or found.records_days
    if days is None:
        return USAGE, ["error: how old? say --days N or set TNBC_RECORDS_DAYS"]
    erased = store.expire(days_ago(days), _user(), COMMAND_LINE)
    _print(f"{erased} records older than {days} days erased; their hashes stay\n")
    return OK, ()


def _head(store: Store, args: argparse.Namespace, _: Settings) -> Answer:
    _print(f"{store.head()}\n")
    return OK, ()


def _migrate(address: str) -> Answer:
    before = migrate_store(address)
    done = "is current" if before == REVISION else f"{'made' if before is None else f'upgraded from {before}'}"
    _print(f"{Database(address).place}: {done}, revision {REVISION}\n")
    return OK, ()


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace, Settings], Answer]] = {
    "verify": _verify, "show": _show, "replay": _replay, "export": _export, "feedback": _feedback, "erase": _erase, "expire": _expire, "head": _head,
}  # fmt: skip


# ---- printing -------------------------------------------------------------------------------------------------------
def _as_json(kept: Kept) -> bytes:
    """Everything that is kept of a record; enough to verify it with another program. The decision is text, so that every byte counts."""
    one, content = kept.record, kept.content
    body: dict[str, Any] = {
        "position": one.position, "id": one.id, "kind": one.kind, "time": one.time, "channel": one.channel, "caller": one.caller,
        "as_of": one.as_of, "guideline": one.guideline and one.guideline.hex(), "engine_version": one.engine_version,
        "subject": one.subject, "content": one.content.hex(), "previous": one.previous.hex(), "hash": one.hash.hex(),
        "salt": content and content.salt.hex(), "facts": content and content.facts.decode(),
        "outcome": content and content.outcome.decode(),
    }  # fmt: skip
    return orjson.dumps(body)


def _as_text(kept: Kept) -> str:
    one, content = kept.record, kept.content
    lines = [
        f"{one.kind} {one.id}",
        f"time       {one.time}",
        f"as of      {one.as_of or '-'}",
        f"guideline  {one.guideline.hex() if one.guideline else '-'}",
        f"engine     {one.engine_version}",
        f"asked by   {one.caller} ({one.channel})",
        f"position   {one.position}",
        f"hash       {one.hash.hex()}",
        f"content    {one.content.hex()}",
    ]
    lines += [f"about      {one.subject}"] if one.subject else []
    if content is not None:
        pretty = [
            orjson.dumps(orjson.loads(part), option=orjson.OPT_INDENT_2).decode()
            for part in (content.facts, content.outcome)
        ]
        lines += ["", "facts", pretty[0], "", one.kind, pretty[1]]
    return "\n".join(lines) + "\n"


def _said(found: Replayed, *, whole: bool) -> str:
    text = f"{found.id}: {found.verdict}"
    if found.recorded_version != found.version:
        text += f" (recorded by version {found.recorded_version}, this is {found.version})"
    lines = [text, *([f"  {found.reason}"] if found.reason else [])]
    shown = [one for one in found.differences if found.verdict == "different"][: None if whole else 3]
    for one in shown:
        recorded, now = (orjson.dumps(value).decode() for value in (one.recorded, one.now))
        lines += [f"  {one.at}", f"    recorded {_short(recorded)}", f"    now      {_short(now)}"]
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _print(text: str) -> None:
    sys.stdout.write(text)


@contextlib.contextmanager
def _bar(name: str, total: int | None) -> Iterator[Callable[[int], object]]:
    """How far it is, for somebody who looks at a terminal."""
    with tqdm(total=total, desc=name, unit=" records", disable=not sys.stderr.isatty(), leave=False) as bar:
        yield bar.update


def _user() -> str:
    """Who runs the command, as the machine knows them."""
    try:
        return getpass.getuser()[:200]
    except (OSError, KeyError):
        return "unknown"
