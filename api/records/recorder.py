"""Group commit: requests that wait at the same time share one transaction, and so one wait for the disk.

One thread writes. A request goes on when its entries are on the disk, or with NotRecorded when they are not: nothing is retried behind its back.
Nothing has to be done after a failure either: every transaction tries anew.

The event loop says when the thread writes: after it has gone once through all that was ready. So groups are as large as they can be without anybody
waiting for others to come, and the two seldom want the interpreter at the same time, which costs more than the writing.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from api import logs
from api.records.chain import Entry, Sealed, days_ago, seal
from api.records.database import StoreError
from api.records.packing import Packed
from api.records.store import Store

MOST_WAITING = 2_000  # entries that may wait; at 40 kB each, 80 MB
MOST_AT_ONCE = 256  # entries of one transaction
HOUR = 3600.0
FRESH = 2.0  # seconds for which it is taken for true that the store can be written, or cannot


class NotRecorded(Exception):
    """The entries are not recorded, or it cannot be told; the text says why and holds nothing of them."""


@dataclass(slots=True)
class Ticket:
    """Entries of one request, and who waits for them."""

    entries: Sequence[Sealed]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"


class Recorder:
    """Appends to a store for the event loops of this process. The thread starts with the first entry, so a process may fork before it."""

    def __init__(self, store: Store, seconds: float = 5.0, days: int | None = None) -> None:
        """`seconds`: how long a request waits at most. `days`: contents older than this are erased, looked after once an hour."""
        self.store, self.seconds, self.days = store, seconds, days
        self.failure = ""  # why the newest transaction failed; empty when it did not
        self.groups = self.written = 0  # transactions and entries since the start
        self._waiting: deque[Ticket] = deque()
        self._count = 0  # entries that wait
        self._ringer: asyncio.AbstractEventLoop | None = None  # the loop that will ring, now or when a group is written
        self._closing = False
        self._turn = threading.Lock()  # of the four above
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._next_look = 0.0
        self._tried = -FRESH  # when the store was written last, or could not be
        self._probing = asyncio.Lock()

    def know(self, packed: Packed) -> None:
        """Entries made with this guideline may follow."""
        self.store.know(packed)

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are on the disk; raises NotRecorded when they cannot be, or when it takes too long."""
        loop = asyncio.get_running_loop()
        ticket = Ticket([*map(seal, entries)], loop, loop.create_future())
        with self._turn:
            if self._closing:
                raise NotRecorded("the service is being stopped")
            if self._count + len(entries) > max(MOST_WAITING, len(entries)):
                raise NotRecorded("too many decisions wait for the disk")
            self._waiting.append(ticket)
            self._count += len(entries)
            ringer, self._ringer = self._ringer, loop
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="records", daemon=True)
                self._thread.start()
        if ringer is not loop:
            loop.call_soon(self._bell.put, None)
        timer = loop.call_later(self.seconds, _too_late, ticket.done)
        try:
            await ticket.done
        finally:
            timer.cancel()

    async def state(self) -> str:
        """Why nothing can be recorded; empty when all is well. The store is tried where nobody has just done so."""
        async with self._probing:
            if time.monotonic() - self._tried >= FRESH:
                self._noted(await asyncio.to_thread(self._probe))
        return self.failure

    def _probe(self) -> str:
        try:
            self.store.probe()
        except Exception as error:
            return why(error)
        return ""

    def _noted(self, failure: str) -> None:
        """What became of the newest attempt to write; the log is told when that is something else than before."""
        if failure != self.failure:
            logs.recording(failure, self.store.database.place)
        self.failure, self._tried = failure, time.monotonic()

    def close(self) -> None:
        """Write what waits, then let the store go."""
        with self._turn:
            self._closing = True
        self._bell.put(None)
        if self._thread is not None:
            self._thread.join(self.seconds)
        self.store.database.close()

    # ---- the thread ---------------------------------------------------------------------------------------------
    def _run(self) -> None:
        while True:
            with contextlib.suppress(queue.Empty):
                self._bell.get(timeout=HOUR if self.days else None)
            if group := self._taken():
                self._write(group)
            if self.days and time.monotonic() >= self._next_look:
                self._expire(self.days)
            if self._closing and not self._waiting:
                return

    def _taken(self) -> list[Ticket]:
        """The tickets of the next transaction."""
        group: list[Ticket] = []
        size = 0
        with self._turn:
            while self._waiting and (not group or size + len(self._waiting[0].entries) <= MOST_AT_ONCE):
                ticket = self._waiting.popleft()
                size += len(ticket.entries)
                group.append(ticket)
            self._count -= size
            self._ringer = group[-1].loop if group else None
        return group

    def _write(self, group: list[Ticket]) -> None:
        failure = ""
        entries = [entry for ticket in group for entry in ticket.entries]
        try:
            self.store.append(entries)
            self.groups, self.written = self.groups + 1, self.written + len(entries)
        except Exception as error:
            failure = why(error)
        self._noted(failure)
        for loop in {ticket.loop for ticket in group}:
            mine = [ticket.done for ticket in group if ticket.loop is loop]
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._settle, loop, mine, failure)
        if self._closing:
            self._go_on()

    def _settle(self, loop: asyncio.AbstractEventLoop, waiting: list["asyncio.Future[None]"], failure: str) -> None:
        """On the loop: let the requests go on, and then have the next group written."""
        for done in waiting:
            if not done.done():
                if failure:
                    done.set_exception(NotRecorded(failure))
                else:
                    done.set_result(None)
        loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        """Ring if anybody waits."""
        with self._turn:
            if not self._waiting:
                self._ringer = None
                return
            self._ringer = self._waiting[-1].loop
        self._bell.put(None)

    def _expire(self, days: int) -> None:
        self._next_look = time.monotonic() + HOUR
        try:
            self.store.expire(days_ago(days), "service", "retention")
        except Exception as error:
            logs.recording(why(error), self.store.database.place)


def why(error: Exception) -> str:
    """A failure in words that hold nothing of a record."""
    return str(error) if isinstance(error, StoreError) else f"unexpected: {type(error).__name__}"


def _too_late(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_exception(NotRecorded("it took too long"))
