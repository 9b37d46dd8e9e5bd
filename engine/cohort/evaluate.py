"""A guideline compiled for columns of patients."""

import copyreg
import datetime
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa

from engine.cohort.columns import CellProblem, sent_value
from engine.cohort.outcomes import STATUSES, WORD, Bits, Confirm, Outcomes
from engine.inference.decide import Decider
from engine.inference.index import places
from engine.language.guideline import Guideline
from engine.language.terminology import Terminology
from engine.language.vocabulary import Given


def _proxy(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


copyreg.pickle(MappingProxyType, lambda proxy: (_proxy, (dict(proxy),)))


class Compiled:
    """The rules in force on a day, for any number of patients; can be pickled and sent to another process."""

    def __init__(self, guideline: Guideline, as_of: datetime.date) -> None:
        rules = guideline if guideline.day == as_of else guideline.as_of(as_of)
        self.guideline = replace(rules, files={}, warnings=(), terminology=Terminology())
        self.as_of = as_of
        self._decider = Decider(self.guideline, "off")

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, (self.guideline, self.as_of)

    def evaluate(self, batch: pa.RecordBatch) -> Outcomes:
        """What the rules say of each row. Columns are named as facts that may be sent (columns.py); others are passed over."""
        problems: list[CellProblem] = []
        judged = [self._decider.judge(self._given(row, place, problems)) for place, row in enumerate(batch.to_pylist())]
        count, writer = len(judged), self._decider._writer
        rules, facts = len(self.guideline.rules), len(self.guideline.vocabulary)
        codes = [one.code for one in self.guideline.contradictions]
        codes += [f"no-row-{one.name}" for one in self._decider.resolver.derivations]
        lists = sorted({names for one in judged for names in one.confirm.values()})
        pairs = [
            (patient, rule, lists.index(one.confirm.get(rule, ())))
            for patient, one in enumerate(judged)
            for rule in places(one.standing.stands & one.outcomes.provisional)
        ]
        table = np.array(pairs, np.int64).reshape(-1, 3)
        return Outcomes(
            self.guideline,
            count,
            _bits([one.outcomes.firm for one in judged], rules),
            _bits([one.outcomes.provisional for one in judged], rules),
            _bits([one.outcomes.ruled_out for one in judged], rules),
            _bits([one.outcomes.undetermined for one in judged], rules),
            _bits([one.standing.stands for one in judged], rules),
            _bits([sum(1 << need.fact for need in one.needs) for one in judged], facts),
            _bits([sum(1 << codes.index(code) for code in one.resolved.codes) for one in judged], len(codes)),
            codes,
            np.array(
                [STATUSES.index(writer._status(one.resolved, one.outcomes, one.standing, one.needs)) for one in judged],
                np.uint8,
            ),
            Confirm(table[:, 0], table[:, 1], table[:, 2], lists),
            problems,
            {},
            {},
        )

    def _given(self, row: dict[str, Any], place: int, problems: list[CellProblem]) -> dict[str, Given]:
        """The facts of a row: a cell that cannot be read is an unknown fact and a problem."""
        given = {}
        for name, value in row.items():
            fact = self.guideline.vocabulary.get(name)
            if fact is None or not fact.given or value is None or (isinstance(value, str) and not value.strip()):
                continue
            try:
                given[name] = fact.read(sent_value(fact, value))
            except ValueError as error:
                reason, hint = (*error.args, "")[:2]
                problems.append(CellProblem(place, name, reason, hint))
                given[name] = fact.read(None)
        return given


def _bits(sets: Sequence[int], width: int) -> Bits:
    words = max(1, -(-width // WORD))
    mask = (1 << WORD) - 1
    columns = [[one >> WORD * word & mask for one in sets] for word in range(words)]
    return Bits(np.array(columns, np.uint64).reshape(words, len(sets)), width)
