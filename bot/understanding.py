"""Safety rules first, in our own process; then the model; then both decide the priority."""

import asyncio
from functools import lru_cache

from bot.nlu import Nlu, NluDown, Parsed
from content.schema import Category
from handlers.safety import SafetyRules, SafetyVerdict, combine
from handlers.turn import Priority, Understanding

RULE_CONFIDENCE = 1.0
# Seconds that a message of danger waits for what the model can add to the rules.
URGENT_PATIENCE = 0.3
# A model that reads one of these has seen the danger too, or tells of somebody else's.
SERIOUS = frozenset({"danger_now", "report_trafficking", "victim_support"})
# Questions of which a rule's words are often a part. Not "out of scope": that is also what a model
# says that has understood nothing.
HARMLESS = frozenset({"ask_law", "ask_prevention", "quiz", "check_scam", "job_offer", "hotline"})
NEVER_DOUBTED = frozenset({Category.suicide, Category.plea, Category.third_party})
SURE_OF_HARMLESS = 0.9
NO_DANGER = 0.03


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
    """Whether the model is so sure of a harmless reading that the rule's words mean that.

    "Mua bán người phạt mấy năm" holds a rule's words and is a question of law. Rules whose words
    hardly stand in anything harmless are never doubted. Measured in `docs/nlu-report.md`.
    """
    intent, confidence = parsed.ranking[0]
    danger = dict(parsed.ranking).get("danger_now", 0.0)
    mild = verdict.category not in NEVER_DOUBTED and intent in HARMLESS
    return mild and confidence >= SURE_OF_HARMLESS and danger <= NO_DANGER


def merge(verdict: SafetyVerdict | None, parsed: Parsed | None) -> Understanding:
    """Either may raise the priority; the model lowers the rules' only where it `doubts` them."""
    intent, confidence = parsed.ranking[0] if parsed else ("out_of_scope", 0.0)
    urgent = verdict is not None and verdict.priority.urgent
    doubted = urgent and verdict is not None and parsed is not None and doubts(verdict, parsed)
    priority = Priority.P2 if doubted else combine(verdict, intent, confidence)
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
        doubted=doubted,
    )


def understood_as(understanding: Understanding) -> dict[str, str]:
    """The part of it that the web contract shows."""
    return {"intent": understanding.intent, "priority": str(Priority(understanding.priority))}
