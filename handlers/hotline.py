"""Whom to call: by situation, each number with hours, cost and whether the call is recorded."""

from functools import lru_cache

from content.loader import Content
from content.schema import Hotline, Situation
from handlers import calls
from handlers.topics import Shelf
from handlers.turn import Button, Reply, Turn

_FIRST = ("h111", "h113", "h115")


async def handle(turn: Turn) -> list[Reply]:
    """Numbers for the situation that was pressed or written about; else those to remember."""
    situation = _wanted(turn)
    return [_start(turn)] if situation is None else [_answer(turn, situation)]


def _wanted(turn: Turn) -> Situation | None:
    shelf = _shelf(turn.content)
    if turn.action is not None:
        return shelf.get(turn.action.value) if turn.action.name == "hotline.situation" else None
    found = shelf.find(turn.text)
    return found[0] if found else None


def _start(turn: Turn) -> Reply:
    content = turn.content
    lines = calls.current(content, _FIRST, turn.now)
    text = content.say("hotline.start", lines=calls.listed(content, lines))
    buttons = [
        Button(situation.title, "hotline.situation", situation.id)
        for situation in content.situations.values()
    ]
    return Reply(text, buttons, calls.links(content, lines))


def _answer(turn: Turn, situation: Situation) -> Reply:
    content = turn.content
    lines, missing = _numbers(turn, situation)
    advice = situation.advice if situation.current(calls.local_day(turn.now)) else ""
    text = content.say(
        "hotline.situation", advice=advice, lines=calls.listed(content, lines)
    ).strip()
    if missing or not advice:
        text = f"{text}\n{content.say('hotline.under_review')}"
    return Reply(text, _after(content), calls.links(content, lines))


def _numbers(turn: Turn, situation: Situation) -> tuple[list[Hotline], bool]:
    """The numbers that may be told, and whether some are out of use; never an empty list."""
    lines = calls.current(turn.content, situation.hotlines, turn.now)
    missing = len(lines) < len(situation.hotlines)
    return lines or calls.current(turn.content, _FIRST, turn.now), missing


def _after(content: Content) -> list[Button]:
    return [
        Button(content.say("hotline.other"), "hotline.start"),
        Button(content.say("topics.menu"), "menu.start"),
    ]


@lru_cache(maxsize=4)
def _shelf(content: Content) -> Shelf[Situation]:
    return Shelf("hotline", content.situations)
