"""Events of a Zalo OA as the platform writes and signs them (facts/channels.md §1.1, §1.2)."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.channels.zalo_signature import signature

APP_ID = "4242424242424242"
APP_SECRET = "app-secret-of-the-test"
OA_SECRET = "oa-secret-of-the-test"
OA_ID = "1111111111111111111"


def sign(raw: bytes, secret: str = OA_SECRET, stamp: str = "header") -> dict[str, str]:
    """The headers of an event; `header` signs a timestamp of its own, `body` that of the body."""
    written = str(read_object(raw).get("timestamp", "1699003881354"))
    own = str(int(written) + 7) if stamp == "header" and written.isdigit() else written
    headers = {"X-ZEvent-Signature": f"mac={signature(APP_ID, raw, own, secret)}"}
    return {**headers, "X-ZEvent-Timestamp": own} if stamp == "header" else headers


def event(name: str, user: str, *, at: datetime | None = None, **message: Any) -> dict[str, Any]:
    """An event of a user's (or anonymous visitor's) message, with a fresh `msg_id`."""
    moment = at or datetime.now(UTC)
    return {
        "app_id": APP_ID,
        "user_id_by_app": f"app-{user}",
        "event_name": name,
        "sender": {"id": user},
        "recipient": {"id": OA_ID},
        "message": {"msg_id": secrets.token_hex(10), **message},
        "timestamp": str(int(moment.timestamp() * 1000)),
    }


def typed(user: str, text: str, **more: Any) -> dict[str, Any]:
    """`user_send_text`: typed words, or the payload of a pressed button."""
    return event("user_send_text", user, text=text, **more)


def media(user: str, kind: str, payload: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """`user_send_<kind>` with one attachment."""
    attachments = [{"type": kind, "payload": dict(payload)}]
    return event(f"user_send_{kind}", user, attachments=attachments, **more)


def follow(user: str, name: str = "follow", at: datetime | None = None) -> dict[str, Any]:
    """`follow` or `unfollow`: another shape, without sender and message."""
    moment = at or datetime.now(UTC)
    return {
        "oa_id": OA_ID,
        "follower": {"id": user},
        "user_id_by_app": f"app-{user}",
        "event_name": name,
        "source": "oa_profile",
        "app_id": APP_ID,
        "timestamp": str(int(moment.timestamp() * 1000)),
    }


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body, an empty one for anything else."""
    try:
        found = orjson.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
