"""A neutral reply as Telegram requests: `sendPhoto` for an image, then `sendMessage`s.

Buttons stand under the last words. Telegram refuses `tel:` addresses in buttons, so numbers
to call are lines of the text; web addresses are buttons.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.channels.base import Neutral, Part
from bot.channels.utf16 import split, units
from bot.payloads import MAX_BYTES

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BUTTONS = 100
MAX_URL = 2048
# Two buttons of this length share a row of a small phone without being cut.
SHORT = 18
POINTER = "⬇"
_CALL = "☎"
_LEADING_NUMBER = re.compile(r"[•☎\s-]*(\+?\d[\d .]*)")
_DIGITS = re.compile(r"\D+")

Key = dict[str, str]


def parts(reply: Neutral) -> list[Part]:
    """The requests for `reply`, in order; every part is within Telegram's limits."""
    keys, left = _keys(reply)
    image, words = _image(reply)
    text = _safe("\n".join([str(reply.get("text", "")), *_items(reply), *left, *words]).strip())
    calls = list(_calls(reply, text))
    whole = "\n\n".join(block for block in (text, "\n".join(calls)) if block)
    chunks = split(whole, MAX_TEXT)
    boards = list(_boards(keys))
    if boards and not chunks:
        chunks = [POINTER]
    chunks += [POINTER] * (len(boards) - 1)
    first = len(chunks) - len(boards)
    return image + [
        {"method": "sendMessage", "text": chunk, "rows": boards[place - first]}
        if place >= first
        else {"method": "sendMessage", "text": chunk}
        for place, chunk in enumerate(chunks)
    ]


def _safe(text: str) -> str:
    """Without half characters, which could not be put on the wire."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def _items(reply: Neutral) -> list[str]:
    return [f"• {item}" for item in reply.get("items") or ()]


def _image(reply: Neutral) -> tuple[list[Part], list[str]]:
    """The picture's request, and what of it must stand in the text."""
    image: Mapping[str, Any] = reply.get("image") or {}
    url, title = str(image.get("url", "")), _safe(str(image.get("title", "")).strip())
    if not url:
        return [], []
    if not _is_address(url):
        return [], [f"{title}: {url}" if title else url]
    fits = units(title) <= MAX_CAPTION
    part: Part = {"method": "sendPhoto", "photo": url, "caption": title if fits else ""}
    return [part], [] if fits else [title]


def _keys(reply: Neutral) -> tuple[list[Key], list[str]]:
    """Buttons and web addresses as keys; as lines what could not be one."""
    keys, left = [], []
    for button in reply.get("buttons") or ():
        title = _safe(str(button["title"]).strip()) or POINTER
        if 0 < len(str(button["payload"]).encode("utf-8", "replace")) <= MAX_BYTES:
            keys.append({"text": title, "callback_data": str(button["payload"])})
        else:
            left.append(f"• {title}")
    for link in reply.get("links") or ():
        title, url = _safe(str(link["title"]).strip()), str(link["url"])
        if _is_address(url):
            keys.append({"text": title or url, "url": url})
        elif not url.startswith("tel:"):
            left.append(f"{title}: {url}")
    return keys, left


def _is_address(url: str) -> bool:
    """Whether Telegram takes it for a web address (a public host name, nothing odd)."""
    try:
        asked = urlsplit(url)
        host = asked.hostname or ""
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL
    return plain and asked.scheme in ("http", "https") and "." in host.strip(".")


def _calls(reply: Neutral, text: str) -> Iterator[str]:
    """A line for each number to call that does not already begin a line of the text."""
    lines = map(_LEADING_NUMBER.match, text.splitlines())
    shown = {_digits(found[1]) for found in lines if found}
    for link in reply.get("links") or ():
        title, number = _safe(str(link["title"]).strip()), str(link["url"]).removeprefix("tel:")
        if not str(link["url"]).startswith("tel:") or _digits(number) in shown:
            continue
        shown.add(_digits(number))
        told = _digits(number) in map(_digits, re.findall(r"\+?\d[\d .]*", title))
        yield f"{_CALL} {title}" if told else f"{_CALL} {title}: {_safe(number)}"


def _digits(number: str) -> str:
    return _DIGITS.sub("", number)


def _boards(keys: Sequence[Key]) -> Iterator[list[list[Key]]]:
    """Keyboards of at most `MAX_BUTTONS`."""
    for start in range(0, len(keys), MAX_BUTTONS):
        yield list(_rows(keys[start : start + MAX_BUTTONS]))


def _rows(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Two short ones in a row, a long one alone."""
    waiting: list[Key] = []
    for key in keys:
        if units(key["text"]) > SHORT:
            if waiting:
                yield waiting
            yield [key]
            waiting = []
        elif waiting:
            yield [*waiting, key]
            waiting = []
        else:
            waiting = [key]
    if waiting:
        yield waiting
