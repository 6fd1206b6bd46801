"""A loopback Zalo: OpenAPI, OAuth v4 and the sender of webhooks, strict where Zalo is strict.

`async with FakeZalo() as zalo:` listens on `zalo.url`. Faults are queued (`zalo.faults`,
`zalo.oauth_faults`) or decided for each request (`zalo.fault_of`). Everything accepted stands in
`zalo.accepted[user]` in order, marked `lost` when we never saw the answer.
"""

import asyncio
import base64
import hashlib
import io
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

from tests.support.zalo_events import APP_ID, APP_SECRET, OA_ID, OA_SECRET, read_object, sign
from tests.support.zalo_rules import message_fault

ACCESS_SECONDS = 90_000
WINDOW = timedelta(days=7)
A_MINUTE = 60.0
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
        body = read_object(raw)
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
        if request.transport is not None:  # whoever asked may be dead by now
            request.transport.abort()
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
            async with self._client.post(
                url, data=io.BytesIO(raw), headers=headers, timeout=timeout
            ) as answer:
                await answer.read()
                status = answer.status
        except aiohttp.ClientConnectorError:
            raise
        except (TimeoutError, aiohttp.ClientError):
            status = 0
        return Delivered(status, time.monotonic() - started, tries)


def _json(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json", headers=headers)
