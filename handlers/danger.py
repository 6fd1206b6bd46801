"""Somebody is in danger: the right numbers first, then one question with buttons.

`emergency_replies` needs neither database nor model nor conversation, so that it answers when
everything else is down. No text here tells people to flee, to confront anybody or to pay.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date

from content.loader import Content
from content.schema import Category
from handlers.calls import local_day
from handlers.countries import PLACE_OF_CODE
from handlers.danger_known import Known, learn, recall, remember
from handlers.danger_texts import LINKS, again_text, first_text
from handlers.safety import SafetyVerdict
from handlers.turn import Button, Link, Reply, Turn

__all__ = ["LINKS", "emergency_replies", "handle", "neutral_replies", "reply_again"]


async def handle(turn: Turn) -> list[Reply]:
    """Answer a dangerous message or a press of a `danger.*` button; closes any open form.

    What matters for the numbers (country, child, sea, …) is kept in `state.memory["danger"]`.
    """
    if turn.understood.category == Category.third_party:
        return neutral_replies(turn)
    answer = _PRESSED.get(turn.action.name.removeprefix("danger.")) if turn.action else None
    if answer is not None:
        return await answer(turn)
    turn.state.close()
    verdict, today = _verdict(turn), local_day(turn.now)
    if verdict is not None and verdict.rule.startswith("crime_"):
        return [_crime(turn.content, verdict.rule, today)]
    known = _known(turn, verdict)
    if verdict is not None and verdict.rule == "cannot_call":
        return [_again(turn.content, known, today, unable=True)]
    return _first_replies(turn.content, known, verdict, today)


def reply_again(turn: Turn) -> list[Reply]:
    """A short answer (under 300 characters) to any fragment while danger is open."""
    known = _known(turn, _verdict(turn))
    return [_again(turn.content, known, local_day(turn.now))]


def neutral_replies(turn: Turn) -> list[Reply]:
    """For whoever may have taken the phone: bland, and the conversation forgets what was open."""
    turn.state.close()
    turn.state.memory.clear()
    return [Reply(turn.content.say("danger.neutral"))]


def emergency_replies(
    content: Content,
    text: str,
    verdict: SafetyVerdict | None,
    *,
    today: date | None = None,
) -> list[Reply]:
    """The first reply (under 300 characters) and the question that follows it.

    `today` leaves out numbers that have gone out of use; without it all are shown, since an old
    number is better than none.
    """
    if verdict is not None and verdict.category is Category.third_party:
        return [Reply(content.say("danger.neutral"))]
    return _first_replies(content, learn(content, text, verdict, Known()), verdict, today)


def _first_replies(
    content: Content, known: Known, verdict: SafetyVerdict | None, today: date | None
) -> list[Reply]:
    myanmar = _told(content, "myanmar_embassy", today)
    name = first_text(known, verdict.rule if verdict else "", myanmar)
    return [_reply(content, name, today), _second(content)]


def _again(content: Content, known: Known, today: date, unable: bool = False) -> Reply:
    name = again_text(known, _told(content, "myanmar_embassy", today), unable)
    return _reply(content, name, today, ("text_only", "report", "just_asking"))


def _crime(content: Content, rule: str, today: date) -> Reply:
    return _reply(content, rule, today, ("family", "just_asking"))


def _reply(content: Content, name: str, today: date | None, choices: Sequence[str] = ()) -> Reply:
    text = content.say(f"danger.{name}")
    return Reply(text, _buttons(content, choices), _links(content, LINKS[name], today))


def _buttons(content: Content, choices: Sequence[str]) -> list[Button]:
    return [
        Button(
            content.say(f"danger.second_button_{name}"),
            "report.start" if name == "report" else f"danger.{name}",
        )
        for name in choices
    ]


def _told(content: Content, line: str, today: date | None) -> bool:
    return today is None or content.hotline(line, today) is not None


def _links(content: Content, lines: Sequence[str], today: date | None) -> list[Link]:
    return [
        Link(content.say(f"danger.call_{line}"), f"tel:{content.hotlines[line].tel}")
        for line in lines
        if _told(content, line, today)
    ]


def _second(content: Content) -> Reply:
    choices = ("text_only", "abroad", "family", "just_asking", "report")
    return Reply(content.say("danger.second"), buttons=_buttons(content, choices))


def _verdict(turn: Turn) -> SafetyVerdict | None:
    told = turn.understood
    if told.rule is None or told.category is None:
        return None
    return SafetyVerdict(told.priority, Category(told.category), told.rule)


def _known(turn: Turn, verdict: SafetyVerdict | None) -> Known:
    """What was known with what this message adds; kept for the next one."""
    known = learn(turn.content, turn.text, verdict, recall(turn.state), _seen_by_model(turn))
    remember(turn.state, known, turn.now)
    return known


def _seen_by_model(turn: Turn) -> str | None:
    """A country that the model has seen, when the rules' own list does not name one."""
    named = (e.country for e in turn.understood.entities if e.country not in ("", "VN"))
    return next((PLACE_OF_CODE.get(code, "other") for code in named), None)


async def _advise(turn: Turn, name: str, known: Known) -> list[Reply]:
    turn.state.close()
    remember(turn.state, known, turn.now)
    return [_reply(turn.content, name, local_day(turn.now), ("report",))]


async def _text_only(turn: Turn) -> list[Reply]:
    known = recall(turn.state)
    return await _advise(turn, "text_only_abroad" if known.country else "text_only", known)


async def _abroad(turn: Turn) -> list[Reply]:
    known = recall(turn.state)
    told = known.country == "myanmar" and _told(
        turn.content, "myanmar_embassy", local_day(turn.now)
    )
    return await _advise(
        turn, "abroad_myanmar" if told else "abroad", known.moved(known.country or "other")
    )


async def _family(turn: Turn) -> list[Reply]:
    known = recall(turn.state).of_family()
    told = known.country == "myanmar" and _told(
        turn.content, "myanmar_embassy", local_day(turn.now)
    )
    return await _advise(turn, "family_myanmar" if told else "family", known)


async def _just_asking(turn: Turn) -> list[Reply]:
    turn.state.memory.pop("danger", None)
    say = turn.content.say
    buttons = [
        Button(say("danger.just_asking_button_prevention"), "awareness.start"),
        Button(say("danger.just_asking_button_hotline"), "hotline.start"),
        Button(say("danger.just_asking_button_menu"), "menu.start"),
    ]
    return [Reply(say("danger.just_asking"), buttons=buttons)]


_PRESSED: Mapping[str, Callable[[Turn], Awaitable[list[Reply]]]] = {
    "text_only": _text_only,
    "abroad": _abroad,
    "family": _family,
    "just_asking": _just_asking,
}
