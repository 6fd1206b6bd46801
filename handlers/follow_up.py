"""Coming back with the receipt: status, the officer's questions, more information, withdrawal.

State: flow "follow_up"; steps receipt, open, answer, add, whose, withdraw; data {"report_id",
"question_id", "held", "suspects", "pending", "missed"}. The receipt itself is never kept,
and the report's id only while the flow is open, in the encrypted state.
"""

from collections.abc import Awaitable, Callable, Mapping

from handlers import follow_up_say as say_
from handlers import follow_up_typed as typed
from handlers import sealing
from handlers.follow_up_typed import lets_go
from handlers.said import owner, said, titled
from handlers.turn import Action, Button, Reply, Turn
from reports import receipts
from reports.anonymise import redact
from reports.errors import NoSuchQuestion, ReportClosed, TooManyReceipts, WrongReceipt
from reports.models import Report
from reports.service import Reports
from reports.terms import Status

__all__ = ["handle", "lets_go"]

_OWNERS = ("suspect", "mine", "unsure")


async def handle(turn: Turn) -> list[Reply]:
    """Asks for the receipt, or goes on with the report that it opened."""
    if turn.reports is None:
        return [say_.with_numbers(turn, "unavailable")]
    action = turn.action
    if action is not None and action.name == "follow_up.lost":
        return [_lost(turn)]
    if turn.state.flow != "follow_up" or (action and action.name == "follow_up.start"):
        return await _begin(turn, turn.reports)
    if turn.state.step == "receipt":
        return [say_.ask(turn)] if action else await _receipt(turn, turn.reports)
    report = await turn.reports.get(turn.state.data["report_id"])
    if report is None:
        turn.state.open("follow_up", "receipt")
        return [say_.ask(turn, "gone")]
    if action is not None:
        return await _pressed(turn, turn.reports, report, action)
    return await _typed(turn, turn.reports, report)


async def _begin(turn: Turn, reports: Reports) -> list[Reply]:
    stale = turn.action is not None and turn.action.name != "follow_up.start"
    turn.state.open("follow_up", "receipt")
    if stale:
        return [say_.ask(turn, "gone")]
    if receipts.looks_like_receipt(turn.text) or receipts.parse(turn.text):
        return await _receipt(turn, reports)
    if said(turn.content, "follow_up.words_lost", turn.text):
        return [_lost(turn)]
    if turn.text and not typed.asks_status(turn):
        turn.state.close()
        return [say_.which(turn)]
    return [say_.ask(turn)]


def _lost(turn: Turn) -> Reply:
    turn.state.close()
    return say_.with_numbers(turn, "lost", say_.services(turn, "report", "hotline"))


async def _receipt(turn: Turn, reports: Reports) -> list[Reply]:
    """Try the typed receipt; only one with a right check digit costs a try."""
    digits = receipts.parse(turn.text)
    if digits is None:
        return [_no_receipt(turn)]
    if not receipts.valid(digits):
        return [say_.ask(turn, "mistyped")]
    try:
        report = await reports.find_by_receipt(digits, turn.conversation, turn.now)
    except WrongReceipt as wrong:
        return [say_.ask(turn, "wrong", left=wrong.tries_left)]
    except TooManyReceipts as locked:
        turn.state.close()
        return [say_.with_numbers(turn, "locked", until=say_.moment(locked.until))]
    turn.state.open("follow_up", "open", report_id=report.id)
    return await _show(turn, reports, report)


def _no_receipt(turn: Turn) -> Reply:
    pressed = titled(turn.text, say_.ask(turn).buttons)
    lost = pressed is not None and pressed.name == "follow_up.lost"
    if lost or said(turn.content, "follow_up.words_lost", turn.text):
        return _lost(turn)
    if typed.gives_up(turn):
        turn.state.close()
        return say_.left(turn)
    turn.state.data["missed"] = turn.state.data.get("missed", 0) + 1
    return say_.ask(turn, "not_a_receipt")


