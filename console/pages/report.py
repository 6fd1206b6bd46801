"""One report's page, and what an officer does there. Every look is audited by the desk."""

from typing import Any

from aiohttp import web
from sqlalchemy import select

from console.forms import TooLong, choice_of, flag_of, read_form, text_of
from console.rendering import is_partial, page
from console.site import DB, OFFICER, SITE
from reports import marks
from reports.blocks import MOST_DAYS, USUAL_DAYS, Blocks
from reports.desk import TRANSITIONS, Case, Desk
from reports.errors import (
    ConsentMissing,
    DispositionMissing,
    NoSuchReport,
    ReasonMissing,
    ReportClosed,
    TransitionRefused,
)
from reports.models import Officer, Report
from reports.terms import BlockReason, Disposition, Status

MAX_REASON = 1000
MAX_QUESTION = 1000
DONE = {"da-ghi": "status", "da-hoi": "ask", "da-chan": "block"}
# Withdrawing is the reporter's alone.
OFFERED = [choice for choice in Disposition if choice is not Disposition.withdrawn]
PROBLEMS: dict[type[Exception], str] = {
    ReasonMissing: "reason",
    DispositionMissing: "disposition",
    ConsentMissing: "consent",
    TransitionRefused: "transition",
    ReportClosed: "closed",
}


async def show(request: web.Request) -> web.Response:
    """The report; raises NoSuchReport."""
    done = next((DONE[key] for key in request.query if key in DONE), None)
    return await _page(request, done=done)


async def reveal(request: web.Request) -> web.Response:
    """The indicators in plain words, once: the next load shows them sealed again."""
    site = request.app[SITE]
    revealed = await _desk(request).reveal_indicators(
        id_of(request), request[OFFICER], site.clock()
    )
    if is_partial(request):
        return page(request, "_revealed.html", revealed=revealed)
    return await _page(request, revealed=revealed)


async def change_status(request: web.Request) -> web.Response:
    """Move the report on, or show the page again with what is missing."""
    form = await read_form(request)
    to, seen = choice_of(Status, form.get("to")), choice_of(Status, form.get("seen"))
    disposition = choice_of(Disposition, form.get("disposition"))
    if to is None or seen is None or disposition is Disposition.withdrawn:
        raise web.HTTPBadRequest
    report = await request[DB].get(Report, id_of(request), with_for_update=True)
    if report is None:
        raise NoSuchReport(id_of(request))
    if report.status is not seen:
        return await problem(request, "moved", 409, form)
    try:
        await _desk(request).change_status(
            report.id,
            request[OFFICER],
            to,
            _needed(form, "reason", MAX_REASON),
            request.app[SITE].clock(),
            disposition=disposition,
            vital_interest=flag_of(form.get("vital")),
        )
    except TooLong as fault:
        return await problem(request, "too_long", 422, form, limit=fault.limit)
    except tuple(PROBLEMS) as fault:
        return await problem(request, PROBLEMS[type(fault)], 422, form)
    return back(request, "da-ghi")


async def ask(request: web.Request) -> web.Response:
    """Leave a question that the reporter finds when they come back."""
    form = await read_form(request)
    try:
        question = _needed(form, "question", MAX_QUESTION)
        await _desk(request).ask(
            id_of(request), request[OFFICER], question, request.app[SITE].clock()
        )
    except TooLong as fault:
        return await problem(request, "too_long", 422, form, limit=fault.limit)
    except ReasonMissing:
        return await problem(request, "question", 422, form)
    except ReportClosed:
        return await problem(request, "closed", 409, form)
    return back(request, "da-hoi")


def _desk(request: web.Request) -> Desk:
    return Desk(request[DB], request.app[SITE].ring)


def id_of(request: web.Request) -> int:
    """The number in the address."""
    return int(request.match_info["id"])


def _needed(form: Any, name: str, limit: int) -> str:
    """Every step needs a reason here, although the desk asks for one on closing only."""
    text = text_of(form, name, limit)
    if not text:
        raise ReasonMissing(name)
    return text


def back(request: web.Request, done: str) -> web.Response:
    """To the report, with a word about what was `done`."""
    return web.Response(status=303, headers={"Location": f"/bao-cao/{id_of(request)}?{done}=1"})


async def problem(
    request: web.Request, name: str, status: int, form: Any, **slots: object
) -> web.Response:
    """The page once more, with what is wrong and what was typed."""
    text = request.app[SITE].words.text("problem", name, **slots)
    return await _page(request, status, problem=text, typed=form)


async def _page(
    request: web.Request,
    status: int = 200,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: Any = None,
    revealed: Any = None,
) -> web.Response:
    now = request.app[SITE].clock()
    site, db = request.app[SITE], request[DB]
    case = await _desk(request).view(id_of(request), request[OFFICER], now)
    return page(
        request,
        "report.html",
        status,
        case=case,
        report=case.report,
        names=await _names(request, case),
        seen_now=now,
        steps=_steps(case.report),
        dispositions=OFFERED,
        limits={"reason": MAX_REASON, "question": MAX_QUESTION},
        done=done,
        problem=problem,
        typed=typed or {},
        revealed=revealed,
        can_block=await marks.Marks(db, site.ring).kept(case.report.id, now),
        blocked_until=await Blocks(db, site.ring).of_report(case.report.id, now),
        block_reasons=list(BlockReason),
        block_days={"usual": USUAL_DAYS, "most": MOST_DAYS},
        mark_days=marks.KEPT.days,
    )


def _steps(report: Report) -> list[Status]:
    """The steps that may follow, in the order of the work; none once the texts are erased."""
    if report.erased_at is not None:
        return []
    return [status for status in Status if status in TRANSITIONS[report.status]]


async def _names(request: web.Request, case: Case) -> dict[int, str]:
    """Display names of the officers in the thread and the history."""
    asked = {message.officer_id for message in case.thread}
    moved = {event.officer_id for event in case.events}
    query = select(Officer.id, Officer.display_name).where(Officer.id.in_((asked | moved) - {None}))
    return {row[0]: row[1] for row in await request[DB].execute(query)}
