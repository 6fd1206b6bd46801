"""What goes over the wire to and from a Bot API server, and what it refuses."""

import asyncio
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

Params = dict[str, Any]
BOT_ID = 700700
MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_KEYS = 4096, 1024, 64, 100
MESSAGE_PARAMS = {
    "chat_id",
    "text",
    "photo",
    "caption",
    "reply_markup",
    "link_preview_options",
    "message_thread_id",
}


class Fault(StrEnum):
    """What goes wrong with a request; `after`: it was accepted all the same.

    `foreign`: something on the way answers in Telegram's place.
    """

    too_many = "too_many"
    internal = "internal"
    bad_gateway = "bad_gateway"
    gateway_timeout = "gateway_timeout"
    drop_before = "drop_before"
    drop_after = "drop_after"
    hang_before = "hang_before"
    hang_after = "hang_after"
    foreign_refusal = "foreign_refusal"
    foreign_answer = "foreign_answer"


AFTER = frozenset({Fault.drop_after, Fault.hang_after, Fault.gateway_timeout})
FOREIGN = {Fault.foreign_refusal: 403, Fault.foreign_answer: 200}
STATUS = {
    Fault.internal: (500, "Internal Server Error"),
    Fault.bad_gateway: (502, "Bad Gateway"),
    Fault.gateway_timeout: (504, "Gateway Timeout"),
}


class Refused(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        self.status, self.description, self.parameters = status, description, parameters


@dataclass(frozen=True)
class Sent:
    """An accepted message; `lost`: the bot was never told."""

    method: str
    chat_id: int
    text: str
    rows: list[list[dict[str, str]]]
    message_id: int
    thread_id: int | None
    at: float
    lost: bool
    silent_links: bool

    @property
    def keys(self) -> list[dict[str, str]]:
        return [key for row in self.rows for key in row]


@dataclass
class Hook:
    url: str
    secret: str
    allowed: frozenset[str]
    slots: asyncio.Semaphore


async def params(request: web.Request) -> Params:
    """Form or JSON; values of a form that are JSON objects or lists are read."""
    if request.content_type == "application/json":
        return dict(await request.json())
    read: Params = {}
    for name, value in (await request.post()).items():
        nested = isinstance(value, str) and value[:1] in ("{", "[")
        read[name] = json.loads(str(value)) if nested and name != "text" else value
    return read


def checked_rows(markup: Any) -> list[list[dict[str, str]]]:
    """The rows of keys under a message. Raises Refused for what Telegram would not show."""
    rows: list[list[dict[str, str]]] = (markup or {}).get("inline_keyboard", [])
    keys = [key for row in rows for key in row]
    if len(keys) > MAX_KEYS or any(len(row) > 8 for row in rows):
        raise Refused(400, "Bad Request: reply markup is too long")
    for key in keys:
        if not key.get("text", "").strip():
            raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if set(key) - {"text"} not in ({"url"}, {"callback_data"}):
            raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if "callback_data" in key and not 1 <= len(key["callback_data"].encode()) <= MAX_DATA:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        if "url" in key and not re.match(r"https?://[^/\s]+\.[^/\s]+", key["url"]):
            raise Refused(400, f"Bad Request: inline keyboard button URL '{key['url']}' is invalid")
    return rows


def units(text: str) -> int:
    """How long Telegram thinks it is."""
    return len(text.encode("utf-16-le")) // 2


def flood(seconds: int) -> str:
    """The description of a 429."""
    return f"Too Many Requests: retry after {seconds}"


def answer_refused(refused: Refused) -> web.Response:
    """What goes over the wire for a refusal."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refused.status,
        "description": refused.description,
    }
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.status)
