"""Signed button payloads: `name:value~signature`, under 64 bytes, bound to one conversation."""

import base64
import hmac

from handlers.turn import Action, Button
from store.crypto import Keyring

MAX_BYTES = 64
SIGNATURE_CHARS = 10


class ForgedPayload(Exception):
    """A payload that this conversation was never given."""


def sign(ring: Keyring, conversation: bytes, button: Button) -> str:
    """The payload of `button`; raises ValueError when it would not fit a Telegram button."""
    body = f"{button.name}:{button.value}" if button.value else button.name
    payload = f"{body}~{_signature(ring, conversation, body)}"
    if len(payload.encode()) > MAX_BYTES:
        raise ValueError(f"payload of {button.name} is over {MAX_BYTES} bytes")
    return payload


def read(ring: Keyring, conversation: bytes, payload: str) -> Action:
    """The pressed button; raises ForgedPayload."""
    body, _, signature = payload.rpartition("~")
    expected = _signature(ring, conversation, body)
    if not body or not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise ForgedPayload
    name, _, value = body.partition(":")
    return Action(name, value)


def _signature(ring: Keyring, conversation: bytes, body: str) -> str:
    digest = ring.digest("button", conversation.hex(), body)
    return base64.urlsafe_b64encode(digest).decode()[:SIGNATURE_CHARS]
