"""Chatting without JavaScript: a plain form post, answered with the page and the latest replies.

It takes the same way as `POST /api/chat`. The session travels in a hidden field: no cookie, so no
other site can write in somebody's name.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.channels import web as web_channel
from bot.channels.web_body import Refused

FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 64 * 1024
MAX_FIELDS = 10
LINKS = ("http://", "https://", "tel:")


@dataclass(frozen=True)
class Heard:
    """The answer of the JSON contract: its status and body."""

    status: int
    body: dict[str, Any]


Ask = Callable[[web.Request, str, dict[str, Any]], Awaitable[Heard]]


@dataclass(frozen=True)
class Exchange:
    """What was said and what came back; `draft` is a text that was not taken."""

    session: str
    said: str = ""
    messages: Sequence[dict[str, Any]] = ()
    error: str = ""
    draft: str = ""
    pending: bool = False


async def ask_product(request: web.Request, path: str, body: dict[str, Any]) -> Heard:
    """Ask our own JSON contract, without the detour over the network."""
    answer = web_channel.poll_with if path.endswith("/poll") else web_channel.chat_with
    try:
        response = await answer(request, body)
    except Refused as refused:
        response = web_channel.refusal(request, refused)
    return Heard(response.status, json.loads(response.text or "{}"))


async def exchange(request: web.Request, ask: Ask) -> tuple[Exchange, int]:
    """The posted message with its replies, and the status; raises HTTPException."""
    fields = await _fields(request)
    session, polled = fields.get("session", ""), "poll" in fields
    body = {"session": session} if session else {}
    if not polled:
        body |= _said(fields)
    heard = await ask(request, "/api/chat/poll" if polled else "/api/chat", body)
    if heard.status == 401 and "text" in body:
        del body["session"]
        heard = await ask(request, "/api/chat", body)
    return _exchange(heard, body, polled), heard.status


def _exchange(heard: Heard, body: dict[str, Any], polled: bool) -> Exchange:
    session, text = str(body.get("session", "")), str(body.get("text", ""))
    if heard.status != 200:
        kept = "" if heard.status == 401 else session
        return Exchange(kept, error=str(heard.body.get("error", "")), draft=text)
    messages = [_safe(message) for message in heard.body["messages"]]
    pending = bool(heard.body.get("pending")) or (polled and not messages)
    return Exchange(str(heard.body["session"]), text, messages, pending=pending)


def _safe(message: dict[str, Any]) -> dict[str, Any]:
    links = [link for link in message["links"] if link["url"].startswith(LINKS)]
    return {**message, "links": links}


def _said(fields: dict[str, str]) -> dict[str, Any]:
    """A button, a quick choice, or the text; the id keeps a reload from counting twice."""
    said = {"id": fields["id"]} if fields.get("id") else {}
    if "payload" in fields:
        return {**said, "payload": fields["payload"]}
    return {**said, "text": fields.get("quick") or fields.get("text", "")}


async def _fields(request: web.Request) -> dict[str, str]:
    """The form's fields; raises HTTPException for any other or too large a body."""
    if request.content_type != FORM:
        raise web.HTTPBadRequest
    raw = b""
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > MAX_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_BYTES, len(raw))
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), True, encoding="utf-8", errors="replace", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
