"""Many patients: the same rules over columns, a batch of rows at once.

compiled = Compiled(load(default_rules()), as_of)             # may be sent to other processes
outcomes = compiled.evaluate(batch)                           # a pyarrow.RecordBatch with a column for each fact that is known
patients, recommendations = outcomes.to_batches(identifiers)  # as Arrow, ready for Parquet
"""

from engine.cohort.evaluate import Compiled
from engine.cohort.outcomes import OUTCOMES, STATUSES, Outcomes

__all__ = ["OUTCOMES", "STATUSES", "Compiled", "Outcomes"]
