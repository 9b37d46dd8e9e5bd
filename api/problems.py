"""Problems a caller may meet: one document for every answer that is not what was asked for (RFC 9457, `application/problem+json`).

    Refused     raised anywhere below a route; the gate (security.py) turns it into a problem document

A problem names the place and says what is allowed. It never holds a value that was sent, nor the text of an exception.
`type` is an address on this service: /problems explains every kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its title, and what to do about it."""

    code: str
    status: int
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """The address that explains it."""
        return f"/problems#{self.code}"


MALFORMED_JSON = Kind(
    "malformed-json", 400, "The body is not JSON",
    "The body must be JSON in UTF-8. `detail` says where it breaks. NaN and Infinity are not JSON: leave an unknown fact out, or send null.",
)  # fmt: skip
NESTED_TOO_DEEPLY = Kind(
    "nested-too-deeply", 400, "The JSON is nested too deeply",
    "No request needs more than a few levels of objects and lists.",
)  # fmt: skip
UNAUTHORISED = Kind(
    "unauthorised", 401, "The request needs a valid token",
    "Send `Authorization: Bearer` with an API key, a token of the identity provider, or, as a CDS Hooks client, a JWT signed by an issuer this "
    "service knows (ES384 or RS384), made for this address, and used once.",
)  # fmt: skip
FORBIDDEN = Kind(
    "forbidden", 403, "The caller may not do this",
    "The key or token is valid, but lacks the role that this address needs: `evaluate`, `read-records` or `administer`.",
)  # fmt: skip
TOO_MANY_REQUESTS = Kind(
    "too-many-requests", 429, "The caller asks too often",
    "Wait as long as `Retry-After` says. Many patients belong in one batch; `TNBC_CALLER_RATE` sets how many requests a second one caller may send.",
)  # fmt: skip
NOT_ALLOWED_HERE = Kind(
    "not-allowed-here", 403, "Only this machine may ask",
    "With TNBC_AUTH=off no tokens are checked, so the service answers on loopback addresses only.",
)  # fmt: skip
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address", "/docs lists every address of the service.")
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    "This address does not take this method",
    "The header `Allow` lists the methods it takes.",
)
REQUEST_TIMEOUT = Kind(
    "request-timeout", 408, "The body did not arrive in time", "Send the request again; nothing was decided."
)
BODY_TOO_LARGE = Kind(
    "body-too-large", 413, "The body is too large",
    "Every address has a limit in bytes, counted as they arrive. Split a batch, or raise the limit in the settings of the service.",
)  # fmt: skip
TOO_MANY_ITEMS = Kind("too-many-items", 413, "The batch has too many items", "Split the batch.")
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type", 415, "The body is in a form this address does not read",
    "Send `application/json` in UTF-8, not compressed; a batch may be `application/x-ndjson` as well.",
)  # fmt: skip
INVALID_REQUEST = Kind(
    "invalid-request", 422, "The request cannot be read",
    "`errors` names every place and says what is allowed there. /v1/facts lists every fact and its values. Nothing was decided, nothing was dropped.",
)  # fmt: skip
EVALUATORS_DISAGREE = Kind(
    "evaluators-disagree", 500, "No answer: the two evaluators disagree",
    "Every decision is computed in two independent ways. They differed, so the service refuses to answer. Decide without it and report `instance`.",
)  # fmt: skip
INTERNAL_ERROR = Kind(
    "internal-error", 500, "The service failed", "A mistake of the service, not of the request. Report `instance`."
)
NOT_READY = Kind(
    "not-ready",
    503,
    "The service cannot answer yet",
    "Its self-test failed, or decisions cannot be recorded. Do not send requests to it.",
)
NOT_RECORDED = Kind(
    "not-recorded", 503, "No answer: it could not be recorded",
    "Every decision is recorded before it is shown, and the store of records cannot be written at the moment. Nothing was decided; ask again.",
)  # fmt: skip
RECORDS_UNAVAILABLE = Kind(
    "records-unavailable",
    503,
    "The records cannot be read",
    "The store of records cannot be reached at the moment; ask again.",
)
NO_RECORD = Kind(
    "no-record", 404, "There is no such record", "The service knows no decision with this id, or it keeps no records."
)
ERASED = Kind(
    "erased", 410, "The record was erased",
    "Facts and decision were erased by somebody who may, or by age. That there was a decision, and its hash, is still on record.",
)  # fmt: skip

KINDS = (
    MALFORMED_JSON, NESTED_TOO_DEEPLY, UNAUTHORISED, FORBIDDEN, TOO_MANY_REQUESTS, NOT_ALLOWED_HERE, NOT_FOUND,
    METHOD_NOT_ALLOWED, REQUEST_TIMEOUT, BODY_TOO_LARGE,
    TOO_MANY_ITEMS, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, EVALUATORS_DISAGREE, INTERNAL_ERROR, NOT_READY,
    NOT_RECORDED, RECORDS_UNAVAILABLE, NO_RECORD, ERASED,
)  # fmt: skip

AT_THE_DOOR = (
    UNAUTHORISED,
    FORBIDDEN,
    NOT_ALLOWED_HERE,
    TOO_MANY_REQUESTS,
)  # what any address but the health checks may answer


class ErrorAt(BaseModel):
    """One place of the request and what is wrong there."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(
        description="a JSON Pointer into the body (in a batch: into the item), `?name` for a query parameter"
    )
    message: str = Field(description="what is wrong; never the value that was sent")
    hint: str = Field("", description="what is allowed")


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="what kind of problem; the address explains it")
    title: str
    status: int
    detail: str
    instance: str | None = Field(
        None, description="this one request; the log of the service knows it by this name. Not in items of a batch"
    )
    errors: list[ErrorAt] = Field(default_factory=list, description="every place that is wrong")


class Refused(Exception):
    """A request that is not answered. Holds no value that was sent."""

    def __init__(
        self, kind: Kind, detail: str = "", errors: Iterable[ErrorAt] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.kind, self.errors = kind, tuple(errors)
        self.detail = detail or summary(self.errors) or kind.meaning
        self.headers = dict(headers or {})
        super().__init__(kind.code)

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """The problem document as plain data."""
        body: dict[str, Any] = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if request_id:
            body["instance"] = f"urn:uuid:{request_id}"
        body["errors"] = [{"at": one.at, "message": one.message, "hint": one.hint} for one in self.errors]
        return body

    def response(self, request_id: str | None = None, **more: Any) -> Response:
        """The problem document as an answer; `more` adds members to it."""
        headers = {"cache-control": "no-store", **self.headers}
        content = orjson.dumps(self.document(request_id) | more)
        return Response(content, self.kind.status, headers, MEDIA_TYPE)


def summary(errors: Sequence[ErrorAt]) -> str:
    """The errors in one sentence: the first, and how many more."""
    if not errors:
        return ""
    first = errors[0]
    text = f"`{first.at}` {first.message}" if first.at else f"the request {first.message}"
    return text if len(errors) == 1 else f"{text}; {len(errors) - 1} more in `errors`"


def pointer(*steps: str | int) -> str:
    """A JSON Pointer (RFC 6901); long names are cut."""
    return "".join(f"/{str(step)[:80].replace('~', '~0').replace('/', '~1')}" for step in steps)
