import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from store.text import clean, fold, syllables

ANY = st.text(st.characters(codec=None, categories=None), max_size=200)  # type: ignore[arg-type]


def test_marks_and_the_bar_of_d_are_folded() -> None:
    assert fold("Đừng Gọi Lại Ở ĐÂY") == "dung goi lai o day"


def test_composed_and_decomposed_text_are_the_same() -> None:
    typed = unicodedata.normalize("NFD", "cứu em với")
    assert clean(typed) == "cứu em với"


def test_invisible_and_direction_characters_go() -> None:
    assert clean("cứu\u202e em\u200b\x00 với\ufeff") == "cứu em với"


def test_lone_surrogates_do_not_break_it() -> None:
    assert clean("cứu \ud800em").startswith("cứu")
    clean("\udfff").encode("utf-8")


@given(ANY)
def test_any_text_has_a_clean_form_that_is_stable_and_can_be_stored(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
    once.encode("utf-8")


@given(ANY)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(clean(text))) == len(clean(text))


@given(ANY)
def test_syllables_point_into_the_text(text: str) -> None:
    cleaned = clean(text)
    for word in syllables(cleaned):
        assert 0 <= word.start < word.end <= len(cleaned)
        assert len(word.text) == word.end - word.start


def test_a_comma_is_remembered() -> None:
    words = syllables("Mua bán, người ngoài")
    assert [w.text for w in words] == ["mua", "bán", "người", "ngoài"]
    assert [w.after_break for w in words] == [False, False, True, False]
