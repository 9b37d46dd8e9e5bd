"""The table under `Examples:` of a scenario outline that a command writes."""

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]], mistakes: Sequence[str] = ()) -> list[str]:
    """Its lines; above each row, where they are given, a comment with the mistake that the row catches."""
    widths = [max(len(line[place]) for line in (header, *rows)) for place in range(len(header))]
    lines = [
        f"      | {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in (header, *rows)
    ]
    for place, mistake in reversed(list(enumerate(mistakes, 1))):
        lines.insert(place, f"      # catches: {mistake}")
    return lines


__all__ = ["table"]
