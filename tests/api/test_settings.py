"""Settings: what may be set, and what is refused before anything starts."""

import json
from pathlib import Path

import pytest

from api import settings, settings_shown
from api.settings import Settings, SettingsError
from engine import default_rules


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("TNBC_"):
            monkeypatch.delenv(name)


def test_without_any_setting_the_service_is_local_and_checks_everything() -> None:
    found = settings.read()

    assert (found.host, found.port, found.cross_check, found.auth) == ("127.0.0.1", 8000, "always", "off")
    assert found.rules == default_rules()
    assert (found.facts_bytes, found.batch_bytes, found.batch_items) == (65_536, 8_388_608, 10_000)


def test_the_environment_is_read_and_what_is_given_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TNBC_PORT", "8100")
    monkeypatch.setenv("TNBC_CROSS_CHECK", "sample")
    monkeypatch.setenv("TNBC_RULES", str(tmp_path))

    found = settings.read(port=8200, host=None)

    assert (found.port, found.host, found.cross_check, found.rules) == (8200, "127.0.0.1", "sample", tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "[::1]", "localhost"])
def test_loopback_may_be_served_without_tokens(host: str) -> None:
    assert settings.read(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org", ""])
def test_another_address_is_refused_while_no_tokens_are_checked(host: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^TNBC_HOST: with TNBC_AUTH=off the service listens on loopback only"
    ) as raised:
        settings.read(host=host)

    assert "set TNBC_AUTH=on with TNBC_KEYS_FILE" in str(raised.value)


def test_tokens_need_an_issuer_whose_keys_come_from_a_safe_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TNBC_AUTH", "on")

    with pytest.raises(SettingsError, match="who may call"):
        settings.read()
    monkeypatch.setenv("TNBC_JWT_ISSUERS", '{"https://ehr.example": "http://ehr.example/keys"}')
    with pytest.raises(SettingsError, match="never over http"):
        settings.read()
    monkeypatch.setenv("TNBC_JWT_ISSUERS", '{"https://ehr.example": "https://ehr.example/keys"}')
    with pytest.raises(SettingsError, match="TNBC_RECORDS: must be set when callers are authenticated"):
        settings.read(host="0.0.0.0")
    monkeypatch.setenv("TNBC_RECORDS", "off")
    assert settings.read(host="0.0.0.0").host == "0.0.0.0"


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TNBC_PORT": "http",
        "TNBC_CROSS_CHECK": "never",
        "TNBC_BATCH_ITEMS": "0",
        "TNBC_CROSCHECK": "off",
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        settings.read()

    assert [line.partition(":")[0] for line in raised.value.lines] == [
        "TNBC_CROSCHECK",
        "TNBC_PORT",
        "TNBC_CROSS_CHECK",
        "TNBC_BATCH_ITEMS",
    ]
    assert "did you mean `TNBC_CROSS_CHECK`?" in raised.value.lines[0]


def test_settings_do_not_change_while_the_service_runs() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


# ---- shown --------------------------------------------------------------------------------------------------------
def test_every_setting_is_shown_with_its_source_and_its_meaning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TNBC_BATCH_ITEMS", "7")

    assert settings_shown.main("json", port=8200) == 0
    found = {one["setting"]: one for one in json.loads(capsys.readouterr().out)}

    assert found.keys() == {f"TNBC_{name}".upper() for name in Settings.model_fields}
    assert all(one["meaning"] for one in found.values())
    shown = [
        (found[f"TNBC_{name}"]["value"], found[f"TNBC_{name}"]["source"]) for name in ("BATCH_ITEMS", "PORT", "HOST")
    ]
    assert shown == [("7", "environment"), ("8200", "option"), ("127.0.0.1", "default")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str) -> None:
    monkeypatch.setenv("TNBC_CARD_KEY", "zebra")
    monkeypatch.setenv("TNBC_DATABASE_URL", "postgresql://user:quagga@host/database")

    assert settings_shown.main(form) == 0
    out = capsys.readouterr().out

    assert "zebra" not in out and "quagga" not in out
    assert "postgresql://user:********@host/database" in out


def test_a_new_setting_that_is_secret_by_its_name_is_not_shown() -> None:
    assert settings_shown.shown("some_password", "zebra") == "********"
    assert settings_shown.shown("some_address", "https://a:zebra@b") == "https://a:********@b"


def test_wrong_settings_are_named_in_place_of_being_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TNBC_PORT", "x")

    assert settings_shown.main() == 2
    assert "TNBC_PORT" in capsys.readouterr().err
