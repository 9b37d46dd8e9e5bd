"""What a run says of all patients together: counts, part by part, so that memory does not grow with the cohort."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from engine.language.guideline import Guideline
from engine.language.tablemaps import Compared

SETTLED = (
    "recommend",
    "consider",
    "recommend_against",
)  # what a rule can say of something that was done or not, strongest first
OPEN, OUTSIDE, SILENT = "open", "outside", "silent"


class NotReady(ValueError):
    """The folder holds no complete run of this guideline; the text says what to do."""


@dataclass
class Counts:
    """Everything a report shows, counted."""

    about: dict[str, Any]
    patients: int = 0
    status: Counter[str] = field(default_factory=Counter)
    by: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)  # fact: (state, status)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)  # (rule, firm | provisional)
    rules_by: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)  # fact: (rule, state)
    needs: Counter[tuple[str, str]] = field(default_factory=Counter)  # (fact, status)
    confirm: Counter[str] = field(default_factory=Counter)
    contradictions: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (kind, column, reason)
    compared: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=dict
    )  # column: (advice, yes | no | not recorded)
    compared_by: dict[tuple[str, str], Counter[tuple[str, str, str]]] = field(
        default_factory=dict
    )  # (column, fact): (state, advice, done)


def counted(out: Path, guideline: Guideline) -> Counts:
    """The counts of a complete run; raises NotReady."""
    about = _about(out, guideline)
    found = Counts(about)
    compare = guideline.tables[about["map"]].compare if about["map"] in guideline.tables else ()
    for patients, recommendations in _parts(out):
        found.patients += patients.height
        _add(found.status, patients, "status")
        for fact in about["by"]:
            _add(found.by.setdefault(fact, Counter()), patients, fact, "status")
            joined = recommendations.join(patients.select("patient", fact), on="patient")
            _add(found.rules_by.setdefault(fact, Counter()), joined, "rule", fact)
        _add(found.rules, recommendations, "rule", "status")
        _add(found.needs, _each(patients.select("needs", "status"), "needs"), "needs", "status")
        _add(found.contradictions, _each(patients.select("contradictions"), "contradictions"), "contradictions")
        _add(found.confirm, _each(recommendations.select("patient", "confirm"), "confirm").unique(), "confirm")
        for one in compare:
            beside = _beside(one, patients, recommendations, guideline)
            _add(found.compared.setdefault(one.column, Counter()), beside, "advice", "done")
            for fact in about["by"]:
                _add(found.compared_by.setdefault((one.column, fact), Counter()), beside, fact, "advice", "done")
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.problems[line["kind"], line["column"], line["reason"]] += 1
    return found


def _about(out: Path, guideline: Guideline) -> dict[str, Any]:
    path = out / "run.json"
    if not path.is_file():
        raise NotReady(f"`{out}` holds no run; name the folder that `cohort INPUT --out` wrote")
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not about["complete"]:
        raise NotReady(f"the run in `{out}` is not complete; start it again with the same options, and it goes on")
    if about["guideline"]["sha256"] != guideline.sha256:
        raise NotReady(
            f"`{out}` was decided by another version of the guideline; name that one with --rules, or decide anew"
        )
    return about


def _parts(out: Path) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The patients and the recommendations of each part."""
    for path in sorted((out / "patients").glob("part-*.parquet")):
        yield _read(path), _read(out / "recommendations" / path.name)


def _read(path: Path) -> pl.DataFrame:
    """A part; codes as text."""
    frame = pl.read_parquet(path)
    return frame.with_columns(
        *(pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind == pl.Categorical),
        *(pl.col(name).cast(pl.List(pl.String)) for name, kind in frame.schema.items() if isinstance(kind, pl.List)),
    )


def _each(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.explode(column).drop_nulls(column)


def _add(counter: Counter[Any], frame: pl.DataFrame, *columns: str) -> None:
    """Count the rows by columns."""
    for *key, number in frame.group_by(columns).len().iter_rows():
        counter[key[0] if len(key) == 1 else tuple(key)] += number


def _beside(one: Compared, patients: pl.DataFrame, recommendations: pl.DataFrame, guideline: Guideline) -> pl.DataFrame:
    """For each patient what the rules say of the thing, and whether it was done."""
    kinds = {rule.id: rule.kind for rule in guideline.rules if rule.id in one.rules}
    status = pl.col("status")
    silent = pl.when(status == "complete").then(pl.lit(SILENT)).otherwise(pl.lit(OPEN))
    advice = pl.when(status == "out_of_scope").then(pl.lit(OUTSIDE)).otherwise(silent)
    for kind in reversed(SETTLED):
        standing = recommendations.filter(pl.col("rule").is_in([rule for rule, its in kinds.items() if its == kind]))
        advice = pl.when(pl.col("patient").is_in(standing["patient"].implode())).then(pl.lit(kind)).otherwise(advice)
    said = pl.col(one.column).str.strip_chars()
    done = pl.when(said.is_in(sorted(one.done))).then(pl.lit("yes"))
    recorded = done.when(said.is_in(sorted(one.left_undone))).then(pl.lit("no")).otherwise(pl.lit("not recorded"))
    return patients.with_columns(advice.alias("advice"), recorded.alias("done"))


__all__ = ["OPEN", "OUTSIDE", "SETTLED", "SILENT", "Counts", "NotReady", "counted"]
