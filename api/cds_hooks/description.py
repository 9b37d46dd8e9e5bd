"""The routes of CDS Hooks in the description of the service (OpenAPI): what is sent, what is answered, and how it is refused."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.cds_hooks.feedback import MOST
from api.cds_hooks.outcome import FHIR_JSON, NOT_ENOUGH_DATA
from api.problems import (
    BODY_TOO_LARGE,
    EVALUATORS_DISAGREE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MALFORMED_JSON,
    MEDIA_TYPE,
    NESTED_TOO_DEEPLY,
    NOT_ALLOWED_HERE,
    NOT_FOUND,
    NOT_RECORDED,
    REQUEST_TIMEOUT,
    UNSUPPORTED_MEDIA_TYPE,
    Kind,
)

JSON = "application/json"
PATH = "/cds-services"
_UUID = r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
_EVERYWHERE = (NOT_ALLOWED_HERE, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, INTERNAL_ERROR)
_SENT = (*_EVERYWHERE, MALFORMED_JSON, NESTED_TOO_DEEPLY, REQUEST_TIMEOUT, NOT_FOUND, NOT_RECORDED)


class Part(BaseModel):
    """A part of an answer; members that have nothing to say are left out."""

    model_config = ConfigDict(extra="forbid")


class HookService(Part):
    """One service of the discovery."""

    hook: str
    id: str
    title: str = ""
    description: str
    version: str = Field("", description="the version of CDS Hooks it keeps to")
    prefetch: dict[str, str] = Field(default_factory=dict, description="key and template of what is to be sent along")
    usageRequirements: str = ""


class Discovery(Part):
    """The services of CDS Hooks."""

    services: list[HookService]


class Coded(Part):
    """A code."""

    code: str
    system: str
    display: str


class CardSource(Part):
    """The primary guidance a card rests on."""

    label: str
    url: str = ""


class Action(Part):
    """What accepting a suggestion does."""

    type: Literal["create", "update", "delete"]
    description: str
    resource: dict[str, Any] = Field(default_factory=dict, description="a resource of FHIR R4, to create")
    resourceId: str = Field("", description="the draft order to delete")


class Suggestion(Part):
    """What a clinician may accept."""

    label: str
    uuid: str
    isRecommended: bool = False
    actions: list[Action] = Field(default_factory=list)


class CardLink(Part):
    """Where to read on."""

    label: str
    url: str
    type: Literal["absolute", "smart"]


class Card(Part):
    """One card."""

    uuid: str
    summary: str = Field(max_length=139)
    detail: str = Field("", description="Markdown (GitHub), without HTML")
    indicator: Literal["info", "warning", "critical"]
    source: CardSource
    suggestions: list[Suggestion] = Field(default_factory=list)
    selectionBehavior: Literal["any", "at-most-one"] = "any"
    overrideReasons: list[Coded] = Field(default_factory=list, description="the exceptions of the rules")
    links: list[CardLink] = Field(default_factory=list)
    extension: dict[str, Any] = Field(default_factory=dict, description="the evidence for programs")


class Cards(Part):
    """The answer to a call; no cards when there is nothing to say."""

    cards: list[Card]


class Issue(Part):
    """One thing that is wrong."""

    severity: str
    code: str
    diagnostics: str
    expression: list[str] = Field(default_factory=list)


class OperationOutcome(Part):
    """A refusal in the words of FHIR R4."""

    resourceType: Literal["OperationOutcome"]
    id: str
    issue: list[Issue]


MODELS = (Discovery, Cards, OperationOutcome)


def ref(name: str) -> dict[str, str]:
    """A reference to a schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def call_schema(hooks: Iterable[str]) -> dict[str, Any]:
    """What a client sends when a hook is triggered; members that are not named here are ignored."""
    text = {"type": "string", "minLength": 1}
    maybe = {"anyOf": [text, {"type": "null"}]}
    context = {
        "userId": {
            "type": "string",
            "pattern": r"^(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9_.\-]+$",
        },
        "patientId": {"type": "string", "pattern": r"^(Patient/)?[A-Za-z0-9\-.]{1,64}$"},
        "encounterId": maybe,
        "draftOrders": {
            "description": "a Bundle of draft orders, for the order hooks; a draft may be unfinished in any way"
        },
        "selections": {"description": "references of the drafts that are selected, for order-select"},
    }
    bearer = {"type": "string", "pattern": "^[Bb][Ee][Aa][Rr][Ee][Rr]$"}
    authorization = {
        "type": "object",
        "properties": {"access_token": {"type": "string", "pattern": "^[!-~]+$"}, "token_type": bearer},
        "required": ["access_token", "token_type"],
    }
    return {
        "type": "object",
        "properties": {
            "hook": {"enum": sorted(set(hooks)), "description": "the hook of the service that is called"},
            "hookInstance": {"type": "string", "pattern": _UUID},
            "context": {"type": "object", "properties": context, "required": ["userId", "patientId"]},
            "prefetch": {
                "anyOf": [{"type": "object", "additionalProperties": {"type": ["object", "array", "null"]}}, {"type": "null"}],
                "description": "key of the discovery: a resource, a Bundle, null (looked for and not there) or an OperationOutcome",
            },
            "fhirServer": {**maybe, "description": "where the rest of the prefetch may be read; only hosts that the operator allows are asked"},
            "fhirAuthorization": {"anyOf": [authorization, {"type": "object", "maxProperties": 0}, {"type": "null"}]},
        },
        "required": ["hook", "hookInstance", "context"],
    }  # fmt: skip


