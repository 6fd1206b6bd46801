"""Sign-in and sign-out.

`_enter` is the only place where a session starts: a second factor becomes a page between
`_check` and `_enter`, and nothing else changes.
"""

import re

from aiohttp import web
from sqlalchemy import select

from console import cookies
from console.forms import read_form
from console.guard import signed_in
from console.rendering import page
from console.site import DB, OFFICER, SITE
from reports.audit import AuditLog
from reports.errors import AccountLocked, SignInFailed
from reports.models import Officer
from reports.officers import Officers
from reports.terms import AuditAction
from store.addresses import client_address
from store.text import clean

LONGEST_NAME = 64
_PLACE = re.compile(r"/(?![/\\])[\w\-./?=&%]{0,200}", re.ASCII)
_NOTES = {"het-han": "expired", "da-thoat": "out"}


async def show(request: web.Request) -> web.Response:
    """The form; whoever is signed in already goes on."""
    if await signed_in(request):
        return _go(_place(request.query.get("tiep", "")))
    return _form(request, note=next((_NOTES[key] for key in request.query if key in _NOTES), None))


async def submit(request: web.Request) -> web.Response:
    """The same answer for an unknown name, a wrong password and a locked account."""
    site = request.app[SITE]
    wait = site.throttle.wait(_address(request))
    if wait:
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})
    form = await read_form(request)
    username = clean(form.get("username", ""))[:LONGEST_NAME]
    async with site.passwords:
        officer = await _check(request, username, form.get("password", ""))
    if officer is None:
        return _form(request, note="failed", username=username, status=401)
    return await _enter(request, officer, _place(form.get("tiep", "")))


async def leave(request: web.Request) -> web.Response:
    """End the session here and in the browser."""
    now, token = request.app[SITE].clock(), cookies.session_token(request)
    if token is not None:
        await Officers(request[DB]).revoke_session(token, now)
    await _audit(request, request[OFFICER].id, AuditAction.sign_out)
    answer = _go("/dang-nhap?da-thoat=1")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    cookies.forget(request, answer)
    return answer


async def _check(request: web.Request, username: str, password: str) -> Officer | None:
    officers, now = Officers(request[DB]), request.app[SITE].clock()
    try:
        return await officers.verify_password(username, password, now)
    except (SignInFailed, AccountLocked):
        query = select(Officer.id).where(Officer.username == username.lower())
        known = await request[DB].scalar(query)
        if known is not None:
            await _audit(request, known, AuditAction.sign_in_failed)
        return None


async def _enter(request: web.Request, officer: Officer, place: str) -> web.Response:
    now, old = request.app[SITE].clock(), cookies.session_token(request)
    officers = Officers(request[DB])
    if old is not None:
        await officers.revoke_session(old, now)
    token = await officers.start_session(officer, now)
    await _audit(request, officer.id, AuditAction.sign_in)
    answer = _go(place)
    cookies.set_session(request, answer, token)
    return answer


async def _audit(request: web.Request, officer_id: int, action: AuditAction) -> None:
    site = request.app[SITE]
    await AuditLog(request[DB], site.ring).write(officer_id, action, None, site.clock())


def _form(
    request: web.Request, *, note: str | None, username: str = "", status: int = 200
) -> web.Response:
    known = cookies.session_token(request) or cookies.visit_token(request)
    secret = known or cookies.new_visit()
    answer = page(
        request,
        "sign_in.html",
        status,
        form_secret=secret,
        note=note,
        username=username,
        place=_place(request.query.get("tiep", "")),
    )
    if known is None:
        cookies.set_visit(request, answer, secret)
    return answer


def _place(wanted: str) -> str:
    """A page of this site, else the front page: never another site."""
    return wanted if _PLACE.fullmatch(wanted) else "/"


def _go(place: str) -> web.Response:
    return web.Response(status=303, headers={"Location": place})


def _address(request: web.Request) -> str:
    """The browser's address; behind proxies, the one that the outermost of ours has seen."""
    seen = request.headers.getall("X-Forwarded-For", [])
    return client_address(seen, request.remote, request.app[SITE].settings.trusted_proxies) or ""
