"""The judge of the fault runs sees what it is there to see."""

from types import SimpleNamespace
from typing import Any

from tests.chaos.verdict import Verdict, judge
from tests.support.witness import Copy

EXPECTED = ["một", "hai", "ba"]
DIED_AT = 10.0


def judged(*copies: Copy) -> Verdict:
    dead: Any = SimpleNamespace(name="sender-2", killed_at=DIED_AT)
    return judge(["zalo:u1"], {"zalo:u1": copies}, {"zalo": EXPECTED}, [dead])


def copy(text: str, at: float = 1.0, who: str = "sender-1", lost: bool = False) -> Copy:
    return Copy(text, at, who, lost)


def test_each_once_and_in_order_is_good() -> None:
    assert judged(*map(copy, EXPECTED)).good


def test_a_missing_reply_is_seen() -> None:
    assert len(judged(copy("một"), copy("ba")).lost) == 1


def test_another_order_is_seen() -> None:
    assert judged(copy("hai"), copy("một"), copy("ba")).disordered


def test_a_reply_that_nobody_was_to_get_is_seen() -> None:
    assert judged(*map(copy, EXPECTED), copy("bốn")).strange


def test_a_second_copy_needs_a_cause() -> None:
    assert len(judged(*map(copy, EXPECTED), copy("ba")).doubled) == 1


def test_a_lost_answer_is_a_cause() -> None:
    verdict = judged(copy("một", lost=True), *map(copy, EXPECTED))
    assert verdict.good
    assert verdict.extra["answer_lost"] == 1


def test_a_sender_that_was_killed_afterwards_is_a_cause() -> None:
    verdict = judged(copy("một", who="sender-2"), *map(copy, EXPECTED))
    assert verdict.good
    assert verdict.extra["killed"] == 1
    later = copy("một", at=DIED_AT + 60, who="sender-2")
    assert judged(later, *map(copy, EXPECTED)).doubled


def test_a_sender_that_lived_long_enough_to_write_it_down_is_no_cause() -> None:
    early = copy("một", at=DIED_AT - 60, who="sender-2")
    assert judged(early, *map(copy, EXPECTED)).doubled
