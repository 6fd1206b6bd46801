"""Token buckets in memory; whoever is over the limit still gets numbers when in danger."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Limiter:
    """`burst` at once, then `rate` a second, for each key; remembers the latest `size` keys."""

    def __init__(
        self,
        burst: int,
        rate: float,
        size: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst, self._rate, self._size, self._clock = burst, rate, size, clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """0 when allowed (and counted), else the seconds until the next is."""
        now = self._clock()
        tokens, since = self._buckets.pop(key, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate
