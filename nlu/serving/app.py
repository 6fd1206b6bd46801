"""The two routes: `POST /model/parse` and `GET /health`.

They stand on aiohttp's server alone: for two fixed paths its application, router and middlewares
would cost as much again as reading a request and writing its answer.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from nlu.serving.batcher import Batcher, Busy, ParseFailed

LARGEST_BODY = 64 * 1024
log = logging.getLogger("lachan.nlu")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_JSON = {"Content-Type": "application/json"}


class Refused(Exception):
    """A request that cannot be answered: HTTP status and a sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def build(batcher: Batcher, fingerprint: str, token: str | None, timeout: float) -> web.Server:
    """The server, to be made inside the event loop it runs on. `token`: required from every
    parse request when set.

    An answer names the model in `X-Model`; 422 means that the model fails on this one text.
    """
    named = {**_JSON, "X-Model": fingerprint}

    async def parse(request: web.BaseRequest) -> web.Response:
        if token and not _authorised(request, token):
            raise Refused(401, "a valid token is required")
        text = _text(await _body(request))
        try:
            answer = await batcher.parse(text, timeout)
        except Busy:
            raise Refused(503, "too many messages are waiting") from None
        except asyncio.TimeoutError:
            raise Refused(503, "the answer took too long") from None
        except ParseFailed as failure:
            log.error("a message could not be parsed: %s", failure)
            raise Refused(422, "the message could not be parsed") from None
        return _json(answer, headers=named)

    async def answer(request: web.BaseRequest) -> web.Response:
        route = (request.method, request.path)
        try:
            if route == ("POST", "/model/parse"):
                return await parse(request)
            if route == ("GET", "/health"):
                return _json({"status": "ok", "model": fingerprint, "pid": os.getpid()})
        except Refused as refused:
            return _error(refused.status, refused.reason)
        except web.HTTPRequestEntityTooLarge:
            return _error(413, f"the body may have {LARGEST_BODY} bytes")
        return _error(404, "there is nothing here")

    loop = asyncio.get_running_loop()

    def read(*parts: Any) -> web.BaseRequest:
        return web.BaseRequest(*parts, loop, client_max_size=LARGEST_BODY)

    return web.Server(answer, request_factory=read, access_log=None)


def _authorised(request: web.BaseRequest, token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        given = request.query.get("token", "")
    # Undecodable bytes arrive as surrogates: they compare as bytes and simply do not match.
    return hmac.compare_digest(given.strip().encode("utf-8", "surrogatepass"), token.encode())


async def _body(request: web.BaseRequest) -> Any:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    raw = await request.read()
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "the body must be JSON in UTF-8") from None


def _text(body: Any) -> str:
    if not isinstance(body, dict):
        raise Refused(400, 'the body must be a JSON object with "text"')
    text, message_id = body.get("text"), body.get("message_id")
    if not isinstance(text, str):
        raise Refused(400, '"text" must be a string')
    if message_id is not None and not isinstance(message_id, str):
        raise Refused(400, '"message_id" must be a string')
    if "\0" in text:
        raise Refused(400, '"text" may not contain NUL')
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(400, '"text" may not contain half a surrogate pair') from None
    return text


def _json(content: Any, status: int = 200, headers: Mapping[str, str] = _JSON) -> web.Response:
    return web.Response(body=_ENCODE(content).encode("utf-8"), status=status, headers=headers)


def _error(status: int, reason: str) -> web.Response:
    return _json({"error": reason}, status)
