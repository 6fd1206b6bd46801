"""The report form: consent first, five questions that can be skipped, a summary, a receipt.

State: flow "report"; steps consent, what, where, province, when, who, risk, whose,
whose_place, confirm; data as JSON (see `report_answers`). It holds anonymised texts and, from
the consent on, what may be a suspect's; it is encrypted and forgotten with the form.

A story told in the very first message is not asked for twice: it is held, already anonymised
and without the pieces cut out of it, until the consent; "answer only" drops it at once.
"""

from collections.abc import Callable, Mapping

from handlers import report_answers as answers
from handlers import report_draft as drafts
from handlers import report_typed as typed
from handlers.report_ask import (
    QUESTIONS,
    RISKS,
    after,
    alarm,
    ask,
    cancel_button,
    consent_buttons,
    numbers,
    what_to_change,
)
from handlers.report_limit import may_begin
from handlers.report_typed import STORY, lets_go
from handlers.said import owner, said, titled
from handlers.turn import Action, Button, Priority, Reply, Turn
from reports import terms
from reports.anonymise import redact
from reports.service import Reports
from store.text import syllables

__all__ = ["STORY", "handle", "lets_go"]

_CONSENTS = ("answer", "keep", "forward")


async def handle(turn: Turn) -> list[Reply]:
    """Starts the form, takes an answer or a button, repeats the question, or sends."""
    if turn.reports is None:
        return [Reply(turn.content.say("report.unavailable"), links=numbers(turn, "h111", "h113"))]
    action = turn.action
    if action is not None and action.name == "report.start":
        return await _begin(turn, turn.reports)
    if turn.state.flow != "report":
        return await _begin(turn, turn.reports) if action is None else [_closed(turn)]
    _raise_priority(turn)
    return await (_typed(turn) if action is None else _pressed(turn, action))


async def _begin(turn: Turn, reports: Reports) -> list[Reply]:
    if not await may_begin(turn, reports):
        turn.state.close()
        buttons = [Button(turn.content.say("report.follow_up"), "follow_up.start")]
        return [Reply(turn.content.say("report.enough"), buttons, numbers(turn, "h111", "h113"))]
    kind = answers.kind_of(turn) if turn.action is None else _kind_of_button(turn.action)
    base = Priority.P3 if kind is terms.Kind.other else Priority.P2
    turn.state.open("report", "consent", kind=kind.value, priority=base.value, at="")
    _raise_priority(turn)
    _hold(turn)
    return ask(turn)


def _kind_of_button(action: Action) -> terms.Kind:
    known = action.value in terms.Kind.__members__
    return terms.Kind(action.value) if known else terms.Kind.other


def _raise_priority(turn: Turn) -> None:
    answers.raise_to(turn, turn.understood.priority)


def _hold(turn: Turn) -> None:
    if len(syllables(turn.text)) >= STORY:
        turn.state.data["held"] = redact(turn.text).text


async def _typed(turn: Turn) -> list[Reply]:
    """A typed title is its button; a word of command works everywhere; the rest is an answer."""
    action = titled(turn.text, _buttons(turn))
    if action is not None:
        return await _pressed(turn, action)
    command = typed.command(turn)
    if command is not None:
        return _COMMANDS[command](turn)
    step = turn.state.step
    if step == "consent":
        return _typed_consent(turn)
    if step == "confirm":
        return await _typed_confirm(turn)
    if step in ("whose", "whose_place"):
        return _typed_owner(turn)
    return _typed_answer(turn)


def _buttons(turn: Turn) -> list[Button]:
    """The buttons of the open step; at the summary also those of its parts."""
    buttons = [button for reply in ask(turn) for button in reply.buttons]
    if turn.state.step != "confirm":
        return buttons
    parts = list(what_to_change(turn).buttons)
    return parts + buttons if _choosing(turn) else buttons + parts[:-1]


def _choosing(turn: Turn) -> bool:
    """Whether the parts to change were shown last."""
    return bool(turn.state.data.get("choosing"))


