"""How to reach a person: this is a machine without a live chat; 111 and the receipt are the way."""

from functools import lru_cache

from content.loader import Content
from handlers import calls
from handlers.patterns import Phrases
from handlers.topics import sources
from handlers.turn import Button, Reply, Turn

_RULE = "ai_disclosure"


async def handle(turn: Turn) -> list[Reply]:
    """What a person can do now; to "are you a machine?" also the law that makes us say so."""
    content = turn.content
    lines = calls.current(content, ("h111", "h113"), turn.now)
    return [Reply(_text(turn), _buttons(turn), calls.links(content, lines))]


def asked(turn: Turn) -> bool:
    """Whether the text asks if this is a machine or a person."""
    return bool(_questions(turn.content).find(turn.text))


def _text(turn: Turn) -> str:
    content, rule = turn.content, turn.content.law[_RULE]
    start = content.say("human.start")
    if not (asked(turn) and rule.current(calls.local_day(turn.now))):
        return start
    law = rule.answer.splitlines()[0]
    return content.say("human.law", start=start, law=law, sources=sources(content, rule))


def _buttons(turn: Turn) -> list[Button]:
    say = turn.content.say
    return [
        Button(say("human.report"), "report.start"),
        Button(say("human.follow_up"), "follow_up.start"),
        Button(say("human.call"), "hotline.start"),
        Button(say("human.menu"), "menu.start"),
    ]


@lru_cache(maxsize=4)
def _questions(content: Content) -> Phrases:
    return Phrases({_RULE: content.law[_RULE].patterns})
