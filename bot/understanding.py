"""Safety rules first, in our own process; then the model; then both decide the priority."""

import asyncio
from functools import lru_cache

from bot.nlu import Nlu, NluDown, Parsed
from handlers.safety import SafetyRules, SafetyVerdict, combine
from handlers.turn import Priority, Understanding

RULE_CONFIDENCE = 1.0
# Seconds that a message of danger waits for what the model can add to the rules.
URGENT_PATIENCE = 0.3
# A model that reads one of these has seen the danger too, or tells of somebody else's.
SERIOUS = frozenset({"danger_now", "report_trafficking", "victim_support"})


class Understander:
    """Reads a clean text; never raises, whatever has become of the model."""

    def __init__(self, rules: SafetyRules, nlu: Nlu) -> None:
        self.rules = rules
        # The same message is read at the door, in the turn and for the reply: once is enough.
        self._verdict = lru_cache(maxsize=256)(rules.read)
        self._nlu = nlu

    def by_rules(self, text: str) -> Understanding:
        """What can be said without the model, a network or a database."""
        return merge(self._verdict(text), None)

    async def read(self, text: str) -> Understanding:
        verdict = self._verdict(text)
        urgent = verdict is not None and verdict.priority.urgent
        try:
            async with asyncio.timeout(URGENT_PATIENCE if urgent else None):
                parsed = await self._nlu.parse(text) if text else None
        except (NluDown, TimeoutError):
            parsed = None
        return merge(verdict, parsed)


def merge(verdict: SafetyVerdict | None, parsed: Parsed | None) -> Understanding:
    """Either may raise the priority, neither may lower the other."""
    intent, confidence = parsed.ranking[0] if parsed else ("out_of_scope", 0.0)
    priority = combine(verdict, intent, confidence)
    if verdict is not None and verdict.priority.urgent and intent not in SERIOUS:
        intent, confidence = "danger_now", RULE_CONFIDENCE
    return Understanding(
        intent=intent,
        confidence=confidence,
        priority=priority,
        rule=verdict.rule if verdict else None,
        category=str(verdict.category) if verdict else None,
        ranking=parsed.ranking if parsed else (),
        entities=parsed.entities if parsed else (),
        by_model=parsed is not None,
    )


def understood_as(understanding: Understanding) -> dict[str, str]:
    """The part of it that the web contract shows."""
    return {"intent": understanding.intent, "priority": str(Priority(understanding.priority))}
