"""A token of a CDS Hooks client is good once, for all workers together."""

import time
from pathlib import Path

import pytest

from api.cds_hooks.tokens import UsedInFolder, UsedInMemory

NOW = time.time()


@pytest.mark.parametrize("made", [UsedInMemory, UsedInFolder], ids=["one process", "several"])
def test_a_token_is_new_once_until_it_ends(made: type, tmp_path: Path) -> None:
    used = made(tmp_path) if made is UsedInFolder else made()

    assert [used.first("a", NOW + 100, NOW), used.first("a", NOW + 100, NOW + 50)] == [True, False]
    assert used.first("b", NOW + 100, NOW)
    assert used.first("a", NOW + 400, NOW + 200)  # the first has ended, so its name may come again


def test_workers_see_what_the_others_took(tmp_path: Path) -> None:
    one, other = UsedInFolder(tmp_path), UsedInFolder(tmp_path)

    assert one.first("a", NOW + 100, NOW)
    assert not other.first("a", NOW + 100, NOW)


def test_tokens_that_ended_leave_nothing_behind(tmp_path: Path) -> None:
    used = UsedInFolder(tmp_path)
    for number in range(20):
        used.first(str(number), NOW + 10, NOW)

    used.first("later", NOW + 500, NOW + 200)

    assert len(list((tmp_path / "used-tokens").iterdir())) == 1


def test_nothing_of_a_token_stands_in_a_file_name(tmp_path: Path) -> None:
    UsedInFolder(tmp_path).first("https://ehr.example\nsecret-id", NOW + 10, NOW)

    assert "secret" not in "".join(path.name for path in (tmp_path / "used-tokens").iterdir())
