"""The shape of every file of a guideline, as pydantic models: what the files may hold, before their words are looked up.

`read` (shape.py) joins the models with the places of a file, so that every mistake has a line and a column. The JSON Schemas for editors
(schema.py) are generated from these models.
"""

import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from engine.language.shape import Form as Form
from engine.language.shape import Words
from engine.language.shape import read as read

Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$"),
    Words("small letters, digits, `-` and `.`, without spaces"),
]
FactName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64),
    Words("a small letter first, then small letters, digits and `_`, at most 64 of them"),
]
FindingKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$"),
    Words("small letters, digits, `_` and `-`, without spaces"),
]
RuleNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+$"),
    Words("capital letters, a hyphen and a number, such as ABC-01"),
]
# A reader follows these: an address in place of a DOI would lead nowhere.
Doi = Annotated[
    str, StringConstraints(pattern=r"^10\.[0-9.]+/\S+$"), Words("it from `10.` on, without the address before it")
]
Pmid = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$"), Words("the digits alone")]
Pmcid = Annotated[str, StringConstraints(pattern=r"^PMC[0-9]+$"), Words("`PMC` and the digits")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$"), Words("an address that begins with `https://`")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
NumberPair = Annotated[tuple[float, float], Field(strict=False)]  # a list in the file
NamePair = Annotated[tuple[str, str], Field(strict=False)]
ConditionMap = dict[str, Any]
Waive = Annotated[
    dict[str, Text], Field(default_factory=dict, description="code: the reason why what is found does not matter here")
]
Published = str | int | datetime.date

Kind = Literal[
    "recommend", "consider", "recommend_against", "required_workup", "safety_alert", "request_data", "out_of_scope"
]
Strength = Literal["strong", "conditional"]
Certainty = Literal["high", "moderate", "low", "very_low"]
REMINDERS: frozenset[str] = frozenset({"required_workup", "safety_alert", "request_data", "out_of_scope"})
ADVICE: frozenset[str] = frozenset({"recommend", "consider", "recommend_against"})


# ---- vocabulary -----------------------------------------------------------------------------------------------------
class AssumeForm(Form):
    """What is taken for granted of a fact that was not sent."""

    is_: Any = Field(alias="is", description="the value assumed")
    when: ConditionMap | None = Field(None, description="only when this is true of the facts as sent")
    unless: ConditionMap | None = Field(None, description="not when this is true of the facts as sent")
    because: str = Field("", description="why this may be assumed; shown to the user")
    even_when_sent_unknown: bool = Field(True, description="false: an explicit null stays unknown")


class FactForm(Form):
    """One word of the vocabulary."""

    label: Text = Field(description="a few words for forms and sentences")
    type: Literal["boolean", "code", "number", "integer"]
    help: str = ""
    values: dict[str, str] = Field(default_factory=dict, description="code: label")
    groups: dict[str, list[str]] = Field(
        default_factory=dict, description="name: codes; as a value it means one of these"
    )
    open_values: dict[str, str] = Field(default_factory=dict, description="accepted codes that mean unknown")
    unit: str = ""
    range: NumberPair | None = Field(None, description="numbers outside are refused")
    usual_range: NumberPair | None = Field(None, description="numbers outside are accepted with a warning")
    supplied_by: str = ""
    assume: list[AssumeForm] = Field(default_factory=list)
    note: str = ""


class FactsForm(Form):
    """rules/facts/*.yaml"""

    section: Identifier
    title: Text
    facts: dict[FactName, FactForm]


class DerivedForm(Form):
    """rules/derived/*.yaml: one derived fact and its tables."""

    fact: FactName
    label: Text
    help: str = ""
    type: Literal["boolean", "code"] | None = Field(
        None, description="left out for a fact that callers may send as well"
    )
    values: dict[str, str] = Field(default_factory=dict)
    groups: dict[str, list[str]] = Field(default_factory=dict)
    unknown_as: str = Field("unknown", description="how an unknown state is written")
    source: str = Field("", description="where the definition comes from")
    when: ConditionMap | None = Field(None, description="the definition of a true-or-false fact as one condition")
    rows: list[Any] | None = Field(None, description="the definition as rows, first that holds")
    table: str | None = Field(None, description="the definition as a CSV file in this folder")
    also: list[list[Any]] = Field(default_factory=list, description="further sources, each a list of rows")
    assume: list[Any] | None = Field(None, description="rows used while the fact is open; shown as assumed")
    sent: dict[str, str] | None = Field(None, description="true when this fact was sent as this open value")
    contradictions: bool | None = Field(None, description="true when facts contradict each other")
    waive: Waive


class ContradictionForm(Form):
    """What cannot be true together."""

    code: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$"),
        Words("a letter, then letters, digits, `-` and `_`"),
    ]
    text: Text
    action: Literal["stop", "warn"]
    when: ConditionMap | None = None
    greater: NamePair | None = Field(None, description="[a, b]: contradiction when a is greater than b")
    disjoint: NamePair | None = Field(None, description="[a, b]: contradiction when two coded facts share no value")
    source: str = ""


