"""Telling numbers to people: only those whose review date has not passed, with one-tap links."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

from content.loader import Content
from content.schema import Hotline
from handlers.turn import Link

VIETNAM = timezone(timedelta(hours=7))


def local_day(now: datetime) -> date:
    """The calendar day in Viet Nam at the aware moment `now`; review dates are counted in it."""
    return now.astimezone(VIETNAM).date()


def current(content: Content, names: Iterable[str], now: datetime) -> list[Hotline]:
    """The numbers of `names` that may still be told, in the given order."""
    day = local_day(now)
    return [line for name in names if (line := content.hotline(name, day)) is not None]


def listed(content: Content, lines: Sequence[Hotline]) -> str:
    """One line for each number: what for, hours, cost, and whether the call is recorded."""
    told = [_told(content, "hotline.line", line) for line in lines]
    if not all(line.recorded for line in lines):
        told.append(content.say("hotline.unknown_recording"))
    return "\n".join(told)


def brief(content: Content, lines: Sequence[Hotline]) -> str:
    """One short line for each number: whose it is, cost, and whether it is known to record."""
    return "\n".join(_told(content, "hotline.brief", line) for line in lines)


def _told(content: Content, key: str, line: Hotline) -> str:
    return content.say(
        key,
        number=line.display,
        name=line.name,
        purpose=line.purpose,
        hours=line.hours,
        cost=line.cost,
        recorded=content.say("hotline.recorded") if line.recorded else "",
    )


def links(content: Content, lines: Sequence[Hotline]) -> list[Link]:
    """A `tel:` link for each number that can be called; SMS-only ones are left out."""
    return [
        Link(content.say("hotline.call", number=line.display, name=line.name), f"tel:{line.tel}")
        for line in lines
        if not line.sms_only
    ]
