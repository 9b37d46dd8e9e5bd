"""How often one caller may ask: a bucket of requests that fills up again at a steady rate."""

import math
import time
from collections.abc import Callable

from api.problems import TOO_MANY_REQUESTS, Refused

BURST = 2  # seconds' worth of requests that may come at once
MOST = 10_000  # callers that are remembered


class Limits:
    """Requests per second of each caller, in this process."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.most = rate, max(1.0, rate * BURST)
        self._now = now
        self._left: dict[str, tuple[float, float]] = {}  # caller -> requests left, and when that was

    def count(self, name: str) -> None:
        """One more request of a caller; raises Refused when that is too many."""
        now = self._now()
        left, then = self._left.get(name, (self.most, now))
        left = min(self.most, left + (now - then) * self.rate)
        if left < 1 - 1e-6:  # rounding must not cost anybody a request
            self._left[name] = left, now
            wait = str(max(1, math.ceil((1 - left) / self.rate)))
            raise Refused(TOO_MANY_REQUESTS, headers={"retry-after": wait})
        if len(self._left) >= MOST:
            self._left = {one: kept for one, kept in self._left.items() if now - kept[1] < BURST}
        self._left[name] = left - 1, now