class ContradictionsForm(Form):
    """rules/contradictions.yaml"""

    contradictions: list[ContradictionForm]


# ---- evidence -------------------------------------------------------------------------------------------------------
class CiteForm(Form):
    """Where a source was published."""

    role: str = "primary"
    authors: str = ""
    title: str = ""
    journal: str = ""
    published: Published | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    reference: str = ""
    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    url: Address | None = None
    checked: bool = Field(description="true: the identifiers were read at their source")
    note: str = ""


class EffectForm(Form):
    """One ratio or difference with its interval."""

    measure: Literal["hazard_ratio", "odds_ratio", "risk_ratio", "rate_difference", "mean_difference"]
    value: float
    interval: NumberPair | None = None
    level: float = 95
    p: str | None = None


class RatesForm(Form):
    """One figure per arm."""

    unit: str = "percent"
    intervention: float
    control: float
    what: str = ""


class FindingForm(Form):
    """One keyed result or statement a rule can cite. Its figures are printed only when `checked`."""

    text: Text
    value: Text | None = None
    effect: EffectForm | None = None
    rates: RatesForm | None = None
    follow_up_months: float | None = None
    reported_in: str | None = Field(
        None, description="role of the `further` citation that reported it; left out: `cite`"
    )
    checked: bool
    mark: Literal["seen", "article", "from-memory", "partly-seen"]
    read_at: Text | None = None
    quote: Text | None = None
    note: str | None = None


class PopulationForm(Form):
    """Who was studied."""

    n: int | None = None
    text: str = ""


class EvidenceForm(Form):
    """rules/evidence/<source>.yaml: one trial, guideline, label or other source."""

    id: Identifier
    title: Text
    kind: Literal[
        "trial",
        "guideline",
        "meta_analysis",
        "cohort",
        "label",
        "technology_appraisal",
        "review",
        "registry_record",
        "news",
    ]
    status: Literal["final", "interim", "stopped", "ongoing"] | None = None
    timing: FactName | None = Field(None, description="when in the course of care it acts: one word for all alike")
    registry: str | None = None
    registry_checked: bool | None = None
    phase: str | None = None
    setting: str | None = None
    design: str | None = None
    population: PopulationForm | None = None
    arms: list[str] = Field(default_factory=list)
    primary_endpoint: str | None = None
    cite: CiteForm
    no_identifier: str | None = Field(None, description="why there is neither DOI nor PMID")
    further: list[CiteForm] = Field(default_factory=list)
    findings: dict[FindingKey, FindingForm]
    notes: list[str] = Field(default_factory=list)
    waive: Waive


class PartForm(Form):
    """One drug of a regimen."""

    phase: str = ""
    drug: Text
    dose: Text | None = None
    schedule: Text | None = None
    cycles: str | int | None = None


class RegimenForm(Form):
    """rules/regimens/<id>.yaml"""

    id: Identifier
    title: Text
    parts: list[PartForm]
    growth_factor: str | None = None
    notes: list[str] = Field(default_factory=list)
    citations: list[str] = Field(min_length=1)
    checked: bool
    waive: Waive


# ---- rules ----------------------------------------------------------------------------------------------------------
class EffectiveForm(Form):
    """From which day a rule answers, and until which day."""

    from_: datetime.date = Field(alias="from")
    to: datetime.date | None = None


class UnlessForm(Form):
    """An exception with its reason."""

    when: ConditionMap
    because: Text
    harm: bool = Field(False, description="true: a contraindication, the reason is harm")


class OverrideForm(Form):
    """A rule that this one withdraws when it stands."""

    rule: str
    because: Text


class RuleForm(Form):
    """rules/recommendations/<phase>/<rule-id>.yaml: one rule."""

    id: Identifier
    number: RuleNumber = Field(description="printed beside the title; never reused")
    title: Text
    question: str
    kind: Kind
    effective: EffectiveForm
    stop: bool = False
    survives_stop: bool = False
    when: ConditionMap
    unless: list[UnlessForm] = Field(default_factory=list)
    text: Text
    strength: Strength
    certainty: Certainty | None = None
    graded_by: str | None = None
    rationale: str = ""
    caveats: list[Text] = Field(default_factory=list)
    citations: list[str] = Field(default_factory=list)
    regimen: str | list[str] | None = None
    overrides: list[str | OverrideForm] = Field(default_factory=list)
    basis: Literal["definition"] | None = None
    judgement: str | None = None
    waive: Waive


