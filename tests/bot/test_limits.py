from bot.limits import Limiter
from bot.nlu import Breaker


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_waits_for_its_rate() -> None:
    ticks = Ticks()
    limiter = Limiter(3, 2, clock=ticks)
    assert [limiter.wait("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.wait("a") == 0.5
    ticks.now = 0.5
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 0.5


def test_one_flood_does_not_slow_another_person() -> None:
    limiter = Limiter(1, 1, clock=Ticks())
    assert limiter.wait("a") == 0
    assert limiter.wait("a") > 0
    assert limiter.wait("b") == 0


def test_memory_is_bounded() -> None:
    limiter = Limiter(1, 1, size=10, clock=Ticks())
    for key in range(1000):
        limiter.wait(key)
    assert len(limiter._buckets) == 10


def test_a_breaker_opens_after_failures_and_tries_again_later() -> None:
    ticks = Ticks()
    breaker = Breaker(limit=2, pause=1.0, clock=ticks)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    ticks.now = 1.1
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
