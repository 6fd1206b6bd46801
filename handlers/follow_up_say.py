"""Texts and buttons of the follow-up."""

from collections.abc import Sequence
from datetime import datetime

from handlers import calls, sealing
from handlers.turn import Button, Reply, Tier, Turn
from reports import terms
from reports.draft import OpenQuestion
from reports.labels import labels
from reports.models import Report
from reports.terms import Disposition, Status


def moment(at: datetime) -> str:
    """Day and time in Việt Nam."""
    return at.astimezone(calls.VIETNAM).strftime("%H:%M %d/%m/%Y")


def _day(at: datetime) -> str:
    return at.astimezone(calls.VIETNAM).strftime("%d/%m/%Y")


def ask(turn: Turn, before: str = "", **values: object) -> Reply:
    """Ask for the receipt, after the message `before` if there is something to say first."""
    say = turn.content.say
    texts = [say(f"follow_up.{before}", **values)] if before else []
    lost = Button(say("follow_up.lost_button"), "follow_up.lost")
    buttons = [lost, *services(turn, "menu")]
    return Reply("\n\n".join([*texts, say("follow_up.ask")]), buttons)


def which(turn: Turn) -> Reply:
    """For words that may mean a new report as well as one that was sent: which?"""
    say = turn.content.say
    new, *others = services(turn, "report", "hotline", "menu")
    sent = Button(say("follow_up.sent_before"), "follow_up.start")
    return Reply(say("follow_up.which"), [new, sent, *others])


def left(turn: Turn) -> Reply:
    return Reply(turn.content.say("follow_up.left"), services(turn, "menu"))


def with_numbers(turn: Turn, name: str, buttons: Sequence[Button] = (), **values: object) -> Reply:
    """A message that ends with 111 and 113 at hand."""
    lines = calls.current(turn.content, ("h111", "h113"), turn.now)
    text = turn.content.say(f"follow_up.{name}", **values)
    return Reply(text, buttons, calls.links(turn.content, lines))


def services(turn: Turn, *names: str) -> list[Button]:
    return [Button(turn.content.say(f"follow_up.{name}"), f"{name}.start") for name in names]


def status(turn: Turn, report: Report, questions: Sequence[OpenQuestion]) -> list[Reply]:
    """Where the report stands, each open question, and what can be done."""
    say = turn.content.say
    told = say(
        "follow_up.status",
        created=_day(report.created_at),
        updated=_day(report.updated_at),
        status=_status(turn, report),
    )
    asked = [
        Reply(say("follow_up.question", asked=_day(question.asked_at), text=question.text))
        for question in questions
    ]
    before = "question_tip" if questions else "choose"
    if report.tier is terms.Tier.web and turn.tier is Tier.platform:
        told = f"{told}\n\n{say('follow_up.tier_platform')}"
    return [Reply(told), *asked, choices(turn, report, questions, before)]


def _status(turn: Turn, report: Report) -> str:
    say = turn.content.say
    if report.status is not Status.closed or report.disposition is None:
        return say(f"follow_up.status_{report.status}")
    if report.disposition is Disposition.withdrawn:
        return say("follow_up.status_withdrawn")
    ended = labels()["disposition"][report.disposition].lower()
    if report.close_reason is None:
        return say("follow_up.status_erased", disposition=ended)
    return say("follow_up.status_closed", disposition=ended, reason=report.close_reason)


def choices(
    turn: Turn, report: Report, questions: Sequence[OpenQuestion], before: str = "choose"
) -> Reply:
    """What can be done with the open report, after the message `before`."""
    say = turn.content.say
    buttons = _answers(turn, questions)
    if report.status is not Status.closed:
        buttons.append(Button(say("follow_up.add"), "follow_up.add"))
    buttons.append(Button(say("follow_up.again"), "follow_up.status"))
    if report.erased_at is None:
        buttons.append(Button(say("follow_up.withdraw"), "follow_up.withdraw"))
    buttons.append(Button(say("follow_up.leave"), "follow_up.leave"))
    return Reply(say(f"follow_up.{before}"), buttons)


def _answers(turn: Turn, questions: Sequence[OpenQuestion]) -> list[Button]:
    say = turn.content.say
    if len(questions) == 1:
        return [Button(say("follow_up.answer"), "follow_up.answer", str(questions[0].id))]
    return [
        Button(say("follow_up.answer_number", number=at), "follow_up.answer", str(question.id))
        for at, question in enumerate(questions, start=1)
    ]


def how_to_send(turn: Turn, questions: Sequence[OpenQuestion]) -> Reply:
    """For text that came unasked: as an answer, as an addition, or not at all."""
    say = turn.content.say
    add = Button(say("follow_up.add"), "follow_up.add")
    drop = Button(say("follow_up.drop"), "follow_up.drop")
    return Reply(say("follow_up.held"), [*_answers(turn, questions), add, drop])


def write(turn: Turn) -> Reply:
    say = turn.content.say
    key = "answer_ask" if turn.state.data.get("mode") == "answer" else "add_ask"
    return Reply(say(f"follow_up.{key}"), [Button(say("follow_up.drop"), "follow_up.drop")])


def whose(turn: Turn) -> Reply:
    """Whose the numbers in the text are."""
    say = turn.content.say
    kinds = sealing.counted(turn.state.data["pending"], say("follow_up.count_of"))
    buttons = [
        Button(say(f"follow_up.whose_{who}"), "follow_up.whose", who)
        for who in ("suspect", "mine", "unsure")
    ]
    return Reply(say("follow_up.whose", kinds=kinds), buttons)


def withdraw(turn: Turn) -> Reply:
    say = turn.content.say
    yes = Button(say("follow_up.withdraw_yes"), "follow_up.withdraw", "yes")
    no = Button(say("follow_up.withdraw_no"), "follow_up.withdraw", "no")
    return Reply(say("follow_up.withdraw_ask"), [yes, no])
