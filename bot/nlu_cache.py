"""Answers of the model for texts that come again and again: greetings, "có", adverts sent on.

It holds results and no texts. A key is a hash under a random key of this process; an answer
with entities, which quote the text, is not kept at all. Nothing is written or logged.
"""

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Callable

from bot import metrics
from bot.nlu import Parsed


class ResultCache:
    """The latest `size` results, each for `seconds`; 0 seconds: none."""

    def __init__(
        self,
        seconds: float = 60.0,
        size: int = 2048,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._size, self._clock = seconds, size, clock
        self._results: OrderedDict[bytes, tuple[float, Parsed]] = OrderedDict()
        self._secret = os.urandom(32)
        self._model: str | None = None

    def get(self, text: str) -> Parsed | None:
        """The result for `text`, if it was kept and is still fresh."""
        if not self._seconds:
            return None
        key = self._key(text)
        until, result = self._results.get(key, (0.0, None))
        if result is not None and self._clock() >= until:
            del self._results[key]
            result = None
        if result is not None:
            self._results.move_to_end(key)
        metrics.NLU_CACHE.labels("miss" if result is None else "hit").inc()
        return result

    def keep(self, text: str, result: Parsed, model: str | None) -> None:
        """Keep what `model` (its fingerprint) answered."""
        self.model_is(model)
        if not self._seconds or result.entities:
            return
        self._results[self._key(text)] = (self._clock() + self._seconds, result)
        if len(self._results) > self._size:
            self._results.popitem(last=False)

    def model_is(self, model: str | None) -> None:
        """Forget everything that another model said."""
        if model != self._model:
            self._results.clear()
            self._model = model

    def __len__(self) -> int:
        return len(self._results)

    def _key(self, text: str) -> bytes:
        told = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, key=self._secret, digest_size=16).digest()
