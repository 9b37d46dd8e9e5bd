"""`make bench-cohort`: the same patients through every way of deciding on many of them, and whether all of them say the same.

    make bench-cohort                                                     100,000 generated patients
    make bench-cohort ARGS="--patients 10000000 --folder FOLDER"          the full run; FOLDER keeps what is made
    make bench-cohort ARGS="--table metabric.tsv --map metabric"          a table of your own, with its mapping

The ways: this machine (`cohort`), a Spark cluster of a master and two workers on loopback (`cohort --engine spark`), and the statement of `sql` in
DuckDB. Each runs in processes of its own. Then, for all of them:

    totals      every status, every rule that stands (firm, provisional), every contradiction and unreadable column: how many, and a sum of hashes
                over the patients it was said of, so that two patients who changed places are seen
    sample      rows drawn from the input, compared in every word with the definition (engine/inference/reference.py)
"""

import argparse
import datetime
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from engine import Guideline, default_rules, load
from engine.cohort import Compiled
from engine.cohort.inputs import Request, source_of
from engine.cohort.local import Asked, run
from engine.cohort.sql import rule_columns, statement
from engine.inference.decide import Decider
from engine.language.tablemaps import TableMap
from tests.benchmarks.crowd import crowd
from tests.benchmarks.measured import Taken, measured
from tests.cohort import cluster, warehouse
from tests.cohort.one_by_one import differences

AS_OF = datetime.date(2026, 11, 22)
PIECE = 100_000  # patients of a row group
KEY = "patient"
Total = tuple[str, str, str, int, int]  # what, word, firm or provisional, how many, sum of hashes


