"""A guideline compiled for columns of patients."""

import copyreg
import datetime
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa

from engine.cohort.columns import CellProblem, Codes, ColumnReader, Spans
from engine.cohort.masks import Masks, Matched
from engine.cohort.outcomes import Bits, Confirm, Outcomes
from engine.cohort.resolve import Block, ColumnResolver, words_for
from engine.cohort.weigh import Scales, Weighed
from engine.inference.facts import Resolver
from engine.inference.index import Index
from engine.inference.needs import Needs
from engine.inference.space import cells_of
from engine.language.guideline import Guideline
from engine.language.terminology import Terminology

BLOCK = 65_536  # patients that are looked at together: fewer are slower, more need memory
MOST_WEIGHT = 2_000_000  # combinations that are remembered before the memory starts again


def _proxy(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


copyreg.pickle(MappingProxyType, lambda proxy: (_proxy, (dict(proxy),)))


class Compiled:
    """The rules in force on a day, for any number of patients. Can be pickled; one thread may use it at a time."""

    def __init__(self, guideline: Guideline, as_of: datetime.date, facts: Sequence[str] = ()) -> None:
        """`facts`: coded facts whose states the outcomes shall show as well."""
        rules = guideline if guideline.day == as_of else guideline.as_of(as_of)
        self.guideline = replace(rules, files={}, warnings=(), terminology=Terminology())
        self.as_of, self.facts = as_of, tuple(facts)
        self._plan = _Plan(self.guideline)

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, (self.guideline, self.as_of, self.facts)

    def evaluate(self, batch: pa.RecordBatch) -> Outcomes:
        """What the rules say of each row. Columns are named as facts that may be sent (columns.py); others are passed over."""
        if self._plan.weight > MOST_WEIGHT:
            self._plan = _Plan(self.guideline)
        return self._plan.evaluate(batch, self.facts)


class _Plan:
    """What is compiled, and what is remembered of the patients seen so far."""

    def __init__(self, guideline: Guideline) -> None:
        cells = cells_of(guideline)
        resolver = Resolver(guideline, cells)
        index = Index(guideline, cells, resolver.position)
        self.guideline, self.resolver = guideline, resolver
        self.columns = ColumnResolver(resolver, Needs(resolver, index))
        self.masks = Masks(guideline, index, cells, resolver.position, self.columns.states)
        self.scales = Scales(guideline, self.columns, self.masks)
        self.readers = {
            fact.name: ColumnReader(self.columns.states[place], compared=place in self.columns.compared)
            for place, fact in enumerate(resolver.facts)
            if fact.given
        }

    def evaluate(self, batch: pa.RecordBatch, facts: Sequence[str]) -> Outcomes:
        count, problems = batch.num_rows, list[CellProblem]()
        sent, spans = self._read(batch, problems)
        blocks, matches, weighed = list[Block](), list[Matched](), list[Weighed]()
        size = -(-count // max(1, -(-count // BLOCK)))  # blocks of one size
        for start in range(0, count, size or 1):
            part = slice(start, min(start + size, count))
            some = {place: one.take(part) for place, one in spans.items()}
            blocks.append(self.columns.resolve(part.stop - start, [codes[part] for codes in sent], some))
            matches.append(self.masks.match(blocks[-1]))
            weighed.append(self.scales.weigh(blocks[-1], matches[-1]))
        rules, names = len(self.guideline.rules), self.resolver.position
        return Outcomes(
            guideline=self.guideline,
            count=count,
            firm=_bits([one.firm for one in matches], rules),
            provisional=_bits([one.provisional for one in matches], rules),
            ruled_out=_bits([one.ruled_out for one in matches], rules),
            undetermined=_bits([one.undetermined for one in matches], rules),
            stands=_bits([one.stands for one in weighed], rules),
            needs=_bits([one.needs.T for one in weighed], len(names)),
            contradictions=_bits([one.contradictions.T for one in blocks], len(self.columns.codes)),
            codes=self.columns.codes,
            status=_joined([one.status for one in weighed], np.uint8),
            confirm=Confirm(
                _joined([one.confirm[0] + size * number for number, one in enumerate(weighed)], np.int64),
                _joined([one.confirm[1] for one in weighed], np.int64),
                _joined([one.confirm[2] for one in weighed], np.int64),
                self.scales.lists,
            ),
            problems=problems,
            facts={name: _joined([one.states[names[name]] for one in blocks], np.uint16) for name in facts},
            states={
                name: [self._words(name, bits) for bits in self.columns.states[names[name]].bits] for name in facts
            },
        )

    def _words(self, name: str, bits: int) -> str:
        """A state of a coded fact in one word."""
        cells = self.resolver.cells[name]
        return (
            "unknown"
            if bits == cells.everything
            else "|".join(str(one) for one in cells.values if one in cells.back(bits))
        )

    @property
    def weight(self) -> int:
        """How many combinations are remembered."""
        return self.columns.weight + self.scales.weight

    def _read(self, batch: pa.RecordBatch, problems: list[CellProblem]) -> tuple[list[Codes], dict[int, Spans]]:
        count = batch.num_rows
        nothing = np.zeros(count, np.uint16)
        sent, spans = [nothing] * len(self.resolver.names), dict[int, Spans]()
        silent = pa.nulls(count)
        for name, reader in self.readers.items():
            place = self.resolver.position[name]
            if name in batch.schema.names:
                sent[place], said = reader.read(batch.column(name), problems)
            elif place in self.columns.compared:
                said = reader.read(silent, problems)[1]
            else:
                continue
            if said is not None:
                spans[place] = said
        return sent, spans


def _joined(parts: list[Codes], kind: Any) -> Codes:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _bits(parts: list[Codes], width: int) -> Bits:
    found = np.concatenate(parts) if parts else np.zeros((0, words_for(width)), np.uint64)
    return Bits(np.ascontiguousarray(found), width)
