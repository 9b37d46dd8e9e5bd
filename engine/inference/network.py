"""The second channel: the same rules fired by durable-rules. The only file that imports it.

durable-rules is used as a sealed matcher of flat conjunctions, inside the limits under which it is correct: one flat message a patient, one
state, assert -> drain -> retract under a lock, small rulesets, and a sentinel rule that proves the agenda was drained. It sees the truth of
every clause as a property, 2 for true and 1 for unknown, absent for false; a row of clauses is *proven* when all are 2 and *possible* when all
are at least 1. Each path fires at most once, so the answer is a set of rows, the same rows the index uses.
Upstream traps this pattern avoids: jruizgit/rules issues 137, 190, 305, 312, 376.

Working memory, agenda, sentinel and retraction are words of this file only.
"""

import functools
import itertools
import json
import operator
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

import durable_rules_engine as core

from engine.inference.derived import literal_truth
from engine.inference.index import Index, Outcomes
from engine.inference.rows import Literal, Row
from engine.inference.space import Cells
from engine.language.guideline import Guideline
from engine.language.logic import Truth

_NUMBERS = itertools.count()  # of rulesets: no two have the same name
MOST_GROUPS = 8  # values of the guard fact that get rulesets of their own
MOST_PATHS = 56  # below 64 pending nodes (error 303), 128, 256 and 512 (see the limits measured for 2.0.28)
SENTINEL = "zz"
NAME_END = 4  # a firing is told as `{"00": {...`, and names within a shard have two characters


class NetworkFault(RuntimeError):
    """durable-rules did not prove that it finished; its answer must not be used."""


class _Ruleset:
    """One ruleset of durable-rules. Its memory is never given back (upstream issue 137), so each is kept and shared by all networks that want it:
    a guideline that is loaded again, or of which only texts changed, costs nothing more."""

    kept: ClassVar[dict[str, "_Ruleset"]] = {}
    turn: ClassVar[threading.Lock] = (
        threading.Lock()
    )  # one patient at a time in all of them; the core holds the GIL anyway

    def __init__(self, definition: str) -> None:
        self.definition = definition
        self.build()

    @classmethod
    def of(cls, definition: str) -> "_Ruleset":
        """The one with this definition."""
        with cls.turn:
            found = cls.kept.get(definition)
            if found is None:
                found = cls.kept[definition] = cls(definition)
            return found

    def build(self) -> None:
        """Compile it and run it once, so that its state exists and is initialised."""
        self._handle = core.create_ruleset(f"r{next(_NUMBERS)}", self.definition)
        self.run('{"_p":1,"id":"p"}', defaultdict(int))

    def run(self, message: str, marks: Mapping[str, int]) -> int:
        """The marks of the paths that fired for one message."""
        handle, after = self._handle, core.complete_and_start_action
        status, state = core.assert_fact(handle, message)
        if status:
            raise NetworkFault(f"assert status {status}")
        found, last = 0, ""
        answer = core.start_action_for_state(handle, state)
        text = answer[1] if answer else None
        while text is not None:
            last = text[2:NAME_END]
            found |= marks[last]
            text = after(handle, state)
        if last != SENTINEL:
            raise NetworkFault("the sentinel did not fire last")
        core.retract_fact(handle, '{"id":"p"}')
        return found


class _Shard(NamedTuple):
    """At most MOST_PATHS paths in one ruleset."""

    ruleset: _Ruleset
    marks: Mapping[str, int]  # for each path the bits of its rules
    facts: Sequence[tuple[int, "_Fragments"]]


class _Fragments(dict[int, str]):
    """For each state of one fact, the part of a shard's message that tells the truth of its clauses."""

    def __init__(self, clauses: Sequence[tuple[str, tuple[int, int, int, bool | None]]]) -> None:
        super().__init__()
        self._clauses = clauses

    def __missing__(self, state: int) -> str:
        text = ""
        for name, literal in self._clauses:
            truth: Truth = literal_truth(literal, state)
            if truth is not False:
                text += f',"{name}":{2 if truth else 1}'
        if len(self) >= 50_000:
            self.clear()
        self[state] = text
        return text


