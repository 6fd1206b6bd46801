"""Safety rules first, in our own process; then the model; then both decide the priority."""

import asyncio
from functools import lru_cache
from typing import Literal

from bot.nlu import INTENTS, Nlu, NluDown, Parsed
from content.schema import Category
from handlers.safety import SafetyRules, SafetyVerdict, combine
from handlers.turn import Priority, Understanding

RULE_CONFIDENCE = 1.0
# Seconds that a message of danger waits for what the model can add to the rules.
URGENT_PATIENCE = 0.3
# A model that reads one of these has seen the danger too, or tells of somebody else's.
SERIOUS = frozenset({"danger_now", "report_trafficking", "victim_support"})
# Rules that are never doubted: what they miss costs too much.
NEVER_DOUBTED = frozenset({Category.suicide, Category.third_party})
# Chosen on the training data's folds (README of `nlu/`), before the frozen set was read by it.
# Below this the model doubts a rule; rules of life and of children (P0) only far below it, since
# what they miss costs more.
DOUBTS_BELOW = 0.1
DOUBTS_GRAVE_BELOW = 0.02
# From here on it is danger though another intent is likelier.
LIKELY_THOUGH_SECOND = 0.4
# From here on the model sees enough of it for the numbers to stand in whatever the answer is: 99
# in 100 messages of danger then have them, in every way of typing, by this or by a rule.
WARY_ABOVE = 0.02


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


def doubts(verdict: SafetyVerdict, parsed: Parsed) -> bool:
    """Whether the model, having weighed every intent, sees hardly any danger behind a rule's words.

    "Mua bán người phạt mấy năm" holds a rule's words and is a question of law; so do stories of
    people who are home again. An answer that
    does not rank all intents comes from something else than our model and doubts nothing.
    """
    ranking = dict(parsed.ranking)
    limit = DOUBTS_GRAVE_BELOW if verdict.priority is Priority.P0 else DOUBTS_BELOW
    weighed = ranking.keys() == INTENTS and 0 < ranking["danger_now"] < limit
    return weighed and verdict.category not in NEVER_DOUBTED


def _wary(doubted: bool, priority: Priority, danger: float) -> Literal["rule", "model"] | None:
    """Who sees danger in a message that is not answered as one."""
    if doubted:
        return "rule"
    return "model" if danger >= WARY_ABOVE and not priority.urgent else None


def merge(verdict: SafetyVerdict | None, parsed: Parsed | None) -> Understanding:
    """Either may raise the priority; the model lowers the rules' only where it `doubts` them."""
    intent, confidence = parsed.ranking[0] if parsed else ("out_of_scope", 0.0)
    urgent = verdict is not None and verdict.priority.urgent
    doubted = urgent and verdict is not None and parsed is not None and doubts(verdict, parsed)
    danger = dict(parsed.ranking).get("danger_now", 0.0) if parsed else 0.0
    if danger >= LIKELY_THOUGH_SECOND and intent not in SERIOUS:
        intent, confidence = "danger_now", danger
    priority = Priority.P2 if doubted else combine(verdict, intent, confidence)
    if danger >= LIKELY_THOUGH_SECOND:
        priority = min(priority, Priority.P1)
    if urgent and not doubted and intent not in SERIOUS:
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
        wary=_wary(doubted, priority, danger),
        topic=parsed.topic if parsed else None,
    )


def understood_as(understanding: Understanding) -> dict[str, str]:
    """The part of it that the web contract shows."""
    return {"intent": understanding.intent, "priority": str(Priority(understanding.priority))}
