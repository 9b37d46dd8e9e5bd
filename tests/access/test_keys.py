"""API keys: made once, kept as hashes, withdrawn by removing a line."""

import os
import stat
from pathlib import Path

import pytest

from api.access.keys import KeyFileError, Keys, line_of, new_key, read_keys
from engine.cli import main
from tests.access.conftest import ask
from tests.api.client import Client

HASH = "0" * 64
WRONG = {
    "ehr evaluate": "a line is `<name> <roles> <hash>`: run `tnbc-cds keys new NAME --role ROLE`",
    f"EHR evaluate {HASH}": "`EHR` is no name: use small letters, digits and `-`",
    f"e_h evaluate {HASH}": "`e_h` is no name: use small letters, digits and `-`",
    f"ehr evaluat {HASH}": "`evaluat` is not a role: did you mean `evaluate`? use one of administer, evaluate, read-records",
    f"ehr evaluate,root {HASH}": "`root` is not a role: use one of administer, evaluate, read-records",
    "ehr evaluate tnbc_ehr_secret": "the hash must be 64 hexadecimal digits: a key itself never stands in this file",
}


@pytest.mark.parametrize(
    "key", ["tnbc_ehr_wrong", "tnbc_nobody_x", "tnbc_", "tnbc_ehr", "tnbc__", "tnbc_ehr_" + "x" * 5000]
)
def test_a_key_that_is_not_in_the_file_opens_nothing(client: Client, key: str) -> None:
    answer = ask(client, key)

    assert (answer.status, answer.json()["detail"]) == (401, "the key is not one that this service knows")


def test_a_key_of_another_name_opens_nothing(client: Client, keys: dict[str, str]) -> None:
    assert ask(client, keys["ehr"].replace("tnbc_ehr_", "tnbc_all_")).status == 401


def test_a_key_opens_and_is_not_told_again(client: Client, keys: dict[str, str]) -> None:
    answer = ask(client, keys["ehr"])

    assert answer.status == 200
    assert keys["ehr"].encode() not in answer.body


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {key}", "{key}", "Bearer {key} x"])
def test_a_key_comes_as_bearer(client: Client, keys: dict[str, str], header: str) -> None:
    assert client.get("/v1/guideline", {"authorization": header.format(key=keys["ehr"])}).status == 401


@pytest.mark.parametrize(("line", "message"), WRONG.items())
def test_a_line_that_is_wrong_is_told_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# keys\n{line}\n")

    with pytest.raises(KeyFileError) as raised:
        read_keys(path)

    assert raised.value.lines == [f"{path}:2: {message}"]


def test_all_wrong_lines_are_told_at_once_and_no_hash_is(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"a x {HASH}\nb evaluate {HASH}\nb evaluate {HASH}\n")

    with pytest.raises(KeyFileError) as raised:
        read_keys(path)

    assert [line.rpartition("keys:")[2].split(":")[0] for line in raised.value.lines] == ["1", "3"]
    assert HASH not in str(raised.value)


def test_a_key_is_withdrawn_without_a_restart(tmp_path: Path) -> None:
    path, first, second = tmp_path / "keys", new_key("first"), new_key("second")
    path.write_text(f"{line_of('first', ['evaluate'], first)}\n{line_of('second', ['evaluate'], second)}\n")
    keys = Keys(path)
    assert keys.caller(first) is not None

    path.write_text(line_of("second", ["evaluate"], second) + "\n")

    assert keys.caller(first) is None
    assert keys.caller(second) is not None


def test_a_file_that_breaks_while_running_leaves_the_keys_before_it(tmp_path: Path) -> None:
    path, key = tmp_path / "keys", new_key("ehr")
    path.write_text(line_of("ehr", ["evaluate"], key) + "\n")
    keys = Keys(path)

    path.write_text("nonsense\n")

    assert keys.caller(key) is not None
    assert "a line is" in keys.problem


def test_the_command_makes_a_key_that_the_file_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "keys"

    assert main(["keys", "new", "ehr", "--role", "evaluate", "--role", "read-records", "--file", str(path)]) == 0

    key = capsys.readouterr().out.splitlines()[0]
    caller = Keys(path).caller(key)
    assert caller is not None
    assert (caller.name, caller.roles) == ("key:ehr", {"evaluate", "read-records"})
    assert key.split("_", 2)[2] not in path.read_text()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert main(["keys", "list", "--file", str(path)]) == 0
    assert capsys.readouterr().out == "ehr\tevaluate,read-records\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["Ehr", "--role", "evaluate"], "`Ehr` is no name for a caller"),
        (["ehr", "--role", "evalute"], "`evalute` is not a role: did you mean `evaluate`?"),
        (["taken", "--role", "evaluate"], "`taken` has a key already"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    path = tmp_path / "keys"
    path.write_text(line_of("taken", ["evaluate"], new_key("taken")) + "\n")

    assert main(["keys", "new", *words, "--file", str(path)]) == 2
    assert message in capsys.readouterr().err
