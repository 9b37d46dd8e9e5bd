"""Makes the files of a guideline out of a seed and a few sizes: words, tables, contradictions, evidence and rules that load without a problem.

Nothing here knows medicine: the words are drawn from a hat. tests/strategies.py gives it to Hypothesis.
"""

import csv
import io
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Files = Mapping[str, Any]  # path -> data written as YAML, or text

KINDS = (
    "recommend",
    "consider",
    "recommend_against",
    "required_workup",
    "safety_alert",
    "request_data",
    "out_of_scope",
)
ADVICE = frozenset({"recommend", "consider", "recommend_against"})
POOLS = (
    ("red", "amber", "green", "blue", "R0(i+)", "1+", "black"),
    ("0", "I", "II", "IIA", "none", "yes", "small"),
    ("north", "south", "east", "west", "on", "null", "centre"),
)
NAMES = ("pump", "valve", "tank", "belt", "lamp", "door", "fan", "motor", "filter", "pipe", "gauge", "relay", "boiler")
DAYS = ("2020-01-01", "2022-06-15", "2024-02-29", "2025-01-30", "2026-11-22")
MOST_ROWS = 40


@dataclass
class Word:
    """One fact while a guideline is made."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    groups: dict[str, list[str]] = field(default_factory=dict)
    open_values: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    cuts: tuple[float, ...] = ()
    knowledge: bool = False  # says what was sent, or that facts contradict each other
    late: bool = False  # known only after everything else is derived

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "number")


class Maker:
    """Makes the files of one guideline."""

    def __init__(self, seed: int, facts: int, derived: int, rules: int, contradictions: int) -> None:
        self.rng = random.Random(seed)
        self.sizes = (facts, derived, rules, contradictions)
        self.words: list[Word] = []  # what tables may read
        self.late: list[Word] = []
        self.files: dict[str, Any] = {}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def some(self, items: Iterable[Any], least: int = 1, most: int = 99) -> list[Any]:
        """A few of the items in random order."""
        items = list(items)
        return self.rng.sample(items, self.rng.randint(min(least, len(items)), min(most, len(items))))

    def make(self) -> Files:
        facts, derived, rules, contradictions = self.sizes
        given = [self._fact(index) for index in range(facts)]
        self._vocabulary(given, derived)
        if contradictions:
            self.files["contradictions.yaml"] = {
                "contradictions": [self._contradiction(n) for n in range(contradictions)]
            }
        self._evidence()
        self._rules(rules)
        self._about()
        return self.files

    # ---- vocabulary ---------------------------------------------------------------------------------------------
    def _fact(self, index: int) -> Word:
        name = f"{NAMES[index % len(NAMES)]}_{index}"
        # the first four facts are one of each type, so that the smallest guideline has them all
        kind = (
            ("code", "boolean", "integer", "number")[index]
            if index < 4
            else self.rng.choice(("code", "boolean", "code", "integer", "number"))
        )
        if kind == "boolean":
            return Word(name, kind, open_values=("pending",) if self.chance(0.2) else ())
        if kind == "code":
            pool = self.rng.choice(POOLS)
            values = tuple(self.some(pool, 2, 6))
            groups = {f"G{n}": self.some(values, 1, len(values)) for n in range(self.rng.choice((0, 1, 2)))}
            return Word(name, kind, values, groups, ("pending", "sent off") if self.chance(0.3) else ())
        if kind == "integer":
            low = self.rng.choice((0, 0, 1, -3))
            high = low + self.rng.choice((1, 3, 7, 20, 70))
            cuts = tuple(sorted({self.rng.randint(low, high) for _ in range(4)}))
        else:
            low, high = self.rng.choice(((0, 100), (0.5, 9.5), (-1, 1)))
            cuts = tuple(sorted({low + (high - low) * self.rng.randint(0, 8) / 8 for _ in range(4)}))
        return Word(name, kind, low=low, high=high, cuts=cuts)

    def _vocabulary(self, given: list[Word], derived: int) -> None:
        refined = [word for word in given if not word.numeric and self.chance(0.2)]
        self.words = [word for word in given if word not in refined]
        if not self.words:
            self.words, refined = [refined[0]], refined[1:]
        forms: dict[str, Any] = {}
        for word in given:
            forms[word.name] = self._form(word)
        sources = list(self.words)  # facts as they are sent
        for index in range(derived):
            if refined and self.chance(0.4):
                self._refine(refined.pop())
            else:
                self._derive(index)
        for word in refined:
            self._refine(word)
        for word in sources:
            if self.chance(0.25):
                forms[word.name]["assume"] = [
                    self._assumption(word, sources) for _ in range(self.rng.choice((1, 1, 2)))
                ]
        names = list(forms)
        cut = self.rng.randint(0, len(names) - 1)
        for section, part in (("first", names[:cut]), ("second", names[cut:])):
            if part:
                self.files[f"facts/{section}.yaml"] = {
                    "section": section,
                    "title": f"The {section} facts",
                    "facts": {name: forms[name] for name in part},
                }
        self.rng.shuffle(self.words)

    def _form(self, word: Word) -> dict[str, Any]:
        form: dict[str, Any] = {"label": word.name.replace("_", " ").capitalize(), "type": word.type}
        if word.type == "code":
            form["values"] = {value: f"the value {value}" for value in word.values}
            if word.groups:
                form["groups"] = word.groups
        if word.open_values:
            form["open_values"] = dict.fromkeys(word.open_values, "not known yet")
        if word.numeric:
            form["range"] = [word.low, word.high]
            if self.chance(0.3):
                middle = (word.low + word.high) / 2
                form["usual_range"] = [word.low, middle] if self.chance(0.5) else [middle, word.high]
            if self.chance(0.5):
                form["unit"] = "mm"
        return form

    def _assumption(self, word: Word, sources: list[Word]) -> dict[str, Any]:
        others = [one for one in sources if one is not word] or sources
        if word.numeric:
            value: Any = self.rng.choice((word.low, word.high, {"ge": word.high}, self.rng.choice(word.cuts)))
        elif word.type == "boolean":
            value = self.chance(0.5)
        else:
            narrow = [name for name, members in word.groups.items() if len(members) < len(word.values)]
            value = self.rng.choice((*word.values, *narrow))
        form: dict[str, Any] = {"is": value, "because": f"nothing was said of {word.name}"}
        if self.chance(0.5):
            form["when"] = self.condition(others, 1, known=True)
        if self.chance(0.3):
            form["unless"] = self.condition(others, 1, known=True)
        if self.chance(0.4):
            form["even_when_sent_unknown"] = False
        return form

    # ---- derived facts ------------------------------------------------------------------------------------------
    def _derive(self, index: int) -> None:
        choice = self.rng.random()
        with_open = [word for word in self.words if word.open_values]
        name = f"derived_{self.rng.choice('abcxyz')}{index}"  # not in the order of derivation
        form: dict[str, Any] = {"fact": name, "label": f"Derived {index}"}
        if choice < 0.12 and with_open:
            other = self.rng.choice(with_open)
            word = Word(name, "boolean", knowledge=True)
            form |= {"type": "boolean", "sent": {other.name: self.rng.choice(other.open_values)}}
        elif choice < 0.2:
            word = Word(name, "boolean", knowledge=True, late=True)
            form |= {"type": "boolean", "contradictions": True}
        elif choice < 0.5:
            word = Word(name, "boolean")
            form |= {"type": "boolean", "when": self.condition(self.words, 2)}
            if self.chance(0.3):
                form["assume"] = self._table(word, 2, known=True)
        else:
            like = self.rng.choice(
                [one for one in self.words if one.type == "code"] or [Word("", "code", POOLS[0][:4])]
            )
            values = tuple(self.some(dict.fromkeys((*like.values, *self.some(self.rng.choice(POOLS), 1, 2))), 2, 6))
            groups = {"GD": self.some(values, 1, 3)} if self.chance(0.4) else {}
            word = Word(name, "code", values, groups)
            form |= {"type": "code", "values": {value: f"it is {value}" for value in values}}
            if groups:
                form["groups"] = groups
            if self.chance(0.3):
                form["unknown_as"] = "undetermined"
            self._tables(form, word, index)
        self.files[f"derived/{name}.yaml"] = form
        (self.late if word.late else self.words).append(word)

    def _refine(self, word: Word) -> None:
        """A fact that callers may send gets a table of its own; it may read what was sent."""
        form: dict[str, Any] = {"fact": word.name, "label": f"Refined {word.name}"}
        if word.type == "boolean" and self.chance(0.4):
            form["when"] = self.condition([*self.words, word], 1)
        else:
            self._tables(form, word, 0)
        self.files[f"derived/{word.name}.yaml"] = form
        self.words.append(word)

    def _tables(self, form: dict[str, Any], word: Word, index: int) -> None:
        choice = self.rng.random()
        if choice < 0.45:
            form["rows"] = self._table(word, 4)
        elif choice < 0.7:
            form["table"] = f"table_{word.name}.csv"
            self.files[f"derived/table_{word.name}.csv"] = self._csv(word)
        if choice >= 0.7 or self.chance(0.35):
            form["also"] = [self._table(word, 3) for _ in range(self.rng.choice((1, 1, 2)))]
        if self.chance(0.3):
            form["assume"] = self._table(word, 2, known=True)

    def _table(self, word: Word, most: int, *, known: bool = False) -> list[dict[str, Any]]:
        count = self.rng.randint(1, most)
        rows: list[dict[str, Any]] = []
        above: list[
            set[str]
        ] = []  # the facts of rows that only join clauses: a row below that asks more of the same may never be reached
        for index in range(count):
            row = self._output(word)
            if index < count - 1 or self.chance(0.5):
                row["when"] = self.condition(self.words, 1, known=known)
                if any(facts <= _joined(row["when"]) for facts in above):
                    continue
                if _only_joins(row["when"]):
                    above.append(_joined(row["when"]))
            if self.chance(0.3):
                row["because"] = f"row {index} of {word.name}"
            rows.append(row)
        return rows or [{"any_value": True}]

    def _output(self, word: Word) -> dict[str, Any]:
        choice = self.rng.random()
        same = [
            one
            for one in self.words
            if one.type == word.type and (word.type == "boolean" or set(one.values) & set(word.values))
        ]
        if choice < 0.15 and same:
            return {"same_as": self.rng.choice(same).name}
        if choice < 0.25:
            return {"any_value": True}
        if word.type == "boolean":
            return {"is": self.chance(0.5)}
        if choice < 0.4 and word.groups:
            return {"is": self.rng.choice(list(word.groups))}
        if choice < 0.55:
            return {"is": self.some(word.values, 1, 3)}
        return {"is": self.rng.choice(word.values)}

    def _csv(self, word: Word) -> str:
        """A table whose rows can all be reached."""
        columns = self.some([one for one in self.words if not one.knowledge], 1, 3)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*(one.name for one in columns), "is", "note"])
        above: list[list[Any]] = []
        for index in range(self.rng.randint(1, 6)):
            cells = [("*", None) if self.chance(0.3) else self._cell(one) for one in columns]
            row = [passing for _, passing in cells]
            if any(all(map(_inside, row, other)) for other in above):
                continue
            above.append(row)
            answer = "*" if self.chance(0.05) else self._cell(word)[0]
            writer.writerow([*(cell for cell, _ in cells), answer, f"row {index}"])
        if self.chance(0.5) and not any(all(one is None for one in row) for row in above):
            writer.writerow([*("*" for _ in columns), self._cell(word)[0], "otherwise"])
        return text.getvalue()

    def _cell(self, word: Word) -> tuple[str, Any]:
        """A cell as written, and what passes: values, or the two bounds of numbers."""
        if word.type == "boolean":
            truth = self.chance(0.5)
            return str(truth).lower(), {truth}
        if word.type == "code":
            if word.groups and self.chance(0.2):
                name = self.rng.choice(list(word.groups))
                return name, set(word.groups[name])
            values = self.some(word.values, 1, 3)
            return "|".join(values), set(values)
        one, other = sorted((self.rng.choice(word.cuts), self.rng.choice(word.cuts)))
        return self.rng.choice(
            (
                (f"{one:g}", (one, one)),
                (f"<={one:g}", (word.low, one)),
                (f">={one:g}", (one, word.high)),
                (f"{one:g}..{other:g}", (one, other)),
            )
        )

    # ---- conditions ---------------------------------------------------------------------------------------------
    def condition(self, words: list[Word], depth: int, *, known: bool = False) -> dict[str, Any]:
        """A condition that reads without a problem and stays small as rows."""
        for _ in range(20):
            raw = self._condition(words, depth, known)
            if max(row_bounds(raw)) <= MOST_ROWS:
                return raw
        return self._condition(words[:1], 0, known)

    def _condition(self, words: list[Word], depth: int, known: bool) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for _ in range(self.rng.choice((1, 1, 2, 2, 3))):
            choice = self.rng.random()
            if depth and choice < 0.2:
                entries["any"] = [
                    self._condition(words, depth - 1, known) for _ in range(self.rng.choice((1, 2, 2, 3)))
                ]
            elif depth and choice < 0.3:
                entries["all"] = [self._condition(words, depth - 1, known) for _ in range(self.rng.choice((1, 2)))]
            elif depth and choice < 0.45:
                entries["not"] = self._condition(words, depth - 1, known)
            else:
                word = self.rng.choice(words)
                entries[word.name] = {"known": self.chance(0.5)} if known and self.chance(0.3) else self.test(word)
        return entries

    def test(self, word: Word) -> Any:
        """What is asked of one fact; some value passes."""
        if word.type == "boolean":
            return self.rng.choice((True, False, True, False, [True], {"not_in": False}, [True, False]))
        if word.type == "code":
            excluded = self.some(word.values, 1, len(word.values) - 1)
            return self.rng.choice(
                (
                    self.rng.choice(word.values),
                    self.rng.choice(word.values),
                    self.some(word.values, 1, 4),
                    {"not_in": excluded},
                    {"not_in": excluded[0]},
                    self.rng.choice((*word.groups, *word.values)),
                )
            )
        cut, other = self.rng.choice(word.cuts), self.rng.choice(word.cuts)
        tests: list[Any] = [cut, [cut] if cut == other else [cut, other], {"not_in": cut}, {"le": cut}, {"ge": cut}]
        if cut < other:
            tests += [{"ge": cut, "le": other}, {"gt": cut, "le": other}, {"ge": cut, "lt": other}]
            if word.type == "number" or other - cut > 1:
                tests.append({"gt": cut, "lt": other})
        if cut > word.low:
            tests += [{"lt": cut}] * 2
        if cut < word.high:
            tests += [{"gt": cut}] * 2
        return self.rng.choice(tests)

    # ---- contradictions, evidence, rules ------------------------------------------------------------------------
    def _contradiction(self, index: int) -> dict[str, Any]:
        form: dict[str, Any] = {
            "code": f"K{index}",
            "text": f"This cannot be ({index}).",
            "action": self.rng.choice(("stop", "warn")),
        }
        numbers = [
            (one.name, two.name)
            for one in self.words
            for two in self.words
            if one is not two and one.numeric and two.numeric
        ]
        codes = [
            (one.name, two.name)
            for one in self.words
            for two in self.words
            if one is not two and set(one.values) & set(two.values)
        ]
        if numbers and self.chance(0.35):
            form["greater"] = list(self.rng.choice(numbers))
        if codes and self.chance(0.3):
            form["disjoint"] = list(self.rng.choice(codes))
        if len(form) == 3 or self.chance(0.3):
            form["when"] = self.condition(self.words, 1, known=True)
        return form

    def _evidence(self) -> None:
        for source in ("alpha", "beta"):
            self.files[f"evidence/{source}.yaml"] = {
                "id": source,
                "title": f"The {source} report",
                "kind": "trial",
                "cite": {
                    "authors": "A. Writer",
                    "journal": "Journal of Tanks",
                    "published": 2024,
                    "doi": f"10.1000/{source}",
                    "checked": True,
                },
                "findings": {
                    "seen": {
                        "text": "It was read.",
                        "value": f"CHECKED-{source}",
                        "checked": True,
                        "mark": "seen",
                        "read_at": "here",
                    },
                    "remembered": {
                        "text": "It was remembered.",
                        "value": f"UNCHECKED-{source}",
                        "effect": {"measure": "risk_ratio", "value": 0.123456, "interval": [0.1, 0.2]},
                        "checked": False,
                        "mark": "from-memory",
                    },
                },
            }
        for name, checked in (("oil-weekly", True), ("oil-daily", False)):
            dose = "1 l" if checked else "UNCHECKED-1-l"
            self.files[f"regimens/{name}.yaml"] = {
                "id": name,
                "title": "Oil",
                "parts": [{"drug": "oil", "dose": dose, "schedule": "once", "cycles": 4}],
                "citations": ["alpha#seen"],
                "checked": checked,
            }

    def _rules(self, count: int) -> None:
        advice_words = [word for word in self.words if not word.knowledge]
        numbers = self.rng.sample(range(1, 900), count)
        for index in range(count):
            kind = self.rng.choice(KINDS)
            words = [*self.words, *self.late] if kind not in ADVICE else advice_words
            near = self.some(words, 1, 5)
            name = f"rule-{index}"
            start = self.rng.choice(DAYS[:4])
            effective = {"from": start}
            if self.chance(0.15):
                effective["to"] = self.rng.choice([day for day in DAYS if day >= start])
            form: dict[str, Any] = {
                "id": name,
                "number": f"R-{numbers[index]:02}",
                "title": f"Rule {index}",
                "question": self.rng.choice(("first", "second", "third")),
                "kind": kind,
                "effective": effective,
                "when": self.condition(near, 2, known=kind not in ADVICE),
                "text": f"Do {index}.",
                "strength": self.rng.choice(("strong", "conditional")),
            }
            plain = [word for word in near if not word.knowledge] or advice_words
            if self.chance(0.45):
                form["unless"] = [
                    {"when": self.condition(plain, 1), "because": f"exception {n}", "harm": self.chance(0.3)}
                    for n in range(self.rng.choice((1, 1, 2)))
                ]
            if kind in ADVICE or self.chance(0.5):
                form |= {"certainty": self.rng.choice(("high", "moderate", "low", "very_low")), "graded_by": "project"}
            if self.chance(0.7):
                form["citations"] = self.some(("alpha#seen", "alpha#remembered", "beta#seen", "beta#remembered"), 1, 3)
            else:
                form |= {"citations": [], "basis": "definition"}
            if index and self.chance(0.4):
                others = [f"rule-{n}" for n in self.some(range(index), 1, 3)]
                form["overrides"] = [
                    {"rule": one, "because": "it is better"} if self.chance(0.5) else one for one in others
                ]
            if self.chance(0.1):
                form["stop"] = True
            if self.chance(0.15):
                form["survives_stop"] = True
            if self.chance(0.2):
                form["regimen"] = self.rng.choice(("oil-weekly", "oil-daily", ["oil-weekly", "oil-daily"]))
            self.files[f"recommendations/{self.rng.choice(('one', 'two'))}/{name}.yaml"] = form

    def _about(self) -> None:
        about: dict[str, Any] = {
            "id": "works",
            "title": "Running the works",
            "version": "1.0.0",
            "released": "2026-01-01",
            "revised": "2026-01-02",
            "review_due": "2027-01-01",
            "publisher": "the works",
            "funding": "none",
            "intended_use": "tests",
            "intended_users": "tests",
            "not_for": ["anything else"],
            "notice": "Only for tests.",
            "questions": {
                name: {"title": f"The {name} question?", "single": self.chance(0.4)}
                for name in ("first", "second", "third")
            },
        }
        plain = [word for word in self.words if not word.knowledge]
        truths = [word.name for word in plain if word.type == "boolean"]
        if truths and self.chance(0.4):
            about["scope"] = {"fact": self.rng.choice(truths), "outside": "Outside."}
        if self.chance(0.4):
            about["certainty_modifiers"] = [
                {
                    "when": self.condition(plain, 1),
                    "kinds": ["recommend", "consider"],
                    "reason": "It is rare.",
                    "strong_becomes_conditional": self.chance(0.5),
                }
            ]
        self.files["guideline.yaml"] = about


def row_bounds(raw: Mapping[str, Any]) -> tuple[int, int]:
    """At most how many rows a condition and its opposite have."""
    holds, fails = 1, 0
    for key, value in raw.items():
        if key == "any":
            parts = [row_bounds(one) for one in value]
            one, other = sum(part[0] for part in parts), _product(part[1] for part in parts)
        elif key == "all":
            parts = [row_bounds(one) for one in value]
            one, other = _product(part[0] for part in parts), sum(part[1] for part in parts)
        elif key == "not":
            other, one = row_bounds(value)
        else:
            one, other = 1, 1
        holds, fails = holds * one, fails + other
    return holds, fails


def _joined(raw: Mapping[str, Any]) -> set[str]:
    """The facts of which a condition asks something that must hold."""
    return (set(raw) - {"any", "all", "not"}).union(*map(_joined, raw.get("all", ())))


def _only_joins(raw: Mapping[str, Any]) -> bool:
    return not {"any", "not"} & raw.keys() and all(map(_only_joins, raw.get("all", ())))


def _inside(cell: Any, other: Any) -> bool:
    """Does whatever passes one cell of a table pass the other?"""
    if other is None:
        return True
    if isinstance(other, tuple):
        return cell is not None and other[0] <= cell[0] and cell[1] <= other[1]
    return cell is not None and cell <= other


def _product(numbers: Any) -> int:
    found = 1
    for number in numbers:
        found *= number
    return found
