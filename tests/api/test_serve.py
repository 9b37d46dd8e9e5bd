"""The service as a process: what it prints, what it answers over a real connection, how it stops, and when it does not start."""

import json
import logging
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import logs, serve
from api.app import app_from_environment
from engine import default_rules
from tests.api.client import JSON, PROBLEM

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; from api.serve import main; sys.exit(main(port=0))"
MARK = "zebra-7f3a"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Starting the service in this process sets up its log; the next test wants pytest's."""
    names = ("", "api", "uvicorn", "uvicorn.access")
    before = [(one, one.level, one.handlers[:], one.disabled) for one in map(logging.getLogger, names)]
    own = logs._logs
    yield
    logs._logs = own
    for one, level, handlers, disabled in before:
        one.setLevel(level)
        one.handlers[:], one.disabled = handlers, disabled


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def running(**more: str) -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    """The service as a process of its own, and the lines it printed."""
    command = [sys.executable, "-c", START]
    process = subprocess.Popen(
        command, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            lines.append(line)
        yield process, lines
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def curl_line(lines: list[str]) -> list[str]:
    return shlex.split(next(line for line in lines if "curl " in line))


def ask(address: str, body: bytes, **headers: str) -> tuple[int, str, bytes]:
    request = urllib.request.Request(address, body, {"Content-Type": JSON, **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


@pytest.fixture(scope="module")
def service() -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    with running() as found:
        yield found


# ---- what it prints and answers -------------------------------------------------------------------------------------
def test_the_line_that_is_printed_is_answered_by_the_first_demo(service: tuple[object, list[str]]) -> None:
    words = curl_line(service[1])
    address = next(word for word in words if word.startswith("http://127.0.0.1:"))
    status, media_type, body = ask(address, words[words.index("-d") + 1].encode())

    assert (status, media_type) == (200, JSON)
    rule = next(one for one in json.loads(body)["recommendations"] if one["number"] == "ADJ-01")
    assert (rule["status"], rule["strength"], rule["certainty"]) == ("firm", "strong", "high")
    assert any("JAMA" in one["reference"] for one in rule["citations"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_curl_itself_gets_the_answer(service: tuple[object, list[str]]) -> None:
    done = subprocess.run(curl_line(service[1])[:], capture_output=True, timeout=20, check=True)

    assert "ADJ-01" in [one["number"] for one in json.loads(done.stdout)["recommendations"]]


def test_what_is_printed_says_what_to_open_and_that_only_this_machine_is_served(
    service: tuple[object, list[str]],
) -> None:
    text = "".join(service[1])

    address = text.partition("Open  ")[2].split()[0]
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "checks no tokens (TNBC_AUTH=off)" in text


@pytest.mark.parametrize("form", ["declared", "chunked"])
def test_ten_megabytes_over_a_real_connection_are_refused(service: tuple[object, list[str]], form: str) -> None:
    host, port = curl_line(service[1])[2].split("/")[2].split(":")
    piece = b" " * 65_536
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        head = "POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        wire.sendall(
            f"{head}{'Content-Length: 10000000' if form == 'declared' else 'Transfer-Encoding: chunked'}\r\n\r\n".encode()
        )
        for _ in range(150 if form == "chunked" else 0):
            wire.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
        answer = wire.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert PROBLEM.encode() in answer


def test_a_caller_who_sends_all_of_a_body_that_is_too_large_still_reads_the_refusal(
    service: tuple[object, list[str]],
) -> None:
    """As many clients do: the body first, then a look at the answer. A reset would hide why it was refused."""
    address = "/".join(curl_line(service[1])[2].split("/")[:3])

    for path in ("/v1/decisions", "/cds-services/early-tnbc-patient-view"):
        status, kind, body = ask(f"{address}{path}", b" " * 20_000_000)
        assert status == 413 and b"bytes" in body and "json" in kind


def test_what_is_not_http_does_not_disturb_the_service(service: tuple[object, list[str]]) -> None:
    host, port = curl_line(service[1])[2].split("/")[2].split(":")
    for rubbish in (
        b"\x00\xff\x16\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/decisions HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=20) as wire:
            wire.sendall(rubbish)
            assert b" 500 " not in wire.recv(4096)

    assert ask(f"http://{host}:{port}/v1/decisions", b'{"facts": {}}')[0] == 200


def test_the_server_does_not_say_what_it_is(service: tuple[object, list[str]]) -> None:
    host, port = curl_line(service[1])[2].split("/")[2].split(":")
    with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=20) as answer:
        assert answer.headers["Server"] is None


# ---- stopping -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked_to_and_its_log_holds_nothing_of_a_caller(number: signal.Signals) -> None:
    with running(TNBC_LOG_LEVEL="debug") as (process, lines):
        words = curl_line(lines)
        address = words[2]
        assert ask(address, json.dumps({"facts": {"pt": MARK}}).encode(), **{"User-Agent": MARK})[0] == 422
        assert ask(f"{address}?{MARK}", b"{}")[0] == 422
        assert ask(f"{address}/{MARK}/{MARK}", MARK.encode())[0] == 404
        process.send_signal(number)
        out, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert errors.count("api.access") == 3
    assert MARK not in out + errors
    assert "Traceback" not in errors


def test_a_request_that_is_running_is_answered_before_it_stops() -> None:
    with running() as (process, lines):
        host, port = curl_line(lines)[2].split("/")[2].split(":")
        body = b"[" + b",".join([b'{"facts": {}}'] * 300) + b"]"
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            head = f"POST /v1/decisions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            wire.sendall(head.encode() + body)
            parts = [wire.recv(1000)]
            process.send_signal(signal.SIGTERM)
            while part := wire.recv(1_000_000):
                parts.append(part)
        process.communicate(timeout=20)

    answer = b"".join(parts)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b'{"index":') == 300
    assert answer.endswith(b"0\r\n\r\n")
    assert process.returncode == 0


# ---- not starting ---------------------------------------------------------------------------------------------------
@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(default_rules(), folder)
    rule = folder / "recommendations" / "adjuvant" / "omit-adjuvant-checkpoint-inhibitor.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("pathway: surgery_first", "pathwy: surgery_first").replace("strength: strong", "strength: sure"), encoding="utf-8")  # fmt: skip
    facts = folder / "facts" / "receptors.yaml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("section: receptors", "section: receptors\nsektion: x"),
        encoding="utf-8",
    )
    return folder


def test_a_guideline_with_problems_does_not_start_and_every_problem_is_printed(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = serve.main(port=0, rules=str(broken))

    errors = capsys.readouterr().err
    assert code == 1
    assert "omit-adjuvant-checkpoint-inhibitor.yaml" in errors and "receptors.yaml" in errors
    assert "sektion" in errors
    assert errors.splitlines()[-1].startswith("the service does not start: ")
    assert "Traceback" not in errors


def test_the_factory_refuses_a_guideline_with_problems_too(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TNBC_RULES", str(broken))

    with pytest.raises(SystemExit) as stopped:
        app_from_environment()

    assert stopped.value.code == 1
    assert "sektion" in capsys.readouterr().err


def test_the_factory_gives_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TNBC_CROSS_CHECK", "off")

    assert callable(app_from_environment())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "1-first.json:1:2: the file is not JSON"),
        ("[]", "1-first.json:1:1: the file is not an example"),
        ('{"title": "a"}', "is not an example"),
    ],
)
def test_a_broken_example_does_not_start_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(default_rules(), folder)
    (folder / "examples" / "1-first.json").write_text(text)

    assert serve.main(port=0, rules=str(folder)) == 1
    assert place in capsys.readouterr().err


def test_a_folder_without_a_guideline_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(port=0, rules=str(tmp_path / "nowhere")) == 1
    assert "there is no guideline" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code = serve.main(port=port)

    errors = capsys.readouterr().err
    assert code == 1
    assert errors.startswith(f"cannot listen on 127.0.0.1:{port}: address already in use\n")
    assert "Traceback" not in errors


def test_wrong_settings_are_told_before_anything_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.perf_counter()
    code = serve.main(host="0.0.0.0")

    assert code == 2
    assert "loopback only" in capsys.readouterr().err
    assert time.perf_counter() - begun < 0.5
