"""Help and rights for people who were harmed, for returned people and their families."""

from functools import lru_cache

from content.loader import Content
from content.schema import Topic
from handlers import awareness, calls
from handlers.topics import Shelf, page_number, sources
from handlers.turn import Button, Reply, Turn

_RELATED = 2


async def handle(turn: Turn) -> list[Reply]:
    """The help that was pressed or asked about; else a kind word, 111 and what there is."""
    action, shelf = turn.action, _shelf(turn.content)
    if action is None:
        found = shelf.find(turn.text)
        if found:
            return [_tell(turn, found[0], found[1:])]
        return awareness.card_for(turn) or [_menu(turn, "support.start")]
    if action.name == "support.topic" and (topic := shelf.get(action.value)) is not None:
        return [_tell(turn, topic, [])]
    if action.name == "support.page":
        return [_menu(turn, "support.page", page_number(action.value))]
    return [_menu(turn, "support.start")]


def _menu(turn: Turn, key: str, page: int = 0) -> Reply:
    content = turn.content
    lines = calls.current(content, ("h111", "h113"), turn.now)
    buttons = _shelf(content).buttons(content, calls.local_day(turn.now), page)
    return Reply(content.say(key), buttons, calls.links(content, lines))


def _tell(turn: Turn, topic: Topic, others: list[Topic]) -> Reply:
    content, day = turn.content, calls.local_day(turn.now)
    links = calls.links(content, calls.current(content, ("h111",), turn.now))
    if not topic.current(day):
        text = content.say("topics.under_review", title=topic.title)
        return Reply(text, _after(content), links)
    text = content.say(
        "support.topic", title=topic.title, answer=topic.answer, sources=sources(content, topic)
    )
    related = [item for item in others if item.current(day)][:_RELATED]
    return Reply(text, [*map(_shelf(content).button, related), *_after(content)], links)


def _after(content: Content) -> list[Button]:
    return [
        Button(content.say("support.other"), "support.start"),
        Button(content.say("support.call"), "hotline.start"),
        Button(content.say("support.report"), "report.start"),
        Button(content.say("topics.menu"), "menu.start"),
    ]


@lru_cache(maxsize=4)
def _shelf(content: Content) -> Shelf[Topic]:
    return Shelf("support", content.support)
