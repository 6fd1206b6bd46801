"""From one verified event of a Zalo Official Account to an `Incoming`; pure, never raises.

Shapes: facts/channels.md §1.2. A pressed button comes back as an ordinary `user_send_text` whose
text is its payload, hence the private prefix. What the person did not do (echoes of our own
messages, receipts, reactions) gives None.

Visitors who have not logged in (`anonymous_*`): what public code shows is `sender.id` as their
id and a `message.conversation_id`, and an answer to `{"anonymous_id", "conversation_id"}`. The
official page could not be read, so this is tried and counted; without a `conversation_id`
there is no way back and the event is left out.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.inbox import Incoming
from bot.payloads import ForgedPayload
from bot.payloads import read as read_payload
from store.crypto import Keyring
from store.text import clean

NAME = "zalo"
PRESSED = "#cb:"
MAX_TEXT = 4000
KINDS = frozenset("image file audio location sticker gif video link".split())
COMMANDS = frozenset(("/start", "/menu"))
_OTHER = "other"
_LONGEST_ID = 128


def read(update: Mapping[str, Any], raw: bytes, ring: Keyring, now: datetime) -> Incoming | None:
    """The event as a message, or None when there is nothing to do.

    `raw` are the bytes of the delivery: they name events that have no message id. `now` stands
    in for a missing timestamp.
    """
    event = str(update.get("event_name", ""))
    person = _person(update, event)
    if person is None:
        return None
    at = _milliseconds(update.get("timestamp"), now)
    key, address = _key_and_address(update, event, person, at)
    if address is None:
        return None
    conversation = ring.digest("conversation", NAME, key)
    payload = _payload(update, event, ring, conversation)
    if payload is None:
        return None
    named = _id(_part(update, "message").get("msg_id")) or hashlib.sha256(raw).hexdigest()
    return Incoming(
        channel=NAME,
        dedupe_key=ring.digest("delivery", NAME, event, named),
        conversation=conversation,
        payload=payload,
        received_at=now,
        address=None if payload.get("gone") else address,
        position=at,
    )


def kind(update: Mapping[str, Any]) -> str:
    """A short label for counters, out of a fixed list."""
    event = str(update.get("event_name", ""))
    if event in ("follow", "unfollow", "user_send_text", "anonymous_send_text"):
        return event
    for start in ("user_send_", "anonymous_", "oa_send_", "user_"):
        if event.startswith(start):
            return start.rstrip("_")
    return _OTHER


def _person(update: Mapping[str, Any], event: str) -> str | None:
    if event in ("follow", "unfollow"):
        return _id(_part(update, "follower").get("id"))
    if event.startswith(("user_send_", "anonymous_send_")):
        return _id(_part(update, "sender").get("id"))
    return None


def _key_and_address(
    update: Mapping[str, Any], event: str, person: str, at: int
) -> tuple[str, dict[str, Any] | None]:
    if not event.startswith("anonymous_"):
        return person, {"user_id": person, "at": at}
    talk = _id(_part(update, "message").get("conversation_id"))
    address = {"anonymous_id": person, "conversation_id": talk, "at": at} if talk else None
    return f"anonymous:{person}", address


def _payload(
    update: Mapping[str, Any], event: str, ring: Keyring, conversation: bytes
) -> dict[str, Any] | None:
    if event == "follow":
        return {"action": ["menu.start", ""]}
    if event == "unfollow":
        return {"gone": True}
    message = _part(update, "message")
    typed = message.get("text")
    typed = typed if isinstance(typed, str) else ""
    sent = event.rpartition("_send_")[2]
    if sent == "text":
        return _typed(typed, ring, conversation)
    if sent == "link":
        return _linked(message, clean(typed))
    media = {"media": sent if sent in KINDS else _OTHER}
    caption = clean(typed)[:MAX_TEXT]
    return {**media, "text": caption} if caption else media


def _typed(typed: str, ring: Keyring, conversation: bytes) -> dict[str, Any] | None:
    if typed.startswith(PRESSED):
        try:
            action = read_payload(ring, conversation, typed.removeprefix(PRESSED).strip())
        except ForgedPayload:
            return {"action": ["menu.stale", ""]}
        return {"action": [action.name, action.value]}
    text = clean(typed)[:MAX_TEXT]
    if text.lower() in COMMANDS:
        return {"action": ["menu.start", ""]}
    return {"text": text} if text else None


def _linked(message: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A shared link is read as a text with its address: people ask whether it is a trap."""
    urls = [url for url in map(_url, _attachments(message)) if url and url not in text]
    told = "\n".join(part for part in (text, *urls) if part)[:MAX_TEXT]
    return {"text": told} if told else {"media": "link"}


def _attachments(message: Mapping[str, Any]) -> list[Any]:
    found = message.get("attachments")
    return found[:10] if isinstance(found, list) else []


def _url(attachment: object) -> str:
    url = _part(_part({"it": attachment}, "it"), "payload").get("url")
    return clean(url) if isinstance(url, str) else ""


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = of.get(name)
    return part if isinstance(part, dict) else {}


def _id(value: object) -> str | None:
    """A platform id: Zalo writes strings of digits or letters; numbers are accepted too."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and not 0 <= value < 10**30:
        return None
    text = str(value)
    plain = text.isascii() and text.isprintable() and 0 < len(text) <= _LONGEST_ID
    return text if plain else None


def _milliseconds(value: object, now: datetime) -> int:
    """A string of epoch milliseconds; anything else, or a time before 2000 or past 2100, is now."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and len(text) == len("1699003881354"):
        return int(text)
    return int(now.astimezone(UTC).timestamp() * 1000)
