"""Blocked senders: blocking one from their report, the list, and ending a block."""

from aiohttp import web

from console.forms import choice_of, number_of, read_form
from console.pages import report
from console.rendering import page
from console.site import DB, OFFICER, SITE
from reports.blocks import Blocks
from reports.errors import BadBlockDays, NoSuchBlock, SenderUnknown
from reports.terms import BlockReason

PATH = "/chan"
DONE = {"da-bo": "unblock"}


async def show(request: web.Request) -> web.Response:
    """Blocks in force, newest first; no mark, and nothing that tells two senders to be one."""
    done = next((DONE[key] for key in request.query if key in DONE), None)
    return await _list(request, done=done)


async def block(request: web.Request) -> web.Response:
    """Block the sender of the report at hand, or show it again with what is missing."""
    form = await read_form(request)
    reason, report_id = choice_of(BlockReason, form.get("reason")), report.id_of(request)
    if reason is None:
        return await report.problem(request, "block_reason", 422, form)
    days = number_of(form.get("days"))
    try:
        await _blocks(request).block(
            report_id, request[OFFICER], reason, days, request.app[SITE].clock()
        )
    except BadBlockDays:
        return await report.problem(request, "block_days", 422, form)
    except SenderUnknown:
        return await report.problem(request, "sender_unknown", 409, form)
    return report.back(request, "da-chan")


async def end(request: web.Request) -> web.Response:
    """End one block before its time."""
    try:
        await _blocks(request).end(
            report.id_of(request), request[OFFICER], request.app[SITE].clock()
        )
    except NoSuchBlock:
        problem = request.app[SITE].words.text("problem", "no_block")
        return await _list(request, 409, problem=problem)
    return web.Response(status=303, headers={"Location": f"{PATH}?da-bo=1"})


def _blocks(request: web.Request) -> Blocks:
    return Blocks(request[DB], request.app[SITE].ring)


async def _list(
    request: web.Request, status: int = 200, *, done: str | None = None, problem: str | None = None
) -> web.Response:
    found = await _blocks(request).in_force(request.app[SITE].clock())
    return page(request, "blocks.html", status, found=found, done=done, problem=problem)
