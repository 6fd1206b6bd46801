"""Everything that can be done here, as buttons."""

from content.loader import Content
from handlers import calls
from handlers.turn import Button, Reply, Turn

SERVICES = (
    "danger",
    "report",
    "scam_check",
    "job_offer",
    "hotline",
    "support",
    "awareness",
    "law",
    "quiz",
    "follow_up",
    "human",
)
_SHORT = ("danger", "scam_check", "job_offer", "report", "hotline")


async def handle(turn: Turn) -> list[Reply]:
    """The whole menu."""
    lines = calls.current(turn.content, ("h111", "h113"), turn.now)
    links = calls.links(turn.content, lines)
    return [Reply(turn.content.say("menu.start"), buttons(turn.content), links)]


def buttons(content: Content) -> list[Button]:
    """One button for each service."""
    return [Button(content.say(f"menu.{name}"), f"{name}.start") for name in SERVICES]


def short_buttons(content: Content) -> list[Button]:
    """The few services people need most, and the way to the rest."""
    few = [Button(content.say(f"menu.{name}"), f"{name}.start") for name in _SHORT]
    return [*few, Button(content.say("menu.more"), "menu.start")]
