"""Who answers: the service of the intent, a choice of two, or a question with buttons."""

import re
from dataclasses import dataclass

from handlers.services import SERVICE_OF_INTENT
from handlers.turn import Understanding
from store.text import fold

# Chosen on held-out batches of the training data; what they do is measured in docs/nlu-report.md.
ACT_ABOVE = 0.45
CLOSE_RATIO = 0.4
# Numbers too often rather than a question to somebody in danger.
DANGER_ABOVE = 0.3
CHOICES = 3
# Folded words of somebody who wants to hand in a report, and not first to be helped.
_WANTS_TO_REPORT = re.compile(
    r"\b(bao (cao|tin|an|so|cong an|cho|lua|link|trang|nick|tai khoan)|muon bao|to (cao|giac)"
    r"|trinh bao|khai bao|phan anh|report)\b"
)


@dataclass(frozen=True)
class Route:
    """`services` to offer, likeliest first; one of them: it simply answers."""

    services: tuple[str, ...]
    sure: bool


def route(understood: Understanding) -> Route:
    """Act on a clear intent, offer two close ones, else ask with the three likeliest."""
    ranked = _services(understood)
    if not ranked:
        return Route((), sure=False)
    best, confidence = ranked[0]
    if best == "danger" and confidence >= DANGER_ABOVE:
        return Route((best,), sure=True)
    runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
    if confidence >= ACT_ABOVE and runner_up < confidence * CLOSE_RATIO:
        return Route((best,), sure=True)
    offered = tuple(name for name, _ in ranked if name not in ("small_talk", "out_of_scope"))
    if confidence >= ACT_ABOVE and len(offered) >= 2 and ranked[1][0] in offered:
        return Route(offered[:2], sure=False) if best in offered else Route((best,), sure=True)
    if confidence >= ACT_ABOVE:
        return Route((best,), sure=True)
    return Route(offered[:CHOICES], sure=False)


def _services(understood: Understanding) -> list[tuple[str, float]]:
    """Probabilities added up by service (two intents may share one)."""
    total: dict[str, float] = {}
    for intent, confidence in understood.ranking:
        name = SERVICE_OF_INTENT[intent]
        total[name] = total.get(name, 0.0) + confidence
    return sorted(total.items(), key=lambda item: -item[1])


def wants_to_report(text: str) -> bool:
    """Whether a person who was cheated asks for the form, not for what to do now."""
    return _WANTS_TO_REPORT.search(fold(text)) is not None
