"""A kind, short word when we cannot help, and the way back to what we can do."""

from handlers import awareness, calls, human, menu
from handlers.turn import Reply, Turn
from store.text import syllables

_ENGLISH = frozenset(
    "the is are am i you my me we they he she it and to of in a an how what where who why please "
    "help hello hi can do does need want speak english have not this that with for at on".split()
)
_VIETNAMESE_TOO = frozenset({"i", "a", "an", "do", "me", "my", "hi", "he", "she", "can", "to"})


async def handle(turn: Turn) -> list[Reply]:
    """What another service knows after all; else says so, offers the menu, mentions 111."""
    if turn.action is None and (card := awareness.card_for(turn)) is not None:
        return card
    if turn.action is None and human.asked(turn):
        return await human.handle(turn)
    links = calls.links(turn.content, calls.current(turn.content, ("h111",), turn.now))
    key = "out_of_scope.english" if _english(turn.text) else "out_of_scope.start"
    return [Reply(turn.content.say(key), menu.short_buttons(turn.content), links)]


def _english(text: str) -> bool:
    """Half of the words are common English ones, and one of them is no Vietnamese syllable."""
    words = [word.text for word in syllables(text)]
    common = [word for word in words if word in _ENGLISH]
    return 2 * len(common) >= len(words) > 1 and not _VIETNAMESE_TOO.issuperset(common)
