"""Every file that holds no facts: its exit code, one clear message, no traceback, and nothing on standard output."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FACTS, FILES = 3, 5

# name: (file name, content, exit code, the words that tell what is wrong)
FILES_THAT_CANNOT_BE_READ: dict[str, tuple[str, bytes, int, list[str]]] = {
    "broken JSON": ("x.json", b'{"wheels": 2,}', FACTS, ["broken JSON at line 1, column 14"]),
    "broken YAML": ("x.yaml", b"wheels: [1\nkind: rim", FACTS, ["line 1", "not readable as YAML"]),
    "neither, without an ending": ("x", b'{"wheels": 2]', FACTS, ["broken JSON at line 1"]),
    "nothing": ("x.json", b"", FACTS, ["the file is empty"]),
    "only blanks": ("x.yaml", b" \n\n", FACTS, ["the file is empty"]),
    "a list": ("x.json", b"[1, 2]", FACTS, ["expected a map of fact names and values"]),
    "a sentence": ("x.yaml", b"a wheel is missing", FACTS, ["expected a map of fact names and values"]),
    "no text at all": ("x.json", b"\xff\xfe\x00", FILES, ["is not UTF-8 text (at byte 0)"]),
    "NaN": ("x.json", b'{"pad_mm": NaN}', FACTS, ["NaN and Infinity are not numbers"]),
    "infinity by exponent": ("x.json", b'{"pad_mm": 1e999}', FACTS, ["pad_mm: must be a finite number"]),
    "a number of 5,000 digits": ("x.json", b'{"pad_mm": ' + b"9" * 5000 + b"}", FACTS, ["a number that cannot be used"]),
    "a key twice, JSON": ("x.json", b'{"kind": "rim", "kind": "disc"}', FACTS, ["`kind` is written twice"]),
    "a key twice, YAML": ("x.yaml", b"kind: rim\nkind: disc", FACTS, ["line 2, column 1", "`kind` is written twice"]),
    "an alias": ("x.yaml", b"kind: &a rim\nwheels: *a", FACTS, ["line 2", "alias"]),
    "nested too deeply, JSON": ("x.json", b"[" * 100_000, FACTS, ["nested too deeply"]),
    "nested too deeply, YAML": ("x.yaml", b"{a: " * 3000, FACTS, ["line 1"]),
    "a stray key beside facts": ("x.json", b'{"facts": {}, "asof": "2026-03-01"}', FACTS, ["unknown key `asof` beside `facts`"]),
    "facts that are a list": ("x.json", b'{"facts": [1]}', FACTS, ["facts: must be an object"]),
    "an impossible day": ("x.json", b'{"facts": {}, "as_of": "2026-02-30"}', FACTS, ["`as_of` is not a date", "2025-01-30"]),
    "a day that is a number": ("x.json", b'{"facts": {}, "as_of": 20260301}', FACTS, ["`as_of` is not a date"]),
    "an unknown fact": ("x.json", b'{"weels": 2}', FACTS, ["1 fact cannot be read", "weels: is not a fact", "did you mean `wheels`?"]),
    "a derived fact": ("x.json", b'{"worn": true}', FACTS, ["worn: is derived and cannot be sent"]),
    "a value that is none": ("x.json", b'{"kind": "rym"}', FACTS, ["kind: is not a value", "rim, disc, coaster_hub, ordered"]),
    "a code without quotes": ("x.yaml", b"kind: 1", FACTS, ["kind: is not a value"]),
    "a number outside its range": ("x.json", b'{"pad_mm": 500}', FACTS, ["outside the possible range", "from 0 to 20 mm"]),
    "an impossible range": ("x.json", b'{"pad_mm": {"gt": 5, "lt": 2}}', FACTS, ["pad_mm: is an impossible range"]),
    "a number as text": ("x.json", b'{"pad_mm": "5"}', FACTS, ["must be a number, not text"]),
    "yes instead of true": ("x.yaml", b"cracked: yes", FACTS, ["cracked: must be true, false or null"]),
    "everything at once": (
        "x.json",
        b'{"wheels": 9, "cracked": 1, "kind": 3, "new": null}',
        FACTS,
        ["4 facts cannot be read", "wheels:", "cracked:", "kind:", "new:"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "command", [["evaluate"], ["evaluate", "--json"], ["explain", "--rule", "BRK-01"]], ids=" ".join
)
@pytest.mark.parametrize("name", FILES_THAT_CANNOT_BE_READ)
def test_a_bad_file_is_refused_with_its_reason(
    name: str, command: list[str], run: Run, bicycles: Path, tmp_path: Path
) -> None:
    file, content, code, words = FILES_THAT_CANNOT_BE_READ[name]
    path = tmp_path / file
    path.write_bytes(content)

    ran = run(*command, path, "--rules", bicycles)

    assert (ran.code, ran.out) == (code, "")
    assert [word for word in words if word not in ran.err] == []
    assert "Traceback" not in ran.err


GOOD_FILES: dict[str, tuple[str, bytes]] = {
    "JSON": ("x.json", b'{"kind": "rim", "pad_mm": 1.5}'),
    "JSON with a byte order mark": ("x.json", b'\xef\xbb\xbf{"kind": "rim", "pad_mm": 1.5}'),
    "JSON without an ending": ("x", b' {"kind": "rim", "pad_mm": 1.5}'),
    "JSON in tabs": ("x.json", b'{\n\t"kind": "rim",\n\t"pad_mm": 1.5\n}'),
    "a request": ("x.json", b'{"facts": {"kind": "rim", "pad_mm": 1.5}}'),
    "YAML": ("x.yaml", b"kind: rim\npad_mm: 1.5\n"),
    "YAML in one line": ("x", b"{kind: rim, pad_mm: 1.5}"),
    "YAML in capitals": ("X.YML", b"kind: rim\npad_mm: 1.5"),
    "a request in YAML": ("x.yaml", b"as_of: 2026-03-01\nfacts:\n  kind: rim\n  pad_mm: 1.5"),
}


@pytest.mark.parametrize("name", GOOD_FILES)
def test_the_same_facts_in_any_writing_are_answered_alike(name: str, run: Run, bicycles: Path, tmp_path: Path) -> None:
    file, content = GOOD_FILES[name]
    path = tmp_path / file
    path.write_bytes(content)

    decision = json.loads(run("evaluate", path, "--rules", bicycles, "--as-of", "2026-03-01", "--json").out)

    assert [one["number"] for one in decision["recommendations"]] == ["BRK-01"]
    assert {name: decision["facts"][name]["state"] for name in ("kind", "pad_mm")} == {"kind": "rim", "pad_mm": 1.5}


def test_standard_input_is_read_where_the_file_is_a_dash(
    run: Run, bicycles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"kind: rim\n")))
    answered = run("evaluate", "-", "--rules", bicycles)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"kind: [")))
    refused = run("evaluate", "-", "--rules", bicycles)

    assert (answered.code, refused.code) == (0, FACTS)
    assert "the facts in standard input cannot be read" in refused.err


def test_no_message_quotes_a_value_of_the_patient(run: Run, bicycles: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(
        '{"wheels": 31337, "kind": "a-secret", "pad_mm": "31337", "cracked": "a-secret", "nothing": "a-secret"}'
    )

    err = run("evaluate", path, "--rules", bicycles).err

    assert "a-secret" not in err
    assert "31337" not in err
