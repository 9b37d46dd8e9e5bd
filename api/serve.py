"""Runs the service: reads settings and guideline, says what to open, and stops gracefully.

`tnbc-cds serve` calls `main`. Exit codes: 0 stopped when asked to, 1 the service did not start (every problem is printed), 2 settings are wrong.
"""

import gc
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from api import logs, settings
from api.app import create_app, error_count
from api.pages import curl
from api.records.database import Database, StoreError
from api.records.packing import ChangedMeanwhile
from api.settings import Settings, SettingsError
from engine import GuidelineError

NOT_STARTED, WRONG_SETTINGS = 1, 2


def main(**given: Any) -> int:
    """Serve until stopped; the settings given here come before the environment. Gives the exit code."""
    try:
        found = settings.read(**given)
    except SettingsError as error:
        return _complain(str(error), error_count(error), WRONG_SETTINGS)
    return serve(found)


def serve(settings: Settings) -> int:
    """Serve until stopped by SIGINT or SIGTERM. Gives the exit code."""
    logs.configure(settings.log_level, settings.log_format)
    try:
        app = create_app(settings)
    except SettingsError as error:
        return _complain(str(error), error_count(error), WRONG_SETTINGS)
    except GuidelineError as error:
        return _complain(str(error), error_count(error), NOT_STARTED)
    except (StoreError, ChangedMeanwhile) as error:
        where = f"records in `{Database(settings.store).place}`: " if isinstance(error, StoreError) else ""
        return _complain(f"{where}{error}", error_count(error), NOT_STARTED)
    try:
        listener = _listen(settings)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        hint = "another program may be using it: choose another port with TNBC_PORT"
        return _complain(f"cannot listen on {where}: {(error.strerror or 'failed').lower()}", hint, NOT_STARTED)
    with listener:
        _greet(app, listener)
        _run(app, listener, settings)
    return 0


def _run(app: FastAPI, listener: socket.socket, settings: Settings) -> None:
    gc.collect()
    gc.freeze()  # what is loaded stays until the end: keep it out of every later collection
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    with _signals_end_quietly():
        uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """A socket that listens already, so that what is printed is true."""
    host = settings.host.strip("[]")
    family, kind, protocol, _, address = socket.getaddrinfo(host, settings.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


@contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more when it is done; here that must not end the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _greet(app: FastAPI, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    loaded = app.state.service.loaded
    guideline, example = loaded.guideline, loaded.examples[0]
    lines = [
        f"{guideline.about.title}",
        f"guideline {guideline.id} {guideline.version}, sha256 {guideline.sha256[:12]}, {len(guideline.rules)} rules",
        "",
        f"Open  {address}/        the form; {address}/api  for programs",
        f"Try   {example.title}",
        f"      {curl(address, example)}",
        f"Every decision is recorded in {app.state.service.recorder.store.database.place}"
        if app.state.service.recorder
        else "Decisions are not recorded (TNBC_RECORDS=on records them)",
        "",
        "Only this machine can reach the service: it checks no tokens (TNBC_AUTH=off). Stop it with Ctrl-C."
        if app.state.service.settings.auth == "off"
        else "Every request needs a key or a token (TNBC_AUTH=on). Stop it with Ctrl-C.",
    ]
    print("\n".join(lines), flush=True)


def _complain(text: str, summary: str, code: int) -> int:
    print(f"{text}\nthe service does not start: {summary}", file=sys.stderr, flush=True)
    return code
