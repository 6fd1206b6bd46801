import pytest

from bot.global_words import Word, word_of
from bot.routing import route, wants_to_report
from handlers.services import INTENT_OF_SERVICE, SERVICE_OF_INTENT, SERVICES
from handlers.turn import Priority, Understanding


def understood(*ranking: tuple[str, float]) -> Understanding:
    return Understanding(ranking[0][0], ranking[0][1], Priority.P3, ranking=ranking)


def test_a_clear_intent_is_acted_upon() -> None:
    assert route(understood(("ask_law", 0.9), ("hotline", 0.05))).services == ("law",)


def test_two_close_intents_are_both_offered() -> None:
    chosen = route(understood(("job_offer", 0.5), ("check_scam", 0.45)))
    assert chosen.services == ("job_offer", "scam_check")
    assert not chosen.sure


def test_likely_danger_is_answered_and_not_asked_about() -> None:
    chosen = route(understood(("danger_now", 0.35), ("report_trafficking", 0.34)))
    assert chosen.services == ("danger",)
    assert chosen.sure


def test_two_intents_of_one_service_are_one_wish() -> None:
    chosen = route(understood(("report_scam", 0.5), ("report_trafficking", 0.45)))
    assert chosen.services == ("report",)
    assert chosen.sure


def test_a_low_confidence_asks_with_the_three_likeliest() -> None:
    ranking = [
        ("ask_law", 0.3),
        ("greet", 0.25),
        ("job_offer", 0.2),
        ("quiz", 0.15),
        ("human", 0.1),
    ]
    chosen = route(understood(*ranking))
    assert chosen.services == ("law", "job_offer", "quiz")
    assert not chosen.sure


def test_every_intent_has_a_service_and_every_service_an_intent() -> None:
    assert set(SERVICE_OF_INTENT.values()) <= set(SERVICES)
    assert set(INTENT_OF_SERVICE) == set(SERVICES)
    assert len(SERVICE_OF_INTENT) == 18


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("thoát", Word.leave),
        ("/thoat", Word.leave),
        ("THOÁT!", Word.leave),
        ("xóa", Word.erase),
        ("xoá", Word.erase),
        ("/xoa", Word.erase),
        ("Menu", Word.menu),
        ("111", Word.hotline),
        ("thoát khỏi đây", None),
        ("", None),
    ],
)
def test_words_that_always_work(typed: str, word: Word | None) -> None:
    assert word_of(typed) is word


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("em muốn báo cáo số này lừa đảo", True),
        ("to cao trang fb nay", True),
        ("báo công an ở đâu vậy em bị lừa", True),
        ("em bị lừa mất 20 triệu rồi", False),
        ("nó chặn em rồi", False),
        ("bao nhiêu tiền cũng mất", False),
    ],
)
def test_who_was_cheated_and_who_wants_the_form(text: str, wants: bool) -> None:
    assert wants_to_report(text) is wants
