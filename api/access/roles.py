"""What a caller may do, and which address asks for what.

evaluate        decide, read the guideline, use the page and the hooks
read-records    read recorded decisions and replay them
administer      read the figures of the service
"""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["evaluate", "read-records", "administer"]
ROLES: tuple[Role, ...] = get_args(Role)
OPEN = frozenset({"/healthz", "/readyz"})  # whether the service works is no secret, and those who watch it have no key

_RECORDS = "/v1/decisions/"
_NOT_A_RECORD = frozenset({"/v1/decisions/batch"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was recognised: the name that records and limits know, and the roles."""

    name: str
    roles: frozenset[Role]


def needed(path: str) -> Role | None:
    """The role that an address asks for; None where anybody may ask."""
    if path in OPEN:
        return None
    if path == "/metrics":
        return "administer"
    if path.startswith(_RECORDS) and path not in _NOT_A_RECORD:
        return "read-records"
    return "evaluate"
