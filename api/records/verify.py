"""Checks a whole store: no record changed, none missing, none cut off that a head kept elsewhere knows of, nothing erased in silence.

What it cannot show: a store that was written anew from its beginning, or cut off behind the newest head that anybody kept.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from api.records.chain import DECISION, ERASURE, EXPIRY, FEEDBACK, NOTHING, START, Head, Record, content_hash
from api.records.store import Kept, Store
from engine.language.guideline import hash_of

MOST = 20  # problems that are listed


@dataclass
class Report:
    """What was found."""

    head: Head
    decisions: int = 0
    feedback: int = 0
    erased: int = 0
    guidelines: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Is the store whole?"""
        return not self.problems


class _Walk:
    """One walk along the chain."""

    def __init__(self, store: Store, heads: Sequence[Head]) -> None:
        self.store = store
        self.heads = {one.position: one for one in heads}
        self.report = Report(Head(0, START))
        self.gone: list[Record] = []  # those without content that nobody is known to have erased
        self.ids, self.before = store.erasures()

    def wrong(self, text: str) -> None:
        if len(self.report.problems) < MOST:
            self.report.problems.append(text)

    def step(self, kept: Kept) -> None:
        record, last = kept.record, self.report.head
        name = f"record {record.position} ({record.id})"
        if record.position != last.position + 1:
            missing = f"{last.position + 1} to {record.position - 1}"
            self.wrong(f"records {missing} are missing")
        elif record.previous != last.hash:
            self.wrong(f"{name} does not follow the record before it")
        if record.hash != record.expected_hash():
            self.wrong(f"{name} was changed")
        kept_head = self.heads.get(record.position)
        if kept_head is not None and kept_head.hash != record.hash:
            self.wrong(f"{name} is not the one that stood there when head {str(kept_head)[:24]}... was taken")
        self.content(kept, name)
        self.report.head = Head(record.position, record.hash)

    def content(self, kept: Kept, name: str) -> None:
        record, content = kept.record, kept.content
        if record.kind in (ERASURE, EXPIRY):
            if record.content != NOTHING or content is not None:
                self.wrong(f"{name} has a content and must have none")
            return
        self.report.decisions += record.kind == DECISION
        self.report.feedback += record.kind == FEEDBACK
        if content is None:
            self.report.erased += 1
            if record.id not in self.ids and record.time >= self.before:
                self.gone.append(record)
        elif content_hash(content.salt, content.whole) != record.content:
            self.wrong(f"the facts or the decision of {name} were changed")

    def end(self) -> None:
        """What only the whole shows."""
        if self.gone:  # erased while we walked?
            ids, before = self.store.erasures()
            for one in self.gone:
                if one.id not in ids and one.time >= before:
                    name = f"record {one.position} ({one.id})"
                    self.wrong(f"facts and decision of {name} are gone, and no record says that they were erased")
        last = self.report.head.position
        for head in self.heads.values():
            if head.position > last:
                self.wrong(
                    f"records {last + 1} to {head.position} are missing: they were there when head {str(head)[:24]}... was taken"
                )
        for sha256 in self.store.all_rules():
            self.report.guidelines += 1
            rules = self.store.rules(sha256)
            if rules is None or _hash(rules.archive) != sha256:
                self.wrong(f"the files of guideline {sha256[:12]} were changed")


def verify(store: Store, heads: Sequence[Head] = (), progress: Callable[[int], object] = lambda _: None) -> Report:
    """Walk the chain from its beginning to its end, though others append meanwhile. Raises StoreError."""
    walk = _Walk(store, heads)
    while True:
        head, stood = store.head(), walk.report.head.position
        for kept in store.walk(stood):
            walk.step(kept)
            progress(1)
        last = walk.report.head
        if last.position == head.position and last.hash != head.hash:
            walk.wrong("the head is not the hash of the last record")
        if last.position > head.position and last.position > store.head().position:
            walk.wrong(f"the head stands at {head.position}, though there are {last.position} records")
        if last.position >= head.position:
            break
        if last.position == stood:
            walk.wrong(f"records {last.position + 1} to {head.position} are missing: the head knows them")
            break
    walk.end()
    return walk.report


def _hash(archive: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return hash_of({name: opened.read(name) for name in opened.namelist()})
    except (zipfile.BadZipFile, OSError, ValueError, KeyError):
        return ""
