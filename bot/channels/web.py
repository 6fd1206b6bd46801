"""The web chat's JSON contract: `POST /api/chat`, `/api/chat/poll`, `/api/chat/files`.

A message is stored before it is answered. In danger, over a limit, or with the database down,
the numbers are answered all the same, from memory.
"""

import asyncio
import secrets
import time
from dataclasses import replace
from math import ceil
from typing import Any

import orjson
import structlog
from aiohttp import web

from bot import metrics
from bot.channels.web_body import Refused, json_object, upload_token
from bot.channels.web_challenge import Slowdown
from bot.channels.web_session import ForgedSession, WebSession, issue, verify
from bot.channels.web_turn import DATABASE_FAULTS, ChatRequest, Crowded, Unreachable, WebTurns
from bot.outbox import WebOutbox
from bot.payloads import ForgedPayload, read
from bot.product import Product
from bot.understanding import understood_as
from handlers.danger import emergency_replies
from handlers.turn import Priority, Reply
from store.addresses import client_address
from store.settings import Settings
from store.text import clean

log = structlog.get_logger(__name__)
PRODUCT = web.AppKey("product", Product)
OUTBOX = web.AppKey("outbox", WebOutbox)
TURNS = web.AppKey("turns", WebTurns)
UPLOADS = web.AppKey("uploads", asyncio.Semaphore)
SLOWDOWN = web.AppKey("slowdown", Slowdown)
MAX_TEXT = 4000
MAX_ID = 64
UPLOADS_AT_ONCE = 16


