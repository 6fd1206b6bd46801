"""Figures from answers: accuracy, precision, recall, calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """One held-out answer: what was wanted, the best intent and its confidence, the second.

    `also` are intents that honest people would accept as well; an answer with one of them counts
    as the wanted one everywhere but in `strict`.
    """

    wanted: str
    given: str
    confidence: float
    second: str = ""
    runner_up: float = 0.0
    also: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.given == self.wanted or self.given in self.also

    @property
    def strict(self) -> bool:
        return self.given == self.wanted

    @property
    def counted(self) -> str:
        """The intent this answer is counted as."""
        return self.wanted if self.right else self.given

    @property
    def in_first_two(self) -> bool:
        return self.right or self.second == self.wanted or self.second in self.also


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1 of one intent (0 to 1), and how often it was wanted."""

    precision: float
    recall: float
    f1: float
    support: int


def accuracy(answers: Sequence[Answered]) -> float:
    """Share of right answers."""
    return sum(answer.right for answer in answers) / max(1, len(answers))


def per_intent(answers: Sequence[Answered]) -> dict[str, Scores]:
    """Scores of each intent that was wanted, by name."""
    wanted = Counter(answer.wanted for answer in answers)
    given = Counter(answer.counted for answer in answers)
    right = Counter(answer.wanted for answer in answers if answer.right)
    scores = {}
    for intent in sorted(wanted):
        precision = right[intent] / given[intent] if given[intent] else 0.0
        recall = right[intent] / wanted[intent]
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        scores[intent] = Scores(precision, recall, f1, wanted[intent])
    return scores


def macro_f1(answers: Sequence[Answered]) -> float:
    """Mean F1 over intents."""
    scores = per_intent(answers)
    return sum(score.f1 for score in scores.values()) / max(1, len(scores))


def reliability(answers: Sequence[Answered], bins: int = 10) -> list[tuple[float, float, int]]:
    """Per bin of confidence: (mean confidence, share right, number), empty bins left out."""
    groups: list[list[Answered]] = [[] for _ in range(bins)]
    for answer in answers:
        groups[min(bins - 1, int(answer.confidence * bins))].append(answer)
    return [
        (sum(a.confidence for a in group) / len(group), accuracy(group), len(group))
        for group in groups
        if group
    ]


def calibration_error(answers: Sequence[Answered]) -> float:
    """Expected calibration error over ten bins (0: confidences mean what they say)."""
    total = max(1, len(answers))
    return sum(abs(mean - share) * n for mean, share, n in reliability(answers)) / total


def confusion(answers: Sequence[Answered], intents: Sequence[str]) -> list[list[int]]:
    """Counts: row is the wanted intent, column the given one."""
    counts = Counter((answer.wanted, answer.counted) for answer in answers)
    return [[counts[(wanted, given)] for given in intents] for wanted in intents]


def routed(
    answers: Sequence[Answered], act_above: float, close_ratio: float
) -> tuple[float, float, float, float, float]:
    """What a router would do that acts at `act_above` or more unless the second is at least
    `close_ratio` of the first (then it offers both), and else asks: shares acted, offered and
    asked; share right of the acted; share of the offers that hold the right one."""
    sure = [a for a in answers if a.confidence >= act_above]
    acted = [a for a in sure if a.runner_up < close_ratio * a.confidence]
    offered = [a for a in sure if a.runner_up >= close_ratio * a.confidence]
    total = max(1, len(answers))
    hit = sum(a.in_first_two for a in offered) / max(1, len(offered))
    asked = (len(answers) - len(sure)) / total
    return len(acted) / total, len(offered) / total, asked, accuracy(acted), hit


def risk(answers: Sequence[Answered], coverage: float) -> float:
    """Share of wrong answers among the surest `coverage` (0 to 1) of them."""
    surest = sorted(answers, key=lambda a: -a.confidence)
    kept = surest[: max(1, round(coverage * len(surest)))]
    return 1 - accuracy(kept)


def risk_curve(answers: Sequence[Answered], points: int = 20) -> list[tuple[float, float]]:
    """(coverage, risk) at `points` even steps up to everything."""
    steps = [(i + 1) / points for i in range(points)]
    return [(step, risk(answers, step)) for step in steps]
