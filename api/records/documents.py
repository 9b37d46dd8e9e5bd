"""What the routes of the records answer, as they are described."""

import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.inference.decision import Decision, GuidelineIdentity


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Link(_Document):
    """Where the record stands in the chain."""

    position: int
    previous: str = Field(description="hash of the record before")
    hash: str
    content: str = Field(description="hash of facts and decision, with a random salt")


class RecordDocument(_Document):
    """A decision on record."""

    id: str
    time: datetime.datetime
    as_of: datetime.date
    channel: Literal["json", "batch", "fhir", "hooks", "form"]
    caller: str = Field(description="who asked; `local` where callers are not authenticated")
    guideline: GuidelineIdentity
    engine_version: str
    chain: Link
    facts: dict[str, Any] = Field(description="the facts as they were used")
    decision: Decision = Field(description="as it was answered, to the byte")


class DifferenceDocument(_Document):
    """One place that is not the same."""

    at: str = Field(description="a JSON Pointer into the decision; rules and facts stand in it by name")
    recorded: Any
    now: Any


class ReplayDocument(_Document):
    """What came of deciding once more."""

    id: str
    verdict: Literal["same", "same-but-version", "different", "not-replayable"] = Field(
        description="`same`: byte for byte. `same-but-version`: in every byte but the version of the program"
    )
    recorded_version: str
    version: str = Field(description="of the program that decided again")
    guideline: GuidelineIdentity = Field(description="from the store, not the one in force")
    differences: list[DifferenceDocument]
    reason: str = Field(description="why it cannot be replayed; else empty")
