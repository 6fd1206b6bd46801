"""Greetings, thanks, goodbyes, and a yes or no to which no question was open."""

from handlers import menu
from handlers.turn import Reply, Turn

_SAID = frozenset({"greet", "thanks", "goodbye", "affirm", "deny"})


async def handle(turn: Turn) -> list[Reply]:
    """Answers in kind; a greeting says that this is a machine (Luật 134/2025/QH15, Điều 11)."""
    said = turn.understood.intent
    if turn.action is not None or said not in _SAID:
        said = "greet"
    full = said in ("greet", "affirm")
    buttons = menu.buttons(turn.content) if full else menu.short_buttons(turn.content)
    return [Reply(turn.content.say(f"small_talk.{said}"), buttons)]
