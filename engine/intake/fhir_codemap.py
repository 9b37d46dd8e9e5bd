"""The code maps of a guideline, made ready for looking up: one dict access per code of a record.

Codemap(terminology, vocabulary)     everything below
.uses(type, coding)                  what a code of a resource speaks of: readings, panels, ignored and unverified codes
.answers[reading].find(coding)       what a code or text means as a value
.drug(codings, text)                 which drug a medication is
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from engine.intake.fhir_resources import Coding
from engine.language.check_digits import CHECKS
from engine.language.terminology import (
    AnswerForm,
    Codes,
    DrugForm,
    NotationForm,
    PanelForm,
    ReadingForm,
    SetForm,
    SystemForm,
    Terminology,
)
from engine.language.vocabulary import Vocabulary

_SPACES = re.compile(r"\s+")
MOST_WORDS = 2_000  # letters of a text that are searched
Made = TypeVar("Made")
Kind = Literal["read", "panel", "unverified", "ignored"]


def folded(text: str) -> str:
    """The text in small letters, with single spaces."""
    return _SPACES.sub(" ", text).strip().casefold()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value means: a value of the fact, or why there is none."""

    raw: Any = None
    reason: str = ""
    event: str | None = None
    within_days: int | None = None
    mark: str | None = None  # of a notation
    undated: bool = False
    lasting: bool = False
    fact: str | None = None  # where it is not that of the reading


@dataclass(frozen=True, slots=True)
class Use:
    """One way a code of a resource is used."""

    kind: Kind
    name: str
    reading: ReadingForm | None = None
    panel: PanelForm | None = None
    because: str = ""


class Table:
    """Codes and texts, and what each means."""

    def __init__(self, map_: "Codemap") -> None:
        self._map = map_
        self.codes: dict[tuple[str, str], Meaning] = {}
        self.texts: dict[str, Meaning] = {}
        self.patterns: list[tuple[re.Pattern[str], Meaning]] = []
        self._otherwise: list[tuple[re.Pattern[str], Meaning]] = []
        self._inside: re.Pattern[str] | None = None

    def add(self, form: SetForm | AnswerForm, meaning: Meaning) -> None:
        """All codes, texts and patterns of a form mean this; the first to be added stays."""
        for system, code in self._map.all(form.codes):
            self.codes.setdefault((system, code), meaning)
        for text in form.texts:
            self.texts.setdefault(folded(text), meaning)
        self.patterns += [(re.compile(pattern, re.IGNORECASE), meaning) for pattern in form.patterns]
        if isinstance(form, AnswerForm):
            self._otherwise += [(re.compile(pattern, re.IGNORECASE), meaning) for pattern in form.otherwise]

    def code(self, coding: Coding) -> Meaning | None:
        """What a code means."""
        for key in self._map.keys(coding):
            found = self.codes.get(key)
            if found is not None:
                return found
        return None

    def text(self, text: str) -> Meaning | None:
        """What a whole text means."""
        text = folded(text)
        found = self.texts.get(text)
        if found is not None or not text:
            return found
        return next((meaning for pattern, meaning in self.patterns if pattern.fullmatch(text)), None)

    def otherwise(self, text: str) -> Meaning | None:
        """What a text means that is understood in no other way."""
        text = folded(text)
        return next((meaning for pattern, meaning in self._otherwise if pattern.fullmatch(text)), None)

    def inside(self, text: str) -> list[tuple[Meaning, bool]]:
        """What the known words inside a text mean, the longest first, and whether a `not` stands before each."""
        if self._inside is None:
            words = sorted((one for one in self.texts if len(one) > 2 and one.isascii()), key=len, reverse=True)
            self._inside = re.compile(
                rf"(?P<no>\b(?:not|non|no)[\s-]+)?\b(?P<word>{'|'.join(map(re.escape, words)) or '(?!)'})\b"
            )
        return [
            (self.texts[match["word"]], match["no"] is not None)
            for match in self._inside.finditer(folded(text[:MOST_WORDS]))
        ]


class Notation:
    """Texts of one notation."""

    def __init__(self, map_: "Codemap", form: NotationForm) -> None:
        self._map = map_
        self.form = form
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in form.patterns]
        self._codes = {key: text for system, codes in form.codes.items() for key, text in map_.labelled(system, codes)}
        self._systems = {uri for name in form.systems for uri in map_.uris(name)}

    def code(self, coding: Coding) -> Meaning | None:
        """What a code says in this notation."""
        for key in self._map.keys(coding):
            text = self._codes.get(key)
            if text is not None:
                return self.text(text)
        return self.text(coding.code) if coding.system in self._systems else None

    def text(self, text: str) -> Meaning | None:
        """What a text says in this notation."""
        text = folded(text)
        for pattern in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                groups = match.groupdict()
                value = self.form.values.get(_SPACES.sub("", groups["value"]))
                if value is not None:
                    return Meaning(value, mark=groups.get("mark") or "")
        return None


