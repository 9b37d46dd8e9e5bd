"""JSON Schemas of the words of a vocabulary: what a condition may ask of a fact, and what a caller may send of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.language.conditions import COMPARISONS
from engine.language.states import number_text
from engine.language.vocabulary import Fact, Vocabulary

Schema = dict[str, Any]
VALUE = "-value"  # a fact's values stand in the definitions under its name and this
CONDITION: Schema = {"$ref": "#/definitions/condition"}
KNOWN: Schema = {
    "type": "object",
    "properties": {"known": {"type": "boolean", "description": "has anything been said of the fact?"}},
    "required": ["known"],
    "additionalProperties": False,
}


def definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """The definitions a schema needs to say `CONDITION`."""
    values = {f"{fact.name}{VALUE}": _value(fact) for fact in vocabulary.values()}
    return {"condition": _condition(vocabulary), "known": KNOWN, **values}


def _condition(vocabulary: Vocabulary) -> Schema:
    """A condition: a property for each fact, typed by the vocabulary, and the three combinators."""
    many: Schema = {"type": "array", "minItems": 1, "items": CONDITION}
    combinators: Schema = {
        "any": {"description": "at least one of these", **many},
        "all": {"description": "every one of these", **many},
        "not": {"description": "this does not hold", "allOf": [CONDITION]},
    }
    return {
        "description": "facts and what is asked of them; all must hold",
        "type": "object",
        "minProperties": 1,
        "properties": combinators | {fact.name: _clause(fact) for fact in vocabulary.values()},
        "additionalProperties": False,
    }


def _clause(fact: Fact) -> Schema:
    """What a condition may ask of one fact."""
    one: Schema = {"$ref": f"#/definitions/{fact.name}{VALUE}"}
    known: Schema = {"$ref": "#/definitions/known"}
    if fact.type == "boolean":
        return {"description": _hover(fact), "anyOf": [one, known]}
    several: Schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": one}
    none_of = {
        "type": "object",
        "properties": {"not_in": {"description": "none of these", "anyOf": [one, several]}},
        "required": ["not_in"],
        "additionalProperties": False,
    }
    comparisons = [_comparison(one)] if fact.numeric else []
    return {"description": _hover(fact), "anyOf": [one, several, *comparisons, none_of, known]}


def _value(fact: Fact) -> Schema:
    """One value of a fact, as a condition names it."""
    if fact.type == "boolean":
        return {"type": "boolean"}
    if fact.numeric:
        low, high = (int(bound) if float(bound).is_integer() else bound for bound in fact.range)
        return {"type": fact.type, "minimum": low, "maximum": high}
    named = {str(value): label for value, label in fact.values.items()}
    return labelled(named | {name: ", ".join(sorted(members)) for name, members in fact.groups.items()})


def _comparison(bound: Schema) -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(COMPARISONS, bound),
        "additionalProperties": False,
        "not": {"anyOf": [{"required": ["lt", "le"]}, {"required": ["gt", "ge"]}]},
    }


def sent(fact: Fact) -> Schema:
    """What a caller may send of a fact."""
    if fact.type == "boolean":
        return {"type": ["boolean", "null"]}
    if fact.numeric:
        bounds = {key: {"type": "number"} for key in COMPARISONS}
        span: Schema = {"type": "object", "minProperties": 1, "properties": bounds, "additionalProperties": False}
        return {"anyOf": [_value(fact), span, {"type": "null"}]}
    one = one_of([*fact.values, *fact.groups, *fact.open_values])
    several = {"type": "array", "minItems": 1, "items": one}
    of = {"type": "object", "properties": {"one_of": several}, "required": ["one_of"], "additionalProperties": False}
    return {"anyOf": [one, of, {"type": "null"}]}


def _hover(fact: Fact) -> str:
    """The label of a fact, what it means, and its unit and range or its values."""
    parts = [fact.label + (f" ({fact.unit})" if fact.unit else "") + ".", fact.help.strip()]
    if fact.numeric:
        parts.append(f"From {number_text(fact.range[0])} to {number_text(fact.range[1])}.")
    elif fact.type == "code":
        parts.append("; ".join(f"{value}: {label}" for value, label in fact.values.items() if str(value) != label))
    return " ".join(part for part in parts if part)


def names(vocabulary: Vocabulary, *types: str) -> list[str]:
    """The facts of these types."""
    return [fact.name for fact in vocabulary.values() if fact.type in types]


def one_of(choices: Iterable[object]) -> Schema:
    """One of these; of none, nothing at all."""
    listed = [str(choice) for choice in choices]
    return {"enum": listed} if listed else {"not": {}}


def labelled(labels: Mapping[str, str]) -> Schema:
    """One of these names; editors show the label beside each."""
    return one_of(labels) | ({"enumDescriptions": list(labels.values())} if labels else {})
