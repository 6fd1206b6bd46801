"""Phone numbers in texts: filled in from `hotlines.yml`, and none other let through."""

import re
from collections.abc import Iterable, Mapping

from content.schema import Hotline

_HOTLINE_SLOT = re.compile(r"\{hotline:([a-z0-9_]+)\}")
_PHONE_LIKE = re.compile(
    r"(?<![\d/.])\+?\d(?:[ .]?\d){6,}(?![\d/%])"
    r"|(?<=gọi )\d{3,4}\b|(?<=tổng đài )\d{3,4}\b|(?<=đầu số )\d{3,4}\b",
    re.I,
)


class UnknownHotlineError(LookupError):
    """A text asks for a hotline that `hotlines.yml` does not have."""


def fill(text: str, hotlines: Mapping[str, Hotline]) -> str:
    """`text` with each `{hotline:id}` as the number people read; raises UnknownHotlineError."""

    def display(match: re.Match[str]) -> str:
        if match[1] not in hotlines:
            raise UnknownHotlineError(f"no hotline {match[1]}")
        return hotlines[match[1]].display

    return _HOTLINE_SLOT.sub(display, text)


def strangers(text: str, hotlines: Mapping[str, Hotline]) -> Iterable[str]:
    """What reads like a phone number in `text` and is none of `hotlines`."""
    known = {line.display for line in hotlines.values()}
    return [number for found in _PHONE_LIKE.findall(text) if (number := found.strip()) not in known]
