"""GET /metrics: what was counted, in the text form that Prometheus reads. With several workers, whichever is asked answers for all.

Each worker leaves what it has counted in a folder of the service every second; what a worker that died had left stays counted, so that
counters never fall.
"""

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from api.metrics import BOUNDS, Counts
from api.reload import Reloads
from api.service import Service
from engine.inference.decide import ENGINE_VERSION

EVERY = 1.0  # seconds between two writings of a worker
GONE = 10.0  # seconds without a writing after which a worker is taken for dead


@dataclass(frozen=True)
class Seen:
    """One worker as it was at some time."""

    worker: str
    time: float
    started: float
    resident: int  # bytes
    guideline: tuple[str, str, str]  # id, version, SHA-256
    refused: bool
    counts: Counts

    def plain(self) -> bytes:
        """As JSON."""
        return orjson.dumps({**vars(self), "counts": self.counts.plain()})

    @classmethod
    def of(cls, raw: bytes) -> "Seen":
        """What `plain` gave; raises ValueError for anything else."""
        found: dict[str, Any] = orjson.loads(raw)
        try:
            return cls(**{**found, "guideline": tuple(found["guideline"]), "counts": Counts.of(found["counts"])})
        except (TypeError, KeyError) as error:
            raise ValueError from error


class Exposition:
    """The route over one service. `folder`: where its workers meet; None for the only one."""

    def __init__(self, service: Service, reloads: Reloads, folder: Path | None = None, worker: str = "1") -> None:
        self.service, self.reloads, self.folder, self.worker = service, reloads, folder, worker
        self._started = time.time()

    async def metrics(self, request: Request) -> Response:
        """Everything that was counted since the start, over all workers."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(self._all()))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @contextlib.asynccontextmanager
    async def sharing(self) -> AsyncIterator[None]:
        """While the service runs: leave what was counted for the other workers."""
        job = asyncio.create_task(self._share()) if self.folder else None
        try:
            yield
        finally:
            if job:
                job.cancel()
                await asyncio.gather(job, return_exceptions=True)
                self._leave()

    async def _share(self) -> None:
        while True:
            self._leave()
            await asyncio.sleep(EVERY)

    @property
    def _name(self) -> str:
        return f"{self.worker}-{os.getpid()}.json"

    def _leave(self) -> Seen:
        """This worker now; written for the others whole or not at all. A full disk costs figures, never an answer."""
        seen = self._seen()
        if self.folder is not None:
            part = self.folder / f"{self._name}.part"
            with contextlib.suppress(OSError):
                part.write_bytes(seen.plain())
                os.replace(part, self.folder / self._name)
        return seen

    def _seen(self) -> Seen:
        identity = self.service.live.catalogue.identity
        named = (identity.id, identity.version, identity.sha256)
        counts = self.service.metrics.counts()
        return Seen(self.worker, time.time(), self._started, _resident(), named, self.reloads.refused, counts)

    def _all(self) -> list[Seen]:
        """Every worker there ever was; this one as it is now. Left before it is read, so that no figure falls from one answer to the next."""
        found = [self._leave()]
        for path in sorted(self.folder.glob("*.json")) if self.folder else ():
            with contextlib.suppress(OSError, ValueError):
                if path.name != self._name:
                    found.append(Seen.of(path.read_bytes()))
        return found


class _Collected(Collector):
    """The figures of all workers as Prometheus wants them."""

    def __init__(self, seen: Iterable[Seen]) -> None:
        self.seen = list(seen)

    def collect(self) -> Iterator[Metric]:
        counts = Counts()
        for one in self.seen:
            counts.add(one.counts)
        yield _histogram(counts)
        for name, text, labels, found in (
            ("tnbc_http_requests", "requests answered", ["route", "method", "status"], counts.requests),
            ("tnbc_refusals", "requests and items of batches refused, by problem", ["problem"], counts.refusals),
            ("tnbc_decisions", "decisions given", ["status"], counts.decisions),
            (
                "tnbc_rule_outcomes",
                "decisions by rule; not_applicable is what is left",
                ["rule", "outcome"],
                counts.outcomes,
            ),
        ):
            family = CounterMetricFamily(name, text, labels=labels)
            for values, number in sorted(found.items()):
                family.add_metric(values, number)
            yield family
        yield _one(
            "tnbc_cross_check_disagreements",
            "decisions refused because the evaluators differed",
            counts,
            "disagreement",
        )
        reloads = CounterMetricFamily("tnbc_reloads", "attempts to take up a changed guideline", labels=["result"])
        reloads.add_metric(["ok"], counts.events["reload_ok",])
        reloads.add_metric(["failed"], counts.events["reload_failed",])
        yield reloads
        yield from self._now()

    def _now(self) -> Iterator[Metric]:
        """What is so at this moment."""
        newest = max((one.time for one in self.seen), default=0.0)
        alive = [one for one in self.seen if newest - one.time < GONE]
        guidelines = GaugeMetricFamily(
            "tnbc_guideline_info", "workers that answer from this guideline", labels=["id", "version", "sha256"]
        )
        for named in sorted({one.guideline for one in alive}):
            guidelines.add_metric(named, sum(one.guideline == named for one in alive))
        refused = GaugeMetricFamily("tnbc_guideline_refused", "workers whose folder holds a guideline they refused")
        refused.add_metric([], sum(one.refused for one in alive))
        workers = GaugeMetricFamily("tnbc_workers", "workers that answer")
        workers.add_metric([], len(alive))
        resident = GaugeMetricFamily("tnbc_worker_resident_bytes", "memory of a worker", labels=["worker"])
        started = GaugeMetricFamily("tnbc_worker_start_time_seconds", "when a worker started", labels=["worker"])
        for one in {one.worker: one for one in sorted(alive, key=lambda one: one.started)}.values():
            resident.add_metric([one.worker], one.resident)
            started.add_metric([one.worker], one.started)
        engine = GaugeMetricFamily("tnbc_engine_info", "the version of the engine", labels=["version"])
        engine.add_metric([ENGINE_VERSION], 1)
        yield from (guidelines, refused, workers, resident, started, engine)


def _one(name: str, text: str, counts: Counts, event: str) -> Metric:
    family = CounterMetricFamily(name, text)
    family.add_metric([], counts.events[event,])
    return family


def _histogram(counts: Counts) -> Metric:
    """Seconds by route; each bucket holds what lies below it, as Prometheus counts."""
    family = HistogramMetricFamily(
        "tnbc_http_request_seconds", "time from the first byte in to the last out", labels=["route"]
    )
    for route, (*numbers, seconds) in sorted(counts.seconds.items()):
        below, buckets = 0.0, []
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), numbers, strict=True):
            below += number
            buckets.append((bound, below))
        family.add_metric([route], buckets, seconds)
    return family


def _resident() -> int:
    """Bytes of this process in memory."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
