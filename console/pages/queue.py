"""The queue with its filters, and the piece of it that a timer refreshes."""

from urllib.parse import urlencode

from aiohttp import web

from console.forms import choice_of, flag_of, number_of
from console.rendering import is_partial, page
from console.site import DB, SITE
from reports.deadlines import FIRST_LOOK
from reports.queue import Filters, Page, Queue
from reports.terms import Kind, Priority, Status

PATH = "/hang-doi"


async def show(request: web.Request) -> web.Response:
    """The whole page, or for htmx the table with the address that shows it."""
    filters = _filters(request)
    found = await _found(request, filters)
    if not is_partial(request):
        return _render(request, "queue.html", filters, found)
    answer = _render(request, "_queue_table.html", filters, found)
    answer.headers["HX-Replace-Url"] = _link(filters, found.number)
    return answer


async def refresh(request: web.Request) -> web.Response:
    """The table alone, for the timer."""
    filters = _filters(request)
    return _render(request, "_queue_table.html", filters, await _found(request, filters))


async def _found(request: web.Request, filters: Filters) -> Page:
    number = number_of(request.query.get("trang"))
    return await Queue(request[DB]).page(filters, request.app[SITE].clock(), number)


def _render(request: web.Request, template: str, filters: Filters, found: Page) -> web.Response:
    return page(
        request,
        template,
        found=found,
        filters=filters,
        link=lambda number: _link(filters, number),
        refresh_link=_link(filters, found.number, f"{PATH}/bang"),
        statuses=list(Status),
        priorities=list(Priority),
        kinds=list(Kind),
        first_look=FIRST_LOOK,
    )


def _filters(request: web.Request) -> Filters:
    query = request.query
    province = query.get("tinh") or None
    if province is not None and province not in request.app[SITE].provinces:
        raise web.HTTPBadRequest
    return Filters(
        status=choice_of(Status, query.get("trang-thai")),
        priority=choice_of(Priority, query.get("uu-tien")),
        kind=choice_of(Kind, query.get("loai")),
        province=province,
        overdue=flag_of(query.get("qua-han")),
        unread=flag_of(query.get("moi")),
    )


def _link(filters: Filters, number: int, path: str = PATH) -> str:
    """The address of page `number` under the same filters."""
    wanted = {
        "trang-thai": filters.status,
        "uu-tien": filters.priority,
        "loai": filters.kind,
        "tinh": filters.province,
        "qua-han": "1" if filters.overdue else None,
        "moi": "1" if filters.unread else None,
        "trang": str(number) if number > 1 else None,
    }
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{path}?{query}" if query else path
