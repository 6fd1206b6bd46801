"""Telegram's commands: which service each starts, and the menu that people see."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from content.loader import Content
from handlers.services import SERVICES

# In the menu's order. Those of `_WORDS` are global words, understood as typed text.
_MENU: Mapping[str, str] = {
    "menu": "menu",
    "khancap": "danger",
    "goi": "hotline",
    "kiemtra": "scam_check",
    "vieclam": "job_offer",
    "baotin": "report",
    "theodoi": "follow_up",
    "hotro": "support",
    "phongtranh": "awareness",
    "luat": "law",
    "caudo": "quiz",
    "nguoithat": "human",
}
_WORDS = ("thoat", "xoa")
# A group is no place for what is one person's own.
_IN_GROUPS = ("menu", "goi", "kiemtra", "vieclam", "phongtranh", "luat", "caudo")
_ALIASES: Mapping[str, str] = {
    **{service: service for service in SERVICES},
    "start": "menu",
    "help": "menu",
    **_MENU,
}
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@([a-z0-9_]{1,64}))?(?:\s+(.*))?", re.I | re.S)
_DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Command(NamedTuple):
    """A typed command: lower-case `name`, the bot it names ("" for none), what follows it."""

    name: str
    bot: str
    rest: str

    @property
    def known(self) -> bool:
        return self.name in _ALIASES or self.name in _WORDS

    @property
    def action(self) -> list[str] | None:
        """The service it starts; None when it is to be read as text.

        What follows a command is the person's own words and goes before the command, except
        the parameter of a deep link (`t.me/bot?start=kiemtra`), which names a service or nothing.
        """
        service = _ALIASES.get(self.name)
        if self.rest and self.name == "start" and _DEEP_LINK.fullmatch(self.rest):
            service = _ALIASES.get(self.rest.lower(), service)
        elif self.rest:
            return None
        return [f"{service}.start", ""] if service else None

    @property
    def text(self) -> str:
        return self.rest or f"/{self.name}"


def command_of(text: str) -> Command | None:
    """The command that `text` begins with, or None."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    return Command(match[1].lower(), (match[2] or "").lower(), (match[3] or "").strip())


def menu(content: Content, group: bool = False) -> list[tuple[str, str]]:
    """(command, Vietnamese description) for the menu beside the text field."""
    names = _IN_GROUPS if group else (*_MENU, *_WORDS)
    return [(name, content.say(f"telegram.command_{name}")) for name in names]
