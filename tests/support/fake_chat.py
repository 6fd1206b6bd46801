"""The chat page before a stand-in for the product that is as strict as the real JSON contract.

A test queues what the server will do with the next requests; what breaks the contract is
remembered in `breaches` and refused.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.channels import web_page
from bot.channels.web_form import Heard
from content.loader import Content
from tests.support.clock import Clock

Message = dict[str, Any]
KEYS = {"session", "text", "payload", "id", "proof"}
MAX_TEXT = 4000


def message(
    text: str,
    buttons: Sequence[tuple[str, str]] = (),
    links: Sequence[tuple[str, str]] = (),
) -> Message:
    """A reply; `buttons` are (title, payload), `links` are (title, address)."""
    return {
        "text": text,
        "buttons": [{"title": title, "payload": payload} for title, payload in buttons],
        "links": [{"title": title, "url": url} for title, url in links],
    }


@dataclass(frozen=True)
class Step:
    """What happens to one request: an answer, or `drop` the connection before one."""

    messages: Sequence[Message] = ()
    pending: bool = False
    status: int = 200
    error: str = ""
    challenge: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    hold: asyncio.Event | None = None


@dataclass
class FakeChat:
    """`received` and `polled` hold the bodies that came; `steps`, `polls` what to do with them."""

    steps: deque[Step] = field(default_factory=deque)
    polls: deque[Step] = field(default_factory=deque)
    received: list[dict[str, Any]] = field(default_factory=list)
    polled: list[dict[str, Any]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    payloads: set[tuple[str, str]] = field(default_factory=set)
    url: str = ""

    def then(self, *messages: Message, **more: Any) -> None:
        self.steps.append(Step(messages, **more))

    def then_polled(self, *messages: Message, **more: Any) -> None:
        self.polls.append(Step(messages, **more))

    def forget(self, session: str) -> None:
        """From now on the session is refused with 401."""
        self.sessions.discard(session)

    def app(self, content: Content) -> web.Application:
        app = web.Application(middlewares=[web_page.security_headers])
        web_page.add_routes(app, content, ask=self.ask, clock=Clock())
        app.router.add_post("/api/chat", self._api)
        app.router.add_post("/api/chat/poll", self._api)
        return app

    async def ask(self, _request: web.Request, path: str, body: dict[str, Any]) -> Heard:
        step, answer = self._answer(path, body)
        return Heard(step.status, answer)

    async def _api(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json" or "Cookie" in request.headers:
            self.breaches.append(f"content type {request.content_type}, or a cookie")
        step, answer = self._answer(request.path, await request.json())
        if step.hold:
            await step.hold.wait()
        if step.drop:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(answer, status=step.status, headers=step.headers)

    def _answer(self, path: str, body: dict[str, Any]) -> tuple[Step, dict[str, Any]]:
        polled = path.endswith("/poll")
        (self.polled if polled else self.received).append(body)
        fault = self._poll_fault(body) if polled else self._fault(body)
        if fault:
            self.breaches.append(f"{fault}: {body}")
            return Step(status=400), {"error": fault}
        session = body.get("session")
        if session is not None and session not in self.sessions:
            return Step(status=401), {"error": "Phiên này không còn dùng được."}
        if not polled and "payload" in body and (session, body["payload"]) not in self.payloads:
            return Step(status=400), {"error": "Nút này không dùng được ở đây."}
        steps = self.polls if polled else self.steps
        step = steps.popleft() if steps else Step(() if polled else (message("Đã nhận."),))
        if step.status != 200:
            more = {"challenge": step.challenge} if step.challenge else {}
            return step, {"error": step.error, **more}
        return step, self._told(session, step, polled)

    def _told(self, session: str | None, step: Step, polled: bool) -> dict[str, Any]:
        if session is None:
            session = f"session-{len(self.received)}"
            self.sessions.add(session)
        for one in step.messages:
            self.payloads |= {(session, button["payload"]) for button in one["buttons"]}
        told = {"session": session, "messages": list(step.messages)}
        if polled:
            return told
        understood = {"intent": "out_of_scope", "priority": "P3"}
        return told | {"understood": understood} | ({"pending": True} if step.pending else {})

    def _fault(self, body: dict[str, Any]) -> str:
        if not set(body) <= KEYS or not all(isinstance(value, str) for value in body.values()):
            return "unknown keys, or a value that is no string"
        if ("text" in body) == ("payload" in body):
            return "text or payload, one of them"
        if len(body.get("text", "")) > MAX_TEXT:
            return "text too long"
        if not 0 < len(body.get("id", "")) <= 64:
            return "no id"
        return "payload without session" if "payload" in body and "session" not in body else ""

    def _poll_fault(self, body: dict[str, Any]) -> str:
        return "" if set(body) == {"session"} else "a poll is a session and nothing else"