def _one_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None


class _Systems:
    """Code systems by URI, however it is written: with https, a slash at the end, or the edition behind it."""

    def __init__(self, forms: Mapping[str, SystemForm]) -> None:
        self._forms = forms
        self._known: dict[str, SystemForm | None] = {**forms}

    def get(self, uri: str) -> SystemForm | None:
        """The system of a URI."""
        try:
            return self._known[uri]
        except KeyError:
            if len(self._known) > 5_000:
                self._known = {**self._forms}
            self._known[uri] = found = self._find(uri.strip().rstrip("/"))
            return found

    def _find(self, uri: str) -> SystemForm | None:
        for one in (uri, uri.replace("https://", "http://", 1), uri.replace("http://", "https://", 1)):
            for known, form in self._forms.items():
                if one == known or (form.editions and one.startswith(f"{known}/")):
                    return form
        return None


class Codemap:
    """One Terminology, compiled."""

    def __init__(self, terminology: Terminology, vocabulary: Vocabulary) -> None:
        self.terminology, self.vocabulary = terminology, vocabulary
        forms = {uri: system for system in terminology.systems.values() for uri in system.uris}
        self._system_of = _Systems(forms)
        self._first = {name: system.uris[0] for name, system in terminology.systems.items()}
        self._canonical = {uri: system.uris[0] for uri, system in forms.items()}
        self._silent = {uri for uri, system in forms.items() if system.nothing_known}
        self._uses: dict[str, dict[tuple[str, str], tuple[Use, ...]]] = {}
        self._index()
        self.sets = {name: self._set(form) for name, form in terminology.sets.items()}
        self.unknown = Table(self)
        for name in terminology.nothing_known:
            self.unknown.add(terminology.sets[name], Meaning())
        self.answers = {name: self._answers(reading) for name, reading in terminology.readings.items()}
        self.notations = {name: Notation(self, form) for name, form in terminology.notations.items()}
        self.parts = {
            name: {key: part for part, codes in panel.parts.items() for key in self.all(codes)}
            for name, panel in terminology.panels.items()
        }
        self._drugs: dict[tuple[str, str], tuple[str, DrugForm]] = {}
        self._unverified_drugs: set[tuple[str, str]] = set()
        names: dict[str, tuple[str, DrugForm]] = {}
        for name, drug in terminology.drugs.items():
            for key in self.all(drug.codes):
                self._drugs[key] = (name, drug)
            self._unverified_drugs.update(self.all(drug.unverified))
            names |= {folded(one): (name, drug) for one in drug.names}
        self._drug_names = names
        self._drug_text = (
            re.compile(rf"\b({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b") if names else None
        )
        words = sorted(terminology.comparators, key=len, reverse=True)
        self.comparators = {folded(word): terminology.comparators[word] for word in words}
        self._rejected = {
            key: text for system, codes in terminology.rejected.items() for key, text in self.labelled(system, codes)
        }
        self._checked: dict[tuple[str, str], str | None] = {}
        self._rooms: dict[str, Any] = {}
        self._sounds = _one_of(terminology.sounds)
        self.fillers = _one_of(terminology.fillers)
        self._heard: dict[tuple[str, ...], bool] = {}
        self._treating: dict[tuple[str, ...], bool] = {}
        treatments = terminology.treatments
        self._treats = _one_of(treatments.sounds) if treatments is not None else None
        self._tests = _one_of(treatments.tests) if treatments is not None else None
        operations = treatments.operations if treatments is not None else None
        self._operates = _one_of(operations.sounds) if operations is not None else None
        self._other_operations = _one_of(operations.others) if operations is not None else None
        self._others = {uri for name in (treatments.other_systems if treatments else ()) for uri in self.uris(name)}
        self._classed = {uri for name in (treatments.classed_systems if treatments else ()) for uri in self.uris(name)}
        ordered = sorted(terminology.readings.items(), key=lambda one: not one[1].general)
        self._labels = [
            (name, pattern, frozenset[str]())
            for name, reading in ordered
            if (pattern := _one_of(reading.labels)) is not None
        ] + [
            (name, pattern, frozenset({name, *reading.methods_in}))
            for name, reading in ordered
            if (pattern := _one_of(reading.methods)) is not None
        ]
        self.patient = [(name, reading) for name, reading in terminology.readings.items() if "Patient" in reading.from_]

    def room(self, name: str, make: Callable[[], Made]) -> Made:
        """Something made once for this code map by another module."""
        if name not in self._rooms:
            self._rooms[name] = make()
        made: Made = self._rooms[name]
        return made

    # ---- words ------------------------------------------------------------------------------------------------------
    def sounds(self, *texts: str) -> bool:
        """Does a label sound as if it spoke of a fact?"""
        if self._sounds is None:
            return False
        found = self._heard.get(texts)
        if found is None:
            if len(self._heard) > 20_000:
                self._heard.clear()
            found = self._heard[texts] = any(self._sounds.search(one[:MOST_WORDS]) for one in texts if one)
        return found

    def segments(self, own: str, text: str) -> list[tuple[tuple[str, ...], str]]:
        """A text of several facts cut at what they are called: readings and text of each part; the first may belong to its `own`.

        A method may follow a label at once: then it makes that one more exact.
        """
        marks: dict[int, list[tuple[int, str, bool]]] = {}
        for name, pattern, inside in self._labels:
            if inside and own not in inside:
                continue
            for match in pattern.finditer(text):
                marks.setdefault(match.start(), []).append((match.end(), name, bool(inside)))
        found: list[tuple[tuple[str, ...], str]] = []
        end = 0
        names: tuple[str, ...] = (own,)
        for start, ends in sorted(marks.items()):
            if start < end:
                continue
            if not (all(inside for _, _, inside in ends) and not text[end:start].strip()):
                found.append((names, text[end:start]))
            end = max(stop for stop, _, _ in ends)
            names = tuple(name for stop, name, _ in ends if stop == end)
        found.append((names, text[end:]))
        return [(readings, part.strip(" \t\r\n,;:/=.")) for readings, part in found]

    # ---- codes ------------------------------------------------------------------------------------------------------
    def speaks(self, coding: Coding) -> bool:
        """Is it a code of a resource or drug that a code map reads, in resources of whatever type?"""
        keys = self.keys(coding)
        return any(key in index for index in self._uses.values() for key in keys) or any(
            key in self._drugs for key in keys
        )

    def speaks_of_drug(self, coding: Coding) -> bool:
        """Is it a code of a drug that a code map knows?"""
        return any(key in self._drugs for key in self.keys(coding))

    def reads_elsewhere(self, coding: Coding) -> bool:
        """Is it a code that is read in resources of some type?"""
        return any(key in self._read for key in self.keys(coding))

    def uris(self, name: str) -> Iterable[str]:
        """The URIs of a system."""
        return self.terminology.systems[name].uris

    def labelled(self, system: str, codes: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
        """Each code of a system as a key of the index, with its label."""
        form = self.terminology.systems[system]
        for code, label in codes.items():
            yield (self._first[system], code.removeprefix(form.prefix)), label

    def all(self, codes: Codes) -> Iterator[tuple[str, str]]:
        """Each code as a key of the index."""
        for system, known in codes.items():
            for key, _ in self.labelled(system, known):
                yield key

    def keys(self, coding: Coding) -> tuple[tuple[str, str], ...]:
        """The keys under which a code of a record may be found, the most exact first."""
        form = self._system_of.get(coding.system)
        if form is None:
            return ((coding.system, coding.code),)
        system, code = form.uris[0], coding.code
        if form.prefix:
            code = code.removeprefix(form.prefix)
        if form.dotted:
            code = code.upper()
            if len(code) > 3 and code[3] != ".":
                code = f"{code[:3]}.{code[3:]}"
            return ((system, code), (system, f"{code[:5]}*"), (system, f"{code[:3]}.*"))
        return ((system, code),)

    def silent(self, coding: Coding) -> bool:
        """Does the code say that nothing is known?"""
        return coding.system in self._silent or self.unknown.code(coding) is not None

    def uses(self, kind: str, coding: Coding) -> tuple[Use, ...]:
        """How a code of a resource is used. A general and an exact entry for the same code both count."""
        index = self._uses.get(kind)
        if index is None:
            return ()
        form = self._system_of.get(coding.system)
        if form is None:
            return ()
        if not (form.dotted or form.prefix):
            return index.get((form.uris[0], coding.code), ())
        return tuple(use for key in self.keys(coding) for use in index.get(key, ()))

    def codes(self, kind: str) -> list[tuple[str, str]]:
        """System URI and code of everything that is looked for in resources of this type, for searches on a server."""
        return sorted(self._uses.get(kind, {}))

    def reads(self, kind: str) -> bool:
        """Is anything read from resources of this type by their code?"""
        return kind in self._uses

    def wrong_digit(self, coding: Coding) -> str | None:
        """What is wrong with a code by its check digit; None when nothing is."""
        key = (coding.system, coding.code)
        if key not in self._checked:
            if len(self._checked) > 50_000:
                self._checked.clear()
            self._checked[key] = self._wrong_digit(coding)
        return self._checked[key]

    def _wrong_digit(self, coding: Coding) -> str | None:
        form = self._system_of.get(coding.system)
        if form is None or form.check is None or CHECKS[form.check](coding.code):
            return None
        known = self._rejected.get((form.uris[0], coding.code))
        return f"the code fails its check digit{f'; it is used in public for {known}' if known else ''}"

    # ---- drugs ------------------------------------------------------------------------------------------------------
    def drug(self, found: Iterable[Coding], text: str) -> tuple[str, DrugForm, Coding | None] | None:
        """The drug of a medication: its name, and the code it was known by (None: by a name in its text)."""
        texts = [text]
        for coding in found:
            for key in self.keys(coding):
                drug = self._drugs.get(key)
                if drug is not None:
                    return (*drug, coding)
            texts.append(coding.display)
        if self._drug_text is not None:
            for one in texts:
                match = self._drug_text.search(one.casefold()) if one else None
                if match is not None:
                    return (*self._drug_names[match[1]], None)
        return None

    def operates(self, *texts: str) -> bool:
        """Does a label sound as if it spoke of an operation that begins treatment?"""
        said = "\n".join(one[:MOST_WORDS] for one in texts if one)
        if self._operates is None or self._operates.search(said) is None:
            return False
        return self._other_operations is None or self._other_operations.search(said) is None

    def treats(self, *texts: str) -> bool:
        """Does a label sound as if it spoke of a treatment?"""
        if self._treats is None:
            return False
        found = self._treating.get(texts)
        if found is None:
            if len(self._treating) > 20_000:
                self._treating.clear()
            found = self._treating[texts] = any(self._treats.search(one[:MOST_WORDS]) for one in texts if one)
        return found

    def another_drug(self, found: Iterable[Coding], text: str) -> bool:
        """Is a drug that no entry knows certainly none of those that matter? Only a code in a system of drugs, and a name beside it, say so."""
        known = list(found)
        names = [text, *(one.display for one in known)]
        standard = any(one.system in self._others for one in known) and any(names)
        classed = any(one.system in self._classed for one in known)
        return (standard or classed) and not self.treats(*names, *(one.code for one in known))

    def drugs(self, found: Iterable[Coding], texts: Iterable[str]) -> list[str]:
        """Every drug that codes name; where none does, every one that is named in words."""
        known = list(found)
        named = [self._drugs[key][0] for one in known for key in self.keys(one) if key in self._drugs]
        if not named and self._drug_text is not None:
            labels = [*texts, *(one.display for one in known)]
            hits = (hit[1] for one in labels for hit in self._drug_text.finditer(one[:MOST_WORDS].casefold()))
            named = [self._drug_names[hit][0] for hit in hits]
        return list(dict.fromkeys(named))

    def tests(self, *texts: str) -> bool:
        """Does a label say that a test is asked for, whatever drug it names?"""
        return self._tests is not None and any(self._tests.search(one[:MOST_WORDS]) for one in texts if one)

    def unverified_drug(self, found: Iterable[Coding]) -> bool:
        """Is one of the codes of a medication known from memory only?"""
        return any(key in self._unverified_drugs for coding in found for key in self.keys(coding))

    # ---- compiling --------------------------------------------------------------------------------------------------
    def _index(self) -> None:
        found: dict[str, dict[tuple[str, str], list[Use]]] = {}

        def add(types: Iterable[str], codes: Codes, use: Use) -> None:
            for kind in types:
                for key in self.all(codes):
                    found.setdefault(kind, {}).setdefault(key, []).append(use)

        readings = self.terminology.readings
        for name, reading in readings.items():
            lent = readings[reading.codes_of] if reading.codes_of else None
            for codes in (reading.codes, lent.codes if lent else {}):
                add(reading.from_, codes, Use("read", name, reading))
            add(reading.from_, reading.unverified, Use("unverified", name, reading))
        for name, panel in self.terminology.panels.items():
            add(panel.from_, panel.codes, Use("panel", name, panel=panel))
        for ignored in self.terminology.ignored:
            add(ignored.from_, ignored.codes, Use("ignored", "", because=ignored.because))
        self._uses = {
            kind: {key: tuple({(one.kind, one.name): one for one in uses}.values()) for key, uses in index.items()}
            for kind, index in found.items()
        }

        self._read = frozenset(
            key
            for index in self._uses.values()
            for key, uses in index.items()
            if any(one.kind == "read" for one in uses)
        )

    def _set(self, form: SetForm) -> Table:
        table = Table(self)
        table.add(form, Meaning(True))
        return table

    def _answers(self, reading: ReadingForm) -> Table:
        table = Table(self)
        for answer in reading.answers:
            meaning = Meaning(
                answer.is_,
                answer.open or "",
                answer.event,
                answer.within_days,
                undated=answer.undated,
                lasting=answer.lasting,
                fact=answer.fact,
            )
            for name in [answer.set] if isinstance(answer.set, str) else answer.set or ():
                table.add(self.terminology.sets[name], meaning)
            table.add(answer, meaning)
        return table
