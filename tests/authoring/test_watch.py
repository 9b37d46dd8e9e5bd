"""`watch`: on every save it tells what is new and what is mended, and nothing else."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.authoring.watch import Watcher
from tests.authoring.workshop import LENDING

HAND = "lending/recommendations/lending/lend-hand-tools.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(LENDING, tmp_path / "lending")
    shutil.copytree(LENDING.parent / "features", tmp_path / "features")
    return tmp_path


def swap(home: Path, old: str, new: str, name: str = HAND) -> None:
    path = home / name
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_only_what_changed_is_told(home: Path) -> None:
    watcher = Watcher(home / "lending", home / "features")
    first = watcher.look()
    swap(home, "overdue_items: {gt: 0}", "overdue_items: {gt: 1}")
    failing = watcher.look()
    swap(home, "tool: hand", "tool: hands")
    broken = watcher.look()
    swap(home, "tool: hands", "tool: hand")
    swap(home, "id: lend-hand-tools", "# a line more\nid: lend-hand-tools")
    mended = watcher.look()
    swap(home, "overdue_items: {gt: 1}", "overdue_items: {gt: 0}")
    passing = watcher.look()
    last = watcher.look()

    assert len(first) == 1 and first[0].startswith("no problems, 1 waived; 8 scenarios pass (")
    assert (
        failing[0].startswith("features/lending.feature:16: ")
        and "1 of the scenarios' expectations fail" in failing[-1]
    )
    assert broken[0].startswith(f"{HAND}:9:9: unknown value `hands`") and len(broken) == 2
    assert broken[-1].startswith("1 error, 0 warnings; scenarios wait until the errors are mended (")
    assert mended[:-1] == [f"mended: {HAND}:9:9: unknown value `hands` of `tool` [unknown-value]"]
    assert passing[0].startswith("passes: features/lending.feature:16: ") and len(passing) == 2
    assert len(last) == 1 and last[0].startswith("no change; no problems, 1 waived; 8 scenarios pass (")


def test_a_feature_that_cannot_be_read_is_told_and_mended(home: Path) -> None:
    watcher = Watcher(home / "lending", home / "features")
    watcher.look()
    swap(home, "Given a patient\n", "Given some patient\n", "features/lending.feature")
    broken = watcher.look()
    swap(home, "Given some patient\n", "Given a patient\n", "features/lending.feature")

    assert broken[0].startswith("features/lending.feature:43:11: `some patient` is no step [unknown-step]")
    assert watcher.look()[0].startswith("passes: features/lending.feature:43:11: ")


def test_a_guideline_without_features_is_checked_all_the_same(home: Path) -> None:
    shutil.rmtree(home / "features")

    assert Watcher(home / "lending", home / "features").look()[0].startswith("no problems, 1 waived (")


def test_the_command_looks_on_save_and_ends_quietly(home: Path) -> None:
    said = home / "said.txt"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "watch", "--rules", str(home / "lending")],
            stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
    try:
        wait_for(said, "Ctrl-C ends it")
        swap(home, "tool: hand", "tool: hands")
        wait_for(said, "unknown value `hands`")
        wait_for(said, "1 error, 0 warnings")
        (home / "lending" / "notes.txt").write_text("not part of the guideline")
        time.sleep(0.6)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)
    finally:
        process.kill()

    assert code == 0
    assert "Traceback" not in said.read_text()
    assert said.read_text().count("1 error, 0 warnings") == 1


def wait_for(path: Path, text: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while text not in path.read_text():
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.05)
