"""What the value of an element means for a reading: `value[x]` in all its types, interpretations, and values at other places.

A value means something (Said), leaves the fact open for a reason, or is not understood. Numbers become what a caller could send: a number, or a range
such as {"lt": 1}. Nothing is rounded and no unit is guessed.
"""

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from engine.intake.fhir_claims import meet
from engine.intake.fhir_codemap import MOST_WORDS, Codemap, Meaning, folded
from engine.intake.fhir_items import DIFFERS, Item, Said
from engine.intake.fhir_resources import Coding, as_list, codings, concept_text, text_of
from engine.intake.fhir_units import Units
from engine.language.states import Interval, number_text
from engine.language.terminology import NumberForm, ReadingForm

_NUMBER = re.compile(
    r"^(?P<word>\D*?)\s*(?P<low>[-+]?\d+(?:\.\d+)?)\s*(?:(?:-|–|\.\.|to)\s*(?P<high>\d+(?:\.\d+)?))?\s*(?P<unit>\D*)$"
)
_LABEL_END = re.compile(r"\s*\((?:qualifier value|finding|disorder|situation)\)$")
_PARTS = re.compile(r"[(),;]")
_WORD_NUMBER = re.compile(r"^(?P<word>[^\d<>=≤≥]+?)\s*(?P<number>[<>=≤≥]{0,2}\s*\d.*)$")
_NUMBER_WORD = re.compile(r"^(?P<number>[<>=≤≥]{0,2}\s*\d+(?:\.\d+)?\s*%)\s*(?P<word>\D+)$")
_HUGE = 1e300
_DIGITS = 12  # significant digits of a quotient
NOT_UNDERSTOOD = "the value is not understood"
NOT_KNOWN = "the record says that the value is not known"
_SIDES = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class Values:
    """Reads the values that one reading looks at."""

    def __init__(self, codemap: Codemap, name: str, reading: ReadingForm) -> None:
        self.map, self.name, self.reading = codemap, name, reading
        self._answers = codemap.answers[name]
        self._notation = codemap.notations[reading.notation] if reading.notation is not None else None
        every = codemap.terminology.units
        self._units = Units(every[reading.number.units] if reading.number is not None else {}, every)
        self._number_fact = (reading.number.fact if reading.number is not None else None) or reading.fact

    def read(self, item: Item, element: dict[str, Any]) -> Iterator[Said]:
        """Everything one value says; a value that is not understood says so in its reason."""
        value = item.value
        if isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, list):
                    yield self._open(item, "the value has an unexpected type")
                else:
                    yield from self.read(Item(f"{item.path}[{index}]", one, item.kind, item.side), element)
        elif isinstance(value, dict):
            if "numerator" in value or item.kind == "ratio":
                yield self._ratio(item, value)
            elif "low" in value or "high" in value or item.kind == "range":
                yield self._range(item, value)
            elif _is_number(value.get("value")) or item.kind == "quantity":
                yield self._quantity(item, value, element)
            else:
                yield from self._concept(item, value)
        elif _is_number(value):
            yield self._plain_number(item, value)
        elif isinstance(value, str | bool):
            text = text_of(value) if isinstance(value, str) else str(value).lower()
            yield from self._words_of(item, text) or [self._open(item, NOT_UNDERSTOOD, text=text)]
        elif value is not None:
            yield self._open(item, "the value has an unexpected type")

    def _open(self, item: Item, reason: str, coding: Coding | None = None, text: str = "") -> Said:
        return Said(item.path, self.reading.fact, None, reason, coding, text)

    # ---- concepts ---------------------------------------------------------------------------------------------------
    def _concept(self, item: Item, value: dict[str, Any]) -> Iterator[Said]:
        found, text = codings(value), concept_text(value)
        understood = False
        for coding in found:
            if self.map.silent(coding):
                understood = True
                yield self._open(item, NOT_KNOWN, coding)
                continue
            meaning = self._notation.code(coding) if self._notation else self._answers.code(coding)
            if meaning is None:
                continue
            understood = True
            meant = self._said(item, meaning, coding, coding.display or text)
            labels = [one for one in dict.fromkeys((coding.display, text)) if one.strip()]
            label = next((one for one in labels if self._contradicts(item, meaning, meant, one)), None)
            if label is not None:
                yield self._open(item, DIFFERS, coding, label)
                continue
            yield meant
            for label in labels if meant.speaks and self._notation is None else ():
                yield from (one for one in self._words_of(item, label) if one.speaks and one.fact != meant.fact)
        if understood or item.side:
            return
        first = found[0] if found else None
        words = dict.fromkeys((*(coding.display for coding in found), text))
        read = [said for one in words if one and (said := self._words_of(item, one, first))]
        if any(self._disagree(one, other) for one in read[:1] for other in read[1:]):
            yield self._open(item, "the labels of the value contradict each other", first, text)
            return
        if read:
            yield from read[0]
            return
        wrong = self.map.wrong_digit(first) if first else None
        yield self._open(item, wrong or NOT_UNDERSTOOD, first, text)

    def _contradicts(self, item: Item, meaning: Meaning, said: Said, label: str) -> bool:
        """Does a label say something else than the code beside it? Words inside a label that is not understood count as well."""
        whole = self._words(label)
        if whole is not None:
            return self._differ(said, meaning, whole)
        if self.map.unknown.text(label) is not None:
            return said.speaks
        if self._notation is not None:
            return False
        parts = [one for one in self._words_of(item, label) if one.fact == said.fact]
        if parts:
            return any(one.speaks != said.speaks or self._apart(said.fact, said.raw, one.raw) for one in parts)
        found = [(self._differ(said, meaning, one), no) for one, no in self._answers.inside(label)]
        return bool(found) and all(differs is not no for differs, no in found)

    def _disagree(self, one: list[Said], other: list[Said]) -> bool:
        """Do two labels say different things of one fact?"""
        return any(
            mine.fact == its.fact and (mine.speaks != its.speaks or self._apart(mine.fact, mine.raw, its.raw))
            for mine in one
            for its in other
        )

    def _differ(self, said: Said, one: Meaning, other: Meaning) -> bool:
        """Do a code and a label mean different things? One may be more exact than the other."""
        if one.mark and other.mark and one.mark != other.mark:
            return True
        if one.fact != other.fact:
            return False
        if bool(one.reason) is not bool(other.reason) or one.event != other.event:
            return True
        return one.raw != other.raw and self._apart(said.fact, one.raw, other.raw)

    def _apart(self, fact: str | None, one: Any, other: Any) -> bool:
        """Can two values of a fact not both be so?"""
        if fact is None or one == other or one is None or other is None:
            return False
        known = self.map.vocabulary[fact]
        try:
            return meet(known.read(one).state, known.read(other).state) is None
        except ValueError:
            return True

    def _words(self, text: str) -> Meaning | None:
        table = self._notation or self._answers
        return table.text(text) or table.text(_LABEL_END.sub("", folded(text)))

    def _said(self, item: Item, meaning: Meaning, coding: Coding | None, text: str) -> Said:
        if self._notation is None:
            return Said(
                item.path, meaning.fact or self.reading.fact, meaning.raw, meaning.reason, coding, text,
                meaning.event, meaning.within_days, undated=meaning.undated, lasting=meaning.lasting,
            )  # fmt: skip
        mark = meaning.mark or ""
        fact = self.reading.marks.get(mark)
        if fact is None:
            reason = self.reading.other_marks.get(mark, "the mark of the value does not fit the code of the resource")
            return Said(item.path, None, None, reason or "", coding, text)
        known = self.map.vocabulary[fact]
        fits = meaning.raw in known.values or meaning.raw in known.groups
        raw = meaning.raw if fits else self.reading.recode.get(meaning.raw)
        reason = "" if raw is not None else "the value says nothing about this fact"
        return Said(item.path, fact, raw, reason, coding, text)

    # ---- texts ------------------------------------------------------------------------------------------------------
    def _words_of(self, item: Item, text: str, coding: Coding | None = None) -> list[Said]:
        """What a text says, as a whole, part by part, or else by what it sounds like; nothing where it is not understood."""
        said = self._understood(item, text, coding)
        if said or len(text) > MOST_WORDS:
            return said
        meaning = self._answers.otherwise(text)
        return [] if meaning is None else [self._said(item, meaning, coding, text)]

    def _understood(self, item: Item, text: str, coding: Coding | None = None) -> list[Said]:
        """What a text says, as a whole or part by part; nothing where any part is not understood."""
        whole = self._text(item, text, coding)
        if whole is not None:
            return [whole]
        if len(text) > MOST_WORDS or self._notation is not None:
            return []
        said: list[Said] = []
        for place, (names, part) in enumerate(self.map.segments(self.name, text)):
            if not part and place == 0:
                continue
            ordered = sorted(names, key=lambda name: name != self.name)
            found = [one for name in ordered if (one := reader_of(self.map, name).parts(item, part))]
            if not found:
                return []
            said += next((one for one in found if all(each.speaks for each in one)), found[0])
        return said

    def parts(self, item: Item, text: str) -> list[Said]:
        """What the parts of a text say of this fact, such as `positive (90 %)`; nothing where any is not understood."""
        whole = self._text(item, text) if text else None
        if whole is not None:
            return [whole]
        if self.map.fillers is not None:
            text = self.map.fillers.sub(" ", text)
        said = []
        for part in _PARTS.split(text):
            for piece in self._pieces(part.strip()):
                one = self._text(item, piece)
                if one is None:
                    return []
                said.append(one)
        return said

    def _pieces(self, text: str) -> tuple[str, ...]:
        """A word and a number beside each other, where they are not understood together."""
        if not text:
            return ()
        match = _WORD_NUMBER.match(text) or _NUMBER_WORD.match(text)
        if match is None or self._words(text) is not None:
            return (text,)
        return match["word"], match["number"]

    def _text(self, item: Item, text: str, coding: Coding | None = None) -> Said | None:
        """What a text says; None when it is not understood."""
        if not text.strip():
            return self._open(item, "the value is empty", coding)
        meaning = self._words(text)
        if meaning is not None:
            return self._said(item, meaning, coding, text)
        if self.map.unknown.text(text) is not None:
            return self._open(item, NOT_KNOWN, coding, text)
        match = _NUMBER.match(text.strip()) if self.reading.number is not None else None
        if match is None:
            return None
        word, unit = folded(match["word"]), match["unit"].strip()
        side = self.map.comparators.get(word) if word else ""
        factor = self._units.factor(unit)
        if side is None or factor is None or (side and match["high"]):
            return None
        low, high = (_times(float(match[end] or match["low"]), factor) for end in ("low", "high"))
        return self._numeric(item, {side: low} if side else {"ge": low, "le": high}, text)

    # ---- numbers ----------------------------------------------------------------------------------------------------
    def _plain_number(self, item: Item, value: float) -> Said:
        if self.reading.number is not None:
            return self._number(item, value, "", self._units.factor(""), "the unit is missing")
        meaning = self._words(number_text(value)) if math.isfinite(value) else None
        return self._said(item, meaning, None, "") if meaning else self._open(item, "a number is not expected here")

    def _quantity(self, item: Item, value: dict[str, Any], element: dict[str, Any]) -> Said:
        number, side = value.get("value"), _side(value)
        if not _is_number(number) or side is None:
            return self._open(item, "the quantity is not understood")
        if self.reading.number is None:
            return self._plain_number(item, number) if not side else self._open(item, "a number is not expected here")
        if self.reading.number.of_limit:
            return self._of_limit(item, value, number, side, element)
        return self._number(item, number, side, *self._units.of(value))

    def _number(self, item: Item, number: float, side: str, factor: float | None, reason: str) -> Said:
        if factor is None:
            return self._open(item, reason)
        if not math.isfinite(number):
            return self._open(item, "the number is not finite")
        converted = _times(number, factor)
        return self._numeric(item, {side: converted} if side else {"ge": converted, "le": converted}, "")

    def _range(self, item: Item, value: dict[str, Any]) -> Said:
        bounds: dict[str, float] = {}
        for key, side in (("low", "ge"), ("high", "le")):
            one = value.get(key)
            if one is None:
                continue
            number = one.get("value") if isinstance(one, dict) else None
            factor, _ = self._units.of(one)
            if not _is_number(number) or factor is None:
                return self._open(item, "the range is not understood")
            bounds[side] = _times(number, factor)
        return self._numeric(item, bounds, "") if bounds else self._open(item, "the range is empty")

    def _ratio(self, item: Item, value: dict[str, Any]) -> Said:
        """A ratio is its quotient, and a percentage where a percentage is expected."""
        above, below = (
            one if isinstance(one := value.get(name), dict) else {} for name in ("numerator", "denominator")
        )
        number, divisor, side = above.get("value"), below.get("value"), _side(above)
        if not _is_number(number) or not _is_number(divisor) or divisor <= 0 or "comparator" in below:
            return self._open(item, "the ratio is not understood")
        if side is None or _unit(above) != _unit(below) or self.reading.number is None:
            return self._open(item, "the ratio is not understood")
        percent = "%" in self._units and "" not in self._units
        factor = self._units.factor("%" if percent else "")
        return self._number(item, number / divisor * (100 if percent else 1), side, factor, "the unit is missing")

    def _of_limit(self, item: Item, value: dict[str, Any], number: float, side: str, element: dict[str, Any]) -> Said:
        """A multiple of the upper limit of the reference range, when exactly one range gives one in a unit that fits."""
        limits = set()
        for one in as_list(element.get("referenceRange")):
            high = one.get("high") if isinstance(one, dict) else None
            limit = high.get("value") if isinstance(high, dict) else None
            factor = self._relative(value, high)
            if _is_number(limit) and limit > 0 and factor is not None:
                limits.add(_rounded(limit * factor))
        if len(limits) != 1:
            return self._open(item, "several reference ranges" if limits else "no upper limit of normal in this unit")
        multiple = _rounded(number / limits.pop())
        return self._numeric(item, {side: multiple} if side else {"ge": multiple, "le": multiple}, "")

    def _relative(self, value: Any, high: Any) -> float | None:
        """By what a limit is multiplied to stand in the unit of the value."""
        factors, units = (self._units.of(value)[0], self._units.of(high)[0]), (_unit(value), _unit(high))
        if (units[0] == units[1] or not units[1]) and not self._mixed(value) and not self._mixed(high):
            return 1.0
        return factors[1] / factors[0] if factors[0] and factors[1] else None

    def _mixed(self, quantity: Any) -> bool:
        """Do the code and the words of a unit differ?"""
        return self._units.of(quantity)[1].endswith("differ")

    def _numeric(self, item: Item, bounds: dict[str, float], text: str) -> Said:
        form, fact = self.reading.number, self._number_fact
        assert form is not None
        exact = bounds.get("ge") is not None and bounds.get("ge") == bounds.get("le")
        reason, raw, because, blocks = "", None, "", False
        if not all(math.isfinite(bound) for bound in bounds.values()):
            reason = "the number is not finite"
        elif form.whole and any(not bound.is_integer() for bound in bounds.values()):
            reason = "a whole number is expected; it is not rounded"
        elif form.bands:
            raw, reason, because, blocks = _band(form, bounds)
        elif form.at_least:
            raw, reason = ({"ge": _plain(bounds["ge"])}, "") if exact else (None, "a lower bound must be one number")
        else:
            raw = _plain(bounds["ge"]) if exact else {side: _plain(bound) for side, bound in bounds.items()}
        return Said(item.path, fact, raw, reason, None, text, because=because, blocks=blocks)


