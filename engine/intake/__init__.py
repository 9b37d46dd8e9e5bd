"""What patients come as: rows of a known table. Everything read here ends as facts that any caller could have sent."""

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
    "MappedRow",
    "OpenCell",
    "RowProblem",
    "RowReader",
    "TableError",
    "TableProblem",
    "read_file",
    "read_rows",
]