def json_answer(
    body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        text=orjson.dumps(body).decode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def set_up(app: web.Application, product: Product) -> None:
    """Put what the routes need into the application, and the routes themselves."""
    app[PRODUCT] = product
    app[OUTBOX] = WebOutbox(product.sessions, product.clock)
    app[TURNS] = WebTurns(product, app[OUTBOX])
    app[UPLOADS] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    app[SLOWDOWN] = Slowdown(product.settings, product.ring)
    app.router.add_post("/api/chat", chat)
    app.router.add_post("/api/chat/poll", poll)
    app.router.add_post("/api/chat/files", files)


async def chat(request: web.Request) -> web.Response:
    """One message or button press; answers with the replies, or `pending` after the wait."""
    return await chat_with(request, await json_object(request))


async def chat_with(request: web.Request, body: dict[str, Any]) -> web.Response:
    """The same for a body that was read already; raises Refused."""
    product = request.app[PRODUCT]
    asked = _chat_request(product, body)
    wait = _limited(request, asked.session)
    if wait:
        return _emergency(product, asked) or _refuse(product, Refused(429, "too_many", wait))
    if not asked.urgent:
        wait = request.app[SLOWDOWN].wait(_address(request, product.settings), body.get("proof"))
        if wait:
            return _challenged(request, wait)
    return await _answered(request, asked)


def _challenged(request: web.Request, wait: float) -> web.Response:
    """429: wait so long, or send the message again with a `proof` (see `web_challenge`)."""
    metrics.CHALLENGED.inc()
    product, seconds = request.app[PRODUCT], ceil(wait)
    return json_answer(
        {
            "error": product.content.say("web.busy", seconds=seconds),
            "challenge": request.app[SLOWDOWN].proofs.challenge(),
        },
        status=429,
        headers={"Retry-After": str(seconds)},
    )


async def poll(request: web.Request) -> web.Response:
    """Replies that were not ready in time: `{"session"}` → `{"session", "messages"}`."""
    return await poll_with(request, await json_object(request))


async def poll_with(request: web.Request, body: dict[str, Any]) -> web.Response:
    """The same for a body that was read already; raises Refused."""
    product = request.app[PRODUCT]
    session = _session(product, body.get("session"), required=True)
    wait = _limited(request, session)
    if wait:
        raise Refused(429, "too_many", wait)
    try:
        messages = await request.app[OUTBOX].take(session.conversation)
    except DATABASE_FAULTS as error:
        raise Refused(503, "unavailable", 5) from error
    return json_answer({"session": session.token, "messages": messages})


async def files(request: web.Request) -> web.Response:
    """A picture or file (multipart): answered kindly, read to the end, kept nowhere."""
    product = request.app[PRODUCT]
    wait = product.by_address.wait(_address(request, product.settings))
    if wait or request.app[UPLOADS].locked():
        raise Refused(429, "too_many", wait or 1)
    async with request.app[UPLOADS]:
        session = _session(product, await upload_token(request))
    wait = product.by_session.wait(session.conversation)
    if wait:
        raise Refused(429, "too_many", wait)
    delivery = secrets.token_urlsafe(16)
    return await _answered(request, ChatRequest(session, {"media": True}, "", delivery, False))


async def _answered(request: web.Request, asked: ChatRequest) -> web.Response:
    product, started = request.app[PRODUCT], time.perf_counter()
    try:
        result = await request.app[TURNS].take(asked)
    except Unreachable as error:
        log.warning("database_unreachable", error=str(error))
        return _emergency(product, asked) or _refuse(product, Refused(503, "unavailable", 5))
    except Crowded:
        return _emergency(product, asked) or _refuse(product, Refused(429, "too_many", 2))
    except Exception as error:
        log.error("turn_not_taken", error=type(error).__name__)
        return _emergency(product, asked) or _refuse(product, Refused(503, "unavailable", 5))
    metrics.WAIT.observe(time.perf_counter() - started)
    if result is None:
        return _emergency(product, asked, pending=True) or _pending(product, asked)
    request.app[OUTBOX].handed_over(result["ids"])
    return json_answer(
        {
            "session": asked.session.token,
            "messages": result["messages"],
            "understood": result["understood"],
        }
    )


def _pending(product: Product, asked: ChatRequest) -> web.Response:
    understood = understood_as(product.understander.by_rules(asked.text))
    pending = {"session": asked.session.token, "messages": [], "pending": True}
    return json_answer({**pending, "understood": understood})


def _emergency(product: Product, asked: ChatRequest, pending: bool = False) -> web.Response | None:
    """Numbers from memory for a message of danger or the danger button; None for any other.

    `pending`: the message is stored and its own replies come by polling.
    """
    understood = product.understander.by_rules(asked.text)
    verdict = product.safety.read(asked.text)
    if verdict is None and asked.urgent:
        understood = replace(understood, intent="danger_now", priority=Priority.P1)
    elif verdict is None or not (understood.priority.urgent or verdict.category == "third_party"):
        return None
    metrics.EMERGENCY.inc()
    replies = emergency_replies(product.content, asked.text, verdict)
    return json_answer(
        {
            "session": asked.session.token,
            "messages": [_without_buttons(reply) for reply in replies],
            "understood": understood_as(understood),
            **({"pending": True} if pending else {}),
        }
    )


def _without_buttons(reply: Reply) -> dict[str, Any]:
    links = [{"title": link.title, "url": link.url} for link in reply.links]
    return {"text": reply.text, "buttons": [], "links": links}


def _chat_request(product: Product, body: dict[str, Any]) -> ChatRequest:
    text, pressed, delivery = body.get("text"), body.get("payload"), body.get("id")
    if delivery is not None and not (isinstance(delivery, str) and 0 < len(delivery) <= MAX_ID):
        raise Refused(400, "bad_id")
    delivery = delivery or secrets.token_urlsafe(16)
    if (text is None) == (pressed is None):
        raise Refused(400, "text_or_payload")
    if isinstance(text, str):
        if len(text) > MAX_TEXT:
            raise Refused(400, "too_long")
        return _typed(product, body.get("session"), clean(text), delivery)
    if not isinstance(pressed, str):
        raise Refused(400, "text_or_payload")
    session = _session(product, body.get("session"), required=True)
    try:
        action = read(product.ring, session.conversation, pressed)
    except ForgedPayload as error:
        raise Refused(400, "bad_payload") from error
    payload = {"action": [action.name, action.value]}
    return ChatRequest(session, payload, "", delivery, action.name == "danger.start")


def _typed(product: Product, token: Any, text: str, delivery: str) -> ChatRequest:
    """A forged session is refused, but a message of danger simply gets a new one."""
    urgent = product.understander.by_rules(text).priority.urgent
    try:
        session = _session(product, token)
    except Refused:
        if not urgent:
            raise
        session = issue(product.ring)
    return ChatRequest(session, {"text": text}, text, delivery, urgent)


def _session(product: Product, token: Any, required: bool = False) -> WebSession:
    if token is None and not required:
        return issue(product.ring)
    try:
        return verify(product.ring, token)
    except ForgedSession as error:
        raise Refused(401, "bad_session") from error


def _limited(request: web.Request, session: WebSession) -> float:
    """Seconds to wait, 0 when within the limits of the session and of the address."""
    product = request.app[PRODUCT]
    by_session = product.by_session.wait(session.conversation)
    return by_session or product.by_address.wait(_address(request, product.settings))


def _address(request: web.Request, settings: Settings) -> str | None:
    """The visitor's network address, for the limit alone: kept in memory, never written."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    return client_address(forwarded, request.remote, settings.trusted_proxies)


def refusal(request: web.Request, refused: Refused) -> web.Response:
    """The JSON answer to a request that gets no turn."""
    return _refuse(request.app[PRODUCT], refused)


def _refuse(product: Product, refused: Refused) -> web.Response:
    metrics.REFUSED.labels(refused.name).inc()
    headers = {"Retry-After": str(ceil(refused.retry_after))} if refused.retry_after else None
    error = product.content.say(f"web.{refused.name}")
    return json_answer({"error": error}, status=refused.status, headers=headers)


@web.middleware
async def refusals(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turns whatever goes wrong into JSON for programs, without a trace or a word of the text."""
    if not request.path.startswith("/api/"):
        return await handler(request)  # type: ignore[no-any-return]
    product = request.app[PRODUCT]
    try:
        return await handler(request)  # type: ignore[no-any-return]
    except Refused as refused:
        return _refuse(product, refused)
    except web.HTTPRequestEntityTooLarge:
        return _refuse(product, Refused(413, "too_large"))
    except web.HTTPMethodNotAllowed:
        return _refuse(product, Refused(405, "bad_method"))
    except web.HTTPNotFound:
        return _refuse(product, Refused(404, "not_found"))
    except web.HTTPException as error:
        return _refuse(product, Refused(error.status, "bad_json"))
    except Exception as error:
        log.error("request_failed", error=type(error).__name__)
        return _refuse(product, Refused(503, "unavailable", 5))
