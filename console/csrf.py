"""Only our own pages may change something: where the request comes from, then a token.

The browser's word (`Sec-Fetch-Site`, else `Origin`) follows OWASP's cheat sheet on CSRF; the
token is a keyed hash of the session, so it needs no storage and dies with the session.
"""

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from console import cookies
from console.forms import read_form
from console.site import SITE

FIELD = "csrf"


def check_origin(request: web.Request) -> None:
    """Raises HTTPForbidden for a request that another site, or no page at all, has sent."""
    site = request.headers.get("Sec-Fetch-Site")
    ours = site in ("same-origin", "none") if site else _same_origin(request)
    if not ours:
        raise web.HTTPForbidden


def _same_origin(request: web.Request) -> bool:
    try:
        origin = urlsplit(request.headers.get("Origin", ""))
    except ValueError:
        return False
    schemes = ("https",) if request.app[SITE].settings.console_https else ("http", "https")
    return origin.scheme in schemes and origin.netloc.lower() == request.host.lower()


def token(request: web.Request, secret: str) -> str:
    """The token that forms carry under `FIELD`; `secret` is a cookie's value."""
    return request.app[SITE].ring.digest("console.csrf", secret).hex()


async def check_token(request: web.Request) -> None:
    """Raises HTTPForbidden unless the form carries the token of this browser's cookie."""
    given = (await read_form(request)).get(FIELD, "")
    secret = cookies.session_token(request) or cookies.visit_token(request)
    if secret is None or not secrets.compare_digest(
        given.encode(), token(request, secret).encode()
    ):
        raise web.HTTPForbidden
