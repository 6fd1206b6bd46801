"""How to reach a person: this is a machine without a live chat; 111 and the receipt are the way."""

from handlers import calls
from handlers.topics import sources
from handlers.turn import Button, Reply, Turn


async def handle(turn: Turn) -> list[Reply]:
    """What a person can do now, with the rule that a machine must say it is one."""
    content = turn.content
    lines = calls.current(content, ("h111", "h113"), turn.now)
    return [Reply(_text(turn), _buttons(turn), calls.links(content, lines))]


def _text(turn: Turn) -> str:
    content, rule = turn.content, turn.content.law["ai_disclosure"]
    start = content.say("human.start")
    if not rule.current(calls.local_day(turn.now)):
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
