"""When a group speaks to the bot: by a command, by its name, or by answering it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram_commands import Command
from bot.channels.utf16 import cut_out

_LARGEST = 2**63


@dataclass(frozen=True)
class Identity:
    """Who the bot is; `username` ("" while unknown) without @, in lower case."""

    id: int
    username: str = ""


def whole(value: Any) -> int | None:
    """A whole number that the database has room for, else None."""
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if fits else None


def addressed(
    message: Mapping[str, Any],
    captioned: bool,
    text: str,
    command: Command | None,
    identity: Identity,
) -> bool:
    """In a group: a command for us, an answer to us, or our name."""
    if command is not None:
        return command.bot == identity.username if command.bot else command.known
    answered = _dict(_dict(message.get("reply_to_message")).get("from")).get("id")
    return answered == identity.id or any(_names(message, captioned, text, identity))


def _names(
    message: Mapping[str, Any], captioned: bool, text: str, identity: Identity
) -> list[tuple[int, int]]:
    """(offset, length) of each mention of the bot."""
    entities = message.get("caption_entities" if captioned else "entities")
    found = []
    for entity in map(_dict, entities if isinstance(entities, list) else []):
        offset, length = whole(entity.get("offset")), whole(entity.get("length"))
        if offset is None or length is None or not (offset >= 0 and 0 < length <= 2 * len(text)):
            continue
        by_id = _dict(entity.get("user")).get("id") == identity.id
        named = cut_out(text, offset, length)[0].lower() == f"@{identity.username}"
        is_name = entity.get("type") == "mention" and named and identity.username
        if is_name or (entity.get("type") == "text_mention" and by_id):
            found.append((offset, length))
    return found


def without_name(message: Mapping[str, Any], captioned: bool, text: str, identity: Identity) -> str:
    """`text` without the mentions of the bot."""
    for offset, length in sorted(_names(message, captioned, text, identity), reverse=True):
        text = cut_out(text, offset, length)[1]
    return text


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
