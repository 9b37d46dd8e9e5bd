"""What the service writes about itself: one line a request, and what went wrong. Never a fact, a body, a query string or a header of a caller.

access      one line a request: its id, the route (not the address that was asked for), status, bytes and time
failures    the type and the place of an unexpected exception (never its text), and disagreements of the evaluators
"""

import datetime
import logging
import logging.config
from collections.abc import Mapping
from types import TracebackType

access = logging.getLogger("api.access")
failures = logging.getLogger("api.failures")
service = logging.getLogger("api.service")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})


class _Line(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat("T", "milliseconds")


def configure(level: str) -> None:
    """Send everything to standard error, one line each; the access log of uvicorn, which quotes addresses, is off."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": _Line, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": "WARNING", "handlers": ["stderr"]},
            "loggers": {
                "api": {"level": level.upper()},
                "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},
            },
        }
    )
    silence_addresses()


def silence_addresses() -> None:
    """Switch uvicorn's own access log off: its lines hold query strings."""
    logging.getLogger("uvicorn.access").disabled = True


def request(request_id: str, method: str, route: str, status: int, size: int, seconds: float) -> None:
    """One request that was answered."""
    access.info(
        "request=%s method=%s route=%s status=%d bytes=%d ms=%.1f",
        request_id,
        method if method in METHODS else "-",
        route,
        status,
        size,
        seconds * 1000,
    )


def disagreement(request_id: str, guideline: str, rules: Mapping[str, tuple[str, str]]) -> None:
    """Both results where the evaluators differ, by rule number."""
    both = " ".join(f"{number}:index={left},network={right}" for number, (left, right) in sorted(rules.items()))
    failures.error("request=%s evaluators disagree guideline=%s %s", request_id, guideline, both)


def unexpected(request_id: str, route: str, error: BaseException) -> None:
    """An exception nobody expected: its type and where it was raised."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    failures.error("request=%s route=%s failed: %s at %s", request_id, route, name, _place(error.__traceback__))


def _place(traceback: TracebackType | None) -> str:
    """`engine.inference.index:88` for the innermost frame of this project, or the innermost of all."""
    place = "?"
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", "?"))
        if place == "?" or module.partition(".")[0] in ("api", "engine"):
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