class Network:
    """All rules of a guideline as durable-rules rulesets. `match` answers as Index.match does."""

    def __init__(
        self, guideline: Guideline, index: Index, cells: Mapping[str, Cells], position: Mapping[str, int]
    ) -> None:
        self._cells, self._position = cells, position
        self._count = index.count
        self._ones = index.ones
        self._reminders = index.reminders
        self._names: dict[Literal, str] = {}
        self._always = [0, 0, 0, 0]
        paths = self._paths(index)
        self._always_marks = self._packed(self._always)
        self._shards = self._group(paths)
        self._groups = self._by_guard(paths)

    # ---- building -----------------------------------------------------------------------------------------------
    def _paths(self, index: Index) -> list[tuple[Row, int, int]]:
        """(row, 2 for proven or 1 for possible, bits of its rules). Kinds: 0 when proven, 1 when possible, 2 unless proven, 3 unless possible."""
        marks: dict[tuple[Row, int], list[int]] = {}
        for base, table in ((0, index.whens), (2, index.unlesses)):
            for place, rows in enumerate(table):
                for row in rows:
                    for level, kind in ((2, base), (1, base + 1)):
                        if not row:
                            self._always[kind] |= 1 << place
                            continue
                        marks.setdefault((row, level), [0, 0, 0, 0])[kind] |= 1 << place
        frequency: dict[Literal, int] = {}
        for row, _ in marks:
            for literal in row:
                frequency[literal] = frequency.get(literal, 0) + 1
        self._frequency = frequency
        self._guard = self._guard_fact(marks)
        self._guards = self._all_guards(index, marks)
        ordered = sorted(
            marks,
            key=lambda one: (
                self._guards[one],
                [(-frequency[lit], self._name(lit)) for lit in self._ordered(one[0])],
                one[1],
            ),
        )
        return [(row, level, self._packed(marks[row, level])) for row, level in ordered]

    def _by_guard(self, paths: Sequence[tuple[Row, int, int]]) -> dict[int, list[_Shard]]:
        """For each single value of the guard fact, rulesets of just the paths that can matter then: fewer and smaller than all of them."""
        cell = self._cells.get(self._guard)
        if cell is None or cell.width > MOST_GROUPS or len(self._shards) == 1:
            return {}
        found = {}
        for value in range(cell.width):
            chosen = [path for path in paths if self._guards[path[0], path[1]] >> value & 1]
            found[1 << value] = self._group(chosen)
        return found

    def _group(self, paths: Sequence[tuple[Row, int, int]]) -> list[_Shard]:
        return [self._shard(paths[start : start + MOST_PATHS]) for start in range(0, len(paths), MOST_PATHS)]

    def _guard_fact(self, marks: Iterable[tuple[Row, int]]) -> str:
        """The fact whose clauses keep the most paths from firing."""
        score: dict[str, float] = {}
        for row, _ in marks:
            for literal in row:
                if literal.known is None:
                    cell = self._cells[literal.fact]
                    score[literal.fact] = (
                        score.get(literal.fact, 0.0) + 1 - cell.test(literal.test).bit_count() / cell.width
                    )
        return max(score, key=lambda name: (score[name], name), default="")

    def _all_guards(self, index: Index, marks: Mapping[tuple[Row, int], Sequence[int]]) -> dict[tuple[Row, int], int]:
        """For each path the states of the guard fact under which its answer can matter: a row of an exception matters only while the `when`
        of one of its rules may hold."""
        of_rule = [functools.reduce(operator.or_, map(self._guard_bits, rows), 0) for rows in index.whens]
        guards: dict[tuple[Row, int], int] = {}
        for (row, level), kinds in marks.items():
            bits = self._guard_bits(row) if kinds[0] | kinds[1] else 0
            exceptions = kinds[2] | kinds[3]
            for place, own in enumerate(of_rule):
                if exceptions >> place & 1:
                    bits |= own & self._guard_bits(row)
            guards[row, level] = bits
        return guards

    def _guard_bits(self, row: Row) -> int:
        """Cells of the guard fact of which the patient must have one, or the row cannot hold. Several clauses on the guard fact are not joined:
        each may be unknown although no value passes them all, so the narrowest alone is taken."""
        if not self._guard:
            return 0
        cell = self._cells[self._guard]
        asked = [cell.test(one.test) for one in row if one.fact == self._guard and one.known is None]
        return min(asked, key=int.bit_count, default=cell.everything)

    def _packed(self, kinds: Sequence[int]) -> int:
        return sum(bits << number * self._count for number, bits in enumerate(kinds))

    def _ordered(self, row: Row) -> list[Literal]:
        return sorted(row, key=lambda literal: (-self._frequency[literal], self._name(literal)))

    def _name(self, literal: Literal) -> str:
        return self._names.setdefault(literal, f"c{len(self._names)}")

    def _shard(self, paths: Sequence[tuple[Row, int, int]]) -> _Shard:
        rules: dict[str, object] = {}
        marks = {SENTINEL: 0}
        used: dict[int, dict[str, tuple[int, int, int, bool | None]]] = {}
        for number, (row, level, bits) in enumerate(paths):
            tests: list[object] = [{"$ex": {"_p": 1}}]
            for literal in self._ordered(row):
                clause, cell, position = self._name(literal), self._cells[literal.fact], self._position[literal.fact]
                used.setdefault(position, {})[clause] = (
                    position,
                    cell.test(literal.test),
                    cell.everything,
                    literal.known,
                )
                tests.append({clause: 2} if level == 2 else {"$gte": {clause: 1}})
            path = f"{number:02d}"
            rules[path] = {"all": [{"m": {"$and": tests}}], "pri": 1}
            marks[path] = bits
        rules[SENTINEL] = {"all": [{"m": {"$ex": {"_p": 1}}}], "pri": 60_000}
        facts = [(position, _Fragments(sorted(clauses.items()))) for position, clauses in sorted(used.items())]
        return _Shard(_Ruleset.of(json.dumps(rules)), marks, facts)

    # ---- matching -----------------------------------------------------------------------------------------------
    def match(self, states: Sequence[int]) -> Outcomes:
        """The outcome of every rule for resolved states; raises NetworkFault instead of guessing."""
        found, shards = self._always_marks, self._shards
        if self._groups:
            shards = self._groups.get(states[self._position[self._guard]], shards)
        with _Ruleset.turn:
            for ruleset, marks, facts in shards:
                message = (
                    '{"_p":1,"id":"p"' + "".join([fragments[states[position]] for position, fragments in facts]) + "}"
                )
                try:
                    found |= ruleset.run(message, marks)
                except Exception as error:
                    ruleset.build()  # drop the dirty state, then let the fault be seen
                    if isinstance(error, NetworkFault):
                        raise
                    raise NetworkFault(type(error).__name__) from None
        count, ones = self._count, self._ones
        when_proven, when_possible = found & ones, found >> count & ones
        unless_proven, unless_possible = found >> 2 * count & ones, found >> 3 * count
        open_exception = when_proven & unless_possible & ~unless_proven
        return Outcomes(
            firm=when_proven & ~unless_possible | open_exception & self._reminders,
            provisional=open_exception & ~self._reminders,
            ruled_out=when_proven & unless_proven,
            undetermined=when_possible & ~when_proven & ~unless_proven,
            excepted_open=open_exception,
        )
