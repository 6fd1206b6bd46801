from datetime import UTC, datetime, timedelta

import pytest

from console import times
from console.access import HELD, Permission
from console.throttle import ADDRESSES, BURST, SECONDS_EACH, Throttle
from console.words import load_words
from reports.labels import labels
from reports.terms import AuditAction, ConsentLevel, LegalBasis, Priority, Role, Status, Tier


def test_every_term_has_its_words() -> None:
    words = load_words()
    for group, terms in (
        ("priority", Priority),
        ("consent", ConsentLevel),
        ("tier", Tier),
        ("basis", LegalBasis),
    ):
        assert {term.value for term in terms} == set(words[group])
    assert {term.value for term in Status} == set(labels()["status"])
    assert {term.value for term in AuditAction} == set(labels()["audit_action"])
    assert set(words["error"]) == set(words["error_title"])


def test_every_role_may_enter_and_only_admins_read_all_journals() -> None:
    assert set(HELD) == set(Role)
    assert all(Permission.enter in held for held in HELD.values())
    assert [role for role, held in HELD.items() if Permission.all_journals in held] == [Role.admin]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "dưới 1 phút"),
        (59, "dưới 1 phút"),
        (60, "1 phút"),
        (3599, "59 phút"),
        (3600, "1 giờ"),
        (47 * 3600, "47 giờ"),
        (48 * 3600, "2 ngày"),
        (-7200, "2 giờ"),
    ],
)
def test_a_length_of_time_is_told_in_one_unit(seconds: int, told: str) -> None:
    assert load_words().span(timedelta(seconds=seconds)) == told


def test_times_are_those_of_viet_nam() -> None:
    late = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert times.shown(late) == "22/11/2026 01:30"
    assert times.midnight(late) == datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def test_a_burst_is_allowed_then_a_slow_pace() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    assert [throttle.wait("a") for _ in range(BURST + 1)] == [0] * BURST + [int(SECONDS_EACH)]
    assert throttle.wait("b") == 0
    now = SECONDS_EACH
    assert throttle.wait("a") == 0
    assert throttle.wait("a") > 0


def test_the_throttle_forgets_old_addresses() -> None:
    throttle = Throttle(lambda: 0.0)
    for _ in range(BURST + 1):
        throttle.wait("first")
    for number in range(ADDRESSES):
        throttle.wait(str(number))
    assert throttle.wait("first") == 0
