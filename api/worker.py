"""One of several processes that answer on the same socket. Started by the supervisor: `python -m api.worker LISTENER LINK NUMBER FOLDER`.

It inherits the listening socket and a link to the supervisor. It says when it is ready and then that it is alive, once a second; when the
link ends, because the supervisor is no more, it stops as if asked to.
"""

import asyncio
import contextlib
import signal
import socket
import sys
import time
from pathlib import Path

from fastapi import FastAPI

from api import logs, settings
from api.app import NOT_USABLE, create_app, error_count, told
from api.greeting import greeting
from api.server import Server, no_collections
from api.settings import SettingsError

READY, ALIVE, NOT_STARTED = b"\0", b".", 1
BEAT = 1.0  # seconds


def main(listener: int, link: int, number: str, folder: str) -> int:
    """Answer until stopped. Gives the exit code."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the supervisor passes on what is to be done
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the guideline can be read again
    with socket.socket(fileno=listener) as shared, socket.socket(fileno=link) as mine:
        try:
            found = settings.read()
        except SettingsError as error:
            return _complain(str(error), number, error)
        logs.configure(found.log_level, found.log_format, worker=int(number))
        try:
            with no_collections():
                app = create_app(found, shared=(Path(folder), number))
        except NOT_USABLE as error:
            return _complain(told(error, found), number, error)
        linked(app, mine, shared, found).answer(shared)
    return 0


def _complain(text: str, number: str, error: Exception) -> int:
    print(f"{text}\nworker {number} does not start: {error_count(error)}", file=sys.stderr, flush=True)
    return NOT_STARTED


def linked(app: FastAPI, link: socket.socket, listener: socket.socket, found: settings.Settings) -> Server:
    """The server with its link to the supervisor."""
    link.setblocking(False)
    last = 0.0

    def ready() -> None:
        asyncio.get_running_loop().add_reader(link.fileno(), ended)
        link.send(greeting(app.state.service, listener).encode() + READY)

    def tick() -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= BEAT:
            last = now
            with contextlib.suppress(OSError):
                link.send(ALIVE)

    def ended() -> None:
        asyncio.get_running_loop().remove_reader(link.fileno())
        server.stop()

    server = Server(app, found, ready, tick)
    return server


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
