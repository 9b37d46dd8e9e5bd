"""What has been read from one record so far: claims on facts, events, and what was not used."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.intake.fhir_claims import Claim, Source, Unused
from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_history import Event
from engine.intake.fhir_resources import Coding, Found, Walk, code_of, date_of, text_of


@dataclass
class Record:
    """The growing account of one record."""

    walk: Walk
    claims: list[Claim] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    resource_of: dict[str, str] = field(default_factory=dict)  # path of a value: path of its resource
    side_of: dict[str, frozenset[str]] = field(
        default_factory=dict
    )  # path of a resource: the sides of the body it is of
    sample_of: dict[str, str] = field(default_factory=dict)  # path of a resource: the kind of specimen it is of
    blocked: dict[str, str] = field(default_factory=dict)  # facts of which no number says anything, and why
    _seen: set[Unused] = field(default_factory=set)
    _known: dict[int, tuple[Found, str, str, str]] = field(default_factory=dict)

    @contextmanager
    def all_or_nothing(self, found: Found) -> Iterator[None]:
        """A resource that cannot be read for a reason nobody thought of leaves nothing behind, and is named."""
        claims, events = len(self.claims), len(self.events)
        try:
            yield
        except Exception:
            del self.claims[claims:], self.events[events:]
            self.walk.warn("unreadable", found.path, "the resource could not be read")
            self.unuse(Source(found.type, text_of(found.resource.get("id")), found.path), "it could not be read")

    def source(
        self, found: Found, path: str, coding: Coding | None = None, text: str = "", value: Coding | None = None
    ) -> Source:
        """Where a value of a resource stands."""
        where = f"{found.path}{path}".lstrip(".")
        self.resource_of[where] = found.path
        name, date, status = self._about(found)
        return Source(
            found.type,
            name,
            where,
            coding.system if coding else "",
            coding.code if coding else "",
            value.system if value else "",
            value.code if value else "",
            text or (value.display if value else coding.display if coding else ""),
            date,
            status,
            self.sample_of.get(found.path, ""),
        )

    def _about(self, found: Found) -> tuple[str, str, str]:
        """Id, date and status of a resource, looked up once."""
        known = self._known.get(id(found))
        if known is None:
            resource, kind = found.resource, found.type
            status = code_of(resource.get("verificationStatus" if kind == "Condition" else "status"))
            known = self._known[id(found)] = (found, text_of(resource.get("id")), date_of(resource, kind)[0], status)
        return known[1:]

    def leave(self, found: Found, reason: str, coding: Coding | None = None, fact: str = "", text: str = "") -> None:
        """A resource is not used."""
        self.unuse(self.source(found, "", coding, text), reason, fact)

    def unuse(self, source: Source, reason: str, fact: str = "") -> None:
        """What stands at a place is not used."""
        one = Unused(source.resource, source.id, source.path, source.code, source.value_code, source.text, reason, fact)
        if one not in self._seen:
            self._seen.add(one)
            self.unused.append(one)

    def concluded(
        self,
        codemap: Codemap,
        fact: str,
        raw: Any,
        events: Sequence[Event],
        because: str,
        further: Iterable[Source] = (),
    ) -> Iterator[Claim]:
        """A claim that rests on events (and on further resources); none when the fact cannot have the value."""
        sources = list(dict.fromkeys((*(event.source for event in events), *further)))
        try:
            given = codemap.vocabulary[fact].read(raw)
        except ValueError as error:
            for source in sources:
                self.unuse(source, f"the value {error.args[0]}", fact)
            return
        if sources:
            yield Claim(fact, raw, given, sources[0], because=because, also=tuple(sources[1:]))
