"""Tricks in use now and how to stay clear of them: signs, do, don't, whom to call, source."""

from dataclasses import replace
from functools import lru_cache

from content.loader import Content
from content.schema import Topic, Typology
from handlers import calls
from handlers.patterns import Rules
from handlers.topics import Shelf, bullets, likely, page_number, sources, weight
from handlers.turn import Button, Reply, Turn

_FIRST = ("h111", "h113")


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
    if (trick := guessed(turn)) is not None:
        return _cards(turn, trick)
    general = turn.content.advice["general"]
    if not general.current(calls.local_day(turn.now)):
        return [_start(turn)]
    text = turn.content.say("awareness.general", answer=general.answer)
    return [Reply(f"{text}\n\n{sources(turn.content, general)}", _buttons(turn))]


def guessed(turn: Turn) -> Typology | None:
    """The trick the model is sure the message is about, for where no word of it decides."""
    trick = turn.content.typologies.get(likely(turn.understood) or "")
    return trick if trick is not None and trick.current(calls.local_day(turn.now)) else None


def guessed_button(turn: Turn) -> Button | None:
    """Leads to the trick that is `guessed`."""
    trick = guessed(turn)
    return None if trick is None else _shelf(turn.content).button(trick)


def card_for(turn: Turn) -> list[Reply] | None:
    """111 and the card of a trick whose strongest words stand in `turn.text`, or None.

    For services that have no answer of their own: whoever writes of selling a kidney must not
    be sent away because the words were taken for a question of law or for nothing at all.
    """
    found = _strong(turn.content).find(turn.text)
    if not found:
        return None
    topic = _shelf(turn.content).get(min(found, key=lambda name: weight(found[name])))
    if topic is None or not topic.current(calls.local_day(turn.now)):
        return None
    links = calls.links(turn.content, calls.current(turn.content, _FIRST, turn.now))
    if isinstance(topic, Typology):
        return [Reply(_first(turn.content, topic), links=links), *_cards(turn, topic)]
    return [replace(reply, links=links) for reply in _tell(turn, topic)]


def _first(content: Content, topic: Typology) -> str:
    own = f"awareness.first_{topic.id}"
    return content.say(own if own in content.messages else "awareness.first")


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


@lru_cache(maxsize=4)
def _strong(content: Content) -> Rules:
    topics: dict[str, Topic | Typology] = {**content.typologies, **content.advice}
    return Rules(
        {name: topic.strong for name, topic in topics.items() if topic.strong},
        {name: topic.unless for name, topic in topics.items() if topic.strong},
    )
