"""Many patients: the same rules over columns, a batch of rows at once.

compiled = Compiled(load(default_rules()), as_of)             # may be sent to other processes
outcomes = compiled.evaluate(batch)                           # a pyarrow.RecordBatch with a column for each fact that is known
patients, recommendations = outcomes.to_batches(identifiers)  # as Arrow, ready for Parquet
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.cohort.evaluate import Compiled
    from engine.cohort.outcomes import OUTCOMES, STATUSES, Outcomes

_WHERE = {"Compiled": "evaluate", "OUTCOMES": "outcomes", "STATUSES": "outcomes", "Outcomes": "outcomes"}


def __getattr__(name: str) -> Any:
    """Imported when first asked for: the statements of sql.py need neither numpy nor pyarrow."""
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"engine.cohort.{_WHERE[name]}"), name)


__all__ = ["OUTCOMES", "STATUSES", "Compiled", "Outcomes"]