# ---- guideline ------------------------------------------------------------------------------------------------------
class QuestionForm(Form):
    """One clinical decision that several rules answer."""

    title: Text
    single: bool = Field(False, description="true: at most one recommend or consider rule may stand")
    answered_when: ConditionMap | None = Field(
        None, description="every such patient must get an answer or a named need"
    )
    waive: Waive


class ModifierForm(Form):
    """A population for which certainty is lower."""

    when: ConditionMap
    kinds: list[Kind]
    lower_certainty_by: int = Field(1, ge=0, le=3)
    strong_becomes_conditional: bool = False
    reason: Text


class ScopeForm(Form):
    """The fact that says whether a patient is inside this guideline."""

    fact: str
    outside: Text


class FirstForm(Form):
    """Facts that a form asks before any other, under one heading."""

    title: Text
    facts: list[FactName] = Field(min_length=1)
    when: ConditionMap | None = Field(None, description="asked first only when this is true of what is known")


class ColumnForm(Form):
    """One column of the time line: its heading, and the `timing` of the evidence that acts in it."""

    title: Text
    timings: list[FactName] = Field(min_length=1)


class TimelineForm(Form):
    """The picture of the evidence by its timing."""

    title: Text
    columns: list[ColumnForm] = Field(min_length=1)


class PageForm(Form):
    """How people are asked: what comes first; everything else is asked when it matters."""

    first: list[FirstForm] = Field(default_factory=list)
    timeline: TimelineForm | None = Field(None, description="a picture of the evidence by its `timing`")


class HookForm(Form):
    """What one hook of an electronic record is answered with."""

    title: Text
    description: Text


class WatchForm(Form):
    """Drugs whose order is set against some rules."""

    drugs: list[Identifier] = Field(min_length=1, description="names in the code maps of drugs")
    rules: list[Identifier] = Field(min_length=1, description="a card warns where one of these stands")
    critical: list[Identifier] = Field(
        default_factory=list, description="those of them that are hard contraindications"
    )


class TestForm(Form):
    """A test that can be ordered from a card."""

    rules: list[Identifier] = Field(min_length=1, description="offered with these")
    facts: list[FactName] = Field(default_factory=list, description="only while one of these is not known")
    label: Text
    text: Text = Field(description="what is ordered, in words")
    codes: dict[Identifier, dict[str, Text]] = Field(default_factory=dict, description="system: {code: what it says}")


class CaseForm(Form):
    """One value that a fact may have."""

    words: Text = Field(description="what is so then, to stand after `if`")
    also: dict[FactName, Any] = Field(default_factory=dict, description="what else is so then")


class SupposeForm(Form):
    """A fact that is often open while an order is written: each of its values is tried, and what a rule depends on is said."""

    fact: FactName
    cases: dict[str, CaseForm] = Field(min_length=2, description="every value of the fact")


class HooksForm(Form):
    """How electronic records are answered that ask when a chart is opened or an order is written (CDS Hooks)."""

    namespace: Text = Field(description="reverse domain name of the extensions")
    services: dict[Literal["patient-view", "order-select", "order-sign"], HookForm]
    usage: str = Field("", description="requirements that no other part says")
    concerns: list[FactName] = Field(
        default_factory=list, description="a patient is one to speak of when one of these was read from the record"
    )
    watch: list[WatchForm] = Field(default_factory=list)
    suppose: list[SupposeForm] = Field(default_factory=list)
    tests: list[TestForm] = Field(default_factory=list)


class GuidelineForm(Form):
    """rules/guideline.yaml: what this guideline is, for whom, since when."""

    id: Identifier
    title: Text
    version: Annotated[
        str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+\S*$"), Words("three numbers, such as 1.2.0")
    ]
    released: datetime.date
    revised: datetime.date
    review_due: datetime.date
    publisher: Text
    funding: Text
    intended_use: Text
    intended_users: Text
    not_for: list[Text]
    unknown_population: list[Text] = Field(default_factory=list)
    notice: Text
    source_attributes: dict[str, Any] = Field(default_factory=dict)
    scope: ScopeForm | None = None
    questions: dict[Identifier, QuestionForm]
    certainty_modifiers: list[ModifierForm] = Field(default_factory=list)
    unused_facts: dict[str, Text] = Field(default_factory=dict, description="facts no rule uses, and why they are kept")
    form: PageForm = Field(default_factory=PageForm, description="what a form asks first")
    hooks: HooksForm | None = Field(None, description="how electronic records are answered")
