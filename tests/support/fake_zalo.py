"""A loopback Zalo: OpenAPI, OAuth v4 and the sender of webhooks, strict where Zalo is strict.

`async with FakeZalo() as zalo:` listens on `zalo.url`. Faults are queued (`zalo.faults`,
`zalo.oauth_faults`) or decided for each request (`zalo.fault_of`). Everything accepted stands in
`zalo.accepted[user]` in order, marked `lost` when we never saw the answer.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import aiohttp
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_signature import signature

APP_ID, APP_SECRET, OA_SECRET = (
    "4242424242424242",
    "app-secret-of-the-test",
    "oa-secret-of-the-test",
)
OA_ID = "1111111111111111111"
ACCESS_SECONDS = 90_000
WINDOW = timedelta(days=7)
A_MINUTE = 60.0
BUTTONS = frozenset("oa.query.show oa.query.hide oa.open.url oa.open.sms oa.open.phone".split())
# Only a connection that could not be opened is tried again; then the webhook is switched off.
RETRY_AFTER = (30, 5 * 60, 15 * 60, 30 * 60, 60 * 60)
ANSWER_WITHIN = 2.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Fault:
    """One request goes wrong: an error `code`, an HTTP `status`, or a way of going silent.

    `hang`: no answer, nothing accepted. `drop_before` / `drop_after`: the connection ends before
    or after the request took effect. `hang_after`: it took effect, and no answer comes.
    """

    code: int = 0
    status: int = 200
    way: str = ""
    retry_after: int = 0


@dataclass(frozen=True)
class Accepted:
    """A message that Zalo took; `lost`: its answer did not reach us."""

    message: dict[str, Any]
    lost: bool = False
    message_id: str = ""


@dataclass(frozen=True)
class Delivered:
    """What our webhook made of an event: HTTP status (0: no answer), seconds, tries."""

    status: int
    seconds: float
    tries: int = 1

    @property
    def in_time(self) -> bool:
        return self.status == 200 and self.seconds <= ANSWER_WITHIN


@dataclass
class FakeZalo:
    """`clock` moves the lives of tokens and the seven-day window; the rate runs on real time."""

    clock: Callable[[], datetime] = utc_now
    per_minute: int = 4000
    faults: deque[Fault] = field(default_factory=deque)
    oauth_faults: deque[Fault] = field(default_factory=deque)
    fault_of: Callable[[str], Fault | None] = lambda _user: None
    accepted: dict[str, list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    refused: list[int] = field(default_factory=list)
    last_seen: dict[str, datetime] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    spent: list[str] = field(default_factory=list)
    disabled: bool = False
    url: str = ""
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    _access: str = ""
    _access_until: datetime | None = None
    _refresh: str = ""
    _codes: dict[str, str] = field(default_factory=dict)
    _requests: deque[float] = field(default_factory=deque)
    _server: TestServer | None = None
    _client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._server = TestServer(self.app())
        await self._server.start_server()
        self.url = str(self._server.make_url("")).rstrip("/")
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hold.set()
        assert self._client is not None
        assert self._server is not None
        await self._client.close()
        await self._server.close()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/v3.0/oa/message/cs", self._message)
        app.router.add_get("/v2.0/oa/getoa", self._profile)
        app.router.add_post("/v4/oa/access_token", self._token)
        return app

    # Tokens

    def issue(self) -> dict[str, Any]:
        """A fresh pair as OAuth answers it; the old pair is dead from now on."""
        self._access, self._refresh = f"A-{secrets.token_hex(16)}", f"R-{secrets.token_hex(16)}"
        self._access_until = self.clock() + timedelta(seconds=ACCESS_SECONDS)
        return {
            "access_token": self._access,
            "refresh_token": self._refresh,
            "expires_in": str(ACCESS_SECONDS),
        }

    def expire(self) -> None:
        """The access token ends now, the refresh token lives."""
        self._access_until = self.clock() - timedelta(seconds=1)

    def consent(self, url: str) -> str:
        """An administrator agrees on the page `url`: the address the browser ends at."""
        query = parse_qs(urlsplit(url).query)
        assert urlsplit(url).path == "/v4/oa/permission"
        assert query["app_id"] == [APP_ID]
        assert len(query["code_challenge"][0]) == 43
        code = secrets.token_urlsafe(24)
        self._codes[code] = query["code_challenge"][0]
        return f"{query['redirect_uri'][0]}?oa_id={OA_ID}&code={code}"

    async def _token(self, request: web.Request) -> web.StreamResponse:
        fault = self.oauth_faults.popleft() if self.oauth_faults else Fault()
        if fault.way in ("hang", "drop_before"):
            return await self._silent(request, fault)
        if fault.status != 200 or fault.code:
            return self._faulty(fault)
        form = await request.post()
        right = request.headers.get("secret_key") == APP_SECRET and form.get("app_id") == APP_ID
        granted = right and self._granted({name: str(value) for name, value in form.items()})
        if not granted:
            return _json({"error": -14014, "error_name": "Invalid", "error_description": "…"})
        answer = self.issue()
        if fault.way:
            return await self._silent(request, fault)
        return _json(answer)

    def _granted(self, form: Mapping[str, str]) -> bool:
        if form.get("grant_type") == "refresh_token":
            self.spent.append(form.get("refresh_token", ""))
            return bool(self._refresh) and form.get("refresh_token") == self._refresh
        if form.get("grant_type") != "authorization_code":
            return False
        wanted = self._codes.pop(form.get("code", ""), "")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return wanted == base64.urlsafe_b64encode(digest).decode().rstrip("=")

    # OpenAPI

    async def _profile(self, request: web.Request) -> web.StreamResponse:
        code = self._token_fault(request)
        return _json({"error": code, "message": "…", "data": {"oa_id": OA_ID}})

    async def _message(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = _object(raw)
        recipient = body.get("recipient", {})
        user = str(recipient.get("user_id") or recipient.get("anonymous_id") or "")
        fault = self.fault_of(user) or (self.faults.popleft() if self.faults else Fault())
        if fault.way in ("hang", "drop_before"):
            return await self._silent(request, fault)
        if fault.status != 200 or fault.code:
            return self._faulty(fault)
        code = self._rate_fault() or self._token_fault(request) or self._fault(user, body)
        if code:
            self.refused.append(code)
            return _json({"error": code, "message": "…"})
        name = secrets.token_hex(8)
        self.accepted[user].append(Accepted(body["message"], bool(fault.way), name))
        if fault.way:
            return await self._silent(request, fault)
        return _json({"error": 0, "message": "Success", "data": {"message_id": name}})

    def _rate_fault(self) -> int:
        now = time.monotonic()
        while self._requests and self._requests[0] <= now - A_MINUTE:
            self._requests.popleft()
        if len(self._requests) >= self.per_minute:
            return -32
        self._requests.append(now)
        return 0

    def _token_fault(self, request: web.Request) -> int:
        if "Authorization" in request.headers:
            return -201
        if not self._access or request.headers.get("access_token") != self._access:
            return -216
        return -220 if self._access_until is None or self.clock() > self._access_until else 0

    def _fault(self, user: str, body: Mapping[str, Any]) -> int:
        message = body.get("message")
        if set(body) != {"recipient", "message"} or not user or not isinstance(message, dict):
            return -201
        if user in self.left:
            return -213
        seen = self.last_seen.get(user)
        if seen is not None and self.clock() - seen > WINDOW:
            return -230
        return message_fault(message)

    async def _silent(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.way.startswith("hang"):
            await self.hold.wait()
        assert request.transport is not None
        request.transport.abort()  # type: ignore[attr-defined]
        return web.Response()

    def _faulty(self, fault: Fault) -> web.Response:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        if fault.status != 200:
            return web.Response(status=fault.status, headers=headers, text="<html>…</html>")
        self.refused.append(fault.code)
        return _json({"error": fault.code, "message": "…"}, headers)

    # Webhook

    async def deliver(
        self,
        url: str,
        event: Mapping[str, Any] | bytes,
        *,
        secret: str = OA_SECRET,
        stamp: str = "header",
        signed: bool = True,
        tick: float = 0.0,
    ) -> Delivered:
        """POST an event as Zalo does; `stamp`: where the signed timestamp stands.

        A connection that cannot be opened is tried again on Zalo's timetable, whose seconds last
        `tick` here; then the webhook is `disabled`. Any answer, or none in time, is final.
        """
        raw = event if isinstance(event, bytes) else orjson.dumps(event)
        headers = sign(raw, secret, stamp) if signed else {}
        for tries, pause in enumerate((*RETRY_AFTER, 0), start=1):
            extra = {"num_retry": str(tries - 1)} if tries > 1 else {}
            try:
                return await self._post(url, raw, {**headers, **extra}, tries)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(pause * tick)
        self.disabled = True
        return Delivered(0, 0.0, len(RETRY_AFTER) + 1)

    async def _post(
        self, url: str, raw: bytes, headers: Mapping[str, str], tries: int
    ) -> Delivered:
        assert self._client is not None
        started = time.monotonic()
        headers = {**headers, "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=10)
        try:
            async with self._client.post(url, data=raw, headers=headers, timeout=timeout) as answer:
                await answer.read()
                status = answer.status
        except aiohttp.ClientConnectorError:
            raise
        except (TimeoutError, aiohttp.ClientError):
            status = 0
        return Delivered(status, time.monotonic() - started, tries)


def message_fault(message: Mapping[str, Any]) -> int:
    """The error code for a message that breaks a rule of the OpenAPI, 0 for a good one."""
    text, attachment = message.get("text"), message.get("attachment")
    if not set(message) <= {"text", "attachment"} or (not text and not attachment):
        return -201
    if text is not None and (not isinstance(text, str) or not text.strip()):
        return -201
    if text and _units(text) > 2000:
        return -210
    return _attachment_fault(attachment, bool(text)) if attachment is not None else 0


def _attachment_fault(attachment: Any, with_text: bool) -> int:
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict) or attachment.get("type") != "template":
        return -201
    if payload.get("template_type") == "media":
        return _media_fault(payload.get("elements"))
    buttons = payload.get("buttons")
    if not with_text or set(payload) != {"buttons"} or not isinstance(buttons, list) or not buttons:
        return -201
    if len(buttons) > 5:
        return -210
    return next((fault for fault in map(_button_fault, buttons) if fault), 0)


def _media_fault(elements: Any) -> int:
    if not isinstance(elements, list) or len(elements) != 1:
        return -201
    known = set(elements[0]) == {"media_type", "url"} and elements[0]["media_type"] == "image"
    return 0 if known and elements[0]["url"].startswith("https://") else -201


def _button_fault(button: Mapping[str, Any]) -> int:
    title, kind, payload = button.get("title"), button.get("type"), button.get("payload")
    if kind not in BUTTONS or not isinstance(title, str) or not title.strip():
        return -201
    if _units(title) > 100:
        return -210
    if kind in ("oa.query.show", "oa.query.hide"):
        if not isinstance(payload, str) or not payload:
            return -201
        return -210 if _units(payload) > 1000 else 0
    needed = {"oa.open.url": {"url"}, "oa.open.phone": {"phone_code"}}
    wanted = needed.get(kind, {"content", "phone_code"})
    right = isinstance(payload, dict) and set(payload) == wanted and all(payload.values())
    return 0 if right else -201


def sign(raw: bytes, secret: str = OA_SECRET, stamp: str = "header") -> dict[str, str]:
    """The headers of an event; `header` signs a timestamp of its own, `body` that of the body."""
    written = str(_object(raw).get("timestamp", "1699003881354"))
    own = str(int(written) + 7) if stamp == "header" and written.isdigit() else written
    headers = {"X-ZEvent-Signature": f"mac={signature(APP_ID, raw, own, secret)}"}
    return {**headers, "X-ZEvent-Timestamp": own} if stamp == "header" else headers


def event(name: str, user: str, *, at: datetime | None = None, **message: Any) -> dict[str, Any]:
    """An event of a user's (or anonymous visitor's) message, with a fresh `msg_id`."""
    moment = at or utc_now()
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
    moment = at or utc_now()
    return {
        "oa_id": OA_ID,
        "follower": {"id": user},
        "user_id_by_app": f"app-{user}",
        "event_name": name,
        "source": "oa_profile",
        "app_id": APP_ID,
        "timestamp": str(int(moment.timestamp() * 1000)),
    }


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _json(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json", headers=headers)
