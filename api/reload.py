"""Takes up a changed guideline while the service runs, or keeps the old one and says why.

The new guideline is read, prepared in every part and tested beside the one in force, off the event loop; then one reference is swapped. A
request that has begun ends with the guideline it began with. What cannot be taken up is told in the log, in the metrics and by /readyz, as
places and codes of problems.
"""

import asyncio
import contextlib
import datetime
import gc
import hashlib
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from api import logs, selftest
from api.service import Loaded, Service
from api.settings import Settings
from engine import GuidelineError, Problem, load
from engine.language.guideline import content_hash
from engine.language.problems import Place

MOST_PROBLEMS = 50  # shown of one attempt
SETTLED = 300  # milliseconds without a change before the folder is read
LOOK_AGAIN = 2000  # milliseconds after which the folder may turn out to be another one
READ_AGAIN = 5  # times a folder is read that changes while it is read
FILES = (".yaml", ".csv", ".json")


@dataclass(frozen=True)
class Failure:
    """An attempt that left the old guideline in force."""

    time: datetime.datetime
    problems: tuple[Problem, ...]


@dataclass
class Reloads:
    """What became of the attempts since the start."""

    watching: bool = False
    succeeded: int = 0
    failed: int = 0
    last_failure: Failure | None = None
    refused: bool = False  # the last attempt failed: the folder is not what is in force


class Reloader:
    """Reloads the guideline of one service: when its folder changes, or when asked to."""

    def __init__(self, service: Service) -> None:
        self.service, self.root = service, service.settings.rules
        self.reloads = Reloads(watching=service.settings.reload_rules)
        self._asked = asyncio.Event()
        self._seen = ""  # the fingerprint of the folder that is in force; at first only its hash is known

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take up changes until left; SIGHUP asks for it too."""
        jobs = [asyncio.create_task(self._take_up())]
        if self.reloads.watching:
            jobs.append(asyncio.create_task(self._watch()))
        with _on_hangup(self.ask, hangup_means_reload(self.service.settings)):
            try:
                yield
            finally:
                for job in jobs:
                    job.cancel()
                await asyncio.gather(*jobs, return_exceptions=True)

    def ask(self) -> None:
        """Have the folder read again soon."""
        self._asked.set()

    async def reload(self) -> bool:
        """Read the folder now; whether what is in force is what it holds."""
        try:
            seen, loaded = await asyncio.to_thread(self._ready)
        except GuidelineError as error:
            return self._keep_old(error.problems)
        except Exception as error:
            logs.unexpected("-", "reload", error)
            return self._keep_old((Problem("internal-error", "", Place("")),))
        self._seen = seen
        if loaded is not None:
            self.service.live = loaded
            logs.took_up(loaded.guideline.sha256, loaded.guideline.version)
            self.reloads.succeeded += 1
            self.service.metrics.event("reload_ok")
        self.reloads.refused = False
        return True

    def _ready(self) -> tuple[str, Loaded | None]:
        """The fingerprint of the folder and its guideline, tested; None when it is the one in force. Raises GuidelineError."""
        for _ in range(READ_AGAIN):
            seen = _fingerprint(self.root)
            if seen == self._seen or (not self._seen and content_hash(self.root) == self.service.live.guideline.sha256):
                return seen, None
            try:
                loaded = self.service.prepared(load(self.root))
            except (GuidelineError, OSError):
                if _fingerprint(self.root) == seen:
                    raise
                continue
            if _fingerprint(self.root) == seen:  # else half of it may be older than the rest
                if not selftest.passes(loaded, self.service.today()):
                    raise GuidelineError([Problem("self-test", "the evaluators differ", Place(""))])
                return seen, loaded
        raise GuidelineError([Problem("still-changing", "the folder changes while it is read", Place(""))])

    def _keep_old(self, problems: tuple[Problem, ...]) -> bool:
        self.reloads.failed += 1
        self.service.metrics.event("reload_failed")
        self.reloads.refused = True
        self.reloads.last_failure = Failure(datetime.datetime.now(datetime.UTC), problems)
        logs.kept_old(self.service.live.guideline.sha256, problems[:MOST_PROBLEMS], len(problems))
        return False

    async def _take_up(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            before = self.service.live
            await self.reload()
            if self.service.live is not before:
                del before
                _forget_the_old()

    async def _watch(self) -> None:
        """Ask at every change, also when the folder itself is replaced by another."""
        while True:
            here = _identity(self.root)
            try:
                changes = awatch(
                    self.root,
                    debounce=SETTLED,
                    step=50,
                    rust_timeout=LOOK_AGAIN,
                    yield_on_timeout=True,
                    watch_filter=None,
                )
                self.ask()  # for what changed before the watch began
                async for found in changes:
                    if found:
                        self.ask()
                    if _identity(self.root) != here:
                        break
            except (OSError, RuntimeError):
                await asyncio.sleep(LOOK_AGAIN / 1000)


def _fingerprint(root: Path) -> str:
    """A hash of everything below the folder that is read at start."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in FILES:
            with contextlib.suppress(OSError):
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _identity(root: Path) -> tuple[Path, int, int] | None:
    """Which folder stands at the path now."""
    try:
        found = root.stat()
        return root.resolve(), found.st_dev, found.st_ino
    except OSError:
        return None


def _forget_the_old() -> None:
    """Give back the memory of the guideline before, and keep the new one out of later collections (as the start does)."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def hangup_means_reload(settings: Settings) -> bool:
    """Where somebody sits at a terminal, SIGHUP says that it was closed; elsewhere, that the guideline is to be read again."""
    return settings.reload_rules or not sys.stderr.isatty()


@contextlib.contextmanager
def _on_hangup(ask: Callable[[], None], wanted: bool) -> Iterator[None]:
    """Call `ask` at SIGHUP."""
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, ask)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
