"""Every exit code, and that no traceback reaches a user."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import engine.cli_commands
from engine.cli import CODES, main
from engine.inference.index import Outcomes
from engine.inference.network import Network
from tests.cli.conftest import BICYCLES, Run

AUTHORS = ("test", "watch", "analyse", "coverage", "mutate", "suggest-tests", "diff", "document", "new")
COMMANDS = (
    "evaluate",
    "explain",
    "check",
    "schema",
    "serve",
    "records",
    "keys",
    "settings",
    *AUTHORS,
    "cohort",
    "sql",
    "version",
)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text('{"kind": "rim", "cracked": true}')
    return path


USAGE = {
    "no command": [],
    "an unknown command": ["evalute"],
    "an unknown option": ["evaluate", "x", "--jsn"],
    "an option cut short": ["evaluate", "x", "--js"],
    "no file": ["evaluate"],
    "a day that is none": ["evaluate", "x", "--as-of", "2026-02-30"],
    "a day in another form": ["evaluate", "x", "--as-of", "20260230"],
    "no rule": ["explain", "x"],
    "an unknown way to check": ["evaluate", "x", "--cross-check", "sometimes"],
    "a port that is none": ["serve", "--port", "99999"],
    "a port in words": ["serve", "--port", "http"],
}


@pytest.mark.parametrize("name", USAGE)
def test_2_wrong_usage(name: str, run: Run) -> None:
    ran = run(*USAGE[name])

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: ")
    assert "\nerror: " in ran.err


def test_2_an_unknown_rule_with_the_nearest(run: Run, facts: Path) -> None:
    ran = run("explain", facts, "--rule", "replace-pads", "--rules", BICYCLES)

    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error: there is no rule `replace-pads`"
    assert "did you mean `replace-pad`?" in ran.err


@pytest.mark.parametrize("command", ["evaluate", "explain", "schema", "version"])
def test_1_a_guideline_with_problems_is_not_used(command: str, run: Run, facts: Path, tmp_path: Path) -> None:
    (tmp_path / "guideline.yaml").write_text("id: x\n")
    arguments = {"evaluate": [facts], "explain": [facts, "--rule", "X-1"]}.get(command, [])

    ran = run(command, *arguments, "--rules", tmp_path)

    assert ran.code == 1
    if command != "version":
        assert "guideline.yaml:1:1: `funding` is missing [missing-key]" in ran.err
        assert ran.err.splitlines()[-1].startswith("error: the guideline has ")
        assert ran.out == ""


def test_1_at_most_ten_problems_are_shown_where_the_command_is_not_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "guideline.yaml").write_text("id: x\n")

    ran = run("schema", "--rules", tmp_path)

    assert ran.err.count("[missing-key]") == 10
    assert "more; see `" in ran.err


def test_4_when_the_evaluators_disagree_no_answer_is_given(
    run: Run, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "match", lambda *_: Outcomes(0, 0, 0, 0, 0))
    disagreed = [run(*command, "--rules", BICYCLES) for command in (["evaluate", facts], ["evaluate", facts, "--json"], ["explain", facts, "--rule", "BRK-01"])]  # fmt: skip
    one_channel = run("evaluate", facts, "--rules", BICYCLES, "--cross-check", "off")

    assert [(ran.code, ran.out) for ran in disagreed] == [(4, "")] * 3
    assert "error: the evaluators disagree, so no answer is given\n  BRK-01: " in disagreed[0].err
    assert one_channel.code == 0


MISSING = {
    "a file that is not there": ["evaluate", "{tmp}/nowhere.json"],
    "a folder instead of a file": ["evaluate", "{tmp}"],
    "a name no file can have": ["evaluate", "a\0b"],
    "no folder of rules": ["evaluate", "{tmp}/facts.json", "--rules", "{tmp}/nowhere"],
    "a file instead of a folder of rules": ["evaluate", "{tmp}/facts.json", "--rules", "{tmp}/facts.json"],
    "nothing to check": ["check", "{tmp}/nowhere"],
    "schemas into a file": ["schema", "--rules", str(BICYCLES), "--out", "{tmp}/facts.json"],
}


@pytest.mark.parametrize("name", MISSING)
def test_5_a_file_that_cannot_be_read_or_written(name: str, run: Run, facts: Path) -> None:
    ran = run(*[argument.replace("{tmp}", str(facts.parent)) for argument in MISSING[name]])

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("error: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_5_output_that_cannot_be_written(facts: Path) -> None:
    with open("/dev/full", "w") as full:
        ran = shell("evaluate", str(facts), "--rules", str(BICYCLES), stdout=full)

    assert (ran.returncode, ran.stderr) == (5, "error: cannot read or write: no space left on device\n")


def test_70_an_internal_error_is_one_line_and_names_nothing_of_the_patient(
    run: Run, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise KeyError("a-secret")

    monkeypatch.setattr(engine.cli_commands, "readable", broken)

    plain = run("evaluate", facts, "--rules", BICYCLES)
    traced = run("evaluate", facts, "--rules", BICYCLES, "--debug")

    assert (plain.code, plain.out, plain.err) == (70, "", "error: internal error (KeyError); --debug shows where\n")
    assert (traced.code, "Traceback" in traced.err) == (70, True)


def test_70_a_service_that_is_not_installed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "api.serve", None)

    ran = run("serve")

    assert (ran.code, ran.err) == (70, "error: the service is not installed (no module `api.serve`)\n")


def test_0_serve_hands_over_what_was_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Service:
        asked: dict[str, object] | None = None

        @classmethod
        def main(cls, **options: object) -> None:
            cls.asked = options

    monkeypatch.setitem(sys.modules, "api.serve", Service)

    codes = [run("serve").code, run("serve", "--host", "::1", "--port", "8001", "--rules", "x").code]

    assert codes == [0, 0]
    assert Service.asked == {"host": "::1", "port": 8001, "rules": "x"}


# ---- the installed command ------------------------------------------------------------------------------------------
def shell(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    call = [sys.executable, "-m", "engine.cli", *arguments]
    return subprocess.run(call, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_130_interrupted_while_it_waits_for_facts(tmp_path: Path) -> None:
    pipe = tmp_path / "facts"
    os.mkfifo(pipe)
    call = [sys.executable, "-m", "engine.cli", "evaluate", str(pipe), "--rules", str(BICYCLES)]
    with (
        subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        pipe.open("w"),
    ):  # opens when it is waiting
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize(
    "arguments", [["evaluate", "{facts}"], ["evaluate", "{facts}", "--json"], ["--help"]], ids=" ".join
)
def test_141_a_reader_that_went_away(arguments: list[str], facts: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    rules = ["--rules", str(BICYCLES)] if len(arguments) > 1 else []
    try:
        ran = shell(*[one.replace("{facts}", str(facts)) for one in arguments], *rules, stdout=writer)
    finally:
        os.close(writer)

    assert (ran.returncode, ran.stderr) == (141, "")


def test_a_terminal_that_cannot_show_a_sign_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text("{}")
    folder = tmp_path / "rules"
    for source in BICYCLES.rglob("*.yaml"):
        target = folder / source.relative_to(BICYCLES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text().replace("The mechanic decides.", "The mécanicien decides."))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    ran = shell("evaluate", str(path), "--rules", str(folder), stdout=subprocess.PIPE, env=environment)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "The m?canicien decides." in ran.stdout


# ---- help -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_lists_the_exit_codes(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)

    assert ran.code == 0
    assert CODES.strip() in ran.out


def test_the_version_names_engine_and_guideline(run: Run) -> None:
    short, long = run("--version"), run("version", "--rules", BICYCLES)

    assert (short.code, long.code) == (0, 0)
    assert long.out.startswith(short.out)
    assert long.out.splitlines()[1].startswith("guideline bicycles 1.2.0, sha256 ")


def test_no_command_is_forgotten_here() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "engine.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    listed = [line.split()[0] for line in help_text.splitlines() if line.startswith("    ") and line[4:5].isalpha()]

    assert tuple(listed) == COMMANDS
    assert callable(main)
