"""Lint: what is allowed in a guideline and yet probably not meant. Loading finds what is wrong; this finds what an author would want to know.

Each code is one function from a guideline to its problems, and one page docs/lint/<code>.md. A file waives a code with `waive: {code: reason}`.
"""

from collections.abc import Callable, Iterable, Iterator

from engine.authoring import (
    lint_doses,
    lint_evidence,
    lint_figures,
    lint_hooks,
    lint_rules,
    lint_texts,
    lint_units,
    lint_unused,
    lint_words,
)
from engine.authoring.findings import CODES as PROVED
from engine.authoring.lint_places import file_warning
from engine.language.guideline import Guideline
from engine.language.problems import Problem, did_you_mean
from engine.language.waivers import Waiver, waived, waivers

Lint = Callable[[Guideline], Iterator[Problem]]

LINTS: dict[str, Lint] = {
    "uncited-number": lint_texts.uncited_number,
    "long-summary": lint_texts.long_summary,
    "tautology-on-unknown": lint_rules.tautology_on_unknown,
    "strength-mismatch": lint_rules.strength_mismatch,
    "unchecked-evidence": lint_evidence.unchecked_evidence,
    "unread-finding": lint_evidence.unread_finding,
    "odd-identifier": lint_evidence.odd_identifier,
    "duplicate-identifier": lint_evidence.duplicate_identifier,
    "odd-address": lint_evidence.odd_address,
    "odd-date": lint_evidence.odd_date,
    "odd-figure": lint_figures.odd_figure,
    "p-mismatch": lint_figures.p_mismatch,
    "count-mismatch": lint_figures.count_mismatch,
    "effect-mismatch": lint_figures.effect_mismatch,
    "dose-mismatch": lint_doses.dose_mismatch,
    "odd-word": lint_words.odd_word,
    "duplicate-title": lint_words.duplicate_title,
    "dangling-mention": lint_words.dangling_mention,
    "dates-overlap": lint_rules.dates_overlap,
    "wrong-folder": lint_rules.wrong_folder,
    "odd-rule": lint_rules.odd_rule,
    "unit-mismatch": lint_units.unit_mismatch,
    "idle-hook": lint_hooks.idle_hook,
    "unused-source": lint_unused.unused_source,
    "unused-regimen": lint_unused.unused_regimen,
    "unused-value": lint_unused.unused_value,
    "unused-group": lint_unused.unused_group,
}
LOADING = ("constant-condition", "date-before-source")  # warnings of loading that a file may waive
# Those that look at one file or one figure only, and so speak truly also beside a file that could not be read.
ALONE = (
    "long-summary", "strength-mismatch", "odd-rule", "unread-finding", "odd-identifier", "duplicate-identifier", "odd-address",
    "odd-figure", "p-mismatch", "count-mismatch", "effect-mismatch",
)  # fmt: skip
STALE = "stale-waiver"


def lint(guideline: Guideline, codes: Iterable[str] = LINTS) -> list[Problem]:
    """Everything found, waived or not, sorted by place."""
    return sorted({problem for code in codes for problem in LINTS[code](guideline)}, key=lambda one: one.order)


def unwaived(guideline: Guideline) -> tuple[list[Problem], int]:
    """What `check` warns of in a guideline that can be used, sorted by place, and how many findings its files waive."""
    found = lint(guideline)
    left, used = waived(found, guideline.files)
    hidden = len(found) - len(left) + len(guideline.waived)
    every = [*guideline.warnings, *left, *_stale(guideline, used | guideline.waived)]
    return sorted(every, key=lambda one: one.order), hidden


def beside_errors(guideline: Guideline, broken: Iterable[str]) -> list[Problem]:
    """What can be warned of in a guideline with errors, of which `guideline` is the readable part: in files (named by path) without one."""
    left, _ = waived(lint(guideline, ALONE), guideline.files)
    odd = set(broken)
    return [one for one in left if not odd & {one.place.path, *(place.path for place in one.related)}]


def _stale(guideline: Guideline, used: frozenset[Waiver]) -> Iterator[Problem]:
    """Waivers of what is not found any more, or what no command finds. Those of `analyse` it looks after itself."""
    mine = {*LINTS, *LOADING}
    for one in waivers(guideline.files):
        file, place = guideline.files[one.path], one.place(guideline.files)
        if one.code in mine and not one.within:
            if one not in used:
                message = f"`{one.code}` is waived here, but it is not found any more"
                yield file_warning(STALE, message, file, place, "remove the waiver")
        elif one.code not in PROVED or one.code == STALE:
            message = f"`{one.code}` is waived here, and no such finding can be waived"
            near = did_you_mean(one.code, {*mine, *PROVED} - {STALE})
            hint = near if near.startswith("did you mean") else "remove the waiver; an error is mended, not waived"
            yield file_warning(STALE, message, file, place, hint)


__all__ = ["LINTS", "beside_errors", "lint", "unwaived"]
