"""Turns for handler tests: a fixed moment, no channel, no database."""

from datetime import UTC, datetime

from content.loader import Content
from handlers.turn import Action, Priority, Reply, State, Tier, Turn, Understanding

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def turn(
    content: Content,
    text: str = "",
    *,
    action: tuple[str, str] | None = None,
    intent: str = "greet",
    topic: tuple[str, float] | None = None,
    state: State | None = None,
    now: datetime = NOON,
) -> Turn:
    """A message `text`, or a pressed button `action` (name, value), at `now`."""
    return Turn(
        text=text,
        action=Action(*action) if action else None,
        understood=Understanding(intent, 0.9, Priority.P3, topic=topic),
        state=state or State(),
        now=now,
        tier=Tier.web,
        conversation=bytes(32),
        content=content,
    )


def said(replies: list[Reply]) -> str:
    """All texts of `replies`."""
    return "\n".join(reply.text for reply in replies)


def button_names(replies: list[Reply]) -> list[str]:
    """Names of all buttons, in order."""
    return [button.name for reply in replies for button in reply.buttons]


def urls(replies: list[Reply]) -> list[str]:
    """Addresses of all links, in order."""
    return [link.url for reply in replies for link in reply.links]
