"""Several workers on one listening socket: starts them, replaces those that die or hang, renews them one for one.

    SIGTERM, SIGINT    stop all: requests that run are answered, new connections refused
    SIGHUP             every worker reads the guideline's folder again
    SIGUSR2            renew: new workers start, and only when they answer do the old ones retire; a new one that does not start leaves all as it was

The socket stays open throughout, so that no connection is ever refused while a worker is replaced. A renewed worker imports the code and
the guideline anew.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from api import logs
from api.notify import notify
from api.reload import hangup_means_reload
from api.settings import PREFIX, Settings
from api.worker import READY

STARTING = 60.0  # seconds a worker may take until it answers
SILENT = 30.0  # seconds without a sign of life after which a worker is taken for hung
LONGEST_PAUSE = 30.0  # seconds between two attempts to replace a worker that does not start
STEADY = 60.0  # seconds after which a worker counts as one that started well


class NotStarted(Exception):
    """A worker ended, or said nothing, before it was ready."""


class Worker:
    """One process, from its start to its end."""

    def __init__(self, number: int, process: asyncio.subprocess.Process, link: socket.socket) -> None:
        self.number, self.process, self.link = number, process, link
        self.started = time.monotonic()
        self.greeting = ""
        self.retired = False

    async def ready(self) -> None:
        """Wait until it answers; raises NotStarted."""
        loop, said = asyncio.get_running_loop(), b""
        try:
            async with asyncio.timeout(STARTING):
                while READY not in said:
                    part = await loop.sock_recv(self.link, 4096)
                    if not part:
                        break
                    said += part
        except (TimeoutError, OSError):
            said = b""
        if READY not in said:
            self.signal(signal.SIGKILL)
            await self.process.wait()
            self.link.close()
            raise NotStarted
        self.greeting = said.partition(READY)[0].decode()

    async def watch(self) -> int:
        """Listen to it until it ends; its exit code. One that is silent for long is killed."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                async with asyncio.timeout(SILENT):
                    if not await loop.sock_recv(self.link, 4096):
                        break
        except TimeoutError:
            logs.trouble("worker hangs", worker=self.number, pid=self.process.pid)
            self.signal(signal.SIGKILL)
        except OSError:
            pass
        code = await self.process.wait()
        self.link.close()
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)


class Supervisor:
    """All workers of one service."""

    def __init__(self, settings: Settings, listener: socket.socket, given: Mapping[str, object]) -> None:
        """`given`: settings that came before the environment; the workers get them through theirs."""
        self.settings, self.listener = settings, listener
        chosen = {f"{PREFIX}{name}".upper(): str(value) for name, value in given.items() if value is not None}
        # Cards have the same ids whichever worker makes them, and keep them when workers are renewed.
        key = {} if settings.card_key else {f"{PREFIX}CARD_KEY": secrets.token_urlsafe(32)}
        self._environment = {**os.environ, **chosen, **key}
        self._current: dict[int, Worker] = {}
        self._workers: set[Worker] = set()  # those that retire too
        self._watched: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._renewing = asyncio.Lock()

    async def run(self) -> int:
        """Serve until stopped. Gives the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        if hangup_means_reload(self.settings):
            loop.add_signal_handler(signal.SIGHUP, self._tell_all, signal.SIGHUP)
        loop.add_signal_handler(signal.SIGUSR2, lambda: self._keep(self._renew()))
        with tempfile.TemporaryDirectory(prefix="tnbc-cds-") as folder:
            self._folder = Path(folder)
            code = await self._begin()
            if not code:
                await self._stopping.wait()
            notify("STOPPING=1")
            await self._stop()
        return code

    async def _begin(self) -> int:
        """Start all; 1 where that fails."""
        for numbers in (
            [1],
            range(2, self.settings.workers + 1),
        ):  # the first alone, so that what is wrong is said once
            started = await asyncio.gather(*map(self._start, numbers), return_exceptions=True)
            for one in started:
                if isinstance(one, Worker):
                    self._take(one)
            if any(isinstance(one, BaseException) for one in started):
                return 1
        if not self._stopping.is_set():
            print(self._current[1].greeting, flush=True)
            notify("READY=1")
        return 0

    # ---- starting -------------------------------------------------------------------------------------------------------
    async def _start(self, number: int) -> Worker:
        """A worker that answers; raises NotStarted."""
        mine, its = socket.socketpair()
        mine.setblocking(False)
        with its:
            words = [str(self.listener.fileno()), str(its.fileno()), str(number), str(self._folder)]
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # a folder called `api` where the service is started is not this one
                "-m",
                "api.worker",
                *words,
                pass_fds=(self.listener.fileno(), its.fileno()),
                env=self._environment,
            )
        worker = Worker(number, process, mine)
        await worker.ready()
        logs.service("worker answers", worker=number, pid=process.pid)
        return worker

    def _take(self, worker: Worker) -> None:
        """From now on it is the one of its number."""
        self._current[worker.number] = worker
        self._keep(self._watch(worker))

    async def _watch(self, worker: Worker) -> None:
        """Until it ends; unless that was meant, another takes its place."""
        self._workers.add(worker)
        code = await worker.watch()
        self._workers.discard(worker)
        if self._stopping.is_set() or worker.retired:
            logs.service("worker ended", worker=worker.number, pid=worker.process.pid, code=code)
            return
        logs.trouble("worker died", worker=worker.number, pid=worker.process.pid, code=code)
        pause = 0.0 if time.monotonic() - worker.started > STEADY else 0.5
        while not self._stopping.is_set():
            await self._pause(pause)
            try:
                found = await self._start(worker.number)
            except NotStarted:
                pause = min(LONGEST_PAUSE, max(0.5, pause * 2))
                logs.trouble("worker does not start", worker=worker.number)
                continue
            if self._stopping.is_set():
                found.signal(signal.SIGTERM)
            self._take(found)
            return

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _renew(self) -> None:
        """New workers for all; the old ones retire when every new one answers."""
        if self._renewing.locked() or self._stopping.is_set():
            return
        async with self._renewing:
            notify("RELOADING=1")
            started = await asyncio.gather(*map(self._start, sorted(self._current)), return_exceptions=True)
            new = [one for one in started if isinstance(one, Worker)]
            if len(new) < len(started):
                logs.trouble("workers not renewed", started=len(new), wanted=len(started))
                for worker in new:
                    worker.retired = True
                    worker.signal(signal.SIGTERM)
                    self._keep(self._watch(worker))
            else:
                old = [*self._current.values()]
                for worker in new:
                    self._take(worker)
                for worker in old:
                    worker.retired = True
                    worker.signal(signal.SIGUSR1)
            notify("READY=1")

    # ---- stopping -------------------------------------------------------------------------------------------------------
    async def _stop(self) -> None:
        """Refuse new connections, let the workers answer what runs, and end those that do not end."""
        self._stopping.set()
        self.listener.close()
        self._tell_all(signal.SIGTERM)
        if self._watched:
            await asyncio.wait(self._watched, timeout=self.settings.shutdown_seconds + 5)
        self._tell_all(signal.SIGKILL)
        if self._watched:
            await asyncio.wait(self._watched)

    def _tell_all(self, number: signal.Signals) -> None:
        for worker in self._workers:
            worker.signal(number)

    def _keep(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._watched.add(task)
        task.add_done_callback(self._watched.discard)
