"""Every fault becomes a page in plain Vietnamese, and a line in the log without its words."""

import traceback
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from console.rendering import page
from console.site import SITE
from reports.errors import NoSuchReport

log = structlog.get_logger(__name__)
KEPT_HEADERS = ("Allow", "Retry-After")


@web.middleware
async def error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _page(request, error.status, error)
    except NoSuchReport:
        return _page(request, 404)
    except Exception as error:
        status = 503 if _database_down(error) else 500
        log.error(
            "console_fault",
            error=type(error).__name__,
            fault=_place(error),
            path=request.path,
            status=status,
        )
        return _page(request, status)


def _database_down(error: Exception) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout | OSError)


def _place(error: Exception) -> str:
    """Where it was raised, `file.py:12`; the error's own words may hold a text."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _page(
    request: web.Request, status: int, error: web.HTTPException | None = None
) -> web.Response:
    words = request.app[SITE].words
    known = status if str(status) in words["error"] else 400 if status < 500 else 500
    headers = {
        name: error.headers[name] for name in KEPT_HEADERS if error and name in error.headers
    }
    answer = page(
        request,
        "error.html",
        status,
        title=words["error_title"][str(known)],
        text=words.text("error", str(known), seconds=headers.get("Retry-After", "")),
    )
    answer.headers.update(headers)
    return answer
