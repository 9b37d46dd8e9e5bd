"""What was entered in the form: read from the body of a POST, checked fact by fact, nothing dropped in silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from api.problems import INVALID_REQUEST, UNSUPPORTED_MEDIA_TYPE, ErrorAt, Refused
from api.web.fields import EITHER, UNKNOWN, NotRead, ticked, value_of
from engine.language.problems import did_you_mean
from engine.language.vocabulary import Fact, Given, Vocabulary

FORM = "application/x-www-form-urlencoded"
# Control fields; a fact never begins with `_`.
ASKED, EXAMPLE, TRIED = "_asked", "_example", "_scenario"
SEVERAL = "_several"  # facts that are asked by ticking all that are possible
SEVERAL_ON, SEVERAL_OFF, EMPTY = "_more", "_one", "_empty"  # buttons: ask this fact so, ask it as before, empty it
CONTROLS = frozenset({ASKED, EXAMPLE, TRIED, SEVERAL, SEVERAL_ON, SEVERAL_OFF, EMPTY})
LONGEST = 200
MOST = 1000


@dataclass(frozen=True)
class Wrong:
    """Why an entry cannot be read."""

    message: str
    hint: str


@dataclass(frozen=True)
class Answers:
    """The entries as they were made, the values they stand for, and what is wrong with the others."""

    texts: Mapping[str, str] = field(default_factory=dict)  # only those that are not empty
    facts: Mapping[str, Any] = field(default_factory=dict)  # as the API takes them
    given: Mapping[str, Given] = field(default_factory=dict)
    wrong: Mapping[str, Wrong] = field(default_factory=dict)
    asked: tuple[str, ...] = ()  # the questions the form showed after the first ones, in their order
    several: tuple[str, ...] = ()  # facts asked by ticking all that are possible
    example: str = ""
    tried: str = ""  # a scenario of the guideline, by its place

    @classmethod
    def of(cls, texts: Mapping[str, str], vocabulary: Vocabulary, **more: Any) -> "Answers":
        """The entries, checked."""
        facts: dict[str, Any] = {}
        given: dict[str, Given] = {}
        wrong: dict[str, Wrong] = {}
        for name, text in texts.items():
            fact = vocabulary[name]
            try:
                value = value_of(fact, text)
                given[name] = fact.read(value)
                facts[name] = value
            except NotRead as error:
                wrong[name] = Wrong(error.message, error.hint)
            except ValueError as error:
                message, hint = (*error.args, "")[:2]
                wrong[name] = Wrong(message, hint.removesuffix(", or null"))
        return cls(texts, facts, given, wrong, **more)


def read(body: bytes, content_type: str, vocabulary: Vocabulary) -> Answers:
    """The entries in the body of a POST; raises Refused where no form of ours can have sent it."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Refused(UNSUPPORTED_MEDIA_TYPE, f"send the form as `{FORM}`")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except ValueError:
        raise Refused(INVALID_REQUEST, "the form cannot be read") from None
    texts: dict[str, str] = {}
    control: dict[str, str] = {}
    errors: list[ErrorAt] = []
    sent = [fact.name for fact in vocabulary.values() if fact.given]
    askable = set(sent)
    for name, text in pairs:
        where = control if name in CONTROLS else texts if name in askable else None
        if where is None:
            errors.append(
                ErrorAt(at=name[:80], message="is not a field of this form", hint=did_you_mean(name[:80], sent))
            )
        elif name in where and (where is control or not _again(vocabulary[name], text)):
            errors.append(ErrorAt(at=name, message="is sent more than once", hint="send each field once"))
        elif len(text) > (LONGEST if where is texts else 100 * LONGEST):
            errors.append(ErrorAt(at=name, message="is too long"))
        elif where is texts:
            texts[name] = EITHER.join(one for one in (texts.get(name, "").strip(), text) if one)
        else:
            control[name] = text
    if errors:
        raise Refused(INVALID_REQUEST, errors=errors[:20])
    filled = {name: text for name in sent if (text := texts.get(name, "").strip()) and name != control.get(EMPTY)}

    def facts(key: str) -> list[str]:
        return list(dict.fromkeys(name for name in control.get(key, "").split() if name in askable))

    several = [name for name in facts(SEVERAL) + facts(SEVERAL_ON) if ticked(vocabulary[name])]
    one = control.get(SEVERAL_OFF)
    return Answers.of(
        filled,
        vocabulary,
        asked=tuple(facts(ASKED)),
        several=tuple(dict.fromkeys(name for name in several if name != one)),
        example=control.get(EXAMPLE, ""),
        tried=control.get(TRIED, ""),
    )


def _again(fact: Fact, text: str) -> bool:
    """May this text follow another one of the same fact: a further box that was ticked, or the box `unknown` beside a number?"""
    return ticked(fact) or (fact.numeric and text == UNKNOWN)
