"""Phone numbers come from hotlines.yml alone, and the forbidden ones stand nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.loader import DATA, Content
from content.numbers import UnknownHotlineError, fill, strangers

# facts/domain.md §1b and §1c: unchecked, retired, internal or foreign to the subject.
FORBIDDEN = ["18001567", "462844844", "0693706405", "0769040404", "02438249517", "02838217080"]
FILES = sorted(DATA.rglob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_forbidden_numbers_stand_in_no_file(file: Path) -> None:
    digits = re.sub(r"(?<=\d)[ .\-]+(?=\d)", "", file.read_text(encoding="utf-8"))
    assert not [number for number in FORBIDDEN if number in digits]


def test_unchecked_addresses_are_not_told(content: Content) -> None:
    told = "\n".join(texts(content)).lower()
    for address in ("chongbuonnguoi", "chongluadao.vn", "ntrust", "chongthurac"):
        assert address not in told


def test_every_number_in_a_text_is_one_of_ours(content: Content) -> None:
    for text in texts(content):
        assert not strangers(text, content.hotlines), text


def test_texts_spell_out_only_numbers_that_never_go_out_of_use(content: Content) -> None:
    aging = [line.display for line in content.hotlines.values() if not line.evergreen]
    # Life first: in danger the one number there is, even an aged one, is better than none.
    allowed = {text for key, text in content.messages.items() if "danger" in key}
    for text in set(texts(content)) - allowed:
        assert not [number for number in aging if re.search(rf"(?<!\d){re.escape(number)}\b", text)]


def texts(content: Content) -> Iterator[str]:
    yield from content.messages.values()
    for trick in content.typologies.values():
        yield from (trick.summary, *trick.signs, *trick.do, *trick.dont)
    for topic in (*content.law.values(), *content.advice.values(), *content.support.values()):
        yield topic.answer
    for situation in content.situations.values():
        yield situation.advice
    for question in content.quiz.values():
        yield from (question.question, *question.options, question.explain)


@pytest.mark.parametrize(
    "text",
    ["Gọi 0912 345 678", "gọi 119", "Hotline +84 4 62 844 844", "tổng đài 1567", "0912345678 nhé"],
)
def test_a_stranger_is_noticed(content: Content, text: str) -> None:
    assert strangers(text, content.hotlines)


@pytest.mark.parametrize(
    "text",
    [
        "Luật 53/2024/QH15 có hiệu lực 01/7/2025",
        "phạt 12 đến 20 năm",
        "30 triệu",
        "gọi 111 hoặc 113",
    ],
)
def test_figures_that_are_no_phone_numbers_pass(content: Content, text: str) -> None:
    assert not strangers(text, content.hotlines)


def test_a_slot_becomes_the_number_people_read(content: Content) -> None:
    assert fill("Gọi {hotline:consular}", content.hotlines) == "Gọi +84 981 84 84 84"


def test_a_slot_without_a_hotline_is_refused(content: Content) -> None:
    with pytest.raises(UnknownHotlineError):
        fill("{hotline:nobody}", content.hotlines)
