"""How many rows a condition has when it is written as alternatives that each hold all at once (inference/rows.py writes them).

The count is an upper bound, so a condition that passes here can always be compiled.
"""

from math import prod
from typing import Any

from engine.language.conditions import All, Any_, Clause, Condition, ConditionReader, Not
from engine.language.yamlfile import Route

MOST_ROWS = 512


def row_count(condition: Condition, *, wanted: bool = True) -> int:
    """At most this many rows say when the condition is as wanted."""
    match condition:
        case Clause():
            return 1
        case Not(part):
            return row_count(part, wanted=not wanted)
        case All(parts) if wanted:
            return prod(row_count(part, wanted=wanted) for part in parts)
        case Any_(parts) if not wanted:
            return prod(row_count(part, wanted=wanted) for part in parts)
        case All(parts) | Any_(parts):
            return sum(row_count(part, wanted=wanted) for part in parts)


def read_condition(reader: ConditionReader, raw: Any, route: Route) -> Condition:
    """The condition at `route`, with a problem reported when it has more rows than can be compiled."""
    condition = reader.read(raw, route)
    count = row_count(condition)
    if count > MOST_ROWS:
        message = f"the condition stands for {count} combinations, and {MOST_ROWS} are the most"
        hint = "split it into several rules, or give a part of it a name as a derived fact"
        reader.file.report("too-many-rows", message, reader.file.key_place(route), hint)
    return condition
