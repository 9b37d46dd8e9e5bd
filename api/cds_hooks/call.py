"""One call of a hook, read from its body: every mistake is told with its place, members that are not known are ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from api.problems import INVALID_REQUEST, ErrorAt, Refused, pointer

PATIENT_VIEW, ORDER_SELECT, ORDER_SIGN = "patient-view", "order-select", "order-sign"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_USER = re.compile(r"\w+/[\w.-]+", re.ASCII)
_USERS = {
    PATIENT_VIEW: ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson"),
    ORDER_SELECT: ("Practitioner", "PractitionerRole"),
    ORDER_SIGN: ("Practitioner", "PractitionerRole"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a client asks. The token is used for this call and kept nowhere."""

    hook: str
    instance: str
    user: str
    patient: str
    encounter: str = ""
    drafts: Mapping[str, Any] = field(default_factory=dict)
    selections: tuple[str, ...] = ()
    prefetch: Mapping[str, Any] = field(default_factory=dict)
    server: str = ""
    token: str = field(default="", repr=False)


class _Reader:
    """Reads one body; collects every mistake."""

    def __init__(self, hook: str) -> None:
        self.hook = hook
        self.errors: list[ErrorAt] = []

    def wrong(self, message: str, *place: str | int, hint: str = "") -> None:
        self.errors.append(ErrorAt(at=pointer(*place), message=message, hint=hint))

    def text(self, inside: Mapping[str, Any], name: str, *place: str, needed: bool = True) -> str:
        value = inside.get(name)
        if isinstance(value, str) and value:
            return value
        if value is not None:
            self.wrong("must be a text", *place, name)
        elif needed:
            self.wrong("is missing", *place, name)
        return ""

    def map(self, inside: Mapping[str, Any], name: str, *place: str, needed: bool = False) -> Mapping[str, Any]:
        value = inside.get(name)
        if isinstance(value, dict):
            return value
        if value is not None:
            self.wrong("must be an object", *place, name)
        elif needed:
            self.wrong("is missing", *place, name)
        return {}

    def read(self, body: Any) -> Call:
        if not isinstance(body, dict):
            raise Refused(INVALID_REQUEST, errors=[ErrorAt(at="", message="must be an object")])
        hook = self.text(body, "hook")
        if hook and hook != self.hook:
            self.wrong("is not the hook of this service", "hook", hint=f"this address answers `{self.hook}`")
        instance = self.text(body, "hookInstance")
        if instance and not _UUID.fullmatch(instance):
            self.wrong("is not a UUID", "hookInstance")
        context = self.map(body, "context", needed=True)
        user, patient, encounter = self._people(context) if isinstance(body.get("context"), dict) else ("", "", "")
        drafts, selections = self._orders(context) if context else ({}, ())
        prefetch = self.map(body, "prefetch")
        for key, value in prefetch.items():
            if value is not None and not isinstance(value, dict | list):
                self.wrong("is neither a resource nor null", "prefetch", key)
        self._one_patient(prefetch.get("patient"), patient)
        server, token = self._server(body)
        if self.errors:
            raise Refused(INVALID_REQUEST, errors=self.errors[:50])
        return Call(hook, instance.lower(), user, patient, encounter, drafts, selections, prefetch, server, token)

    def _people(self, context: Mapping[str, Any]) -> tuple[str, str, str]:
        user = self.text(context, "userId", "context")
        if user and not (_USER.fullmatch(user) and user.partition("/")[0] in _USERS[self.hook]):
            self.wrong(
                "is not a user of this hook",
                "context",
                "userId",
                hint=f"one of {', '.join(_USERS[self.hook])} and an id",
            )
        patient = self.text(context, "patientId", "context").removeprefix("Patient/")
        if patient and not _ID.fullmatch(patient):
            self.wrong("is not the id of a resource", "context", "patientId")
        encounter = self.text(context, "encounterId", "context", needed=False).removeprefix("Encounter/")
        return user, patient, encounter if _ID.fullmatch(encounter) else ""

    def _orders(self, context: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """Drafts and selections. A draft may be unfinished in any way: what is inside is not checked here."""
        if self.hook == PATIENT_VIEW:
            return {}, ()
        drafts = context.get("draftOrders")
        if "draftOrders" not in context:
            self.wrong("is missing", "context", "draftOrders", hint="a Bundle of the orders, empty if there are none")
        elif isinstance(drafts, list):
            drafts = {"resourceType": "Bundle", "entry": drafts}
        selections = context.get("selections")
        if self.hook == ORDER_SELECT and "selections" not in context:
            self.wrong("is missing", "context", "selections", hint='a list such as ["MedicationRequest/103"]')
        chosen = selections if isinstance(selections, list) else [selections]
        return drafts if isinstance(drafts, dict) else {}, tuple(one for one in chosen if isinstance(one, str))

    def _one_patient(self, resource: Any, patient: str) -> None:
        """Advice for one patient from the record of another would be worse than none."""
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient":
            found = resource.get("id")
            if isinstance(found, str) and found and patient and found != patient:
                self.wrong("is not the patient of the context", "prefetch", "patient")

    def _server(self, body: Mapping[str, Any]) -> tuple[str, str]:
        server = self.text(body, "fhirServer", needed=False)
        if server:
            try:
                parts = urlsplit(server)
                good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
            except ValueError:
                good = False
            if not good:
                self.wrong("is not an address", "fhirServer")
        given = self.map(body, "fhirAuthorization")
        if not given:
            return server, ""
        if not server:
            self.wrong("is missing", "fhirServer", hint="it is needed with `fhirAuthorization`")
        token = self.text(given, "access_token", "fhirAuthorization")
        if str(given.get("token_type", "")).lower() != "bearer":
            self.wrong("must be Bearer", "fhirAuthorization", "token_type")
        if any(sign.isspace() or not sign.isprintable() or ord(sign) > 126 for sign in token):
            self.wrong("is not a token", "fhirAuthorization", "access_token")
        return server, token


def read(body: Any, hook: str) -> Call:
    """The call; raises Refused with every mistake."""
    return _Reader(hook).read(body)
