"""What the cache of results keeps, for how long, and what it never holds."""

from bot.nlu import Parsed
from bot.nlu_cache import ResultCache
from handlers.turn import Entity

GREET = Parsed([("greet", 0.9)], [])


class Ticks:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_result_is_kept_for_its_time() -> None:
    ticks = Ticks()
    cache = ResultCache(60, clock=ticks)
    assert cache.get("chào") is None
    cache.keep("chào", GREET, "m")
    ticks.now += 59
    assert cache.get("chào") is GREET
    assert cache.get("chao") is None
    ticks.now += 2
    assert cache.get("chào") is None
    assert len(cache) == 0


def test_the_least_lately_used_result_goes_first() -> None:
    cache = ResultCache(60, size=3, clock=Ticks())
    for text in "abc":
        cache.keep(text, GREET, "m")
    assert cache.get("a") is GREET
    cache.keep("d", GREET, "m")
    assert cache.get("b") is None
    assert cache.get("a") is GREET
    assert len(cache) == 3


def test_another_model_empties_it() -> None:
    cache = ResultCache(60, clock=Ticks())
    cache.keep("chào", GREET, "first")
    cache.model_is("first")
    assert len(cache) == 1
    cache.model_is("second")
    assert cache.get("chào") is None


def test_it_can_be_off() -> None:
    cache = ResultCache(0)
    cache.keep("chào", GREET, "m")
    assert cache.get("chào") is None
    assert len(cache) == 0


def test_answers_that_quote_the_text_are_not_kept() -> None:
    cache = ResultCache(60, clock=Ticks())
    phone = Entity("phone", "0987000111", 4, 14)
    cache.keep("gọi 0987000111", Parsed([("check_scam", 0.9)], [phone]), "m")
    assert len(cache) == 0


def test_no_text_is_held_and_the_hash_is_of_this_process_alone() -> None:
    text = "chị Lan ở Vinh, " + "x" * 20
    one, other = ResultCache(60), ResultCache(60)
    one.keep(text, GREET, "m")
    other.keep(text, GREET, "m")
    assert [len(key) for key in one._results] == [16]
    assert "Vinh" not in repr(vars(one))
    assert not set(one._results) & set(other._results)
