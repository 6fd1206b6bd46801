"""What identifies people is cut out, what officers need stays."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.anonymise import PieceKind, redact
from reports.labels import labels
from reports.terms import IndicatorKind
from tests.reports.messy import ROWS

WORDS = st.sampled_from(
    "em tên là Lan tôi stk zalo: 0912345678 +84 số ngõ 12/3 đường 20.000.000đ @abc a@b.vn [sđt] "
    "Nguyễn Văn 29A-123.45 không chín sn cccd 1 . , - \n".split(" ")
)
MESSY = st.one_of(
    st.text(max_size=200),
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
    st.from_regex(r"(\d[ .\-_/,]{0,2}){1,40}", fullmatch=True),
)


@pytest.mark.parametrize(("typed", "kept"), ROWS)
def test_a_messy_text_keeps_only_what_identifies_nobody(typed: str, kept: str) -> None:
    assert redact(typed).text == kept


def test_the_table_is_as_long_as_promised() -> None:
    assert len(ROWS) >= 80


@settings(max_examples=400, deadline=None)
@given(MESSY)
def test_no_run_of_eight_digits_survives(text: str) -> None:
    assert re.search(r"\d{8}", redact(text).text) is None


@settings(max_examples=400, deadline=None)
@given(MESSY)
def test_redacting_again_changes_nothing(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@settings(max_examples=400, deadline=None)
@given(MESSY)
def test_offsets_point_at_what_was_cut_out(text: str) -> None:
    result = redact(text)
    rebuilt, at = "", 0
    for piece in result.found:
        assert at <= piece.start < piece.end
        assert result.source[piece.start : piece.end] == piece.value
        rebuilt += result.source[at : piece.start] + labels()["tokens"][piece.kind]
        at = piece.end
    assert rebuilt + result.source[at:] == result.text


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_unicode_is_taken(text: str) -> None:
    redact(text)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff@b.vn", "\x00" * 9, "İ" * 9, "e\u0302\u0323m"])
def test_broken_unicode_is_taken(text: str) -> None:
    redact(text)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-", " . "]))
def test_every_vietnamese_mobile_number_is_cut_out(number: str, gap: str) -> None:
    number = "".join(str(int(digit)) for digit in number)
    typed = gap.join([number[:4], number[4:7], number[7:]])
    result = redact(f"goi so {typed} nhe")
    assert not any(letter.isdigit() for letter in result.text)
    assert len(result.found) == 1


AROUND = st.lists(
    st.sampled_from(
        "gọi zalo stk cccd số 12/11/2026 20.000.000đ 5.000 k em là tên ( ) : , . - / 3 2024 "
        "vnd MB người nhà số-nhà đường 29A- @ www. xin.vn sinh ngày".split()
    ),
    max_size=5,
).map(" ".join)


@settings(max_examples=1500, deadline=None)
@given(
    AROUND,
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    st.sampled_from(["4-3-3", "2-2-2-2-2", "3-3-4", "10", "4-2-2-2", "1-3-3-3"]),
    st.sampled_from(["", " ", ".", "-", " - ", "_", "·"]),
    st.sampled_from(["", " ", ": ", "("]),
    AROUND,
)
def test_no_surroundings_save_a_phone_number(
    before: str, number: str, shape: str, gap: str, joint: str, after: str
) -> None:
    groups, at = [], 0
    for size in map(int, shape.split("-")):
        groups.append(number[at : at + size])
        at += size
    kept = redact(f"{before}{joint}{gap.join(groups)} {after}").text
    runs = re.sub(r"\[[^\]]*\]", "x", kept)
    assert number[2:] not in re.sub(r"[^\dx]", "", runs)


@pytest.mark.parametrize(
    "text",
    [
        "gọi cho tôi số 0912345678",
        "sđt của em là 0912345678",
        "số của tôi 0912 345 678",
        "zalo em 0912345678",
        "liên hệ với mình qua số 0912345678",
        "goi lai cho em theo so 0912345678",
        "tài khoản của tôi là 19034567890123",
    ],
)
def test_a_number_that_the_words_say_is_mine_is_told_apart(text: str) -> None:
    assert [piece.mine for piece in redact(text).found] == [True]


@pytest.mark.parametrize(
    "text", ["nó gọi bằng số 0912345678", "stk của nó 19034567890123", "0912345678 gọi cho em"]
)
def test_other_numbers_have_no_known_owner(text: str) -> None:
    assert [piece.mine for piece in redact(text).found] == [False]


def test_names_after_self_words_are_the_reporters() -> None:
    found = redact("Em tên Lan, con gái tôi tên Mai, anh Tuấn rủ đi").found
    assert [(piece.value, piece.mine) for piece in found] == [
        ("Lan", True),
        ("Mai", True),
        ("Tuấn", False),
    ]


def test_pieces_know_as_what_they_would_be_sealed() -> None:
    found = redact("0912345678, t.me/abc, stk 190345678901, zalo: tuan99, tàu BV 97793 TS").found
    assert [piece.indicator for piece in found] == [
        IndicatorKind.phone,
        IndicatorKind.link,
        IndicatorKind.account,
        IndicatorKind.handle,
        IndicatorKind.other,
    ]


def test_text_in_decomposed_unicode_is_read_as_well() -> None:
    assert redact("em te\u0302n Lan").text == "em tên [tên]"


def test_every_kind_of_piece_has_its_own_token() -> None:
    tokens = labels()["tokens"]
    assert set(tokens) == {kind.value for kind in PieceKind}
    assert len(set(tokens.values())) == len(tokens)


@pytest.mark.parametrize(
    "text", ["0" * 4000, "stk tôi là " * 360, "12-34-5 " * 500, "không một " * 400, "a@" * 2000]
)
def test_a_hostile_text_costs_no_more_than_another(text: str) -> None:
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 1
