"""A run on a real cluster of one master and two workers gives the same answers as on one machine, also when a worker is killed in the middle."""

import datetime
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import Guideline, load
from engine.cli import main
from engine.cohort.inputs import Request
from engine.cohort.local import Asked, run
from tests.cohort import cluster as clusters
from tests.cohort.cluster import Cluster
from tests.strategies import patient

pytestmark = [pytest.mark.spark, pytest.mark.slow]
LENDING = Path(__file__).resolve().parents[1] / "guidelines" / "lending"
DAY = datetime.date(2026, 3, 1)
PATIENTS, PART = 40_000, 250


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if reason := clusters.missing():
        pytest.skip(reason)
    with Cluster(2) as one:
        yield one


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(LENDING)


@pytest.fixture(scope="module")
def borrowers(guideline: Guideline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fictional borrowers as Parquet, some cells of which cannot be read."""
    from tests.cohort.one_by_one import _text

    rng = random.Random(1)
    made = [patient(guideline, rng) for _ in range(400)]
    rows = [made[rng.randrange(len(made))] for _ in range(PATIENTS)]
    columns = {
        name: pa.array(
            [
                "nothing of the kind" if rng.random() < 0.001 else _text(row[name]) if name in row else None
                for row in rows
            ]
        )
        for name, fact in guideline.vocabulary.items()
        if fact.given
    }
    path = tmp_path_factory.mktemp("spark") / "borrowers.parquet"
    table = pa.table({"id": [f"B-{place}" for place in range(PATIENTS)], **columns})
    pq.write_table(table, path, row_group_size=PART)
    return path


def answers(out: Path) -> tuple[pa.Table, pa.Table, str]:
    """Everybody's answer, in the order of the input; and what could not be read."""
    patients, recommendations = (
        pa.concat_tables([pq.read_table(path) for path in sorted((out / name).glob("part-*.parquet"))])
        for name in ("patients", "recommendations")
    )
    return patients, recommendations, (out / "problems.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def local(
    guideline: Guideline, borrowers: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pa.Table, pa.Table, str]:
    out = tmp_path_factory.mktemp("local") / "out"
    run(Asked(Request(guideline, borrowers), DAY, ("level",), PART), out, 1)
    return answers(out)


def arguments(borrowers: Path, out: Path, master: str) -> list[str]:
    return [
        "cohort", f"{borrowers}", "--out", f"{out}", "--rules", f"{LENDING}", "--as-of", f"{DAY}", "--by", "level",
        "--rows", f"{PART}", "--engine", "spark", "--master", master,
    ]  # fmt: skip


def test_a_cluster_gives_the_answers_of_one_machine_although_a_worker_is_killed(
    cluster: Cluster, borrowers: Path, tmp_path: Path, local: tuple[pa.Table, pa.Table, str]
) -> None:
    out, killed_after = tmp_path / "out", list[int]()

    def killer() -> None:
        while not killed_after:
            done = len(list((out / "parts").glob("*.json"))) if out.is_dir() else 0
            if done >= 5:
                cluster.kill(1)
                killed_after.append(done)
            time.sleep(0.01)

    thread = threading.Thread(target=killer, daemon=True)
    thread.start()
    code = main(arguments(borrowers, out, cluster.url))

    assert code == 8  # done, though some cells could not be read
    assert killed_after and killed_after[0] < PATIENTS // PART
    assert answers(out) == local
    assert len(cluster.alive()) == 1
    assert not list(out.glob("*/.part-*"))


def test_a_run_that_one_machine_began_goes_on_where_it_stopped(
    cluster: Cluster, guideline: Guideline, borrowers: Path, tmp_path: Path, local: tuple[pa.Table, pa.Table, str]
) -> None:
    out = tmp_path / "out"
    run(Asked(Request(guideline, borrowers), DAY, ("level",), PART), out, 1)
    lost = sorted((out / "parts").glob("*.json"))[:7]
    for path in lost:
        path.unlink()

    assert main(arguments(borrowers, out, cluster.url)) == 8
    assert answers(out) == local


@pytest.mark.parametrize("master", ["spark://127.0.0.1:9", "spark://127.0.0.1", "spark://127.0.0.1:none"])
def test_a_cluster_that_is_not_there_is_told(
    borrowers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], master: str
) -> None:
    if reason := clusters.missing():
        pytest.skip(reason)
    begun = arguments(borrowers, tmp_path / "out", master)

    assert main(begun) == 70
    assert capsys.readouterr().err.splitlines()[0] == f"error: there is no Spark at `{master}`"


def test_an_engine_and_its_master_go_together(borrowers: Path, tmp_path: Path) -> None:
    begun = arguments(borrowers, tmp_path / "out", "spark://127.0.0.1:9")

    assert main(begun[:-2]) == main([*begun[:-4], *begun[-2:]]) == 2
