"""The two cookies: a signed-in session, and a visit that the sign-in form is bound to."""

import secrets

from aiohttp import web

from console.site import SITE

LONGEST = 128
_SESSION, _VISIT = "lachan_session", "lachan_visit"


def session_token(request: web.Request) -> str | None:
    return _read(request, _SESSION)


def visit_token(request: web.Request) -> str | None:
    return _read(request, _VISIT)


def new_visit() -> str:
    return secrets.token_urlsafe(32)


def set_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    _set(request, response, _SESSION, token)


def set_visit(request: web.Request, response: web.StreamResponse, token: str) -> None:
    _set(request, response, _VISIT, token)


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """Clear both; with the same attributes, or browsers keep a `__Host-` cookie."""
    secure = _https(request)
    for name in (_SESSION, _VISIT):
        response.del_cookie(
            _name(request, name), path="/", secure=secure, httponly=True, samesite="Strict"
        )


def _read(request: web.Request, name: str) -> str | None:
    value = request.cookies.get(_name(request, name))
    return value if value and len(value) <= LONGEST and value.isascii() else None


def _set(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        path="/",
        secure=_https(request),
        httponly=True,
        samesite="Strict",
    )


def _name(request: web.Request, name: str) -> str:
    return f"__Host-{name}" if _https(request) else name


def _https(request: web.Request) -> bool:
    return request.app[SITE].settings.console_https
