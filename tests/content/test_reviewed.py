"""Everything told to people has a source, and a review date within a year."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest

from content.loader import Content
from content.schema import Reviewed
from store.text import fold

YEAR = timedelta(days=366)


def reviewed(content: Content) -> Iterator[tuple[str, Reviewed]]:
    for kind in ("hotlines", "typologies", "law", "job_signs", "scam_signs", "quiz", "advice"):
        yield from getattr(content, kind).items()
    yield from content.support.items()
    yield from content.situations.items()


def test_everything_has_a_source_and_a_review_date(content: Content) -> None:
    for name, item in reviewed(content):
        assert item.sources, name
        assert item.reviewed < item.review_by <= item.reviewed + YEAR, name


def test_an_item_goes_out_of_use_the_day_after_its_review_date(content: Content) -> None:
    for _, item in reviewed(content):
        assert item.current(item.review_by)
        assert not item.current(item.review_by + timedelta(days=1))


def test_life_saving_numbers_never_go_out_of_use(content: Content) -> None:
    late = content.hotlines["h111"].review_by + 10 * YEAR
    for name in ("h111", "h113", "h115"):
        assert content.hotline(name, late) is not None
    assert content.hotline("consular", late) is None


def test_all_thirteen_typologies_are_told(content: Content) -> None:
    assert set(content.typologies) == {f"T{number}" for number in range(1, 14)}


def test_the_first_quiz_has_ten_questions_for_everybody(content: Content) -> None:
    assert [question.age for question in content.quiz.values()].count("all") >= 10


def test_right_answers_do_not_always_stand_in_the_same_place(content: Content) -> None:
    assert len({question.answer for question in content.quiz.values()}) >= 3


def test_thirty_four_units_of_which_twenty_three_were_merged(content: Content) -> None:
    units = content.provinces.values()
    assert len(units) == 34
    # Huế only changed its name; the other eleven unchanged units had none to change.
    assert sum(1 for unit in units if unit.old_names and unit.code != "hue") == 23


@pytest.mark.parametrize("kind", ["typologies", "law", "support", "advice", "situations"])
def test_button_titles_fit_on_a_phone(content: Content, kind: str) -> None:
    for name, item in getattr(content, kind).items():
        assert len(item.title) <= 24, name


def test_no_two_units_share_a_name(content: Content) -> None:
    names = {
        unit.code: {fold(name) for name in (unit.name, *unit.old_names, *unit.aliases)}
        for unit in content.provinces.values()
    }
    for one, other in combinations(names, 2):
        assert not names[one] & names[other], (one, other)
