"""Reading what a stranger sends: size, time and shape are checked before anything is done."""

import asyncio
import json
from typing import Any

from aiohttp import web

MAX_JSON_BYTES = 64 * 1024
MAX_FILE_BYTES = 10 * 1024 * 1024
READ_SECONDS = 15.0
TOKEN_BYTES = 200


class Refused(Exception):
    """A request that gets no turn: HTTP status, message name in `web.yml`, seconds to wait."""

    def __init__(self, status: int, name: str, retry_after: float = 0) -> None:
        self.status, self.name, self.retry_after = status, name, retry_after


async def json_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object; raises Refused (400, 408, 413)."""
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise Refused(413, "too_large")
    try:
        async with asyncio.timeout(READ_SECONDS):
            raw = await _read(request)
        body = json.loads(raw.decode("utf-8"))
    except TimeoutError as error:
        raise Refused(408, "too_slow") from error
    except (ValueError, RecursionError) as error:
        raise Refused(400, "bad_json") from error
    if not isinstance(body, dict):
        raise Refused(400, "bad_json")
    return body


async def _read(request: web.Request) -> bytes:
    raw = b""
    while more := await request.content.read(MAX_JSON_BYTES):
        raw += more
        if len(raw) > MAX_JSON_BYTES:
            raise Refused(413, "too_large")
    return raw


async def upload_token(request: web.Request) -> str | None:
    """Read a multipart upload to its end, keep nothing but its `session` field; raises Refused."""
    if request.content_type != "multipart/form-data":
        raise Refused(400, "bad_json")
    try:
        async with asyncio.timeout(4 * READ_SECONDS):
            return await _drain(request)
    except TimeoutError as error:
        raise Refused(408, "too_slow") from error
    except (ValueError, AssertionError, AttributeError, RuntimeError) as error:
        raise Refused(400, "bad_json") from error


async def _drain(request: web.Request) -> str | None:
    token: str | None = None
    size = 0
    async for part in await request.multipart():
        kept = b""
        named = getattr(part, "name", None) == "session"
        while chunk := await part.read_chunk():  # type: ignore[union-attr]
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise Refused(413, "too_large")
            if named:
                kept = (kept + chunk)[:TOKEN_BYTES]
        if named:
            token = kept.decode("ascii", "replace")
    return token