async def _show(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    turn.state.step = "open"
    questions = await reports.open_questions(report, turn.now)
    return say_.status(turn, report, questions if report.status is not Status.closed else [])


async def _typed(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    """A typed title is its button; other text is an answer, or held until the person says."""
    action = titled(turn.text, await _buttons(turn, reports, report)) or _in_words(turn)
    if action is not None:
        return await _pressed(turn, reports, report, action)
    step = turn.state.step
    if step in ("answer", "add"):
        return await _write(turn, reports, report)
    if step == "open" and report.status is Status.closed:
        return [say_.choices(turn, report, [], "is_closed")]
    if step == "open" and any(letter.isalpha() for letter in turn.text):
        _hold(turn)
    return await _again(turn, reports, report)


async def _buttons(turn: Turn, reports: Reports, report: Report) -> list[Button]:
    """The buttons of the open step; beside held text those of the report stay good."""
    shown = await _again(turn, reports, report)
    if turn.state.step == "open":
        questions = await reports.open_questions(report, turn.now)
        shown = [*shown, say_.choices(turn, report, questions)]
    return [button for reply in shown for button in reply.buttons]


def _in_words(turn: Turn) -> Action | None:
    """A press told in other words; whose a number is, only when it is quite clear."""
    if turn.state.step != "whose":
        return typed.press(turn)
    whose = owner(turn.content, turn.text)
    return Action("follow_up.whose", whose) if whose else typed.press(turn)


async def _again(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    """The open step's question once more."""
    step = turn.state.step
    if step == "whose":
        return [say_.whose(turn)]
    if step == "withdraw":
        return [say_.withdraw(turn)]
    if step in ("answer", "add"):
        return [say_.write(turn)]
    questions = await reports.open_questions(report, turn.now)
    if turn.state.data.get("held"):
        return [say_.how_to_send(turn, questions)]
    return [say_.choices(turn, report, questions)]


async def _pressed(turn: Turn, reports: Reports, report: Report, action: Action) -> list[Reply]:
    press = _PRESSES.get(action.name)
    if press is None:
        return await _again(turn, reports, report)
    return await press(turn, reports, report, action.value)


async def _answer(turn: Turn, reports: Reports, report: Report, value: str) -> list[Reply]:
    turn.state.data["question_id"] = int(value) if value.isdecimal() else 0
    return await _start_writing(turn, reports, report, "answer")


async def _add(turn: Turn, reports: Reports, report: Report, _: str) -> list[Reply]:
    return await _start_writing(turn, reports, report, "add")


async def _start_writing(turn: Turn, reports: Reports, report: Report, step: str) -> list[Reply]:
    if report.status is Status.closed:
        return [say_.choices(turn, report, [], "is_closed")]
    turn.state.step = turn.state.data["mode"] = step
    if turn.state.data.get("held"):
        return await _ready(turn, reports, report)
    return [say_.write(turn)]


async def _write(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    if not any(letter.isalnum() for letter in turn.text):
        return [say_.write(turn)]
    _hold(turn)
    return await _ready(turn, reports, report)


def _hold(turn: Turn) -> None:
    """Keep the anonymised text in the encrypted state until it is sent or dropped."""
    told = redact(turn.text)
    turn.state.data.update(
        held=told.text,
        suspects=sealing.evidence(told.found),
        pending=sealing.to_ask(told.found),
    )


async def _ready(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    if turn.state.data.get("pending"):
        turn.state.step = "whose"
        return [say_.whose(turn)]
    return await _deliver(turn, reports, report)


async def _whose(turn: Turn, reports: Reports, report: Report, whose: str) -> list[Reply]:
    data = turn.state.data
    if turn.state.step != "whose" or whose not in _OWNERS:
        return await _again(turn, reports, report)
    if whose == "suspect":
        data["suspects"] = [*data["suspects"], *data["pending"]]
    data["pending"] = []
    return await _deliver(turn, reports, report)


async def _deliver(turn: Turn, reports: Reports, report: Report) -> list[Reply]:
    data = turn.state.data
    text, suspects = data["held"], sealing.suspects(data["suspects"])
    try:
        if data["mode"] == "answer":
            question = data["question_id"]
            await reports.answer(report, question, text, turn.now, suspects)
        else:
            await reports.add_information(report, text, turn.now, suspects)
        told = "sent"
    except NoSuchQuestion:
        told = "already"
    except ReportClosed:
        told = "is_closed"
    turn.state.open("follow_up", "open", report_id=report.id)
    questions = await reports.open_questions(report, turn.now)
    return [say_.choices(turn, report, questions, told)]


async def _status(turn: Turn, reports: Reports, report: Report, _: str) -> list[Reply]:
    turn.state.open("follow_up", "open", report_id=report.id)
    return await _show(turn, reports, report)


async def _drop(turn: Turn, reports: Reports, report: Report, _: str) -> list[Reply]:
    turn.state.open("follow_up", "open", report_id=report.id)
    return await _again(turn, reports, report)


async def _withdraw(turn: Turn, reports: Reports, report: Report, value: str) -> list[Reply]:
    if value == "yes" and turn.state.step == "withdraw":
        await reports.withdraw(report, turn.now)
        turn.state.close()
        return [say_.with_numbers(turn, "withdrawn", say_.services(turn, "hotline", "menu"))]
    if value == "no":
        turn.state.step = "open"
        questions = await reports.open_questions(report, turn.now)
        return [say_.choices(turn, report, questions, "not_withdrawn")]
    if report.erased_at is not None:
        return await _show(turn, reports, report)
    turn.state.step = "withdraw"
    return [say_.withdraw(turn)]


async def _leave(turn: Turn, reports: Reports, report: Report, _: str) -> list[Reply]:
    turn.state.close()
    return [say_.left(turn)]


Press = Callable[[Turn, Reports, Report, str], Awaitable[list[Reply]]]
_PRESSES: Mapping[str, Press] = {
    "follow_up.answer": _answer,
    "follow_up.add": _add,
    "follow_up.whose": _whose,
    "follow_up.status": _status,
    "follow_up.drop": _drop,
    "follow_up.withdraw": _withdraw,
    "follow_up.leave": _leave,
}