def reader_of(codemap: Codemap, name: str) -> Values:
    """What reads the values of a reading, made once."""
    return codemap.room(f"values of {name}", lambda: Values(codemap, name, codemap.terminology.readings[name]))


def _band(form: NumberForm, bounds: dict[str, float]) -> tuple[Any, str, str, bool]:
    """What numbers between bounds mean, or why they mean nothing; what is to be said of it, and whether it blocks others."""
    span = interval(bounds)
    touched = []
    for band in form.bands:
        limits = {side: limit for side in ("lt", "le", "gt", "ge") if (limit := getattr(band, side)) is not None}
        if not span.intersection(interval(limits)).empty:
            touched.append(band)
    if not touched:
        return None, "the number is outside every known range", "", False
    for band in touched:
        if band.open is not None:
            return None, band.open, "", any(one.blocks for one in touched)
    raw = touched[0].is_ if len(touched) == 1 else {"one_of": [band.is_ for band in touched]}
    return raw, "", " ".join(dict.fromkeys(band.because for band in touched if band.because)), False


def interval(bounds: dict[str, float]) -> Interval:
    """The numbers between bounds."""
    low = bounds.get("ge", bounds.get("gt", -math.inf))
    high = bounds.get("le", bounds.get("lt", math.inf))
    return Interval(low, high, "gt" in bounds, "lt" in bounds)


def _is_number(value: Any) -> TypeGuard[float]:
    """A number that can be counted with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_HUGE < value < _HUGE


def _side(quantity: dict[str, Any]) -> str | None:
    """The side of a comparator, nothing where there is none, None where it is not known."""
    sign = quantity.get("comparator")
    return "" if sign is None else _SIDES.get(sign) if isinstance(sign, str) else None


def _unit(quantity: Any) -> str:
    return (text_of(quantity.get("code")) or text_of(quantity.get("unit"))) if isinstance(quantity, dict) else ""


def _times(number: float, factor: float) -> float:
    """In another unit, as decimal numbers are multiplied: 1.1 cm are 11 mm."""
    return float(number) if factor == 1 else float(Decimal(repr(number)) * Decimal(repr(factor)))


def _rounded(number: float) -> float:
    """A quotient without the noise of binary fractions."""
    return float(f"{number:.{_DIGITS}g}")


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else number
