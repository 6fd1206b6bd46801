"""Slows down whoever tries passwords from one address; accounts lock by themselves besides."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

BURST = 10
SECONDS_EACH = 6.0
ADDRESSES = 10_000


class Throttle:
    """`BURST` tries at once, then one every `SECONDS_EACH`, for each of the latest addresses."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> int:
        """0 when a try is allowed (and counted), else the seconds until the next one is."""
        now = self._clock()
        free_at = max(self._free_at.pop(address, now), now)
        ahead = free_at - now - (BURST - 1) * SECONDS_EACH
        self._free_at[address] = free_at if ahead > 0 else free_at + SECONDS_EACH
        if len(self._free_at) > ADDRESSES:
            self._free_at.popitem(last=False)
        return max(0, ceil(ahead))
