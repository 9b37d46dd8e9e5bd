"""What an author would want to know of rules beside each other: grades, dates, folders, conditions that only wait."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from engine.authoring.lint_places import file_warning, rule_warning
from engine.inference.space import Cells
from engine.language.conditions import All, Any_, Clause, Condition, Not
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.rules import Rule


# ---- conditions ---------------------------------------------------------------------------------------------------------
def tautology_on_unknown(guideline: Guideline) -> Iterator[Problem]:
    """Alternatives that together let every value of a fact pass: always true, but open while the fact is unknown."""
    for rule in guideline.rules:
        for condition in (rule.when, *(one.when for one in rule.unless)):
            for fact, first in _covering(condition, guideline):
                message = f"together these alternatives let every value of `{fact}` pass, and yet they wait for it"
                hint = "leave the fact out, or name the values that are meant"
                yield rule_warning("tautology-on-unknown", message, guideline, rule, first.route, hint)


def _covering(condition: Condition, guideline: Guideline) -> Iterator[tuple[str, Clause]]:
    """Facts all of whose values pass one of the plain alternatives of an `any`; one of them may be a `not`."""
    match condition:
        case Any_(parts):
            plain = [one for part in parts if (one := _plain(part))]
            for fact in dict.fromkeys(clause.fact for clause, _ in plain):
                mine = [(clause, wanted) for clause, wanted in plain if clause.fact == fact]
                cells = Cells(guideline.vocabulary[fact], [clause.test for clause, _ in mine])
                passing = 0
                for clause, wanted in mine:
                    passing |= cells.test(clause.test) if wanted else cells.everything & ~cells.test(clause.test)
                if len(mine) > 1 and passing == cells.everything:
                    yield fact, mine[0][0]
            for part in parts:
                yield from _covering(part, guideline)
        case All(parts):
            for part in parts:
                yield from _covering(part, guideline)
        case Not(inner):
            yield from _covering(inner, guideline)


def _plain(part: Condition) -> tuple[Clause, bool] | None:
    """A clause on a value, or one in a `not`; False says that it stands in a `not`."""
    wanted = not isinstance(part, Not)
    inner = part.part if isinstance(part, Not) else part
    return (inner, wanted) if isinstance(inner, Clause) and inner.known is None else None


# ---- grades -------------------------------------------------------------------------------------------------------------
def strength_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """Advice whose strength does not go with its kind or with its certainty."""
    for rule in guideline.rules:
        if rule.kind not in ADVICE or rule.strength != "strong":
            continue
        if rule.kind == "consider":
            message, hint = "something to consider is recommended strongly", "write `conditional`, or `kind: recommend`"
        elif rule.certainty in ("low", "very_low"):
            certainty = rule.certainty.replace("_", " ")
            message = f"a strong recommendation rests on evidence of {certainty} certainty"
            hint = "write `conditional`, or waive the code with the reason"
        else:
            continue
        yield rule_warning("strength-mismatch", message, guideline, rule, ("strength",), hint)


def odd_rule(guideline: Guideline) -> Iterator[Problem]:
    """Advice that stops all other advice, a regimen beside what advises against it, a number written otherwise than the others."""
    widths: dict[str, Counter[int]] = defaultdict(Counter)
    for rule in guideline.rules:
        widths[_letters(rule)][len(_digits(rule))] += 1
    for rule in guideline.rules:
        if rule.stop and rule.kind in ADVICE:
            message = f"a rule that says `{rule.kind}` withdraws all other advice"
            hint = "`stop` belongs to `out_of_scope` and to `request_data`; one piece of advice withdraws another by `overrides`"
            yield rule_warning("odd-rule", message, guideline, rule, ("stop",), hint)
        if rule.regimens and rule.kind not in ("recommend", "consider"):
            message = f"a regimen is offered by a rule that says `{rule.kind}`"
            hint = "write `recommend` or `consider`, or remove the regimen"
            yield rule_warning("odd-rule", message, guideline, rule, ("kind",), hint)
        (width, most), *_ = widths[_letters(rule)].most_common(1)
        if (
            len(_digits(rule)) != width
            and most > 1
            and widths[_letters(rule)][len(_digits(rule))] == 1
            and int(_digits(rule)) < 10**width
        ):
            message = f"`{rule.number}` has not {width} digits, as the other numbers of {_letters(rule)} have"
            hint = f"write `{_letters(rule)}-{int(_digits(rule)):0{width}}`"
            yield rule_warning("odd-rule", message, guideline, rule, ("number",), hint)


# ---- rules beside each other --------------------------------------------------------------------------------------------
def dates_overlap(guideline: Guideline) -> Iterator[Problem]:
    """Two versions of one rule - the same question, kind and title - that are both in force on some day."""
    versions: dict[tuple[str, str, str], list[Rule]] = defaultdict(list)
    for rule in guideline.rules:
        versions[rule.question, rule.kind, " ".join(rule.title.lower().split())].append(rule)
    for alike in versions.values():
        ordered = sorted(alike, key=lambda rule: (rule.effective_from, rule.number))
        for older, newer in combinations(ordered, 2):
            if older.effective_to is None or older.effective_to >= newer.effective_from:
                file = guideline.files[older.place.path]
                end = "to" if older.effective_to else "from"
                message = f"`{older.id}` is still in force when its other version `{newer.id}` begins on {newer.effective_from}"
                yield file_warning(
                    "dates-overlap",
                    message,
                    file,
                    file.value_place(("effective", end)),
                    "end the older one on the day before, or give the two titles that tell them apart",
                    (guideline.files[newer.place.path].value_place(("effective", "from")),),
                )


def wrong_folder(guideline: Guideline) -> Iterator[Problem]:
    """A rule that does not stand in the folder where the others of its number's letters stand."""
    usual: dict[str, Counter[str]] = defaultdict(Counter)
    for rule in guideline.rules:
        usual[_letters(rule)][_folder(rule)] += 1
    for rule in guideline.rules:
        (folder, most), *_ = usual[_letters(rule)].most_common(1)
        mine = usual[_letters(rule)][_folder(rule)]
        if _folder(rule) != folder and most > 2 * mine:
            message = (
                f"`{rule.number}` stands in `{_folder(rule)}`, and the other rules of {_letters(rule)} in `{folder}`"
            )
            hint = f"move the file to `{folder}`, or give the rule a number of its folder"
            yield rule_warning("wrong-folder", message, guideline, rule, ("number",), hint)


def _letters(rule: Rule) -> str:
    return rule.number.rpartition("-")[0]


def _digits(rule: Rule) -> str:
    return rule.number.rpartition("-")[2]


def _folder(rule: Rule) -> str:
    return "/".join(rule.place.path.split("/")[2:-1]) or "recommendations"
