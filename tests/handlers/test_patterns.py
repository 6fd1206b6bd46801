"""The phrase engine: what fits what, and that the automaton reads as a plain matcher would."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.patterns import PhraseError, Phrases, Rules, fits
from handlers.phrases import read_phrase
from handlers.untangle import untangle
from store.text import syllables


def found(phrase: str, text: str) -> bool:
    return bool(Phrases({"a": [phrase]}).find(text))


@pytest.mark.parametrize(
    ("typed", "written", "agree"),
    [
        ("nhốt", "nhốt", True),
        ("nhot", "nhốt", True),
        ("nhôt", "nhốt", True),
        ("nhột", "nhốt", False),
        ("nhốt", "nhot", False),
        ("hoà", "hòa", True),
        ("đanh", "đánh", True),
        ("đanh", "danh", False),
        ("chụyển", "chuỷ*", False),
        ("chuyển", "chuyể*", True),
        ("ban", "!bán", False),
        ("bán", "!bán", True),
        ("200tr", "#", True),
        ("tr200", "#", False),
    ],
)
def test_a_typed_word_fits_when_no_typed_mark_contradicts(
    typed: str, written: str, agree: bool
) -> None:
    assert fits(typed, written) is agree


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("mua bán người", "tội mua bán người", True),
        ("mua bán người", "Mua bán, người ngoài 3 tỷ", False),
        ("bị ... nhốt", "bị tụi nó đem nhốt", True),
        ("bị ... nhốt", "bị tụi nó đem đi xa nhốt", False),
        ("bị ...8 nhốt", "bị tụi nó đem đi xa, nhốt lại", True),
        ("bị (rất)? nhốt", "bị nhốt", True),
        ("bị rất? nhốt", "bị rất nhốt", True),
        ("bị rất? nhốt", "bị rất rất nhốt", False),
        ("bị rất? nhốt", "bị, nhốt", False),
        ("nợ # triệu", "nợ 30 triệu", True),
        ("nợ # triệu", "nợ ba triệu", False),
        ("(# ngày|mấy hôm) không về", "3 ngày khong ve", True),
        ("(# ngày|mấy hôm) không về", "mấy, hôm không về", False),
        ("canh 24/24", "họ canh 24/24 luôn", True),
        ("^cứu$", "cứu", True),
        ("^cứu$", "cứu hộ", False),
        ("^cứu$", "tra cứu", False),
        ("(giam lỏng|nhốt) em", "giam long em", True),
        ("({bi} nhốt|giam) em", "bj nhốt em", True),
        ("người*", "nguoinha", True),
    ],
)
def test_the_language_means_what_it_says(phrase: str, text: str, there: bool) -> None:
    assert found(phrase, text) is there


@pytest.mark.parametrize(
    "phrase", ["", "... a", "a ...3", "a b?", "a? b", "a (b", "{nothing} a", "(|) a"]
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        Phrases({"a": [phrase]})


def test_a_place_tells_where_it_stands_and_which_phrase() -> None:
    [place] = Phrases({"a": ["bị ... nhốt"]}).find("em bị nó nhốt rồi")["a"]
    assert (place.first, place.last, place.phrase) == (1, 3, "bị ... nhốt")


def test_choices_that_end_alike_do_not_hide_each_other() -> None:
    rules = Phrases({"a": ["{bi} (ép|ép buộc)", "(chưa bị phạt|có bị phạt) không"]})
    [place] = rules.find("vậy có bị phạt không")["a"]
    assert (place.first, place.last) == (1, 4)


def test_unless_denies_only_near_places_and_at_denies_everywhere() -> None:
    near = Rules({"a": ["bị nhốt"]}, {"a": ["{khong} bị"]})
    assert near.names("em không bị nhốt") == frozenset()
    assert near.names("em không bị gì hết, mà bạn em thì đang bị nhốt") == {"a"}
    anywhere = Rules({"a": ["bị nhốt"]}, {"a": ["@xem phim"]})
    assert anywhere.names("bị nhốt trong hầm tối om, hôm qua em có xem phim đó") == frozenset()


def test_unless_belongs_to_its_own_name_only() -> None:
    rules = Rules({"a": ["bị nhốt"], "b": ["nhốt em"]}, {"a": ["@phim"]})
    assert rules.names("phim bị nhốt em") == {"b"}
    assert set(rules.find("phim bị nhốt em")) == {"b"}


def test_first_gives_the_first_name_that_stands() -> None:
    rules = Rules({"a": ["bị nhốt"], "b": ["bị đánh"]}, {"a": ["không bị nhốt"]})
    order = {"a": 0, "b": 1}.__getitem__
    assert rules.first("bị nhốt", order) == "a"
    assert rules.first("không bị nhốt thì cũng đã mấy lần bị đánh", order) == "b"
    assert rules.first("chào", order) is None


@pytest.mark.parametrize(
    "typed",
    [
        "c ứ u e m v ớ i",
        "c.ứ.u e.m v.ớ.i",
        "c-u-u e-m v-o-i",
        "cứuuuuu emmm vớiiii",
        "cứuemvới",
        "cuuemvoi",
        "cuwsu em vowis",
        "CỨU EM VỚI",
    ],
)
def test_tangled_typing_is_read(typed: str) -> None:
    assert found("cứu em với", typed)


def test_ordinary_words_are_left_alone() -> None:
    known = frozenset({"cuu", "em", "bi", "nhot", "an", "h", "g", "k"})
    text = "nghiêng qua a b, facebook 12 cm bianhot"
    assert untangle(text, known) == syllables(text)


def test_repaired_words_keep_their_place_in_the_text() -> None:
    text = "ơi bịnhốt rồi"
    words = untangle(text, frozenset({"bi", "nhot"}))
    assert [text[word.start : word.end] for word in words] == ["ơi", "bị", "nhốt", "rồi"]


def plain(phrase: str, text: str) -> set[int]:
    """Ends of all places, by trying everything: what the automaton must find too."""
    parsed, words = read_phrase(phrase), syllables(text)
    ends = set()
    for spelling in product(*(_spellings(slot) for slot in parsed.slots)):
        for start in range(len(words)):
            end = _follow(spelling, words, start)
            tied = (parsed.first and start) or (parsed.last and end != len(words))
            if end is not None and not tied:
                ends.add(end - 1)
    return ends


def _spellings(slot) -> Sequence[tuple[str, ...] | int]:  # type: ignore[no-untyped-def]
    if slot.gap:
        return range(slot.gap + 1)
    return [*slot.choices, *([()] if slot.optional else [])]


def _follow(spelling, words, at: int) -> int | None:  # type: ignore[no-untyped-def]
    free = True
    for part in spelling:
        if isinstance(part, int):
            at, free = at + part, True
            continue
        for count, written in enumerate(part):
            if at >= len(words) or not fits(words[at].text, written):
                return None
            if words[at].after_break and (count or not free):
                return None
            at, free = at + 1, False
    return at if at <= len(words) else None


WORDS = st.sampled_from(["bị", "bi", "nhốt", "em", "rồi", "3"])
SLOTS = st.sampled_from(["bị", "em?", "(nhốt|bị em)", "...2", "#?", "(em|rồi bị)?", "rồi", "...1"])


@given(
    start=st.sampled_from(["bị", "(em|nhốt rồi)", "#", "^bị"]),
    middle=st.lists(SLOTS, max_size=4),
    end=st.sampled_from(["nhốt", "(em|em bị)", "# em", "rồi$"]),
    words=st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", ", "])), max_size=9),
)
def test_the_automaton_finds_what_a_plain_matcher_finds(
    start: str, middle: list[str], end: str, words: list[tuple[str, str]]
) -> None:
    phrase = " ".join([start, *middle, end])
    text = "".join(word + gap for word, gap in words)
    places = Phrases({"a": [phrase]}).find(syllables(text)).get("a", [])
    assert {place.last for place in places} == plain(phrase, text)
    assert all(0 <= place.first <= place.last for place in places)


@given(st.text(max_size=300))
def test_any_text_is_read_without_fault(text: str) -> None:
    Phrases({"a": ["cứu em", "# {khong}"]}).find(text)
