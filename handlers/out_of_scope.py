"""A kind, short word when we cannot help, and the way back to what we can do."""

from handlers import calls, menu
from handlers.turn import Reply, Turn


async def handle(turn: Turn) -> list[Reply]:
    """Says so, offers the menu, and mentions 111."""
    links = calls.links(turn.content, calls.current(turn.content, ("h111",), turn.now))
    return [Reply(turn.content.say("out_of_scope.start"), menu.short_buttons(turn.content), links)]