# ---- patients -------------------------------------------------------------------------------------------------------
def make(path: Path, guideline: Guideline, patients: int) -> None:
    """Generated patients with unknown and partly known facts, and here and there a cell that cannot be read."""
    with pq.ParquetWriter(path, crowd(guideline, 10, 0, broken=1).schema) as writer:
        for seed in range(-(-patients // PIECE)):
            writer.write_batch(crowd(guideline, min(PIECE, patients - seed * PIECE), seed, broken=1e-4))


def as_facts(table: Path, guideline: Guideline, mapping: TableMap, path: Path) -> None:
    """What a table says, as a table of facts, for who knows no mapping."""
    source, parts = source_of(Request(guideline, table, table=mapping)), []
    for part in source.parts(PIECE):
        for rows in source.read(part, PIECE):
            facts = rows.facts
            columns = {
                name: facts.column(name).cast(pa.float64())
                if guideline.vocabulary[name].numeric
                else facts.column(name)
                for name in facts.schema.names
            }
            parts.append(pa.table({KEY: rows.identifiers, **columns}))
    pq.write_table(pa.concat_tables(parts), path)


# ---- the ways -------------------------------------------------------------------------------------------------------
def on_this_machine(path: Path, mapping: str, out: Path) -> None:
    """`tnbc-cds cohort`, on all cores."""
    run(_asked(path, mapping), out, len(os.sched_getaffinity(0)))


def on_spark(path: Path, mapping: str, out: Path) -> None:
    """`tnbc-cds cohort --engine spark`, on a cluster that is started for it."""
    from engine.cohort.spark import run_on_spark

    with cluster.Cluster(2) as one:
        run_on_spark(_asked(path, mapping), out, one.url)


def in_duckdb(path: Path, out: Path, threads: int = 0) -> None:
    """`tnbc-cds sql --dialect duckdb`, from Parquet to Parquet."""
    guideline = load(default_rules()).as_of(AS_OF)
    with duckdb.connect(config={"threads": threads or len(os.sched_getaffinity(0)), "memory_limit": "4GB"}) as database:
        database.execute("set preserve_insertion_order = false")
        database.execute(f"set temp_directory = '{out.parent / 'duckdb-spill'}'")
        database.execute(f"create view facts as {_all_facts(guideline, path)}")
        database.execute(f"copy ({statement(guideline, AS_OF, 'duckdb', 'facts', KEY)}) to '{out}' (format parquet)")


def _all_facts(guideline: Guideline, path: Path) -> str:
    """The statement asks for every fact; those that a file lacks are not sent."""
    there, silent = set(pq.read_schema(path).names), []
    for fact in guideline.vocabulary.values():
        if fact.given and fact.name not in there:
            silent.append(f"null::{'double' if fact.numeric else 'varchar'} as {fact.name}")
    return f"select {', '.join(['*', *silent])} from read_parquet('{path}')"


def _asked(path: Path, mapping: str) -> Asked:
    guideline = load(default_rules())
    return Asked(Request(guideline, path, table=guideline.tables[mapping] if mapping else None), AS_OF)


# ---- what they say --------------------------------------------------------------------------------------------------
def totals_of_folder(out: Path) -> list[Total]:
    """Of a folder that `cohort` wrote; beside what a statement gives also needs and facts to confirm."""
    patients, rules = (f"read_parquet('{out / name}/*.parquet')" for name in ("patients", "recommendations"))
    return _counted(
        [
            f"select 'status' what, status word, '' kind, {KEY} who from {patients}",
            f"select 'stands', number, status, {KEY} from {rules}",
            *(
                f"select '{what}', unnest({what}), '', {KEY} from {patients}"
                for what in ("contradictions", "problems", "needs")
            ),
            f"select 'confirm ' || number, unnest(confirm), '', {KEY} from {rules}",
        ]
    )


def totals_of_answer(path: Path) -> list[Total]:
    """Of what a statement gave."""
    rows = f"from read_parquet('{path}')"
    return _counted(
        [
            f"select 'status' what, status word, '' kind, {KEY} who {rows}",
            *(
                f"select 'stands', unnest(string_split(standing_{kind}, ' ')), '{kind}', {KEY} {rows}"
                for kind in ("firm", "provisional")
            ),
            *(f"select '{what}', unnest(string_split({what}, ' ')), '', {KEY} {rows}" for what in ("contradictions", "problems")),
        ]
    )  # fmt: skip


def _counted(selects: Sequence[str]) -> list[Total]:
    union = " union all ".join(selects)
    query = f"select what, word, kind, count(*), sum(hash(who)::hugeint) from ({union}) group by all order by all"
    with duckdb.connect(config={"memory_limit": "4GB"}) as database:
        found: list[Total] = database.execute(query).fetchall()
    return found


def unequal(one: Sequence[Total], other: Sequence[Total], without: tuple[str, ...] = ()) -> list[str]:
    """Where totals differ, leaving out what one of them does not know."""
    kept = [{total for total in totals if not total[0].startswith(without)} for totals in (one, other)]
    return [f"{what} {word} {kind}".strip() for what, word, kind, _, _ in sorted(kept[0] ^ kept[1])]


# ---- sampled rows beside the definition -----------------------------------------------------------------------------
def sampled(facts: Path, many: int, rng: random.Random) -> pa.RecordBatch:
    """Rows from all over a table of facts."""
    file = pq.ParquetFile(facts)
    groups = rng.sample(range(file.num_row_groups), min(file.num_row_groups, 20))
    some = []
    for group in groups:
        rows = file.read_row_group(group)
        some.append(rows.take(sorted(rng.sample(range(rows.num_rows), min(rows.num_rows, -(-many // len(groups)))))))
    return pa.concat_tables(some).combine_chunks().to_batches()[0]


def against_definition(
    sample: pa.RecordBatch, folders: Sequence[Path], answers: Sequence[Path], mapped: bool = False
) -> list[str]:
    """Where a way says anything else of the sample than the definition does; of a mapped table but for what could not be read."""
    compiled = Compiled(load(default_rules()), AS_OF)
    decider, names = Decider(compiled.guideline, "off"), sample.column(KEY).to_pylist()
    outcomes = compiled.evaluate(sample)
    found = differences(decider, sample, outcomes)
    wanted = outcomes.to_batches(sample.column(KEY))
    with duckdb.connect() as database:
        database.register("sample", pa.table({"name": sample.column(KEY)}))
        for folder in folders:
            for name, batch in zip(("patients", "recommendations"), wanted, strict=True):
                stored = _picked(database, f"{folder / name}/*.parquet")
                if mapped and "problems" in stored.schema.names:
                    stored = stored.drop_columns("problems")
                found += _missing(
                    f"{folder.name} {name}", batch.select(stored.schema.names).to_pylist(), stored.to_pylist()
                )
        rows = [{k: v for k, v in row.items() if k != KEY} for row in sample.to_pylist()]
        expected = warehouse.expected(decider, rows, rule_columns(decider.guideline), AS_OF)
        for path in answers:
            by_name = {row[KEY]: row for row in _picked(database, f"{path}").to_pylist()}
            given = [by_name.get(name, {}) for name in names]
            found += [f"{path.name}: {one}" for one in warehouse.differences(expected, given)]
    return found


def _picked(database: duckdb.DuckDBPyConnection, files: str) -> pa.Table:
    query = f"select * from read_parquet('{files}') where {KEY} in (select name from sample)"
    return database.sql(query).to_arrow_table()


def _missing(where: str, wanted: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[str]:
    """Rows that are on one side only."""
    one, other = ({repr(sorted(row.items())): row[KEY] for row in rows} for rows in (wanted, stored))
    odd = [one.get(row, other.get(row)) for row in one.keys() ^ other.keys()]
    odd += ["twice"] * (len(stored) - len(other))
    return [f"{where}: {name}" for name in odd]


# ---- the run --------------------------------------------------------------------------------------------------------
def agree(
    table: Path, facts: Path, mapping: str, folder: Path, ways: Sequence[str], sample: int
) -> tuple[dict[str, Taken], list[str]]:
    """Run the ways and compare them: what each took, and all differences. `table`: what `cohort` reads; `facts`: the same for a statement."""
    taken, found = dict[str, Taken](), list[str]()
    works = {
        "local": partial(measured, on_this_machine, table, mapping, folder / "local"),
        "spark": partial(measured, on_spark, table, mapping, folder / "spark"),
        "duckdb": partial(measured, in_duckdb, facts, folder / "duckdb.parquet"),
    }
    for way in ways:
        taken[way] = works[way]()
        print(f"  {way}: {taken[way].wall:,.0f} s, {taken[way].cpu:,.0f} CPU s", file=sys.stderr, flush=True)
    local = totals_of_folder(folder / "local")
    if "spark" in ways:
        found += [f"spark: {one}" for one in unequal(local, totals_of_folder(folder / "spark"))]
    if "duckdb" in ways:
        without = (
            "needs",
            "confirm",
            *(("problems",) if mapping else ()),
        )  # what a mapping could not read is no cell of a fact
        found += [f"duckdb: {one}" for one in unequal(local, totals_of_answer(folder / "duckdb.parquet"), without)]
    picked = sampled(facts, sample, random.Random(1))
    folders = [folder / way for way in ("local", "spark") if way in ways]
    found += against_definition(picked, folders, [folder / "duckdb.parquet"] if "duckdb" in ways else [], bool(mapping))
    words: dict[str, int] = {}
    for what, _, _, many, _ in local:
        words[what.split()[0]] = words.get(what.split()[0], 0) + many
    print(f"  {len(local):,} totals, of {', '.join(f'{many:,} {what}' for what, many in words.items())}")
    print(f"  {picked.num_rows:,} rows compared with the definition in every word")
    return taken, found


def main() -> int:
    """Make the patients, run, print; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--table", type=Path, help="a table instead of generated patients")
    parser.add_argument("--map", default="metabric", help="what its columns mean: a mapping of the guideline")
    parser.add_argument("--folder", type=Path, help="what is made stays there; what is there is not made again")
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--ways", nargs="+", choices=("local", "spark", "duckdb"), default=["local", "spark", "duckdb"])
    options = parser.parse_args()
    ways = list(dict.fromkeys(["local", *options.ways]))
    if "spark" in ways and (reason := cluster.missing()):
        print(f"without Spark: {reason}", file=sys.stderr)
        ways.remove("spark")
    guideline = load(default_rules())
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        facts = folder / "facts.parquet"
        if options.table is None:
            if not facts.exists():
                make(facts, guideline, options.patients)
            table, mapping = facts, ""
        else:
            table, mapping = options.table, options.map
            as_facts(table, guideline, guideline.tables[mapping], facts)
        many = pq.read_metadata(facts).num_rows
        print(f"{many:,} patients, {facts.stat().st_size / 1e6:,.1f} MB of Parquet")
        taken, found = agree(table, facts, mapping, folder, ways, options.sample)
    print("\n| | seconds | CPU seconds | patients per CPU second | most memory, MB |\n|---|---:|---:|---:|---:|")
    for way, one in taken.items():
        cpu = (
            f"{one.cpu:,.0f} | {many / one.cpu:,.0f}" if way != "spark" else "– | –"
        )  # processes that Spark ends are not counted
        print(f"| {way} | {one.wall:,.0f} | {cpu} | {one.memory:,.0f} |")
    print("\nno difference" if not found else "\n".join([f"\n{len(found):,} differences:", *found[:20]]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
