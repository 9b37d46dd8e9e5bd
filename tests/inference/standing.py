"""What stands, written down a second time as plainly as possible: the composition of decisions is compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from engine import Guideline
from engine.inference.reference import Outcome

SHOWN = (Outcome.FIRM, Outcome.PROVISIONAL)
NEVER_STOPPED = ("request_data", "out_of_scope")


@dataclass
class Stands:
    """Rule ids: what stands, what was stopped by what, what was overridden by what, what was ruled out."""

    stands: dict[str, str] = field(default_factory=dict)  # rule -> firm | provisional
    stopped: dict[str, set[str]] = field(default_factory=dict)
    overridden: dict[str, set[str]] = field(default_factory=dict)
    ruled_out: set[str] = field(default_factory=set)


def standing(guideline: Guideline, outcomes: Mapping[str, Outcome]) -> Stands:
    """Stops, then overrides: a rule stands when it is shown and none of the rules that override it stands."""
    found = Stands()
    stoppers = {rule.id for rule in guideline.rules if rule.stop and outcomes[rule.id] is Outcome.FIRM}
    withheld = {
        rule.id
        for rule in guideline.rules
        if stoppers and not (rule.stop or rule.survives_stop or rule.kind in NEVER_STOPPED)
    }
    overriders = {
        rule.id: {one.id for one in guideline.rules if rule.id in {each.rule for each in one.overrides}}
        for rule in guideline.rules
    }

    @cache
    def stands(rule: str) -> bool:
        return outcomes[rule] in SHOWN and rule not in withheld and not any(map(stands, overriders[rule]))

    for rule in guideline.rules:
        outcome = outcomes[rule.id]
        if rule.id in withheld:
            if outcome in (*SHOWN, Outcome.UNDETERMINED):
                found.stopped[rule.id] = stoppers
        elif outcome is Outcome.RULED_OUT:
            found.ruled_out.add(rule.id)
        elif outcome in SHOWN:
            if stands(rule.id):
                found.stands[rule.id] = outcome.value
            else:
                found.overridden[rule.id] = {one for one in overriders[rule.id] if stands(one)}
    return found
