"""Our side of the NLU contract: what `POST /model/parse` answers, and the circuit breaker."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.turn import Entity

INTENTS = frozenset(
    (
        "danger_now report_trafficking report_scam check_scam job_offer victim_support ask_law "
        "ask_prevention hotline quiz follow_up human greet thanks goodbye affirm deny out_of_scope"
    ).split()
)
MAX_CHARS = 4000


class NluDown(Exception):
    """The model gave no usable answer in time."""


@dataclass(frozen=True)
class Parsed:
    """What the model made of a text: intents best first, each with a probability; `topic` is the
    typology (T1 to T13) it is about with its probability, None for none of them."""

    ranking: Sequence[tuple[str, float]]
    entities: Sequence[Entity]
    topic: tuple[str, float] | None = None


class Nlu(Protocol):
    """The model, or something that stands in for it."""

    async def parse(self, text: str) -> Parsed:
        """Raises NluDown."""

    async def healthy(self) -> bool: ...


class Breaker:
    """Opens after `limit` failures in a row; lets one call through every `pause` seconds."""

    def __init__(
        self, limit: int = 3, pause: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._pause, self._clock = limit, pause, clock
        self._failures = 0
        self._retry_at = 0.0

    def allows(self) -> bool:
        if self._failures < self._limit:
            return True
        if self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._limit:
            self._retry_at = self._clock() + self._pause


def parsed_answer(answer: Any, length: int) -> Parsed:
    """The answer to a text of `length` letters; raises ValueError, KeyError, TypeError."""
    ranking = [
        (str(item["name"]), float(item["confidence"]))
        for item in answer.get("intent_ranking") or [answer["intent"]]
        if item["name"] in INTENTS
    ]
    if not ranking:
        raise ValueError("no intent of ours")
    entities = [
        Entity(str(e["entity"]), str(e["value"]), int(e["start"]), int(e["end"]), _country(e))
        for e in answer.get("entities", ())
        if 0 <= int(e["start"]) < int(e["end"]) <= length
    ]
    return Parsed(ranking, entities, _topic(answer.get("topic")))


def _topic(told: Mapping[str, Any] | None) -> tuple[str, float] | None:
    """A model without topics tells none; one with topics tells a null name for "none"."""
    if not told or told["name"] is None:
        return None
    return str(told["name"]), float(told["confidence"])


def _country(entity: Mapping[str, Any]) -> str:
    """Where it lies; a border gate lies on both sides, so it says nothing."""
    if entity["entity"] == "border_gate":
        return ""
    return str(entity["value"] if entity["entity"] == "country" else entity.get("country", ""))
