"""One process that answers: uvicorn with the signals of this service.

SIGTERM, SIGINT    stop: requests that run are answered, new connections refused; again SIGINT: stop at once
SIGUSR1            retire: others have taken over, so no connection is taken any more, and those there are end with their next answer
"""

import asyncio
import contextlib
import gc
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from api.settings import Settings

KEEP_ALIVE = 20  # seconds a connection may be idle; a proxy in front must give it up sooner
CLOSE = (b"connection", b"close")


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """While a service is made nothing of it is garbage: to look for some takes a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Server(uvicorn.Server):
    """Answers on sockets that listen already. `ready` is called once it does, `tick` every tenth of a second."""

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        ready: Callable[[], None] = lambda: None,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=settings.shutdown_seconds,
            )
        )
        self._ready, self._tick = ready, tick
        self._retired_at = 0.0

    def answer(self, listener: socket.socket) -> None:
        """Answer until stopped."""
        gc.collect()
        gc.freeze()  # what is loaded stays until the end: keep it out of every later collection
        self.run(sockets=[listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections that are left while retiring."""
        stop = await super().on_tick(counter)
        self._tick()
        if self._retired_at:
            self._end_with_next_answer()
            idle_for_long = time.monotonic() - self._retired_at > KEEP_ALIVE + 1
            stop = stop or idle_for_long or not self.server_state.connections
        return stop

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Answer what runs, then end."""
        if self.should_exit and number == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    def retire(self) -> None:
        """Take no connection any more; let each that is there send one more request, which is the sure way not to cut one off under way."""
        if not self._retired_at:
            self._retired_at = time.monotonic()
            for server in self.servers:
                server.close()
            self._end_with_next_answer()

    def _end_with_next_answer(self) -> None:
        if CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """In place of uvicorn's, which ends the process by the signal that stopped it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self.stop, one)
        loop.add_signal_handler(signal.SIGUSR1, self.retire)
        try:
            yield
        finally:
            for one in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
                loop.remove_signal_handler(one)
