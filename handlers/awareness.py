"""Tricks in use now and how to stay clear of them: signs, do, don't, whom to call, source."""

from functools import lru_cache

from content.loader import Content
from content.schema import Topic, Typology
from handlers import calls
from handlers.topics import Shelf, bullets, page_number, sources
from handlers.turn import Button, Reply, Turn


async def handle(turn: Turn) -> list[Reply]:
    """Three cards for the trick that was pressed or written about; else advice and the topics."""
    action = turn.action
    if action is None:
        return _from_text(turn)
    if action.name == "awareness.topic":
        topic = _shelf(turn.content).get(action.value)
        return [_start(turn)] if topic is None else _tell(turn, topic)
    if action.name == "awareness.page":
        return [_page(turn, page_number(action.value))]
    return [_start(turn)]


def _from_text(turn: Turn) -> list[Reply]:
    found = _shelf(turn.content).find(turn.text)
    tricks = [topic for topic in found if isinstance(topic, Typology)]
    if tricks or found:
        return _tell(turn, (tricks or found)[0])
    general = turn.content.advice["general"]
    if not general.current(calls.local_day(turn.now)):
        return [_start(turn)]
    text = turn.content.say("awareness.general", answer=general.answer)
    return [Reply(f"{text}\n\n{sources(turn.content, general)}", _buttons(turn))]


def _start(turn: Turn) -> Reply:
    return Reply(turn.content.say("awareness.start"), _buttons(turn))


def _page(turn: Turn, page: int) -> Reply:
    return Reply(turn.content.say("awareness.page"), _buttons(turn, page))


def _buttons(turn: Turn, page: int = 0) -> list[Button]:
    return _shelf(turn.content).buttons(turn.content, calls.local_day(turn.now), page)


def _tell(turn: Turn, topic: Topic | Typology) -> list[Reply]:
    content = turn.content
    if not topic.current(calls.local_day(turn.now)):
        lines = calls.current(content, ("h111",), turn.now)
        text = content.say("topics.under_review", title=topic.title)
        return [Reply(text, _buttons(turn), calls.links(content, lines))]
    if isinstance(topic, Typology):
        return _cards(turn, topic)
    text = content.say("awareness.topic", answer=topic.answer, sources=sources(content, topic))
    return [Reply(text, _after(content))]


def _cards(turn: Turn, trick: Typology) -> list[Reply]:
    content, title = turn.content, trick.title
    lines = calls.current(content, trick.hotlines, turn.now)
    signs = content.say(
        "awareness.signs", title=title, summary=trick.summary, signs=bullets(trick.signs)
    )
    dont = content.say(
        "awareness.dont",
        title=title,
        dont=bullets(trick.dont),
        lines=calls.brief(content, lines),
        sources=sources(content, trick),
    )
    return [
        Reply(signs),
        Reply(content.say("awareness.do", title=title, do=bullets(trick.do))),
        Reply(dont, _after(content), calls.links(content, lines)),
    ]


def _after(content: Content) -> list[Button]:
    return [
        Button(content.say("awareness.other"), "awareness.start"),
        Button(content.say("awareness.report"), "report.start"),
        Button(content.say("awareness.call"), "hotline.start"),
        Button(content.say("topics.menu"), "menu.start"),
    ]


@lru_cache(maxsize=4)
def _shelf(content: Content) -> Shelf[Topic | Typology]:
    return Shelf("awareness", {**content.typologies, **content.advice})
