"""The safety rules: life first, in our own process, before the model, without network or database.

Rules are data (`content/data/safety/`); this reads a message with them and puts their verdict
together with the model's, so that either may raise the priority.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from content.schema import Category, SafetyRule
from handlers.patterns import Rules
from handlers.turn import Priority

# Chosen on the training data's folds: 0.3 finds a tenth of what 0.5 misses, for half a false
# alarm more in a hundred harmless messages (docs/nlu-report.md).
DANGER_IS_SURE = 0.3
DANGER_IS_LIKELY = 0.15
INTENT_IS_LIKELY = 0.4
HARMED = frozenset({"report_trafficking", "report_scam", "victim_support"})
_SIGNALS = str.maketrans({"🆘": " sos ", "🚨": " ", "🩸": " ", "\u200d": " "})
# Of two rules with the same priority the one whose first reply helps more people goes first.
_ORDER = (
    Category.suicide,
    Category.minor,
    Category.life,
    Category.captivity,
    Category.crossing,
    Category.missing,
    Category.plea,
    Category.money,
    Category.third_party,
)
# Rules with a first reply of their own (by the beginning of their id) go before general ones.
SPECIAL = (
    "online_family",
    "online",
    "overdose",
    "cannot_call",
    "ransom",
    "boat",
    "missing_child",
    "missing_sea",
)


@dataclass(frozen=True)
class SafetyVerdict:
    """The worst rule that stands in a message."""

    priority: Priority
    category: Category
    rule: str


class SafetyRules:
    """All rules compiled; `read` is linear in the message's length and never raises."""

    def __init__(self, rules: Mapping[str, SafetyRule]) -> None:
        """Compile `rules`; raises `handlers.patterns.PhraseError`."""
        self._rules = rules
        self._order = {name: _rank(rule) for name, rule in rules.items()}
        self._engine = Rules(
            {name: rule.patterns for name, rule in rules.items()},
            {name: rule.unless for name, rule in rules.items()},
        )

    def read(self, text: str) -> SafetyVerdict | None:
        """The worst verdict on clean NFC `text` (`store.text.clean`), or None."""
        name = self._engine.first(text.translate(_SIGNALS), self._order.__getitem__)
        if name is None:
            return None
        rule = self._rules[name]
        return SafetyVerdict(Priority(rule.priority), rule.category, rule.id)

    @property
    def vocabulary(self) -> frozenset[str]:
        """All words, without marks, that stand in the rules."""
        return self._engine.vocabulary

    def matching(self, text: str) -> frozenset[str]:
        """The ids of all rules that stand in `text`."""
        return self._engine.names(text.translate(_SIGNALS))


def _rank(rule: SafetyRule) -> tuple[bool, str, int, int, str]:
    stranger = rule.category is Category.third_party
    special = (n for n, prefix in enumerate(SPECIAL) if rule.id.startswith(prefix))
    kind = next(special, len(SPECIAL))
    return (stranger, rule.priority, _ORDER.index(rule.category), kind, rule.id)


def combine(verdict: SafetyVerdict | None, intent: str, confidence: float) -> Priority:
    """The more urgent of what the rules and the model (`intent`, 0..1) say."""
    by_rules = verdict.priority if verdict else Priority.P3
    return min(by_rules, _by_model(intent, confidence))


def _by_model(intent: str, confidence: float) -> Priority:
    if intent == "danger_now" and confidence >= DANGER_IS_SURE:
        return Priority.P1
    if intent == "danger_now" and confidence >= DANGER_IS_LIKELY:
        return Priority.P2
    if intent in HARMED and confidence >= INTENT_IS_LIKELY:
        return Priority.P2
    return Priority.P3
