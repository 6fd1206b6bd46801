"""One Telegram update → one `Incoming`, or None when there is nothing to do.

What identifies a person beyond the chat id (names, numbers of contacts, places, file ids) is
never taken over. Whatever a stranger manages to send, nothing here raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.telegram_commands import Command, command_of
from bot.channels.telegram_groups import Identity, addressed, whole, without_name
from bot.inbox import Incoming
from bot.payloads import ForgedPayload
from bot.payloads import read as read_button
from store.crypto import Keyring
from store.text import clean

NAME = "telegram"
MAX_TEXT = 4000
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_STALE = ["menu.stale", ""]
_MENU = ["menu.start", ""]
_GONE = frozenset({"kicked", "left"})
# The first that is there counts: an animation also carries a `document`, a venue a `location`.
_MEDIA = {
    "photo": "photo",
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "voice": "voice",
    "audio": "voice",
    "document": "document",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "sticker": "sticker",
    **dict.fromkeys(("poll", "dice", "story", "checklist", "game", "paid_media"), "other"),
}
_NO_TEXT: dict[str, Any] = {}


@dataclass(frozen=True)
class _Chat:
    id: int
    group: bool
    thread: int | None

    @property
    def address(self) -> dict[str, Any]:
        thread = {"thread_id": self.thread} if self.thread else {}
        return {"chat_id": self.id, **thread}


def read(update: Any, ring: Keyring, identity: Identity, now: datetime) -> Incoming | None:
    """The message, press or leaving that `update` (parsed JSON) tells of; never raises."""
    number = whole(_dict(update).get("update_id"))
    chat = _chat(_dict(update))
    if number is None or number < 0 or chat is None:
        return None
    lane = ring.digest("conversation", NAME, str(chat.id))
    payload = _payload(update, chat, ring, lane, identity)
    if payload is None:
        return None
    return Incoming(
        NAME,
        ring.digest("delivery", NAME, str(identity.id), str(number)),
        lane,
        {**payload, "group": True} if chat.group else payload,
        now,
        None if "gone" in payload else chat.address,
        number,
    )


def from_group(update: Any) -> bool:
    """Whether the bot's username matters for this update."""
    chat = _chat(_dict(update))
    return chat is not None and chat.group


def press_of(update: Any) -> str | None:
    """The id by which a press is acknowledged, else None."""
    query = _dict(_dict(update).get("callback_query")).get("id")
    return query if isinstance(query, str) else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else _NO_TEXT


def _chat(update: Mapping[str, Any]) -> _Chat | None:
    """Where it happened: a person or a group; channels are nobody to talk to."""
    found = next((_dict(update[kind]) for kind in ALLOWED_UPDATES if kind in update), _NO_TEXT)
    holder = _dict(found.get("message")) if "callback_query" in update else found
    chat = _dict(holder.get("chat"))
    number, kind = whole(chat.get("id")), chat.get("type")
    if number is None or kind not in ("private", "group", "supergroup"):
        return None
    thread = whole(holder.get("message_thread_id")) if holder.get("is_topic_message") else None
    return _Chat(number, kind != "private", thread)


def _payload(
    update: Mapping[str, Any], chat: _Chat, ring: Keyring, lane: bytes, identity: Identity
) -> dict[str, Any] | None:
    if "message" in update:
        return _said(_dict(update["message"]), False, chat, identity)
    if "edited_message" in update:
        return _said(_dict(update["edited_message"]), True, chat, identity)
    if "callback_query" in update:
        return _pressed(_dict(update["callback_query"]), ring, lane)
    status = _dict(_dict(update["my_chat_member"]).get("new_chat_member")).get("status")
    return {"gone": True} if isinstance(status, str) and status in _GONE else None


def _pressed(query: Mapping[str, Any], ring: Keyring, lane: bytes) -> dict[str, Any] | None:
    data = query.get("data")
    if not isinstance(data, str):
        return None
    try:
        action = read_button(ring, lane, data)
    except ForgedPayload:
        return {"action": list(_STALE)}
    return {"action": [action.name, action.value]}


def _said(
    message: Mapping[str, Any], edited: bool, chat: _Chat, identity: Identity
) -> dict[str, Any] | None:
    if _is_machine(message):
        return None
    kind = next((_MEDIA[name] for name in _MEDIA if name in message), None)
    raw = message.get("caption" if kind else "text")
    text = raw if isinstance(raw, str) else ""
    forwarded = "forward_origin" in message or "forward_date" in message
    if not kind and not isinstance(raw, str):
        return None
    command = None if kind or forwarded else command_of(text)
    if chat.group:
        if forwarded or not addressed(message, kind is not None, text, command, identity):
            return None
        text = without_name(message, kind is not None, text, identity)
    marks = {name: True for name, on in (("edited", edited), ("forwarded", forwarded)) if on}
    if command is not None and not edited:
        return _ordered(command)
    return _told(kind, clean(text)[:MAX_TEXT].rstrip(), marks, chat)


def _is_machine(message: Mapping[str, Any]) -> bool:
    """Another bot; an administrator who hides behind the group is none."""
    return _dict(message.get("from")).get("is_bot") is True and "sender_chat" not in message


def _ordered(command: Command) -> dict[str, Any]:
    action = command.action
    return {"action": action} if action else {"text": clean(command.text)[:MAX_TEXT].rstrip()}


def _told(
    kind: str | None, text: str, marks: dict[str, bool], chat: _Chat
) -> dict[str, Any] | None:
    if kind is None:
        # In a group, the bot's name alone asks for the menu.
        return {"action": list(_MENU)} if chat.group and not text else {"text": text, **marks}
    if "edited" in marks and not text:
        # A live location is edited at every step; a new picture under the same words is nothing.
        return None
    return {"media": kind, **({"text": text} if text else {}), **marks}