def _typed_answer(turn: Turn) -> list[Reply]:
    if turn.state.step == "province":
        turn.state.step = "where"
    step = turn.state.step
    if said(turn.content, "report.words_skip", turn.text):
        return _skip(turn, step)
    if step == "who" and said(turn.content, "report.words_none", turn.text):
        return _skip(turn, step)
    doubt = typed.doubt(turn) if step != "risk" else None
    if doubt is not None:
        turn.state.data["asked"] = step
        return _repeat(turn, doubt, cancel_button(turn))
    if answers.understood(turn):
        return _advance(turn, step)
    return _repeat(turn, "report.again")


def _typed_owner(turn: Turn) -> list[Reply]:
    whose = owner(turn.content, turn.text)
    return _repeat(turn, "report.whose_again") if whose is None else _whose(turn, whose)


def _typed_consent(turn: Turn) -> list[Reply]:
    chosen = typed.consent(turn)
    if chosen is not None:
        return _consented(turn, chosen)
    if len(syllables(turn.text)) < STORY and typed.missed(turn) > 1:
        return _explain(turn)
    _hold(turn)
    held = "report.held" if turn.state.data.get("held") else ""
    texts = [turn.content.say(key) for key in (held, "report.consent_again") if key]
    return [Reply("\n\n".join(texts), consent_buttons(turn))]


def _explain(turn: Turn) -> list[Reply]:
    return [Reply(turn.content.say("report.explain"), consent_buttons(turn))]


async def _typed_confirm(turn: Turn) -> list[Reply]:
    """While a part to change is asked for, nothing is sent: the summary is shown once more."""
    if said(turn.content, "report.words_cancel", turn.text):
        return _cancel(turn)
    if said(turn.content, "report.words_send", turn.text):
        return _go(turn, "confirm") if _choosing(turn) else await _send(turn)
    parts = [q for q in QUESTIONS if said(turn.content, f"report.words_part_{q}", turn.text)]
    if len(parts) == 1:
        return _change(turn, parts[0])
    if _choosing(turn) or said(turn.content, "report.words_change", turn.text):
        return _change(turn, "")
    return _repeat(turn, "report.again")


def _back(turn: Turn) -> list[Reply]:
    """The question before; from a change, the summary; what waits for a word is destroyed."""
    data, step = turn.state.data, turn.state.step
    data["pending"], data["choices"] = [], []
    if step == "confirm" and _choosing(turn):
        return _go(turn, "confirm")
    if step in ("whose", "whose_place", "province"):
        return _go(turn, data["at"])
    if step != "confirm" and data.pop("changing", False):
        return _go(turn, "confirm")
    order = ("consent", *QUESTIONS, "confirm")
    return _go(turn, order[order.index(step) - 1])


async def _pressed(turn: Turn, action: Action) -> list[Reply]:
    """A button of the open step acts; one of another step brings the open question back."""
    step, value = turn.state.step, action.value
    if action.name == "report.cancel":
        return _cancel(turn)
    if action.name == "report.confirm" and step == "confirm":
        return await _send(turn) if value == "send" else _cancel(turn)
    if action.name == "report.skip" and value == step:
        return _skip(turn, step)
    press = _PRESSES.get(action.name)
    if press is not None and step in press[0] and value in press[1](turn):
        return press[2](turn, value)
    return _repeat(turn, "report.stale")


def _repeat(turn: Turn, key: str, *more: Button) -> list[Reply]:
    """The open question again, gently introduced."""
    last = ask(turn)[-1]
    text = f"{turn.content.say(key)}\n\n{last.text}"
    return [Reply(text, [*last.buttons, *more], last.links)]


def _consented(turn: Turn, choice: str) -> list[Reply]:
    say, data = turn.content.say, turn.state.data
    if choice == "answer":
        turn.state.close()
        buttons = after(turn, "hotline", "menu")
        return [Reply(say("report.advice"), buttons, numbers(turn, "h111", "h113"))]
    version = say("report.consent_version")
    data["consent"] = {"level": choice, "version": version, "at": turn.now.isoformat()}
    held = data.pop("held", None)
    if held is None:
        return _go(turn, "what")
    data["what"] = held
    return [Reply(say("report.used_held")), *_go(turn, "where")]


