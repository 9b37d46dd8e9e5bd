"""What the service writes about itself: one line a request, and what went wrong. Never a fact, a body, a query string or a header of a caller.

    api.access      one line a request: its id, the route (not the address that was asked for), status, bytes, time, guideline, decision
    api.failures    the type and the place of an unexpected exception (never its text), and disagreements of the evaluators
    api.service     what became of the service: guidelines taken up or refused, workers

`configure` sends every line to standard error, as JSON or for people. Until then lines go to Python's own `logging`, for a program that
holds the app inside itself. What libraries log comes along without its arguments, which may hold anything: the logger, its message as it
stands in its source, and the type of an exception.
"""

import logging
import logging.config
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from api.log_lines import Foreign, Form, for_another_program, kind_of, place_of, to_stream
from engine import Problem


class _Logs:
    """The loggers of the service."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self.access, self.failures, self.service = make("api.access"), make("api.failures"), make("api.service")


_logs = _Logs(for_another_program)


def configure(level: str = "info", form: Form = "auto", stream: BinaryIO | None = None, **always: Any) -> None:
    """Send everything to standard error (or `stream`), a line each, with `always` in every line. uvicorn's access log is off: it quotes addresses."""
    global _logs
    make = to_stream(level, form, stream or sys.stderr.buffer, **always)
    _logs = _Logs(make)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "root": {"level": "WARNING"},
            "loggers": {"uvicorn": {"level": "WARNING", "handlers": [], "propagate": True}},
        }
    )
    logging.getLogger().handlers = [Foreign(make("library"))]
    silence_addresses()


def silence_addresses() -> None:
    """Switch uvicorn's own access log off: its lines hold query strings."""
    logging.getLogger("uvicorn.access").disabled = True


# ---- what is said ---------------------------------------------------------------------------------------------------
def request(
    request_id: str,
    method: str,
    route: str,
    status: int,
    size: int,
    seconds: float,
    guideline: str | None,
    decision_id: str | None,
) -> None:
    """One request that was answered."""
    _logs.access.info(
        "request",
        request_id=request_id,
        method=method,
        route=route,
        status=status,
        bytes=size,
        ms=round(seconds * 1000, 1),
        guideline=guideline,
        decision_id=decision_id,
    )


def disagreement(request_id: str, guideline: str, rules: Mapping[str, tuple[str, str]]) -> None:
    """Both results where the evaluators differ, by rule number."""
    both = {number: {"index": left, "network": right} for number, (left, right) in sorted(rules.items())}
    _logs.failures.error("evaluators disagree", request_id=request_id, guideline=guideline, rules=both)


def unexpected(request_id: str, route: str, error: BaseException) -> None:
    """An exception nobody expected: its type and where it was raised."""
    at = place_of(error.__traceback__)
    _logs.failures.error("failed", request_id=request_id, route=route, failed=kind_of(error), at=at)


def took_up(guideline: str, version: str) -> None:
    """A new guideline is in force."""
    _logs.service.info("guideline taken up", guideline=guideline, version=version)


def kept_old(guideline: str, problems: Iterable[Problem], count: int) -> None:
    """A new guideline was refused."""
    shown = [f"{one.place} {one.code}" if one.place.path else one.code for one in problems]
    _logs.service.error("guideline refused", kept=guideline, count=count, problems=shown)


def recording(failure: str, place: str) -> None:
    """Decisions can no longer be recorded, and why; or they can again. `place`: the store, without a password."""
    if failure:
        _logs.service.error("not recorded", reason=failure, store=place)
    else:
        _logs.service.warning("recorded again", store=place)


def service(event: str, **more: str | int | float | None) -> None:
    """Something that happened to the service itself."""
    _logs.service.info(event, **more)


def trouble(event: str, **more: str | int | float | None) -> None:
    """Something that went wrong with the service itself."""
    _logs.service.error(event, **more)
