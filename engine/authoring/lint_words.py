"""What an author would want to know of words: one that is written otherwise everywhere else, and texts that stand twice."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from engine.authoring.lint_places import file_warning
from engine.authoring.lint_texts import place_of, texts
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem, did_you_mean
from engine.language.scenarios import RULE
from engine.language.yamlfile import Route, YamlFile

_SHORTEST = 7  # letters: below this, two words that differ in one are often both meant
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
Said = tuple[str, YamlFile, Route]


# ---- written otherwise --------------------------------------------------------------------------------------------------
def odd_word(guideline: Guideline) -> Iterator[Problem]:
    """A word of a list that nobody wrote down, which stands here alone and nearly as another does that is used elsewhere."""
    for kind, said in _said(guideline).items():
        used = Counter(word for word, _, _ in said)
        for word, file, route in said:
            others = [
                other
                for other, times in used.items()
                if other != word and times > used[word] and not _differ(word, other)
            ]
            near = difflib.get_close_matches(word, others, n=1, cutoff=0.8)
            if used[word] == 1 and near:
                message = f"`{word}` is no other {kind}"
                place = file.value_place(route)
                yield file_warning("odd-word", message, file, place, f"did you mean `{near[0]}`?")
    yield from _drugs(guideline)


def _differ(word: str, other: str) -> bool:
    """Words with other figures are other words: `every 2 weeks`, `every 3 weeks`. So are those with a part more."""
    words, others = set(_WORD.findall(word.lower())), set(_WORD.findall(other.lower()))
    return re.findall(r"\d+", word) != re.findall(r"\d+", other) or words < others or others < words


def _said(guideline: Guideline) -> dict[str, list[Said]]:
    """Words that are free to choose and yet come from a short list, by what they are."""
    found: dict[str, list[Said]] = defaultdict(list)
    for source in guideline.evidence.values():
        file = guideline.files[f"{guideline.root.name}/evidence/{source.id}.yaml"]
        found["`timing`"] += [(source.timing, file, ("timing",))] if source.timing else []
        for key, finding in source.findings.items():
            if finding.rates is not None:
                found["unit"].append((finding.rates.unit, file, ("findings", key, "rates", "unit")))
    for regimen in guideline.regimens.values():
        file = guideline.files[f"{guideline.root.name}/regimens/{regimen.id}.yaml"]
        for index, part in enumerate(regimen.parts):
            for kind in ("drug", "schedule", "phase"):
                if word := getattr(part, kind):
                    found[f"{kind} of a regimen"].append((word, file, ("parts", index, kind)))
    for rule in guideline.rules:
        file = guideline.files[rule.place.path]
        found["`graded_by`"] += [(rule.graded_by, file, ("graded_by",))] if rule.graded_by else []
    for fact in guideline.vocabulary.values():
        for path, file in guideline.files.items():
            if (
                fact.unit
                and "/facts/" in path
                and isinstance(file.data, dict)
                and fact.name in (file.data.get("facts") or {})
            ):
                found["unit"].append((fact.unit, file, ("facts", fact.name, "unit")))
    for drug, file in _coded_drugs(guideline):
        groups = enumerate(guideline.terminology.drugs[drug].groups)
        found["group of drugs"] += [(group, file, ("drugs", drug, "groups", index)) for index, group in groups]
    return found


def _drugs(guideline: Guideline) -> Iterator[Problem]:
    """A name of a drug in a rule or a regimen with one letter too many, too few, exchanged or changed."""
    known = {part.lower() for drug in guideline.terminology.drugs for part in drug.split("-")}
    known |= {name.lower() for drug in guideline.terminology.drugs.values() for name in drug.names}
    known |= {
        word.lower() for one in guideline.regimens.values() for part in one.parts for word in _WORD.findall(part.drug)
    }
    counted = Counter(
        word.lower() for one in guideline.regimens.values() for part in one.parts for word in _WORD.findall(part.drug)
    )
    named = {part.lower() for drug in guideline.terminology.drugs for part in drug.split("-")}
    known = {word for word in known if len(word) >= _SHORTEST and (word in named or counted[word] != 1 or not named)}
    without = defaultdict(set)
    for word in known:
        for short in _shorter(word):
            without[short].add(word)
    yield from _names_of_drugs(guideline, named, without)
    for file, route, text in _texts(guideline):
        for match in _WORD.finditer(text):
            word = match[0].lower()
            if len(word) < _SHORTEST - 1 or word in known or word.removesuffix("s") in known:
                continue
            near = {one for short in _shorter(word) for one in without.get(short, ())}
            if near:
                message, place = f"`{match[0]}` is nearly the name of a drug", place_of(file, route, match[0])
                yield file_warning("odd-word", message, file, place, f"did you mean `{sorted(near)[0]}`?")


def _names_of_drugs(guideline: Guideline, named: set[str], without: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Names of drugs in the code maps that differ in one letter from a drug."""
    for drug, file in _coded_drugs(guideline):
        for index, name in enumerate(guideline.terminology.drugs[drug].names):
            near = {one for short in _shorter(name.lower()) for one in without.get(short, ()) if one in named}
            if name.lower() not in named and near:
                place = file.value_place(("drugs", drug, "names", index))
                message = f"`{name}` is nearly the name of a drug"
                yield file_warning("odd-word", message, file, place, f"did you mean `{sorted(near)[0]}`?")


