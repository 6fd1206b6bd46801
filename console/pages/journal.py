"""The audit log as its readers may see it: one's own entries, or everybody's for an admin."""

from aiohttp import web

from console.access import Permission, may
from console.forms import number_of
from console.journal import read_journal
from console.rendering import page
from console.site import DB, OFFICER


async def show(request: web.Request) -> web.Response:
    """Newest first."""
    officer = request[OFFICER]
    everybody = may(officer, Permission.all_journals)
    number = number_of(request.query.get("trang"))
    found = await read_journal(request[DB], None if everybody else officer.id, number)
    return page(request, "journal.html", found=found, everybody=everybody)
