"""What happens around every page: origin, transaction, session, token, permission."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlencode

import structlog
from aiohttp import web

from console import cookies, csrf
from console.access import Permission, may
from console.rendering import is_partial
from console.site import DB, OFFICER, SITE
from reports.officers import Officers

log = structlog.get_logger(__name__)
Page = Callable[[web.Request], Awaitable[web.Response]]
SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Route:
    """A page; `needs` None is for whoever is not signed in.

    A `background` page is fetched by a timer: it writes nothing, so it does not keep the
    session of an empty chair awake.
    """

    method: str
    path: str
    name: str
    page: Page
    needs: Permission | None
    background: bool = False


def guarded(route: Route) -> Page:
    """`route.page` inside one transaction that is kept only if the page succeeds."""

    async def handle(request: web.Request) -> web.Response:
        started = monotonic()
        if request.method not in SAFE:
            csrf.check_origin(request)
        async with request.app[SITE].sessions() as db:
            request[DB] = db
            answer = await _admit(request, route)
            if not route.background:
                await db.commit()
        _note(request, answer, monotonic() - started)
        return answer

    return handle


async def _admit(request: web.Request, route: Route) -> web.Response:
    if route.needs is not None:
        if not await signed_in(request):
            return _to_sign_in(request)
        if not may(request[OFFICER], route.needs):
            raise web.HTTPForbidden
    if request.method not in SAFE:
        await csrf.check_token(request)
    return await route.page(request)


async def signed_in(request: web.Request) -> bool:
    """Whether the cookie belongs to a live session; the officer is then in the request."""
    token = cookies.session_token(request)
    if token is None:
        return False
    officer = await Officers(request[DB]).find_session(token, request.app[SITE].clock())
    if officer is not None:
        request[OFFICER] = officer
    return officer is not None


def _to_sign_in(request: web.Request) -> web.Response:
    query = {"het-han": "1"} if cookies.session_token(request) else {}
    if request.method in SAFE and not is_partial(request):
        query["tiep"] = request.path_qs
    place = f"/dang-nhap?{urlencode(query)}" if query else "/dang-nhap"
    if is_partial(request):
        return web.Response(status=401, headers={"HX-Redirect": place})
    return web.Response(status=303, headers={"Location": place})


def _note(request: web.Request, answer: web.Response, seconds: float) -> None:
    officer = request.get(OFFICER)
    log.info(
        "console_page",
        method=request.method,
        path=request.path,
        status=answer.status,
        officer_id=officer.id if officer else None,
        seconds=round(seconds, 3),
    )
