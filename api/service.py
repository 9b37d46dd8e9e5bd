"""What a running service holds: one guideline with its evaluators and prepared answers, and a few counts."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from api.catalogue import Catalogue
from api.settings import Settings
from engine import Engine, Guideline


@dataclass(frozen=True)
class Loaded:
    """One guideline ready to answer. Immutable: a request takes it once and uses it to its end."""

    engine: Engine
    catalogue: Catalogue

    @property
    def guideline(self) -> Guideline:
        """The guideline all of it stands on."""
        return self.engine.guideline


@dataclass
class Service:
    """The guideline in force (replaced as one reference, never changed) and what was counted since the start."""

    settings: Settings
    loaded: Loaded
    today: Callable[[], datetime.date] = datetime.date.today
    disagreements: int = 0
    last_disagreement: datetime.datetime | None = field(default=None)

    @classmethod
    def of(cls, settings: Settings, guideline: Guideline) -> "Service":
        """A service that answers from this guideline; the rules of today are compiled already."""
        service = cls(settings, Loaded(Engine(guideline, settings.cross_check), Catalogue(guideline)))
        service.loaded.engine.decider(service.today())
        return service

    def count_disagreement(self) -> None:
        """The evaluators differed once more."""
        self.disagreements += 1
        self.last_disagreement = datetime.datetime.now(datetime.UTC)
