"""What was entered in the form: read from the body of a POST, checked fact by fact, nothing dropped in silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from api.problems import INVALID_REQUEST, UNSUPPORTED_MEDIA_TYPE, ErrorAt, Refused
from api.web.fields import NotRead, value_of
from engine.language.problems import did_you_mean
from engine.language.vocabulary import Given, Vocabulary

FORM = "application/x-www-form-urlencoded"
ASKED, EXAMPLE = "_asked", "_example"  # control fields; a fact never begins with `_`
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
    example: str = ""

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
        where = control if name in (ASKED, EXAMPLE) else texts if name in askable else None
        if where is None:
            errors.append(
                ErrorAt(at=name[:80], message="is not a field of this form", hint=did_you_mean(name[:80], sent))
            )
        elif name in where:
            errors.append(ErrorAt(at=name, message="is sent more than once", hint="send each field once"))
        elif len(text) > (LONGEST if where is texts else 100 * LONGEST):
            errors.append(ErrorAt(at=name, message="is too long"))
        else:
            where[name] = text
    if errors:
        raise Refused(INVALID_REQUEST, errors=errors[:20])
    filled = {name: text for name in sent if (text := texts.get(name, "").strip())}
    asked = tuple(dict.fromkeys(name for name in control.get(ASKED, "").split() if name in askable))
    return Answers.of(filled, vocabulary, asked=asked, example=control.get(EXAMPLE, ""))
