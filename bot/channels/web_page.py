"""The citizens' web page: the chat, what it says about privacy, and errors, all with numbers.

Every word comes from `content/data/messages/page.yml`. `security_headers` must be the outermost
middleware: it also turns whatever goes wrong outside `/api/` into a page in Vietnamese.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels import web_form
from bot.channels.web_form import Ask, Exchange
from bot.channels.web_static import Assets
from bot.worker import utc_now
from content.loader import Content

log = structlog.get_logger(__name__)
TEMPLATES = Path(__file__).parent / "page" / "templates"
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
CALLS = (("h111", "call_111"), ("h113", "call_113"))
ABROAD = ("consular", "consular2")
QUICK = ("danger", "scam", "job", "report", "hotline", "support", "law", "quiz")
WORDS = (
    *(
        "you",
        "bot",
        "links",
        "choices",
        "typing",
        "retrying",
        "offline",
        "waiting",
        "working",
        "failed",
    ),
    *("slow", "refused", "again", "expired", "resumed", "counter"),
)
ERRORS = {400: "error_400", 404: "error_404", 405: "error_405", 413: "error_413"}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Robots-Tag": "noarchive",
    "Server": "web",
}


@dataclass(frozen=True)
class Call:
    """A number at the top of every page."""

    tel: str
    display: str
    note: str


class Pages:
    """Renders the templates; `clock` tells which numbers are still in use."""

    def __init__(self, content: Content, clock: Callable[[], datetime]) -> None:
        self._content, self._clock = content, clock
        self.assets = Assets()
        self._jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals.update(say=self.say, asset=self.assets.url)

    def say(self, name: str) -> str:
        return self._content.say(f"page.{name}")

    def chat(self, exchange: Exchange | None = None, status: int = 200) -> web.Response:
        """The chat page, with the latest exchange when it was made without JavaScript."""
        words = {name: self.say(name) for name in WORDS} | {"long": self.say("too_long")}
        return self._page(
            "chat.html",
            status,
            exchange=exchange,
            words=words,
            quick=[self.say(f"quick_{name}") for name in QUICK],
            delivery=secrets.token_urlsafe(16),
        )

    def privacy(self) -> web.Response:
        return self._page("privacy.html")

    def error(self, status: int) -> web.Response:
        reason = ERRORS.get(status, "error_400" if status < 500 else "error_503")
        return self._page("error.html", status, reason=reason)

    def _page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        html = self._jinja.get_template(template).render(calls=self._calls(), **values)
        response = web.Response(text=html, content_type="text/html", status=status)
        if values.get("exchange") is None:  # never beside a secret: BREACH
            response.enable_compression()
        return response

    def _calls(self) -> list[Call]:
        """111, 113 and the first number for people abroad whose review date has not passed."""
        today = self._clock().astimezone(VIET_NAM).date()
        named = [(self._content.hotline(name, today), note) for name, note in CALLS]
        abroad = (self._content.hotline(name, today) for name in ABROAD)
        named.append((next(filter(None, abroad), None), "call_abroad"))
        return [Call(line.tel, line.display, self.say(note)) for line, note in named if line]


PAGES = web.AppKey("pages", Pages)


def add_routes(
    app: web.Application,
    content: Content,
    ask: Ask = web_form.ask_product,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """`GET /`, `/rieng-tu`, the page's files, and `POST /tro-chuyen` for who has no JavaScript."""
    pages = app[PAGES] = Pages(content, clock)

    async def chat(_request: web.Request) -> web.Response:
        return pages.chat()

    async def privacy(_request: web.Request) -> web.Response:
        return pages.privacy()

    async def told(request: web.Request) -> web.Response:
        return pages.chat(*await web_form.exchange(request, ask))

    async def back(_request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/")

    app.router.add_get("/", chat)
    app.router.add_get("/rieng-tu", privacy)
    app.router.add_post("/tro-chuyen", told)
    app.router.add_get("/tro-chuyen", back)
    app.router.add_get("/static/{fingerprint}/{name:.+}", pages.assets.serve)


@web.middleware
async def security_headers(request: web.Request, handler: Any) -> web.StreamResponse:
    """Strict headers on every answer; outside `/api/` a fault becomes a page, never a trace."""
    try:
        return _guarded(await handler(request))
    except web.HTTPException as error:
        if error.status < 400:
            _guarded(error)
            raise
        return _guarded(request.app[PAGES].error(error.status))
    except Exception as error:
        log.error("page_failed", error=type(error).__name__)
        return _guarded(request.app[PAGES].error(503))


def _guarded(response: web.StreamResponse) -> web.StreamResponse:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
