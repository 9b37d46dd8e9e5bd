"""Refusals in the form electronic records read: an OperationOutcome (FHIR R4) as the body of every answer that is not 200."""

from collections.abc import Iterable

import orjson
from starlette.responses import Response

from api.problems import ErrorAt, Kind, Refused

FHIR_JSON = "application/fhir+json"

NOT_ENOUGH_DATA = Kind(
    "not-enough-data", 412, "The data asked for in prefetch is missing",
    "Nothing of the prefetch came with the call, and no FHIR server that is allowed here gave it. `issue` says why for every part.",
)  # fmt: skip
_TYPES = {400: "structure", 404: "not-found", 412: "incomplete", 413: "too-long", 415: "not-supported", 422: "invalid"}


def outcome(kind: Kind, detail: str, errors: Iterable[ErrorAt], request_id: str) -> dict[str, object]:
    """The OperationOutcome: one issue for each place, or one for the whole."""
    code = _TYPES.get(kind.status, "exception")
    issues: list[dict[str, object]] = [
        {
            "severity": "error",
            "code": code,
            "diagnostics": ": ".join(part for part in (one.at, one.message) if part)
            + (f" ({one.hint})" if one.hint else ""),
            **({"expression": [one.at.strip("/").replace("/", ".")]} if one.at.strip("/") else {}),
        }
        for one in errors
    ]
    issues = issues or [{"severity": "error", "code": code, "diagnostics": detail}]
    return {"resourceType": "OperationOutcome", "id": request_id, "issue": issues}


def response(refused: Refused, request_id: str) -> Response:
    """The refusal as an answer."""
    content = orjson.dumps(outcome(refused.kind, refused.detail, refused.errors, request_id))
    return Response(content, refused.kind.status, {"cache-control": "no-store", **refused.headers}, FHIR_JSON)
