"""Templates, and what all of them know."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from console import cookies, csrf, times
from console.access import Permission, may
from console.navigation import menu
from console.site import OFFICER, SITE
from console.words import Words
from reports.labels import labels
from reports.officers import SESSION_IDLE

HERE = Path(__file__).parent


def set_up(app: web.Application) -> None:
    """Escaping is on for every template, and a name that is missing is an error."""
    app[aiohttp_jinja2.static_root_key] = "/static"
    site = app[SITE]
    environment = aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        filters=_filters(site.words),
    )
    environment.globals.update(
        labels=labels(), words=site.words, provinces=site.provinces, Permission=Permission
    )


def _filters(words: Words) -> dict[str, Callable[..., str]]:
    return {"when": times.shown, "machine": times.machine, "span": words.span}


def page(
    request: web.Request,
    template: str,
    status: int = 200,
    *,
    form_secret: str | None = None,
    **context: Any,
) -> web.Response:
    """Render `template`; `form_secret` is the cookie its forms are bound to (the session's)."""
    officer = request.get(OFFICER)
    secret = form_secret or cookies.session_token(request)
    known = {
        "officer": officer,
        "menu": menu(officer) if officer else [],
        "may": lambda permission: officer is not None and may(officer, permission),
        "route": request.match_info.route.name,
        "csrf": csrf.token(request, secret) if secret else "",
        "idle_seconds": int(SESSION_IDLE.total_seconds()) if officer else 0,
        "now": request.app[SITE].clock(),
    }
    return aiohttp_jinja2.render_template(template, request, known | context, status=status)


def is_partial(request: web.Request) -> bool:
    """Whether htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true"
