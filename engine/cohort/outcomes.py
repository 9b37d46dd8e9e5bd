"""What the rules say of each patient of a batch, as columns; and the same as Arrow tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.cohort.columns import CellProblem, Codes
from engine.language.guideline import Guideline

OUTCOMES = ("not_applicable", "firm", "provisional", "ruled_out", "undetermined")
STATUSES = ("complete", "provisional", "needs_facts", "out_of_scope", "contradiction")
WORD = 64


@dataclass(frozen=True)
class Bits:
    """A set for each patient, as bits of 64-bit words."""

    words: Codes  # (patients, words)
    width: int

    def has(self, member: int) -> Codes:
        """Who has the member."""
        found: Codes = (self.words[:, member // WORD] >> np.uint64(member % WORD) & np.uint64(1)).astype(bool)
        return found

    def pairs(self) -> tuple[Codes, Codes]:
        """(patient, member) of every member of every set, by patient and then by member."""
        full = np.flatnonzero(self.words.any(axis=1))
        some = self.words if len(full) == len(self.words) else self.words[full]
        octets = some.view(np.uint8)[:, : -(-self.width // 8)]
        bits = np.unpackbits(octets, axis=1, bitorder="little")
        found = np.flatnonzero(bits.view(np.bool_))
        patient, member = np.divmod(found.astype(np.uint32) if bits.size < 1 << 32 else found, np.uint32(bits.shape[1]))
        return (patient if some is self.words else full[patient]), member


@dataclass(frozen=True)
class Confirm:
    """What to confirm first: for each pair of patient and provisional rule, the number of a list of facts."""

    patient: Codes
    rule: Codes
    which: Codes
    lists: Sequence[tuple[int, ...]]  # positions of facts


@dataclass(frozen=True)
class Outcomes:
    """What the rules in force say of `count` patients. Rules and facts are numbered in the order of the guideline."""

    guideline: Guideline
    count: int
    firm: Bits
    provisional: Bits
    ruled_out: Bits
    undetermined: Bits
    stands: Bits  # firm or provisional, and neither stopped nor overridden
    needs: Bits  # over the facts of the vocabulary
    contradictions: Bits  # over `codes`
    codes: Sequence[str]
    status: Codes  # index in STATUSES
    confirm: Confirm
    problems: Sequence[CellProblem]
    facts: Mapping[str, Codes]  # asked for by name: the state of each, as an index in `states`
    states: Mapping[str, Sequence[str]]

    def of(self, rule: str) -> Codes:
        """The outcome of one rule (id or number) for every patient, as an index in OUTCOMES."""
        place = self.guideline.rules.index(self.guideline.rule(rule))
        found = np.zeros(self.count, np.int8)
        for number, bits in enumerate((self.firm, self.provisional, self.ruled_out, self.undetermined), 1):
            found[bits.has(place)] = number
        return found

    # ---- Arrow ------------------------------------------------------------------------------------------------------
    def to_batches(self, identifiers: pa.Array) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """(a row for each patient, a row for each patient and standing rule); `identifiers` names the patients, in their order.

        patients          patient, status, needs [fact], contradictions [code], problems [column]
        recommendations   patient, rule, number, question, kind, status (firm | provisional), confirm [fact]
        """
        return self._patients(identifiers), self._recommendations(identifiers)

    def _patients(self, identifiers: pa.Array) -> pa.RecordBatch:
        names = list(self.guideline.vocabulary)
        order = sorted((one.row, one.column) for one in self.problems)
        asked = (
            np.array([row for row, _ in order], np.int64),
            np.array([names.index(name) for _, name in order], np.int64),
        )
        columns = {
            "patient": identifiers,
            "status": _coded(self.status, STATUSES),
            "needs": _lists(self.count, self.needs.pairs(), names),
            "contradictions": _lists(self.count, self.contradictions.pairs(), self.codes),
            "problems": _lists(self.count, asked, names),
        }
        columns |= {name: _coded(codes, self.states[name]) for name, codes in self.facts.items()}
        return pa.record_batch(columns)

    def _recommendations(self, identifiers: pa.Array) -> pa.RecordBatch:
        patient, rule = self.stands.pairs()
        rules, names = self.guideline.rules, list(self.guideline.vocabulary)
        words = (
            self.provisional.words[patient, rule // WORD] if len(rules) > WORD else self.provisional.words[patient, 0]
        )
        provisional = words >> (rule % WORD).astype(np.uint64) & np.uint64(1)
        return pa.record_batch(
            {
                "patient": pa.DictionaryArray.from_arrays(pa.array(patient.astype(np.int32)), identifiers),
                "rule": _coded(rule, [one.id for one in rules]),
                "number": _coded(rule, [one.number for one in rules]),
                "question": _grouped(rule, [one.question for one in rules]),
                "kind": _grouped(rule, [one.kind for one in rules]),
                "status": _coded(provisional, ("firm", "provisional")),
                "confirm": self._to_confirm(patient, rule, provisional, names),
            }
        )

    def _to_confirm(self, patient: Codes, rule: Codes, provisional: Codes, names: Sequence[str]) -> pa.ListArray:
        """The facts to confirm, for each pair of patient and standing rule."""
        width = len(self.guideline.rules)
        where = np.flatnonzero(
            provisional
        )  # pairs in the order of patient and rule, as those of `confirm` are once sorted
        order = np.argsort(self.confirm.patient * width + self.confirm.rule)
        which = self.confirm.which[order]
        sizes = np.array([len(one) for one in self.confirm.lists] or [0])
        lengths = np.zeros(len(patient), np.int32)
        lengths[where] = sizes[which] if len(which) else 0
        flat = np.array([place for one in self.confirm.lists for place in one] or [0])
        starts = (np.cumsum(sizes) - sizes)[which] if len(which) else np.zeros(0, np.int64)
        count = sizes[which] if len(which) else np.zeros(0, np.int64)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        offsets = np.zeros(len(patient) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        return pa.ListArray.from_arrays(pa.array(offsets), _coded(flat[np.repeat(starts, count) + within], names))


def _coded(codes: Codes, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int8 if len(words) <= 127 else np.int16)), pa.array(list(words), pa.string())
    )


def _grouped(places: Codes, words: Sequence[str]) -> pa.DictionaryArray:
    """As _coded, for words that several places share."""
    distinct = list(dict.fromkeys(words))
    return _coded(np.array([distinct.index(word) for word in words], np.int16)[places], distinct)


def _lists(count: int, pairs: tuple[Codes, Codes], words: Sequence[str]) -> pa.ListArray:
    """For each patient the words of its members."""
    patient, member = pairs
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(patient, minlength=count), out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), _coded(member, words))
