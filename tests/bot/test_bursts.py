"""A story in pieces is read as one; danger, commands and whole questions wait for nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bursts import LONGEST_HOLD, Burst, Piece, gather, looks_unfinished

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
WINDOW = 1.5


def piece(text: str, seconds: float = 0.0, number: int = 1, **more: Any) -> Piece:
    payload = {"text": text, **more}
    return Piece(number, payload, START + timedelta(seconds=seconds), {"chat_id": number})


def read(*pieces: Piece, at: float, whole: bool = False) -> Burst:
    return gather(
        pieces,
        START + timedelta(seconds=at),
        WINDOW,
        lambda text: "cứu" in text or "bị\nnhốt" in text,
        lambda _text: whole,
    )


def test_a_whole_question_is_answered_at_once() -> None:
    burst = read(piece("cty tuyển đi hàn đóng 200 triệu có phải lừa không ạ"), at=0)
    assert burst.wait == 0


def test_a_few_words_wait_for_what_follows() -> None:
    assert read(piece("chị ơi"), at=0.2).wait == pytest.approx(1.3)
    assert read(piece("chị ơi"), at=1.6).wait == 0


def test_pieces_are_read_as_one_message_in_order() -> None:
    pieces = [
        piece("chị ơi", 0, 1),
        piece("em muốn hỏi", 0.8, 2),
        piece("đi đài có mất phí k", 2, 3),
    ]
    assert read(*pieces, at=2.1).wait > 0
    burst = read(*pieces, at=3.6)
    assert burst.wait == 0
    assert burst.payload == {"text": "chị ơi\nem muốn hỏi\nđi đài có mất phí k"}


def test_what_came_after_a_pause_is_another_message() -> None:
    burst = read(piece("chị ơi", 0, 1), piece("em hỏi cái này", 5, 2), at=5.1)
    assert [p.inbox_id for p in burst.pieces] == [1]
    assert burst.wait == 0


@pytest.mark.parametrize("texts", [("cứu em",), ("em ơi", "cứu"), ("em bị", "nhốt rồi")])
def test_danger_is_never_held_back(texts: tuple[str, ...]) -> None:
    burst = read(*(piece(t, n * 0.5, n) for n, t in enumerate(texts)), at=len(texts) * 0.5)
    assert burst.wait == 0
    assert len(burst.pieces) == len(texts)


def test_an_answer_or_a_command_waits_for_nothing() -> None:
    assert read(piece("đúng rồi"), at=0, whole=True).wait == 0


@pytest.mark.parametrize("more", [{"forwarded": True}, {"edited": True}, {"group": True}])
def test_forwarded_edited_and_group_messages_stand_alone(more: dict[str, Any]) -> None:
    burst = read(piece("chị ơi", 0, 1), piece("tin của người khác", 0.3, 2, **more), at=0.4)
    assert [p.inbox_id for p in burst.pieces] == [1]
    assert burst.wait == 0
    assert read(piece("alo", **more), at=0).wait == 0


def test_a_button_after_a_piece_ends_the_burst() -> None:
    button = Piece(2, {"action": ["menu.start", ""]}, START, None)
    burst = read(piece("chị ơi", 0, 1), button, at=0.1)
    assert [p.inbox_id for p in burst.pieces] == [1]
    assert burst.wait == 0


def test_a_flood_of_pieces_is_not_held_for_ever() -> None:
    pieces = [piece("một chút nữa", n * 0.9, n) for n in range(6)]
    assert read(*pieces, at=LONGEST_HOLD + 0.6).wait == 0


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("em muốn hỏi là", True),
        ("cho e hỏi chút", True),
        ("hôm trước có người rủ em qua bên đó làm việc,", True),
        ("chuyện là thế này...", True),
        ("có sao k?", False),
        ("hôm qua em bị lừa mất 20 triệu qua mạng", False),
    ],
)
def test_what_looks_unfinished(text: str, unfinished: bool) -> None:
    assert looks_unfinished(text) is unfinished
