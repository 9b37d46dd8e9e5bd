"""Runs the service: reads settings and guideline, says what to open, and stops gracefully.

`tnbc-cds serve` calls `main`. Exit codes: 0 stopped when asked to, 1 the service did not start (every problem is printed), 2 settings are wrong.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from api import logs, settings
from api.app import NOT_USABLE, create_app, error_count, told
from api.greeting import greeting
from api.notify import notify
from api.server import Server, no_collections
from api.settings import Settings, SettingsError
from api.supervisor import Supervisor

NOT_STARTED, WRONG_SETTINGS = 1, 2


def main(**given: Any) -> int:
    """Serve until stopped; the settings given here come before the environment. Gives the exit code."""
    try:
        found = settings.read(**given)
    except SettingsError as error:
        return _complain(str(error), error_count(error), WRONG_SETTINGS)
    return serve(found, given)


def serve(settings: Settings, given: Mapping[str, object] = MappingProxyType({})) -> int:
    """Serve until stopped by SIGINT or SIGTERM. Gives the exit code."""
    logs.configure(settings.log_level, settings.log_format)
    if settings.workers > 1:
        return _with(settings, lambda listener: asyncio.run(Supervisor(settings, listener, given).run()))
    try:
        with no_collections():
            app = create_app(settings)
    except SettingsError as error:
        return _complain(str(error), error_count(error), WRONG_SETTINGS)
    except NOT_USABLE as error:
        return _complain(told(error, settings), error_count(error), NOT_STARTED)
    return _with(settings, lambda listener: _answer(app, settings, listener))


def _with(settings: Settings, run: Callable[[socket.socket], int]) -> int:
    try:
        listener = _listen(settings)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        hint = "another program may be using it: choose another port with TNBC_PORT"
        return _complain(f"cannot listen on {where}: {(error.strerror or 'failed').lower()}", hint, NOT_STARTED)
    with listener:
        return run(listener)


def _answer(app: FastAPI, settings: Settings, listener: socket.socket) -> int:
    def ready() -> None:
        print(greeting(app.state.service, listener), flush=True)
        notify("READY=1")

    Server(app, settings, ready).answer(listener)
    return 0


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


def _complain(text: str, summary: str, code: int) -> int:
    print(f"{text}\nthe service does not start: {summary}", file=sys.stderr, flush=True)
    return code
