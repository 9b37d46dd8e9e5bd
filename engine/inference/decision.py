"""The Decision: everything one evaluation says, in one shape for every way out. Its JSON Schema is published.

The service writes a Decision as bytes (compose.py) without going through these models; tests validate every answer against them.
"""

import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a Decision; no other keys."""

    model_config = ConfigDict(extra="forbid")


class GuidelineIdentity(Part):
    """Which rules answered."""

    id: str
    version: str
    sha256: str


class FactState(Part):
    """What is known of one fact and where it comes from."""

    state: Any = Field(description='a value, a group, a range such as {"lt": 1}, {"one_of": [...]}, or unknown')
    source: Literal["given", "derived", "assumed"]
    from_: list[str] = Field(default_factory=list, alias="from", description="the facts it was derived from")
    because: str | None = Field(None, description="why it was assumed")


class Because(Part):
    """One clause that made a rule apply."""

    fact: str
    test: str
    state: str


class Cited(Part):
    """A finding that supports a recommendation. `value` is present only when the figure was checked at its source."""

    source: str
    finding: str
    text: str
    value: str | None = None
    label: str
    reference: str
    url: str | None
    checked: bool


class Dose(Part):
    """One drug of a regimen."""

    phase: str
    drug: str
    dose: str | None
    schedule: str | None
    cycles: str | None


class RegimenGiven(Part):
    """The drugs of a recommendation."""

    id: str
    title: str
    parts: list[Dose]
    growth_factor: str | None
    notes: list[str]
    checked: bool


class Recommendation(Part):
    """A rule that stands."""

    rule: str
    number: str
    question: str
    kind: str
    title: str
    text: str
    strength: str
    certainty: str | None
    graded_by: str | None
    lowered: list[str] = Field(description="why strength or certainty is lower for this patient than in the rule")
    rationale: str
    caveats: list[str]
    judgement: str | None
    citations: list[Cited]
    regimen: list[RegimenGiven]
    status: Literal["firm", "provisional"]
    confirm: list[str] = Field(description="facts to confirm first: an exception that is still open")
    because: list[Because]


class Ruled(Part):
    """One exception that was met."""

    reason: str
    harm: bool
    facts: list[Because]


class RuledOut(Part):
    """A rule that applies but for an exception."""

    rule: str
    number: str
    title: str
    because: list[Ruled]


class Overridden(Part):
    """A rule withdrawn by another that stands; the fallback when that one is only provisional."""

    rule: str
    number: str
    title: str
    by: list[str]
    reasons: list[str]
    fallback: bool


class Stopped(Part):
    """A rule withheld because a rule that stops is firm."""

    rule: str
    number: str
    by: list[str]


class Needed(Part):
    """An open fact whose answer could change this decision."""

    fact: str
    label: str
    why: str
    decides: list[str]
    ask_next: bool


class DisputeSide(Part):
    """What some sources say of a fact of which others say something else."""

    says: Any = Field(description="a value of the fact, as it could be sent")
    sources: list[str] = Field(description="where each stands, and its date")


class Message(Part):
    """A contradiction or a warning."""

    code: str
    text: str
    facts: list[str]
    sides: list[DisputeSide] | None = Field(None, description="only where sources differ: what each says")


Status = Literal["complete", "provisional", "needs_facts", "out_of_scope", "contradiction"]


class Decision(Part):
    """Everything one evaluation says."""

    id: str
    as_of: datetime.date
    guideline: GuidelineIdentity
    engine_version: str
    status: Status = Field(
        description="complete: no open fact can change it; provisional: advice stands, open facts could change it; "
        "needs_facts: no advice stands until a fact is known; out_of_scope; contradiction"
    )
    facts: dict[str, FactState]
    recommendations: list[Recommendation]
    ruled_out: list[RuledOut]
    overridden: list[Overridden]
    stopped: list[Stopped]
    needs: list[Needed]
    contradictions: list[Message]
    warnings: list[Message]
    notice: str
