"""Cohorts in memory: the neutral rules over columns, one thread. `python -m tests.benchmarks.peers.cohorts ENGINE RULES PATIENTS` prints JSON.

Contract: columns of plain values (codes as text) in the engine's own frame or table in, one boolean column a rule out, in the engine's own
memory. The columns are then counted and compared with the reference outside the clock.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.peers.ruleset import Condition, fingerprint, patients, reference, rules

Columns = dict[str, list[Any]]
Holding = Callable[[], list[list[int]]]  # for each patient of the first COMPARED, the rules that hold
COMPARED = 500
BASE = 100_000  # patients that are made; larger cohorts repeat them


def index(
    rule_set: Sequence[Condition], columns: Columns
) -> tuple[Callable[[], Any], Callable[[Any], list[list[int]]]]:
    """Our index, a patient at a time: what the vectorised evaluator is there to beat."""
    from engine.inference.decide import Decider
    from engine.inference.index import places
    from tests.benchmarks.peers.ours import guideline

    match, names = Decider(guideline(rule_set), "off").match, list(columns)

    def work() -> list[int]:
        return [match(dict(zip(names, values, strict=True))).firm for values in zip(*columns.values(), strict=True)]

    return work, lambda found: [places(one) for one in found[:COMPARED]]


def columns(
    rule_set: Sequence[Condition], cells: Columns
) -> tuple[Callable[[], Any], Callable[[Any], list[list[int]]]]:
    """Our evaluator of columns, three-valued; codes as a dictionary. It also says what stands and what is needed."""
    import numpy as np
    import pyarrow as pa

    from engine.cohort import Compiled
    from tests.benchmarks.peers.ours import DAY, guideline

    coded = {name: pa.array(values) for name, values in cells.items()}
    batch = pa.record_batch(
        {name: one.dictionary_encode() if pa.types.is_string(one.type) else one for name, one in coded.items()}
    )
    compiled = Compiled(guideline(rule_set), DAY)
    compiled.evaluate(batch.slice(0, 1_000))

    def answers(found: Any) -> list[list[int]]:
        return [
            np.flatnonzero(row).tolist()
            for row in np.unpackbits(found[:COMPARED].view(np.uint8), axis=1, bitorder="little")
        ]

    return lambda: np.concatenate(
        [compiled.evaluate(batch.slice(start, 65_536)).firm.words for start in range(0, batch.num_rows, 65_536)]
    ), answers


def polars(
    rule_set: Sequence[Condition], columns: Columns
) -> tuple[Callable[[], Any], Callable[[Any], list[list[int]]]]:
    """Polars: one expression a rule; codes as Enum, the fastest of its types."""
    import polars as pl

    frame = pl.DataFrame(
        {name: pl.Series(name, values, dtype=pl.Enum(sorted(set(values))) if isinstance(values[0], str) else None)
         for name, values in columns.items()}
    )  # fmt: skip
    kinds = {name: frame.schema[name] for name in columns}

    def expression(raw: Condition) -> pl.Expr:
        match raw:
            case ("all", parts):
                return pl.all_horizontal([expression(part) for part in parts])
            case ("any", parts):
                return pl.any_horizontal([expression(part) for part in parts])
            case ("not", part):
                return ~expression(part)
            case (_, fact, "in", value):
                dtype = kinds[fact]
                named = [one for one in value if not isinstance(dtype, pl.Enum) or one in dtype.categories]
                return pl.col(fact).is_in(pl.Series(named, dtype=dtype).implode()) if named else pl.lit(False)
            case (_, fact, operator, value):
                return engines_compare(pl.col(fact), operator, value)
        raise AssertionError(raw)

    from tests.benchmarks.peers.engines import _compare as engines_compare

    lazy = frame.lazy().select(expression(rule).alias(f"r{number}") for number, rule in enumerate(rule_set))
    return lazy.collect, lambda found: [
        [place for place, value in enumerate(row) if value] for row in found.head(COMPARED).iter_rows()
    ]


def duckdb(
    rule_set: Sequence[Condition], columns: Columns
) -> tuple[Callable[[], Any], Callable[[Any], list[list[int]]]]:
    """DuckDB: one boolean column a rule into a table in memory; codes as text."""
    import duckdb as package
    import pyarrow

    database = package.connect(config={"threads": 1})
    source = pyarrow.table(columns)
    database.register("arriving", source)
    database.execute("create table patients as select * from arriving")

    def text(raw: Condition) -> str:
        match raw:
            case ("all" | "any" as kind, parts):
                return "(" + (" AND " if kind == "all" else " OR ").join(text(part) for part in parts) + ")"
            case ("not", part):
                return f"(NOT {text(part)})"
            case (_, fact, "in", value):
                return f"({fact} IN ({', '.join(_literal(one) for one in value)}))"
            case (_, fact, operator, value):
                sign = {"==": "=", "!=": "<>"}.get(operator, operator)
                return f"({fact} {sign} {_literal(value)})"
        raise AssertionError(raw)

    query = (
        "select " + ", ".join(f"{text(rule)} as r{number}" for number, rule in enumerate(rule_set)) + " from patients"
    )

    def work() -> Any:
        database.execute(f"create or replace temp table answers as {query}")
        return database

    return work, lambda found: [
        [place for place, value in enumerate(row) if value]
        for row in found.execute(f"select * from answers limit {COMPARED}").fetchall()
    ]


def _literal(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


ENGINES: dict[str, tuple[str, Any, str]] = {
    "columns": ("our evaluator of columns, three-valued, with needs and standing", columns, "tnbc-cds"),
    "index": ("our index, a patient at a time", index, "tnbc-cds"),
    "polars": ("Polars, one expression a rule", polars, "polars"),
    "duckdb": ("DuckDB, one column a rule", duckdb, "duckdb"),
}


def measure(name: str, count: int, size: int) -> dict[str, object]:
    """CPU seconds for the cohort, and the fingerprint of the first answers."""
    base = patients(min(BASE, size))
    rule_set = rules(count)
    times = -(-size // len(base))
    columns = {fact: ([one[fact] for one in base] * times)[:size] for fact in base[0]}
    work, answers = ENGINES[name][1](rule_set, columns)
    cpu, start = time.process_time(), time.perf_counter()
    found = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - start
    some = base[:COMPARED]
    return {
        "cpu": cpu, "wall": wall, "fingerprint": fingerprint(answers(found)[: len(some)]),
        "wanted": fingerprint(holds for holds, _ in reference(rule_set, some)),
    }  # fmt: skip


def main() -> None:
    """Measure and print; an engine that cannot hold the rules says how it failed."""
    name, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        found: dict[str, object] = measure(name, count, size)
    except BaseException as error:
        found = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0][:90] if str(error) else ''}"}
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    main()
