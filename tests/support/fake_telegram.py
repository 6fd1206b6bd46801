"""A Bot API server on loopback that refuses what the real one refuses.

    async with FakeTelegram() as telegram:
        settings = ...(telegram_api_base=telegram.url, telegram_token=telegram.token)
        await telegram.push(telegram.people.says(7, "chào"))   # webhook, or kept for getUpdates
        telegram.chats[7]                                      # what the bot wrote there, in order

`telegram.fault(method, chat_id)` may name a Fault for a request; `telegram.faults` holds those of
the next requests that write. Everything costs the same however much was sent before.
"""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.support.fake_telegram_people import People
from tests.support.fake_telegram_wire import (
    AFTER,
    BOT_ID,
    FOREIGN,
    MAX_CAPTION,
    MAX_TEXT,
    MESSAGE_PARAMS,
    STATUS,
    Fault,
    Hook,
    Params,
    Refused,
    Sent,
    answer_refused,
    checked_rows,
    flood,
    params,
    units,
)


@dataclass
class FakeTelegram:
    """`rate`: messages that any second may hold (None: any number); `group_rate`: any minute."""

    token: str = f"{BOT_ID}:AAFakeTokenOfATestBot-0123456789abc"
    username: str = "LaChan_Thu_bot"
    rate: int | None = 30
    group_rate: int = 20
    retry_after: int = 1
    retry_every: float = 0.02
    fault: Callable[[str, int], Fault | None] = lambda _method, _chat: None
    faults: deque[Fault] = field(default_factory=deque)
    people: People = field(default_factory=People)
    chats: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    requests: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    closed_threads: set[int] = field(default_factory=set)
    hook: Hook | None = None
    fullest_second: int = 0
    attempts: int = 0
    url: str = ""
    last_error: str = ""

    def __post_init__(self) -> None:
        self._pending: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._second: deque[float] = deque()
        self._minutes: dict[int, deque[float]] = defaultdict(deque)
        self._over = asyncio.Event()
        self._number = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._handle)
        app.router.add_get("/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = ClientSession(timeout=ClientTimeout(total=20))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._session.close()
        await self._runner.cleanup()

    @property
    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self._pending)

    # What people do: towards the bot.

    async def push(self, update: dict[str, Any]) -> int:
        """Deliver (again and again until 2xx; the number of attempts), or keep for getUpdates."""
        self._meet(update)
        if self.hook is None:
            self._pending.append(update)
            self._arrived.set()
            return 0
        if not self.hook.allowed & set(update):
            return 0
        async with self.hook.slots:
            tries = 1
            while not 200 <= await self.post(update) < 300 and not self._over.is_set():
                tries += 1
                await asyncio.sleep(self.retry_every)
            return tries

    async def post(self, update: Any, **headers: str) -> int:
        """One delivery to the webhook; its status, 0 when there was none."""
        assert self.hook is not None
        self.attempts += 1
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.hook.secret} if self.hook.secret else {}
        try:
            async with self._session.post(
                self.hook.url,
                data=json.dumps(update),
                headers={"Content-Type": "application/json", **secret, **headers},
            ) as answer:
                await answer.read()
                if not 200 <= answer.status < 300:
                    self.last_error = f"Wrong response from the webhook: {answer.status}"
                return answer.status
        except (ClientError, TimeoutError, OSError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
            return 0

    def _meet(self, update: Mapping[str, Any]) -> None:
        """Whoever wrote first, or added the bot, may be written to."""
        for kind in ("message", "edited_message", "callback_query", "my_chat_member"):
            holder = update.get(kind, {})
            chat = (holder.get("message", {}) if kind == "callback_query" else holder).get("chat")
            if chat:
                self.known.add(chat["id"])

    # What the bot asks.

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.requests[method] += 1
        if request.match_info["token"] != self.token:
            return answer_refused(Refused(401, "Unauthorized"))
        handler = getattr(self, f"_do_{method}", None)
        if handler is None:
            return answer_refused(Refused(404, "Not Found"))
        try:
            asked = await params(request)
            return await self._with_faults(request, method, handler, asked)
        except Refused as refused:
            self.refused.append(refused.description)
            return answer_refused(refused)

    async def _with_faults(
        self, request: web.Request, method: str, handler: Any, params: Params
    ) -> web.StreamResponse:
        writes = method in ("sendMessage", "sendPhoto")
        chat = int(params.get("chat_id", 0)) if writes else 0
        fault = self.faults.popleft() if writes and self.faults else self.fault(method, chat)
        if fault is Fault.too_many:
            raise Refused(429, flood(self.retry_after), retry_after=self.retry_after)
        if fault is None or fault in AFTER:
            result = await handler(params, lost=fault is not None) if writes else None
            result = result if writes else await handler(params)
            if fault is None:
                return web.json_response({"ok": True, "result": result})
        if fault in STATUS:
            raise Refused(*STATUS[fault])
        if fault in FOREIGN:
            return web.Response(text="<html>", status=FOREIGN[fault], content_type="text/html")
        if fault in (Fault.hang_after, Fault.hang_before):
            await self._over.wait()
        if request.transport is not None:  # whoever asked may be dead by now
            request.transport.abort()
        return web.Response()

    async def _do_getMe(self, _params: Params) -> Params:
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Lá Chắn thử",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _do_sendMessage(self, params: Params, lost: bool) -> Params:
        text = str(params.get("text", "")).strip()
        if not text:
            raise Refused(400, "Bad Request: message text is empty")
        if units(text) > MAX_TEXT:
            raise Refused(400, "Bad Request: message is too long")
        return self._write("sendMessage", params, text, lost)

    async def _do_sendPhoto(self, params: Params, lost: bool) -> Params:
        if units(str(params.get("caption", ""))) > MAX_CAPTION:
            raise Refused(400, "Bad Request: message caption is too long")
        if not re.match(r"https?://[^/\s]+\.[^/\s]+", str(params.get("photo", ""))):
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        return self._write("sendPhoto", params, str(params.get("caption", "")), lost)

    def _write(self, method: str, params: Params, text: str, lost: bool) -> Params:
        if set(params) - MESSAGE_PARAMS:
            raise Refused(400, f"Bad Request: unexpected {sorted(set(params) - MESSAGE_PARAMS)}")
        chat = int(params["chat_id"])
        self._may_write(chat, params)
        rows = checked_rows(params.get("reply_markup"))
        self._count(chat)
        self._number += 1
        thread = params.get("message_thread_id")
        preview = params.get("link_preview_options") or {}
        sent = Sent(
            method,
            chat,
            text,
            rows,
            self._number,
            int(thread) if thread else None,
            time.monotonic(),
            lost,
            preview.get("is_disabled") is True,
        )
        self.chats[chat].append(sent)
        kind = "private" if chat > 0 else "supergroup"
        said = {"text": text} if method == "sendMessage" else {"caption": text}
        return {
            "message_id": self._number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": kind},
            **said,
        }

    def _may_write(self, chat: int, params: Params) -> None:
        if chat in self.migrated:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[chat],
            )
        if chat not in self.known:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            who = "blocked by the user" if chat > 0 else "kicked from the group chat"
            raise Refused(403, f"Forbidden: bot was {who}")
        if int(params.get("message_thread_id", 0)) in self.closed_threads:
            raise Refused(400, "Bad Request: message thread not found")

    def _count(self, chat: int) -> None:
        now = time.monotonic()
        window = self._second
        while window and now - window[0] >= 1:
            window.popleft()
        if self.rate is not None and len(window) >= self.rate:
            raise Refused(429, flood(self.retry_after), retry_after=self.retry_after)
        if chat < 0:
            minute = self._minutes[chat]
            while minute and now - minute[0] >= 60:
                minute.popleft()
            if len(minute) >= self.group_rate:
                raise Refused(429, flood(40), retry_after=40)
            minute.append(now)
        window.append(now)
        self.fullest_second = max(self.fullest_second, len(window))

    async def _do_answerCallbackQuery(self, params: Params) -> bool:
        if params.get("callback_query_id") not in self.people.presses:
            raise Refused(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self.answered.append(params["callback_query_id"])
        return True

    async def _do_setMyCommands(self, params: Params) -> bool:
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if len(params["commands"]) > 100:
            raise Refused(400, "Bad Request: too many commands")
        self.commands[(params.get("scope") or {"type": "default"})["type"]] = params["commands"]
        return True

    async def _do_setWebhook(self, params: Params) -> bool:
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        local = url.startswith("http://127.0.0.1:")
        if not local and not re.match(r"https://[^/:]+(:(443|80|88|8443))?/", url):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refused(400, "Bad Request: secret token contains illegal characters")
        slots = asyncio.Semaphore(int(params.get("max_connections", 40)))
        self.hook = Hook(url, secret, frozenset(params.get("allowed_updates") or ()), slots)
        return True

    async def _do_deleteWebhook(self, _params: Params) -> bool:
        self.hook = None
        return True

    async def _do_getWebhookInfo(self, _params: Params) -> Params:
        error = {"last_error_date": 1_800_000_000, "last_error_message": self.last_error}
        return {
            "url": self.hook.url if self.hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._pending),
            "allowed_updates": sorted(self.hook.allowed) if self.hook else [],
            **(error if self.last_error else {}),
        }

    async def _do_getUpdates(self, params: Params) -> list[dict[str, Any]]:
        if self.hook is not None:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        mine = self._poll = asyncio.get_running_loop().create_future()
        offset = int(params.get("offset", 0))
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        if not self._pending:
            await self._something(mine, float(params.get("timeout", 0)))
        if mine.done():
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        mine.set_result(None)
        return list(self._pending)[: int(params.get("limit", 100))]

    async def _something(self, mine: asyncio.Future[None], seconds: float) -> None:
        self._arrived.clear()
        ends = [asyncio.ensure_future(e.wait()) for e in (self._arrived, self._over)]
        waited: set[asyncio.Future[Any]] = {*ends, mine}
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
