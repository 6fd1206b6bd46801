import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import fold, tokenize, view


def test_folding_keeps_the_length_and_drops_every_mark() -> None:
    text = "Đừng gọi lại, em đang ở Đắk Lắk ƯỠN ỗ"
    assert fold(text) == "dung goi lai, em dang o dak lak uon o"
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("20tr/người,giữ", ["20", "tr", "/", "người", ",", "giữ"]),
        ("25-30tr/tháng;ko", ["25", "-", "30", "tr", "/", "tháng", ";", "ko"]),
        ("cọc 1.500.000đ", ["cọc", "1.500.000", "đ"]),
        ("Cứu e 😭!!", ["Cứu", "e", "😭", "!", "!"]),
        ("", []),
        ("   ", []),
    ],
)
def test_amounts_and_punctuation_are_split(text: str, words: list[str]) -> None:
    assert [word.text for word in tokenize(text)] == words


def test_stretched_letters_are_folded_to_one() -> None:
    assert [word.folded for word in tokenize("cứuuuu cuuuu đâuuu emmm")] == [
        "cuu", "cuu", "dau", "em",
    ]  # fmt: skip


def test_decomposed_text_gives_the_same_words_at_places_of_the_given_text() -> None:
    typed = "em bị nhốt ở Đắk Lắk, cứu với"
    pasted = unicodedata.normalize("NFD", typed)
    words = tokenize(pasted)
    assert [w.text for w in words] == [w.text for w in tokenize(typed)]
    for word in words:
        assert unicodedata.normalize("NFC", pasted[word.start : word.end]) == word.text


def test_styled_letters_of_adverts_are_read() -> None:
    text = "𝐕𝐢𝐞̣̂𝐜 𝐧𝐡𝐞̣ lương cao"
    words = tokenize(text)
    assert [word.folded for word in words] == ["viec", "nhe", "luong", "cao"]
    assert text[words[0].start : words[0].end] == "𝐕𝐢𝐞̣̂𝐜"


def test_invisible_characters_do_not_split_words() -> None:
    text = "c\u200bứu \u202eem\ufeff"
    words = tokenize(text)
    assert [word.folded for word in words] == ["cuu", "em"]
    assert words[1].end <= len(text)


@given(st.text())
def test_spans_are_ordered_and_inside_any_text(text: str) -> None:
    at = 0
    for word in tokenize(text):
        assert at <= word.start < word.end <= len(text)
        at = word.start
    seen = view(text)
    assert len(seen.typed) == len(seen.folded)