def feedback_schema() -> dict[str, Any]:
    """What became of cards."""
    item = {
        "type": "object",
        "properties": {
            "card": {"type": "string", "pattern": _UUID},
            "outcome": {"enum": ["accepted", "overridden"]},
            "acceptedSuggestions": {"description": "what was accepted, as a list of objects with the id of a suggestion"},
            "overrideReason": {"description": "the reason as a Coding; comments in free text are not kept"},
            "outcomeTimestamp": {"type": "string", "format": "date-time", "description": "at most ten minutes ahead; the latest counts"},
        },
        "required": ["card", "outcome", "outcomeTimestamp"],
        "allOf": [
            {
                "if": {"properties": {"outcome": {"const": "accepted"}}},
                "then": {
                    "properties": {
                        "acceptedSuggestions": {
                            "type": "array",
                            "minItems": 1,
                            "contains": {"type": "object", "properties": {"id": {"type": "string", "pattern": _UUID}}, "required": ["id"]},
                        }
                    },
                    "required": ["acceptedSuggestions"],
                },
            }
        ],
    }  # fmt: skip
    items = {"type": "array", "items": item, "minItems": 1, "maxItems": MOST}
    return {"type": "object", "properties": {"feedback": items}, "required": ["feedback"]}


def refusals(kinds: Iterable[Kind]) -> dict[str, Any]:
    """Refusals by status: an OperationOutcome from these routes, a problem document where a request does not get so far."""
    found: dict[str, Any] = {}
    for kind in kinds:
        before = found.get(str(kind.status))
        description = f"{before['description']}. {kind.title}" if before else kind.title
        content = {FHIR_JSON: {"schema": ref("OperationOutcome")}, MEDIA_TYPE: {"schema": ref("Problem")}}
        found[str(kind.status)] = {"description": description, "content": content}
    return found


def _operation(name: str, summary: str, answer: Mapping[str, Any], kinds: Iterable[Kind]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["hooks"],
        "responses": {"200": answer, **refusals(kinds)},
    }


def paths(services: Mapping[str, str]) -> dict[str, Any]:
    """The routes for the services of a guideline (id: hook); none for a guideline that answers no hooks."""
    if not services:
        return {}
    first, hook = next(iter(services.items()))
    called_with = {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "p1"},
        "prefetch": {"patient": {"resourceType": "Patient", "id": "p1"}, "conditions": {"resourceType": "Bundle", "type": "searchset"}},
    }  # fmt: skip
    told_of = {
        "card": "3f1cd9a7-6f0c-5b53-9d5a-5a6d8d1b0c11", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T09:30:00Z"
    }  # fmt: skip
    name = {
        "name": "id", "in": "path", "required": True, "description": "id of a service, as the discovery gives it",
        "schema": {"enum": [*services]}, "example": first,
    }  # fmt: skip

    def answer(description: str, model: str) -> dict[str, Any]:
        return {"description": description, "content": {JSON: {"schema": ref(model)}}}

    def body(schema: dict[str, Any], summary: str, shown: Mapping[str, Any]) -> dict[str, Any]:
        examples = {"example": {"summary": summary, "value": shown}}
        return {"required": True, "content": {JSON: {"schema": schema, "examples": examples}}}

    call = body(call_schema(services.values()), "A call with prefetched data", called_with)
    feedback = body(feedback_schema(), "A card was overridden", {"feedback": [told_of]})
    listed = _operation("hooks", "The services of CDS Hooks", answer("Every service", "Discovery"), _EVERYWHERE)
    kinds = (*_SENT, NOT_ENOUGH_DATA, EVALUATORS_DISAGREE)
    called = _operation("call_hook", "Cards for one call of a hook", answer("Cards, best first", "Cards"), kinds)
    told = _operation("hook_feedback", "Keep what became of cards", {"description": "It is kept, once"}, _SENT)
    return {
        PATH: {"get": listed},
        f"{PATH}/{{id}}": {"post": {**called, "parameters": [name], "requestBody": call}},
        f"{PATH}/{{id}}/feedback": {"post": {**told, "parameters": [name], "requestBody": feedback}},
    }  # fmt: skip
