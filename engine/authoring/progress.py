"""A bar on a terminal for work that lasts."""

from typing import Any, TextIO

from tqdm import tqdm

SHOWN_AFTER = 2.0  # seconds


class Bar:
    """How far some work is, on a terminal only and once two seconds have passed; nothing is left of it."""

    def __init__(self, out: TextIO) -> None:
        self._bar: Any = tqdm(
            total=1000, file=out, disable=not out.isatty(), delay=SHOWN_AFTER, leave=False,
            bar_format="{percentage:3.0f} % {bar:30} {desc}",
        )  # fmt: skip

    def show(self, share: float, what: str) -> None:
        """The share that is done, and what is being done."""
        self._bar.set_description_str(what, refresh=False)
        self._bar.update(round(1000 * share) - self._bar.n)

    def clear(self) -> None:
        """Take the bar away."""
        self._bar.close()


__all__ = ["Bar"]
