"""Whether every message was answered once and in order, seen from the people's side."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.story import plain
from tests.support.cluster import Member
from tests.support.witness import Copy

# Seconds that a request of a dead process may take to be read by a busy platform.
ON_THE_WAY = 3.0
# Seconds within which a sender that lives has surely written down what it sent, a restarting
# database included.
WRITTEN_WITHIN = 15.0


@dataclass
class Verdict:
    """`lost`: replies that somebody never got. `strange`: that nobody was to get.

    Extra copies by cause: `answer_lost` (the platform took it and its answer was lost), `killed`
    (the sender died between the answer and its note; `on_the_way` of them reached the platform
    after the death), `direct` (numbers that a webhook sent past a database that did not answer).
    `doubled`: without such a cause.
    """

    replies: int = 0
    lost: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    extra: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not (self.lost or self.strange or self.disordered or self.doubled)


def judge(
    people: Sequence[str],
    copies: Mapping[str, Sequence[Copy]],
    expected: Mapping[str, Sequence[str]],
    members: Sequence[Member],
) -> Verdict:
    """`expected`: the replies of one calm conversation by channel, in order, all different."""
    verdict = Verdict()
    dead = {m.name: m.killed_at for m in members if m.killed_at is not None}
    for person in people:
        _judge_one(verdict, person, copies[person], expected[person.partition(":")[0]], dead)
    return verdict


def _judge_one(
    verdict: Verdict,
    person: str,
    copies: Sequence[Copy],
    expected: Sequence[str],
    dead: Mapping[str, float],
) -> None:
    direct = [copy for copy in copies if copy.who.startswith("web")]
    sent = [copy for copy in copies if copy not in direct]
    verdict.extra["direct"] += len(direct)
    by_text: dict[str, list[Copy]] = defaultdict(list)
    for copy in sent:
        by_text[plain(copy.text)].append(copy)
    verdict.replies += len(expected)
    verdict.lost += [f"{person}: {text[:60]}" for text in expected if text not in by_text]
    verdict.strange += [f"{person}: {text[:60]}" for text in by_text if text not in expected]
    first = [text for text in by_text if text in expected]
    if first != [text for text in expected if text in by_text]:
        verdict.disordered.append(person)
    for text, found in by_text.items():
        _count_extra(verdict, f"{person}: {text[:60]}", found, dead)


def _count_extra(
    verdict: Verdict, what: str, found: Sequence[Copy], dead: Mapping[str, float]
) -> None:
    """One copy is what was meant; every other one needs a cause."""
    lost = sum(copy.lost for copy in found)
    killed = sum(not copy.lost and _died_of(copy, dead) for copy in found)
    extra = len(found) - 1
    by_answer = min(extra, lost)
    by_kill = min(extra - by_answer, killed)
    verdict.extra["answer_lost"] += by_answer
    verdict.extra["killed"] += by_kill
    late = sum(copy.at > dead.get(copy.who, float("inf")) for copy in found if not copy.lost)
    verdict.extra["on_the_way"] += min(by_kill, late)
    if extra > by_answer + by_kill:
        told = [f"{c.who} at {c.at:.1f}, died {dead.get(c.who, 0):.1f}" for c in found]
        verdict.doubled.append(f"{what} ({'; '.join(told)})")


def _died_of(copy: Copy, dead: Mapping[str, float]) -> bool:
    """Whether its sender was killed before it could write it down; the request may still have
    been on its way then."""
    died = dead.get(copy.who)
    return died is not None and -ON_THE_WAY <= died - copy.at <= WRITTEN_WITHIN
