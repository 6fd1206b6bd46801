"""The front page: how many reports wait, where, and how urgently."""

from aiohttp import web
from sqlalchemy import func, select

from console.access import Permission, may
from console.rendering import page
from console.site import DB, OFFICER, SITE
from console.times import midnight
from reports.deadlines import FIRST_LOOK
from reports.models import Report
from reports.queue import Queue
from reports.terms import Priority, Status


async def show(request: web.Request) -> web.Response:
    """Counts for who may read reports; a greeting for the others."""
    if not may(request[OFFICER], Permission.read):
        return page(request, "front.html", counts=None)
    db, now = request[DB], request.app[SITE].clock()
    today = midnight(now)
    received = select(func.count(Report.id)).where(Report.created_at >= today)
    ended = select(func.count(Report.id)).where(Report.closed_at >= today)
    return page(
        request,
        "front.html",
        counts=await Queue(db).counts(now),
        received_today=await db.scalar(received) or 0,
        closed_today=await db.scalar(ended) or 0,
        statuses=list(Status),
        priorities=list(Priority),
        first_look=FIRST_LOOK,
    )