def _coded_drugs(guideline: Guideline) -> Iterator[tuple[str, YamlFile]]:
    """The drugs of the code maps, each with its file."""
    for path, file in guideline.files.items():
        if "/terminology/" in path and isinstance(file.data, dict):
            yield from ((drug, file) for drug in file.data.get("drugs") or ())


def _shorter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _texts(guideline: Guideline) -> Iterator[tuple[YamlFile, Route, str]]:
    for rule in guideline.rules:
        yield from ((guideline.files[rule.place.path], route, text) for route, text in texts(rule))
    for regimen in guideline.regimens.values():
        file = guideline.files[f"{guideline.root.name}/regimens/{regimen.id}.yaml"]
        yield file, ("title",), regimen.title
        for index, part in enumerate(regimen.parts):
            yield file, ("parts", index, "drug"), part.drug
            yield file, ("parts", index, "dose"), part.dose or ""


def dangling_mention(guideline: Guideline) -> Iterator[Problem]:
    """A text of a rule speaks of a rule by a number that none has."""
    numbers = {rule.number for rule in guideline.rules}
    letters = {number.rpartition("-")[0] for number in numbers}
    for rule in guideline.rules:
        for route, text in texts(rule):
            for number in re.findall(rf"\b{RULE}\b", text):
                if number not in numbers and number.rpartition("-")[0] in letters:
                    place = place_of(guideline.files[rule.place.path], route, number)
                    message = f"no rule has the number `{number}`"
                    file = guideline.files[rule.place.path]
                    yield file_warning("dangling-mention", message, file, place, did_you_mean(number, numbers))


# ---- twice --------------------------------------------------------------------------------------------------------------
def duplicate_title(guideline: Guideline) -> Iterator[Problem]:
    """Two things of one kind with the same name for the reader: one was copied and not changed."""
    for kind, named in _named(guideline):
        seen: dict[str, Place] = {}
        for text, file, route in named:
            place = file.value_place(route)
            first = seen.setdefault(" ".join(text.lower().split()).rstrip("."), place)
            if first != place:
                message, hint = f"another {kind} has the same words", "say what tells them apart, or remove one"
                yield file_warning("duplicate-title", message, file, place, hint, (first,))


def _named(guideline: Guideline) -> Iterator[tuple[str, list[Said]]]:
    root, files = guideline.root.name, guideline.files
    for folder, things in (("evidence", guideline.evidence), ("regimens", guideline.regimens)):
        what = "source" if folder == "evidence" else "regimen"
        yield what, [(one.title, files[f"{root}/{folder}/{one.id}.yaml"], ("title",)) for one in things.values()]
    for source in guideline.evidence.values():
        file = files[f"{root}/evidence/{source.id}.yaml"]
        yield (
            "finding of this source",
            [(one.text, file, ("findings", key, "text")) for key, one in source.findings.items()],
        )
        yield (
            "publication of this source",
            [(one.role, file, ("further", index, "role")) for index, one in enumerate(source.further)],
        )
    yield from _titles_of_rules(guideline)
    about = files[f"{root}/guideline.yaml"]
    yield "question", [(one.title, about, ("questions", key, "title")) for key, one in guideline.questions.items()]
    contradictions = files.get(f"{root}/contradictions.yaml")
    if contradictions is not None:
        pairs = enumerate(guideline.contradictions)
        yield "contradiction", [(one.text, contradictions, ("contradictions", index, "text")) for index, one in pairs]
    yield from _labels(guideline)


def _titles_of_rules(guideline: Guideline) -> Iterator[tuple[str, list[Said]]]:
    """Titles of rules of different questions or kinds; within one they are versions, or `dates-overlap` tells."""
    first: dict[tuple[str, str, str], Said] = {}
    for rule in guideline.rules:
        said = (rule.title, guideline.files[rule.place.path], ("title",))
        first.setdefault((" ".join(rule.title.lower().split()), rule.question, rule.kind), said)
    yield "rule", list(first.values())


def _labels(guideline: Guideline) -> Iterator[tuple[str, list[Said]]]:
    """The labels of facts, and those of the values of each."""
    labels: list[Said] = []
    for path, file in guideline.files.items():
        data = file.data if isinstance(file.data, dict) else {}
        folder = path.split("/")[1]
        facts: Iterable[str] = (
            data.get("facts", ()) if folder == "facts" else [str(data["fact"])] if folder == "derived" else ()
        )
        for name in facts:
            at: Route = ("facts", name) if folder == "facts" else ()
            fact = guideline.vocabulary[name]
            if folder == "facts" or not fact.given:
                labels.append((fact.label, file, (*at, "label")))
                values = [
                    (str(label), file, (*at, "values", str(value))) for value, label in fact.values.items() if label
                ]
                yield "value of this fact", values if fact.type == "code" else []
    yield "fact", labels


__all__ = ["dangling_mention", "duplicate_title", "odd_word"]
