"""What patients come as: records in FHIR, rows of a known table. Everything read here ends as facts that any caller could have sent."""

from engine.intake.fhir import Extraction, extract
from engine.intake.table import (
    MappedRow,
    OpenCell,
    RowProblem,
    RowReader,
    TableError,
    TableProblem,
    read_file,
    read_rows,
)

__all__ = [
    "Extraction",
    "MappedRow",
    "OpenCell",
    "RowProblem",
    "RowReader",
    "TableError",
    "TableProblem",
    "extract",
    "read_file",
    "read_rows",
]
