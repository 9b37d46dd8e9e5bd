"""Code maps, rules/terminology/*.yaml: which code in a patient's record speaks of which fact, and what its value means.

Any file may hold any of these parts; together they are one Terminology.

    statuses       which statuses of a resource mean done, given, ordered and taken now
    systems        short names of code systems: their URIs, their check digit, how their codes are written
    comparators    words before a number that make it a range        units     units and their factors
    sets           named answers, used by many readings              nothing_known   sets that leave a fact unknown
    notations      short texts with a mark and a value, such as `cX1b`
    readings       codes of resources, the fact they speak of, and what their values mean
    panels         resources whose parts together speak of a fact
    drugs          codes and names of drugs, and the groups they belong to; `current` and `counts` read them
    treatments     what may be treatment though it was not understood: an event of its own, so that nothing is concluded over it
    timeline       facts that follow from the order of events; `episode` says when the history begins
    facts          how several values of one fact are joined
    sites          where in the body a result may come from, and which side it is of
    doubts         words in a label by which a resource does not say what its code says: suspected, of a relative, planned
    unread         types of resources that never state a fact, and why; named where their codes or labels speak of one
    sounds         words in a label that make a resource without a known code worth naming
    fillers        words in a value that change nothing, such as the method
    ignored        codes that look as if they spoke of a fact and do not, with the reason
    rejected       codes in public use that fail their check digit, with the right one

`codes` are maps of system to code to what the code says. `unverified` codes are known from memory only: nothing is read from them, and a record that
holds one is told so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from engine.language.forms import FactName, Form, Identifier, Text
from engine.language.shape import Words

Code = Annotated[str, StringConstraints(min_length=1)]
Codes = dict[Identifier, dict[Code, Text]]
StatusType = Literal[
    "Procedure", "MedicationAdministration", "MedicationStatement", "MedicationUsage", "MedicationRequest", "MedicationOrder",
    "MedicationDispense", "Immunization", "CarePlan", "RequestGroup", "RequestOrchestration", "ServiceRequest", "ProcedureRequest", "Task",
]  # fmt: skip
Status = Literal[  # of these types, in R2 to R5
    "active", "accepted", "aborted", "cancelled", "completed", "declined", "draft", "ended", "entered-in-error", "failed", "in-progress",
    "intended", "not-done", "not-taken", "on-hold", "preparation", "ready", "received", "recorded", "rejected", "requested", "revoked",
    "stopped", "suspended", "unfulfilled", "unknown",
]  # fmt: skip
ResourceType = Literal["Observation", "Condition", "Procedure", "Patient"]
Name = Annotated[str, StringConstraints(min_length=1)]
Uri = Annotated[
    str,
    StringConstraints(pattern=r"^(https?://|urn:)\S+$"),
    Words("an address that begins with `http://`, `https://` or `urn:`"),
]


class SystemForm(Form):
    """One code system."""

    uris: Annotated[list[Uri], Field(min_length=1)]
    check: Literal["mod10", "verhoeff"] | None = Field(None, description="how the last digit is counted")
    prefix: str = Field("", description="letters before a code that some leave out")
    form: Text | None = Field(
        None, description="regular expression of a whole code; `.*` or `*` at the end of a code is left out"
    )
    dotted: bool = Field(False, description="a dot after the third character, which some leave out")
    editions: bool = Field(False, description="a slash and an edition may follow the URI")
    nothing_known: bool = Field(False, description="every code of it says that a value is missing")


class SetForm(Form):
    """Answers that mean the same."""

    codes: Codes = Field(default_factory=dict)
    texts: list[Text] = Field(default_factory=list, description="whole texts, in small or capital letters")
    patterns: list[Text] = Field(default_factory=list, description="regular expressions of whole texts")
    note: str = ""


class NotationForm(Form):
    """A short text with a mark and a value."""

    patterns: Annotated[list[Text], Field(min_length=1)] = Field(
        description="regular expressions of whole texts, with the groups `value` and (if there are marks) `mark`"
    )
    values: dict[Name, Name] = Field(description="what the group `value` may hold, in small letters: the value meant")
    codes: Codes = Field(default_factory=dict, description="system: {code: the text in this notation}")
    systems: list[Identifier] = Field(default_factory=list, description="systems whose codes are such texts")
    note: str = ""


class AnswerForm(Form):
    """What some values mean."""

    set: Identifier | list[Identifier] | None = Field(None, description="a named set of answers, or several")
    codes: Codes = Field(default_factory=dict)
    texts: list[Text] = Field(default_factory=list)
    patterns: list[Text] = Field(default_factory=list)
    otherwise: list[Text] = Field(
        default_factory=list, description="patterns that count only where a text is understood in no other way"
    )
    fact: FactName | None = Field(None, description="the fact of these values, when it is not that of the reading")
    is_: Any = Field(None, alias="is", description="the value of the fact")
    open: Text | None = Field(None, description="why these values leave the fact open")
    event: Identifier | None = Field(None, description="the event that this answer reports")
    within_days: int | None = Field(None, ge=1, description="an older value with this answer is not used")
    undated: bool = Field(False, description="one without a date counts, though only a recent one would")
    lasting: bool = Field(False, description="it does not end, so that a newer and different value is a conflict")


class BandForm(Form):
    """Numbers between bounds and what they mean."""

    lt: float | None = None
    le: float | None = None
    gt: float | None = None
    ge: float | None = None
    is_: Any = Field(None, alias="is")
    because: str = Field("", description="why it means that; shown with the fact")
    open: Text | None = Field(None, description="why such a number leaves the fact open")
    blocks: bool = Field(False, description="then other numbers that speak of the fact leave it open as well")


class NumberForm(Form):
    """How a number is read."""

    fact: FactName | None = Field(None, description="the fact of the number, when it is not that of the answers")
    units: Identifier
    whole: bool = Field(False, description="a number with a fraction is not read (it is never rounded)")
    at_least: bool = Field(False, description="the number is a lower bound")
    of_limit: bool = Field(False, description="the fact is the multiple of the upper limit of the reference range")
    bands: list[BandForm] = Field(default_factory=list, description="what a number between bounds means")


class ReadingForm(Form):
    """Codes of resources, the fact they speak of and what their values mean."""

    from_: Annotated[list[ResourceType], Field(min_length=1)] = Field(alias="from")
    codes: Codes = Field(default_factory=dict, description="codes of the resource (or of a component of it)")
    unverified: Codes = Field(default_factory=dict)
    codes_of: Identifier | None = Field(None, description="the reading whose codes these are, besides its own")
    fact: FactName | None = None
    is_: Any = Field(None, alias="is", description="the value that the resource states by being recorded")
    is_inactive: Any = Field(None, description="the same where the resource says that it is over; else not used then")
    when_status: list[Text] = Field(default_factory=list, description="only with one of these clinical statuses")
    value_at: str | None = Field(None, description="the path of the value inside the resource, with dots")
    extension: str | None = Field(None, description="the URL of the extension that holds the value")
    answers: list[AnswerForm] = Field(default_factory=list)
    number: NumberForm | None = None
    years: bool = Field(False, description="the value is a date, and the fact is the number of years since")
    notation: Identifier | None = None
    marks: dict[str, FactName] = Field(default_factory=dict, description="mark of the notation: the fact it speaks of")
    other_marks: dict[str, Text | None] = Field(
        default_factory=dict, description="mark: why nothing is read with it; null: another reading takes it"
    )
    recode: dict[Name, Name | None] = Field(
        default_factory=dict,
        description="a value of the notation that the fact does not have: what is said instead; null: nothing",
    )
    labels: list[Text] = Field(
        default_factory=list, description="regular expressions of what the fact is called inside a text of several"
    )
    methods: list[Text] = Field(
        default_factory=list,
        description="the same of its method, counted only inside texts of this reading and of `methods_in`",
    )
    methods_in: list[Identifier] = Field(default_factory=list)
    event: Identifier | None = Field(None, description="the event that the resource reports")
    basis: Identifier | None = Field(None, description="values of another basis are not compared with these")
    part: Identifier | None = Field(None, description="the part of a fact made of several")
    weight: Literal["full", "weak", "last"] = Field(
        "full", description="weak: gives way to full ones and says so; last: gives way in silence"
    )
    general: bool = Field(False, description="only where no other reading takes the resource")
    not_labelled: list[Text] = Field(default_factory=list, description="words that the resource's label must not hold")
    of_diagnosis: bool = Field(False, description="not used when dated long before the diagnosis (see `episode`)")
    local: bool = Field(
        True, description="of the site and side of the diagnosis (see `sites`); false: of the patient as a whole"
    )
    not_after: Identifier | None = Field(None, description="not used when dated on or after the first such event")
    between: Annotated[list[Identifier], Field(min_length=2, max_length=2)] | None = Field(
        None, description="used only when dated after the first event of one and before the first event of the other"
    )
    within_days: int | None = Field(None, ge=1, description="older values are not used")
    undated: bool = Field(False, description="one without a date counts, though only a recent one would")
    lasting: bool = Field(False, description="it does not end, so that a newer and different value is a conflict")
    if_said: bool = Field(False, description="what is not understood says nothing of the fact and is not named")
    past_counts: bool = Field(False, description="it counts where a label says that it was so once (see `doubts`)")
    note: str = ""
    source: str = ""


class PanelRowForm(Form):
    """What some parts together say. The first row that holds counts for each fact."""

    when: dict[Identifier, Identifier | list[Identifier]] = Field(
        description="part, `value` or `status`: the set it must be of; several: one code of each must be there"
    )
    without: list[Identifier] = Field(default_factory=list, description="parts that must be missing")
    fact: FactName
    is_: Any = Field(None, alias="is")
    open: Text | None = None
    weight: Literal["full", "weak", "last"] = "full"


class PanelForm(Form):
    """A resource whose parts together speak of a fact."""

    from_: Annotated[list[ResourceType], Field(min_length=1)] = Field(alias="from")
    codes: Codes
    parts: dict[Identifier, Codes] = Field(description="name: codes of the component")
    rows: Annotated[list[PanelRowForm], Field(min_length=1)]
    note: str = ""
    source: str = ""


class DrugForm(Form):
    """One drug: codes of it and of what contains it."""

    codes: Codes = Field(default_factory=dict)
    unverified: Codes = Field(default_factory=dict)
    names: list[Text] = Field(default_factory=list, description="whole words in a text, read where no code is known")
    groups: Annotated[list[Identifier], Field(min_length=1)]


class CurrentForm(Form):
    """A fact that is so while a drug of a group is taken."""

    group: Identifier
    fact: FactName
    is_: Any = Field(alias="is")


class DosesForm(Form):
    """How much of a drug counts how often."""

    units: Identifier
    count: dict[Name, int] = Field(description="dose: how often it counts")


class CountForm(Form):
    """A number of administrations before or after an event."""

    group: Identifier
    fact: FactName
    before: Identifier | None = Field(None, description="before the first such event")
    after: Identifier | None = Field(None, description="after the last such event")
    doses: DosesForm | None = None
    note: str = ""


class OrderForm(Form):
    """One event against another. Events on the same day are neither before nor after each other."""

    event: Identifier | list[Identifier] = Field(description="this event, or any of these")
    first: Identifier | None = Field(None, description="of this event, the first one")
    last: Identifier | None = Field(None, description="of this event, the last one")
    within_days: int | None = Field(None, ge=1)


class TogetherForm(Form):
    """Events that happened within some days."""

    events: Annotated[list[Identifier], Field(min_length=1)]
    days: int = Field(ge=1)


class MomentForm(Form):
    """Everything that must be so in the history; all parts must hold."""

    happened: list[Identifier] = Field(default_factory=list, description="at least one of these events")
    before: OrderForm | None = Field(None, description="at least one before the first of another")
    after: OrderForm | None = Field(None, description="at least one after the last of another")
    only_after: OrderForm | None = Field(None, description="all after the last of another, and dated")
    together: TogetherForm | None = Field(None, description="one of each, within some days of each other")
    lately: TogetherForm | None = Field(None, description="one of each, within some days before today")
    known: list[FactName] = Field(default_factory=list, description="at least one of these facts was read")
    facts: dict[FactName, Any] = Field(default_factory=dict, description="facts that were read or concluded so")


class BeginsForm(Form):
    """The first event of one kind is none of another kind, nor soon followed by one."""

    event: Identifier
    without: Identifier
    within_days: int = Field(ge=0)


class AheadForm(Form):
    """Something that stands before the first event on which a row of the timeline rests."""

    event: Identifier
    facts: list[FactName] = Field(default_factory=list, description="values of these facts with such a date count too")
    within_days: int = Field(ge=1)


class ExceptForm(Form):
    """What leaves a row of the timeline open: one of its parts is so. Every resource that is the reason is named with `because`."""

    not_after: OrderForm | None = Field(
        None, description="one of these is not certainly after the last of another: before it, on its day, or undated"
    )
    begins: BeginsForm | None = None
    ahead: AheadForm | None = Field(
        None, description="one of these came, or may have come, before the first event on which the row rests"
    )
    unseen: list[Name] = Field(
        default_factory=list, description="resources of one of these types were asked for and not received in full"
    )
    because: Text


class TimelineForm(Form):
    """A fact that follows from the order of events; rows are read in order and may use earlier ones."""

    fact: FactName
    is_: Any = Field(alias="is")
    when: MomentForm
    unless: list[ExceptForm] = Field(default_factory=list)
    because: Text


class OperationsForm(Form):
    """Procedures whose words may mean an operation that begins treatment, under a code that is not known. Each is the `event`, on its day."""

    event: Identifier
    sounds: Annotated[list[Text], Field(min_length=1)] = Field(description="regular expressions, searched in labels")
    others: list[Text] = Field(default_factory=list, description="the same: what is no such operation, or was not done")


class TreatmentsForm(Form):
    """Resources that may tell of a treatment and were not understood. Each is the `event`, on its day."""

    event: Identifier
    group: Identifier = Field(
        description="drugs of it count where a status neither says nor denies that they were given"
    )
    reports: list[Identifier] = Field(default_factory=list, description="events that count in the same way")
    other_systems: list[Identifier] = Field(
        description="a drug with a code and a name of one of these systems, known by no entry, is another drug unless it `sounds`"
    )
    classed_systems: list[Identifier] = Field(
        default_factory=list,
        description="the same for systems whose codes tell what kind of drug it is, without a name",
    )
    plans: list[Name] = Field(default_factory=list, description="types of resources that count when they `sound` so")
    sounds: Annotated[list[Text], Field(min_length=1)] = Field(description="regular expressions, searched in labels")
    tests: list[Text] = Field(default_factory=list, description="the same: what asks for a test and orders no drug")
    operations: OperationsForm | None = None


class DaysForm(Form):
    """A fact that counts the days since the last event."""

    fact: FactName
    event: Identifier


class EpisodeForm(Form):
    """Events long before the last of these do not belong to it."""

    begins: Identifier
    days_before: int = Field(ge=0)
    apart: int = Field(
        180, ge=1, description="days without a record of it, after which one that has no beginning is a new one"
    )
    sides_within_days: int = Field(365, ge=0, description="one that began so long before the last counts for the sides")


class FactReadingForm(Form):
    """How several values of one fact are joined. Without this, all must agree."""

    latest: bool = Field(False, description="the newest counts")
    either: bool = Field(False, description="values of different basis may differ: then it is one of them")
    highest_of: list[Identifier] = Field(default_factory=list, description="the highest of these parts")
    differ: Literal["stop", "warn"] = Field(
        "stop", description="values that cannot all be right: stop all advice, or leave the fact unknown and warn"
    )


class SideForm(SetForm):
    """One side of the body: codes, and words of a label."""

    codes_of: list[Identifier] = Field(
        default_factory=list, description="readings whose codes are of this side as well"
    )


class SitesForm(Form):
    """Where results of a diagnosis may come from. Patterns are searched in labels."""

    own: SetForm = Field(description="sites of the disease itself; a result of any other site is not used")
    elsewhere: SetForm = Field(
        default_factory=SetForm, description="sites and specimens of something else, whatever stands beside them"
    )
    because: Text = Field(description="why a result of another site is not used")
    sides: dict[Identifier, SideForm] = Field(default_factory=dict)
    side_at: list[Name] = Field(
        default_factory=list, description="URLs of extensions of a site or code that name the side"
    )
    one_side: Text = Field(description="why a result that is known of one side only is not used")
    no_side: Text = Field(description="why a result without a side is not used where both sides are ill")
    other_side: Text = Field(description="why a result of the other side than the diagnosis is not used")
    differ: Text = Field(description="why a resource whose code and site name different sides is not used")
    samples: dict[Name, SetForm] = Field(
        default_factory=dict, description="kinds of specimens, named where results differ"
    )


class DoubtForm(Form):
    """Labels and categories by which a resource does not say what its code says."""

    from_: Annotated[list[ResourceType], Field(min_length=1)] = Field(alias="from")
    patterns: list[Text] = Field(default_factory=list, description="regular expressions, searched in labels")
    extension: str | None = Field(None, description="URL of an extension of the code, with one of `values`")
    values: list[Name] = Field(default_factory=list)
    past: bool = Field(False, description="it says that it was so once; a reading may take that (`past_counts`)")
    because: Text = Field(description="why the resource is not used")


class IgnoredForm(Form):
    """Codes that nothing is read from, and why."""

    from_: Annotated[list[ResourceType], Field(min_length=1)] = Field(alias="from")
    codes: Codes
    because: Text


class TerminologyForm(Form):
    """rules/terminology/*.yaml"""

    id: Identifier
    title: Text
    source: list[Text] = Field(default_factory=list, description="where the codes were read")
    statuses: dict[Literal["done", "given", "ordered", "taken", "denied"], dict[StatusType, list[Status]]] = Field(
        default_factory=dict, description="resource type: the statuses by which something was done, given and so on"
    )
    order_days: int | None = Field(
        None, ge=0, description="days after its date in which a completed order was first carried out"
    )
    systems: dict[Identifier, SystemForm] = Field(default_factory=dict)
    comparators: dict[Name, Literal["lt", "le", "gt", "ge"]] = Field(default_factory=dict)
    units: dict[Identifier, dict[str, float]] = Field(default_factory=dict, description="name: {unit: factor}")
    sets: dict[Identifier, SetForm] = Field(default_factory=dict)
    nothing_known: list[Identifier] = Field(default_factory=list)
    notations: dict[Identifier, NotationForm] = Field(default_factory=dict)
    readings: dict[Identifier, ReadingForm] = Field(default_factory=dict)
    panels: dict[Identifier, PanelForm] = Field(default_factory=dict)
    drugs: dict[Identifier, DrugForm] = Field(default_factory=dict)
    current: list[CurrentForm] = Field(default_factory=list)
    counts: list[CountForm] = Field(default_factory=list)
    timeline: list[TimelineForm] = Field(default_factory=list)
    days_since: list[DaysForm] = Field(default_factory=list)
    episode: EpisodeForm | None = None
    treatments: TreatmentsForm | None = None
    facts: dict[FactName, FactReadingForm] = Field(default_factory=dict)
    sites: SitesForm | None = None
    doubts: list[DoubtForm] = Field(default_factory=list)
    unread: dict[Name, Text] = Field(default_factory=dict, description="type of resource: why nothing is read from it")
    sounds: list[Text] = Field(default_factory=list, description="regular expressions, searched in labels")
    fillers: list[Text] = Field(default_factory=list, description="regular expressions, left out of values in words")
    ignored: list[IgnoredForm] = Field(default_factory=list)
    rejected: Codes = Field(default_factory=dict)
    notes: list[Text] = Field(default_factory=list)


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Terminology:
    """All code maps of a guideline as one. Empty for a guideline that has none."""

    statuses: Mapping[str, Mapping[str, list[str]]] = field(default_factory=_nothing)
    systems: Mapping[str, SystemForm] = field(default_factory=_nothing)
    comparators: Mapping[str, str] = field(default_factory=_nothing)
    units: Mapping[str, Mapping[str, float]] = field(default_factory=_nothing)
    sets: Mapping[str, SetForm] = field(default_factory=_nothing)
    nothing_known: tuple[str, ...] = ()
    notations: Mapping[str, NotationForm] = field(default_factory=_nothing)
    readings: Mapping[str, ReadingForm] = field(default_factory=_nothing)
    panels: Mapping[str, PanelForm] = field(default_factory=_nothing)
    drugs: Mapping[str, DrugForm] = field(default_factory=_nothing)
    current: tuple[CurrentForm, ...] = ()
    counts: tuple[CountForm, ...] = ()
    timeline: tuple[TimelineForm, ...] = ()
    days_since: tuple[DaysForm, ...] = ()
    episode: EpisodeForm | None = None
    treatments: TreatmentsForm | None = None
    order_days: int | None = None
    facts: Mapping[str, FactReadingForm] = field(default_factory=_nothing)
    sites: SitesForm | None = None
    doubts: tuple[DoubtForm, ...] = ()
    unread: Mapping[str, str] = field(default_factory=_nothing)
    sounds: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    ignored: tuple[IgnoredForm, ...] = ()
    rejected: Mapping[str, Mapping[str, str]] = field(default_factory=_nothing)
