"""Somebody is in danger: the right numbers first, then one question with buttons.

`emergency_replies` needs neither database nor model nor conversation, so that it answers when
everything else is down. No text here tells people to flee, to confront anybody or to pay.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date

from content.loader import Content
from content.schema import Category
from handlers.abroad import at_sea, country_in
from handlers.calls import local_day
from handlers.safety import SPECIAL, SafetyVerdict
from handlers.turn import Button, Link, Reply, Turn

# Which numbers go with a first reply, in the order of its one-tap links.
LINKS: Mapping[str, Sequence[str]] = {
    "first_home": ("h113", "h111", "h115"),
    "first_injured": ("h115", "h113", "h111"),
    "first_abroad": ("consular", "h113", "h111"),
    "first_abroad_myanmar": ("consular", "myanmar_embassy", "h113", "h111"),
    "first_child": ("h111", "h113", "h115"),
    "first_child_abroad": ("consular", "h111", "h113"),
    "first_suicide": ("h115", "h111", "ngay_mai"),
    "first_suicide_abroad": ("consular", "h115", "h111"),
    "first_sea": ("h112", "h113", "h111"),
    "first_online": ("h113",),
    "first_online_family": ("h113",),
    "first_ransom": ("h113", "h111", "consular"),
    "first_missing": ("h113", "h111", "consular"),
    "first_missing_child": ("h113", "h111", "consular"),
    "first_crossing": ("h113", "h111", "consular"),
}
_BY_CATEGORY: Mapping[Category, str] = {
    Category.life: "first_injured",
    Category.missing: "first_missing",
    Category.crossing: "first_crossing",
}
_BY_RULE: Mapping[str, str] = {
    "online_family": "first_online_family",
    "online": "first_online",
    "ransom": "first_ransom",
    "boat": "first_sea",
    "missing_child": "first_missing_child",
}


async def handle(turn: Turn) -> list[Reply]:
    """Answer a dangerous message or a press of a `danger.*` button; closes any open form."""
    if turn.understood.category == Category.third_party:
        return neutral_replies(turn)
    answer = _PRESSED.get(turn.action.name.removeprefix("danger.")) if turn.action else None
    if answer is not None:
        return await answer(turn)
    turn.state.close()
    return emergency_replies(
        turn.content, turn.text, _verdict(turn), today=local_day(turn.now), country=_country(turn)
    )


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
    country: str | None = None,
) -> list[Reply]:
    """The first reply (under 300 characters) and the question that follows it.

    `today` leaves out numbers that have gone out of use; without it all are shown, since an old
    number is better than none. `country` is a place abroad that is already known.
    """
    if verdict is not None and verdict.category is Category.third_party:
        return [Reply(content.say("danger.neutral"))]
    place = country or country_in(text) or ("sea" if at_sea(text) else None)
    name = _first(content, verdict, place, today)
    first = Reply(content.say(f"danger.{name}"), links=_links(content, LINKS[name], today))
    return [first, _second(content)]


def _first(
    content: Content, verdict: SafetyVerdict | None, place: str | None, today: date | None
) -> str:
    """The name of the first reply for what happened and where (`place`: abroad, `sea` or None)."""
    category = verdict.category if verdict else None
    abroad = place not in (None, "sea")
    if category in (Category.suicide, Category.minor):
        kind = "suicide" if category is Category.suicide else "child"
        return f"first_{kind}_abroad" if abroad else f"first_{kind}"
    for prefix in SPECIAL:
        if verdict is not None and verdict.rule.startswith(prefix):
            return _BY_RULE[prefix]
    if category in (Category.missing, Category.crossing):
        return _BY_CATEGORY[category]
    if abroad:
        myanmar = place == "myanmar" and _told(content, "myanmar_embassy", today)
        return "first_abroad_myanmar" if myanmar else "first_abroad"
    if place == "sea":
        return "first_sea"
    return _BY_CATEGORY.get(category, "first_home") if category else "first_home"


def _told(content: Content, line: str, today: date | None) -> bool:
    return today is None or content.hotline(line, today) is not None


def _links(content: Content, lines: Sequence[str], today: date | None) -> list[Link]:
    return [
        Link(content.say(f"danger.call_{line}"), f"tel:{content.hotlines[line].tel}")
        for line in lines
        if _told(content, line, today)
    ]


def _second(content: Content) -> Reply:
    choices = ("text_only", "abroad", "family", "just_asking")
    buttons = [
        Button(content.say(f"danger.second_button_{name}"), f"danger.{name}") for name in choices
    ]
    buttons.append(Button(content.say("danger.second_button_report"), "report.start"))
    return Reply(content.say("danger.second"), buttons=buttons)


def _verdict(turn: Turn) -> SafetyVerdict | None:
    told = turn.understood
    if told.rule is None or told.category is None:
        return None
    return SafetyVerdict(told.priority, Category(told.category), told.rule)


def _country(turn: Turn) -> str | None:
    """A country that the model has seen, when the rules' own list does not name one."""
    named = (country_in(e.value) for e in turn.understood.entities if e.kind == "country")
    return country_in(turn.text) or next((place for place in named if place), None)


async def _advise(turn: Turn, name: str, lines: Sequence[str]) -> list[Reply]:
    content = turn.content
    report = Button(content.say("danger.second_button_report"), "report.start")
    links = _links(content, lines, local_day(turn.now))
    return [Reply(content.say(f"danger.{name}"), buttons=[report], links=links)]


async def _text_only(turn: Turn) -> list[Reply]:
    return await _advise(turn, "text_only", ("h113", "h111", "consular"))


async def _abroad(turn: Turn) -> list[Reply]:
    return await _advise(turn, "abroad", ("consular",))


async def _family(turn: Turn) -> list[Reply]:
    return await _advise(turn, "family", ("h113", "h111", "consular"))


async def _just_asking(turn: Turn) -> list[Reply]:
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
