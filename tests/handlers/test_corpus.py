"""Nothing that people wrote to us in the training files makes a shelf or a sign stumble."""

from collections.abc import Iterable

import pytest

from content.loader import Content
from content.schema import Situation, Topic, Typology
from handlers import awareness, hotline, law, support
from handlers.patterns import Found, Rules
from handlers.safety import SafetyRules
from handlers.signs import find_signs
from nlu.corpus import read
from tests.support.turns import turn

LINES = [utterance.text for utterance in read()]


def _crooked(places: Iterable[Found]) -> list[Found]:
    return [place for place in places if not 0 <= place.first <= place.last]


def test_there_are_lines_to_read() -> None:
    assert len(LINES) > 5000


@pytest.mark.parametrize("service", ["awareness", "law", "support", "hotline"])
def test_every_line_is_found_on_the_shelves_without_fault(content: Content, service: str) -> None:
    shelves: dict[str, dict[str, Typology | Topic | Situation]] = {
        "awareness": {**content.typologies, **content.advice},
        "law": {**content.law},
        "support": {**content.support},
        "hotline": {**content.situations},
    }
    topics = shelves[service]
    rules = Rules(
        {name: topic.patterns for name, topic in topics.items()},
        {name: topic.unless for name, topic in topics.items()},
    )
    for text in LINES:
        for name, places in rules.find(text).items():
            assert places, (name, text)
            assert not _crooked(places), (name, text)


def test_every_line_is_read_for_signs_and_danger(content: Content) -> None:
    safety = SafetyRules(content.safety)
    for text in LINES:
        find_signs(content.job_signs, text)
        find_signs(content.scam_signs, text)
        safety.read(text)


async def test_every_third_line_is_answered_by_every_shelf(content: Content) -> None:
    for text in LINES[::3]:
        for service in (awareness, hotline, law, support):
            assert await service.handle(turn(content, text)), text
