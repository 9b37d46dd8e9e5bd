"""Where lines of the log go and what they look like. What stands in them, api/logs.py says."""

import contextlib
import datetime
import logging
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, BinaryIO, Literal, cast

import orjson
import structlog

Form = Literal["auto", "json", "text"]
Event = MutableMapping[str, Any]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def for_another_program(name: str) -> Any:
    """A logger that hands its lines to Python's own `logging`."""
    processors: list[Any] = [_stamped, _written]
    wrapper = structlog.make_filtering_bound_logger(logging.DEBUG)
    return structlog.wrap_logger(_Handed(name), processors, wrapper).bind()


def to_stream(level: str, form: Form, out: BinaryIO, **always: Any) -> Callable[[str], Any]:
    """What makes loggers that write to `out`, with `always` in every line."""
    people = form == "text" or (form == "auto" and out.isatty())
    shown: Any = _for_people(out.isatty()) if people else structlog.processors.JSONRenderer(serializer=_json)
    wrapper = structlog.make_filtering_bound_logger(LEVELS[level])

    def make(name: str) -> Any:
        def named(_: Any, __: str, event: Event) -> Event:
            event.setdefault("logger", name)
            return event

        processors: list[Any] = [named, _stamped, shown, *([_encoded] if people else [])]
        return structlog.wrap_logger(structlog.BytesLogger(cast(BinaryIO, _Lasting(out))), processors, wrapper).bind(
            **always
        )

    return make


class _Lasting:
    """A stream whose end is not the end of the service: what cannot be written is left out, and no request fails for it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, line: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._out.write(line)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._out.flush()


class _Handed:
    """Hands finished lines to Python's own `logging`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, line: str) -> None:
        self._logger.debug("%s", line)

    def info(self, line: str) -> None:
        self._logger.info("%s", line)

    def warning(self, line: str) -> None:
        self._logger.warning("%s", line)

    def error(self, line: str) -> None:
        self._logger.error("%s", line)


class Foreign(logging.Handler):
    """What libraries log, in the same form as the rest."""

    def __init__(self, log: Any) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        more: dict[str, Any] = {}
        if record.exc_info and record.exc_info[1] is not None:
            more["failed"], more["at"] = kind_of(record.exc_info[1]), place_of(record.exc_info[2])
        said = record.msg if isinstance(record.msg, str) and record.name.startswith("uvicorn") else ""
        where = f"{record.module}:{record.lineno}"
        self._log.log(
            logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING,
            said.partition("\n")[0] or "from a library",
            logger=record.name,
            place=where,
            **more,
        )


def _stamped(_: Any, level: str, event: Event) -> Event:
    """Time and level first: what the eye looks for."""
    now = datetime.datetime.now(datetime.UTC).isoformat("T", "milliseconds")
    return {"time": f"{now[:-6]}Z", "level": level, "event": event.pop("event"), **event}


def _json(event: Event, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


def _encoded(_: Any, __: str, line: str) -> bytes:
    return line.encode()


def _written(_: Any, __: str, event: Event) -> str:
    """`event key=value key=value`, for Python's own `logging`, which adds the rest."""
    del event["time"], event["level"]
    return " ".join([str(event.pop("event")), *(f"{name}={_value(value)}" for name, value in event.items())])


def _for_people(colours: bool) -> Any:
    def line(_: Any, __: str, event: Event) -> str:
        time, level, said = str(event.pop("time"))[11:23], str(event.pop("level")), event.pop("event")
        event.pop("logger", None)
        shown = (
            f"\033[{'31' if level == 'error' else '33' if level == 'warning' else '2'}m{level:<7}\033[0m"
            if colours
            else f"{level:<7}"
        )
        rest = "  ".join(f"{name}={_value(value)}" for name, value in event.items() if value is not None)
        return f"{time} {shown} {said}  {rest}"

    return line


def _value(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else orjson.dumps(value, default=str).decode()


def kind_of(error: BaseException) -> str:
    """The type of an exception; its text may quote anything."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def place_of(traceback: TracebackType | None) -> str:
    """`engine.inference.index:88` for the innermost frame of this project, or the innermost of all."""
    place = "?"
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", "?"))
        if place == "?" or module.partition(".")[0] in ("api", "engine"):
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
