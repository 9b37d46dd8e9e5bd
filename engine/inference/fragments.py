"""Pieces of JSON that are remembered, within a bound."""

from typing import Any

MOST_BYTES = 6_000_000  # that the pieces may take before the memory starts again


class Fragments(dict[Any, bytes]):
    """Pieces by what they were written from."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def keep(self, key: Any, piece: bytes) -> bytes:
        """Remember the piece, and hand it back."""
        self._bytes += len(piece) + 200
        if self._bytes > MOST_BYTES:
            self.clear()
            self._bytes = len(piece)
        self[key] = piece
        return piece
