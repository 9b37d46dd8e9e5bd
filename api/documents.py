"""The shapes of what the service says about its guideline: words, rules and evidence as JSON. Built by catalogue.py."""

import datetime
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field

from engine.inference.decision import Cited, GuidelineIdentity, RegimenGiven
from engine.language.forms import Certainty, EffectForm, Kind, RatesForm, Strength
from engine.language.vocabulary import FactType


class Document(BaseModel):
    """A part of an answer; no other keys."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


# ---- conditions -----------------------------------------------------------------------------------------------------
class Range(Document):
    """Numbers between two bounds; `gt` and `lt` leave the bound itself out."""

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None


class IsNode(Document):
    """True when the fact has one of these values (codes, true, false) or lies in one of these ranges (numbers)."""

    op: Literal["is"] = "is"
    fact: str
    values: list[str | bool] | None = None
    ranges: list[Range] | None = None
    words: str


class KnownNode(Document):
    """True when something (or, with `known` false, nothing) has been said of the fact."""

    op: Literal["known"] = "known"
    fact: str
    known: bool
    words: str


class AllNode(Document):
    """True when every part is; with no parts: always."""

    op: Literal["all"] = "all"
    parts: list["Node"]


class AnyNode(Document):
    """True when at least one part is."""

    op: Literal["any"] = "any"
    parts: list["Node"]


class NotNode(Document):
    """True when the part is false."""

    op: Literal["not"] = "not"
    part: "Node"


Node = Annotated[Union[IsNode, KnownNode, AllNode, AnyNode, NotNode], Field(discriminator="op")]  # noqa: UP007 (recursive)


class ConditionDocument(Document):
    """A condition for readers and for programs."""

    words: str
    tree: Node


# ---- the vocabulary -------------------------------------------------------------------------------------------------
class ValueDocument(Document):
    """One value of a fact."""

    value: str | bool
    label: str


class GroupDocument(Document):
    """A word that means one of several values."""

    name: str
    values: list[str]


class Bounds(Document):
    """From the lowest to the highest number."""

    low: float
    high: float


class AssumptionDocument(Document):
    """What is taken for granted of a fact that was not sent; shown in the Decision as `assumed`."""

    is_: Any = Field(alias="is")
    when: ConditionDocument | None
    unless: ConditionDocument | None
    because: str
    even_when_sent_unknown: bool


class RowDocument(Document):
    """If `when` holds, the fact has one of `is`; or what `same_as` has; with neither it stays open."""

    when: ConditionDocument
    is_: list[str | bool] | None = Field(alias="is")
    same_as: str | None
    because: str


class SentDocument(Document):
    """True when this fact was sent as this open value."""

    fact: str
    as_: str = Field(alias="as")


class DefinitionDocument(Document):
    """How a fact is derived. In each table the first row that holds answers."""

    rows: list[RowDocument] | None = Field(description="the definition")
    also: list[list[RowDocument]] = Field(description="further sources, each narrows the state while it agrees")
    assume: list[RowDocument] | None = Field(description="used while the state is open; shown as `assumed`")
    sent: SentDocument | None
    from_contradictions: bool = Field(description="true when facts contradict each other")


class FactDocument(Document):
    """One word of the vocabulary."""

    name: str
    label: str
    help: str
    type: FactType
    section: str
    unit: str
    values: list[ValueDocument]
    groups: list[GroupDocument]
    open_values: list[ValueDocument] = Field(description="accepted words that mean unknown, and why it is")
    range: Bounds | None = Field(description="numbers outside are refused")
    usual_range: Bounds | None = Field(description="numbers outside are accepted with a warning")
    supplied_by: str
    given: bool = Field(description="callers may send it")
    derived: bool = Field(description="it is derived from others")
    unknown_as: str = Field(description="how an unknown state is written in a Decision")
    assume: list[AssumptionDocument]
    definition: DefinitionDocument | None


class SectionDocument(Document):
    """A group of facts, for forms."""

    id: str
    title: str


class ContradictionDocument(Document):
    """What cannot be true together."""

    code: str
    text: str
    stop: bool = Field(description="true: no advice is given; false: a warning")
    facts: list[str]
    when: ConditionDocument | None


class FactsDocument(Document):
    """The whole vocabulary."""

    guideline: GuidelineIdentity
    sections: list[SectionDocument]
    facts: list[FactDocument]
    contradictions: list[ContradictionDocument]


# ---- the guideline --------------------------------------------------------------------------------------------------
class QuestionDocument(Document):
    """One decision that several rules answer."""

    id: str
    title: str
    single: bool = Field(description="at most one recommend or consider rule may stand")
    answered_when: ConditionDocument | None
    rules: list[str] = Field(description="numbers")


class ModifierDocument(Document):
    """A population for which certainty is lower."""

    when: ConditionDocument
    kinds: list[Kind]
    lower_certainty_by: int
    strong_becomes_conditional: bool
    reason: str


class GuidelineDocument(Document):
    """What the guideline is, for whom, since when."""

    id: str
    version: str
    sha256: str
    engine_version: str
    title: str
    released: datetime.date
    revised: datetime.date
    review_due: datetime.date
    publisher: str
    funding: str
    intended_use: str
    intended_users: str
    not_for: list[str]
    unknown_population: list[str]
    notice: str
    source_attributes: dict[str, Any]
    questions: list[QuestionDocument]
    certainty_modifiers: list[ModifierDocument]
    rules: int
    facts: int
    sources: int


# ---- rules ----------------------------------------------------------------------------------------------------------
class RuleSummary(Document):
    """One line of the list of rules."""

    id: str
    number: str
    title: str
    question: str
    kind: Kind
    strength: Strength
    certainty: Certainty | None
    effective_from: datetime.date
    effective_to: datetime.date | None
    url: str


class RulesDocument(Document):
    """The rules, by number."""

    guideline: GuidelineIdentity
    count: int
    rules: list[RuleSummary]


class UnlessDocument(Document):
    """An exception with its reason."""

    when: ConditionDocument
    because: str
    harm: bool


class CitationDocument(Cited):
    """A finding the rule rests on; its figures only when they were checked."""

    effect: EffectForm | None
    rates: RatesForm | None
    follow_up_months: float | None
    source_url: str = Field(description="the whole source on this service")


class OverrideDocument(Document):
    """A rule that withdraws, or is withdrawn by, this one."""

    rule: str
    number: str
    title: str
    because: str


class RuleDocument(RuleSummary):
    """Everything one rule says."""

    guideline: GuidelineIdentity
    facts: list[str] = Field(description="every fact the rule asks about")
    when: ConditionDocument
    unless: list[UnlessDocument]
    text: str
    graded_by: str | None
    rationale: str
    caveats: list[str]
    citations: list[CitationDocument]
    regimens: list[RegimenGiven]
    overrides: list[OverrideDocument]
    overridden_by: list[OverrideDocument]
    stop: bool = Field(description="when it stands, everything else but reminders that survive is withheld")
    survives_stop: bool
    basis: str | None
    judgement: str | None


# ---- evidence -------------------------------------------------------------------------------------------------------
class PublicationDocument(Document):
    """Where a source was published."""

    role: str
    authors: str
    title: str
    journal: str
    published: str
    reference: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    checked: bool = Field(description="the identifiers were read at their source")


class FindingDocument(Document):
    """One result. Figures (`value`, `effect`, `rates`, `follow_up_months`, `quote`) are given only when they were checked at the source."""

    key: str
    text: str
    checked: bool
    mark: str
    value: str | None
    effect: EffectForm | None
    rates: RatesForm | None
    follow_up_months: float | None
    read_at: str | None
    quote: str | None
    cited_by: list[str] = Field(description="numbers of rules")


class SourceSummary(Document):
    """One line of the list of evidence."""

    id: str
    title: str
    kind: str
    status: str | None
    reference: str
    link: str | None
    findings: int
    checked_findings: int
    cited_by: list[str] = Field(description="numbers of rules")
    url: str


class EvidenceDocument(Document):
    """The sources."""

    guideline: GuidelineIdentity
    count: int
    sources: list[SourceSummary]


class SourceDocument(Document):
    """Everything the guideline holds of one source."""

    guideline: GuidelineIdentity
    id: str
    title: str
    kind: str
    status: str | None
    timing: str | None
    registry: str | None
    registry_checked: bool | None
    phase: str | None
    setting: str | None
    design: str | None
    population: str
    arms: list[str]
    primary_endpoint: str | None
    reference: str
    link: str | None
    publications: list[PublicationDocument]
    findings: list[FindingDocument]
    cited_by: list[str] = Field(description="numbers of rules")