def _where(turn: Turn, code: str) -> list[Reply]:
    data = turn.state.data
    if turn.state.step == "where":
        answers.forget(turn, "where")
    data["choices"] = []
    if code == "abroad":
        data.update(abroad=True, province=None)
    else:
        data["province"] = code
    return _advance(turn, "where")


def _when(turn: Turn, code: str) -> list[Reply]:
    turn.state.data.update(when_code=code, when_text=None)
    return _advance(turn, "when")


def _risk(turn: Turn, code: str) -> list[Reply]:
    answers.take_risk(turn, code)
    return _advance(turn, "risk")


def _whose(turn: Turn, whose: str) -> list[Reply]:
    answers.settle(turn, whose)
    told = [] if whose == "suspect" else [Reply(turn.content.say("report.deleted"))]
    return told + _advance(turn, turn.state.data["at"])


def _change(turn: Turn, question: str) -> list[Reply]:
    if question == "":
        turn.state.data["choosing"] = True
        return [what_to_change(turn)]
    if question == "back":
        return _go(turn, "confirm")
    turn.state.data["changing"] = True
    return _go(turn, question)


def _skip(turn: Turn, step: str) -> list[Reply]:
    answers.forget(turn, step)
    return _advance(turn, "where" if step == "province" else step)


def _advance(turn: Turn, done: str) -> list[Reply]:
    """On from question `done`: first what is still unclear about it, then the next one."""
    data = turn.state.data
    data["at"] = done
    if data.get("pending"):
        return _go(turn, "whose_place" if data["pending_of"] == "where" else "whose")
    if data.get("choices"):
        return _go(turn, "province")
    told = alarm(turn) if done == "risk" else []
    following = QUESTIONS[QUESTIONS.index(done) + 1 :]
    if data.pop("changing", False) or not following:
        return told + _go(turn, "confirm")
    return _go(turn, following[0])


def _go(turn: Turn, step: str) -> list[Reply]:
    turn.state.step = step
    for key in ("asked", "choosing", "missed"):
        turn.state.data.pop(key, None)
    return ask(turn)


async def _send(turn: Turn) -> list[Reply]:
    """Keep the report and tell the receipt, which nothing in the state remembers."""
    draft = drafts.draft(turn)
    if not drafts.has_content(draft):
        return _repeat(turn, "report.empty")
    assert turn.reports is not None
    receipt = await turn.reports.submit(draft, turn.now, turn.conversation)
    turn.state.close()
    say = turn.content.say
    return [
        Reply(say("report.receipt", receipt=receipt.shown)),
        Reply(
            say(f"report.next_{draft.consent.level}"),
            after(turn, "hotline", "menu"),
            numbers(turn, "h111", "h113"),
        ),
    ]


def _cancel(turn: Turn) -> list[Reply]:
    turn.state.close()
    return [Reply(turn.content.say("report.cancelled"), after(turn, "hotline", "menu"))]


def _closed(turn: Turn) -> Reply:
    say = turn.content.say
    buttons = [
        Button(say("report.start"), "report.start"),
        Button(say("report.follow_up"), "follow_up.start"),
    ]
    return Reply(say("report.closed"), buttons)


def _places(turn: Turn) -> tuple[str, ...]:
    return ("abroad", *turn.state.data.get("choices", ()))


_COMMANDS: Mapping[str, Callable[[Turn], list[Reply]]] = {
    "cancel": _cancel,
    "back": _back,
    "explain": _explain,
}
Allowed = Callable[[Turn], tuple[str, ...]]
_PRESSES: Mapping[str, tuple[tuple[str, ...], Allowed, Callable[[Turn, str], list[Reply]]]] = {
    "report.consent": (("consent",), lambda _: _CONSENTS, _consented),
    "report.where": (("where", "province"), _places, _where),
    "report.when": (("when",), lambda _: tuple(terms.When), _when),
    "report.risk": (("risk",), lambda _: RISKS, _risk),
    "report.whose": (("whose", "whose_place"), lambda _: ("suspect", "mine", "unsure"), _whose),
    "report.change": (("confirm",), lambda _: ("", "back", *QUESTIONS), _change),
}
