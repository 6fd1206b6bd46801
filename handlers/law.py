"""What the law says: verified articles only, with source, date and where advice is free."""

from functools import lru_cache

from content.loader import Content
from content.schema import LawTopic
from handlers import awareness, calls
from handlers.topics import Shelf, page_number, sources
from handlers.turn import Button, Reply, Turn

_RELATED = 2
# What people ask first stands on the first page.
_FIRST = ("definition", "victim_rights", "penalties", "report_duty", "time_limits", "under_18")


async def handle(turn: Turn) -> list[Reply]:
    """The article that was pressed or asked about; else the topics, and no guess."""
    action, shelf = turn.action, _shelf(turn.content)
    if action is None:
        found = shelf.find(turn.text)
        if found:
            return [_tell(turn, found[0], found[1:])]
        return awareness.card_for(turn) or [_menu(turn, "law.unknown")]
    if action.name == "law.topic" and (topic := shelf.get(action.value)) is not None:
        return [_tell(turn, topic, [])]
    if action.name == "law.page":
        return [_menu(turn, "law.page", page_number(action.value))]
    return [_menu(turn, "law.start")]


def article(turn: Turn, name: str) -> Reply:
    """The article `name`, for a service that was asked about it; raises KeyError."""
    return _tell(turn, turn.content.law[name], [])


def _menu(turn: Turn, key: str, page: int = 0) -> Reply:
    day = calls.local_day(turn.now)
    return Reply(turn.content.say(key), _shelf(turn.content).buttons(turn.content, day, page))


def _tell(turn: Turn, topic: LawTopic, others: list[LawTopic]) -> Reply:
    content, day = turn.content, calls.local_day(turn.now)
    if not topic.current(day):
        lines = calls.current(content, ("h111",), turn.now)
        text = content.say("topics.under_review", title=topic.title)
        return Reply(text, _after(content), calls.links(content, lines))
    text = content.say(
        "law.topic",
        title=topic.title,
        answer=topic.answer,
        sources=sources(content, topic),
        legal_aid=_legal_aid(turn),
    )
    related = [item for item in others if item.current(day)][:_RELATED]
    return Reply(text, [*map(_shelf(content).button, related), *_after(content)])


def _legal_aid(turn: Turn) -> str:
    """Free legal aid is itself a statement of law: told only while it is reviewed."""
    if not turn.content.law["legal_aid"].current(calls.local_day(turn.now)):
        return ""
    return f" {turn.content.say('law.legal_aid')}"


def _after(content: Content) -> list[Button]:
    return [
        Button(content.say("law.other"), "law.start"),
        Button(content.say("law.support"), "support.start"),
        Button(content.say("law.report"), "report.start"),
        Button(content.say("topics.menu"), "menu.start"),
    ]


@lru_cache(maxsize=4)
def _shelf(content: Content) -> Shelf[LawTopic]:
    first = {name: content.law[name] for name in _FIRST if name in content.law}
    return Shelf("law", {**first, **content.law})
