"""A neutral reply as messages of Zalo's OpenAPI, each within its limits (facts/channels.md §1.4).

A part is `{"message": {"text"?, "attachment"?}}`; one attachment a message, five buttons, titles
of 100 and texts of 2,000 characters. Calls come first: 111 and 113 are one tap away.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.base import Neutral, Part
from bot.channels.utf16 import short, split, units
from bot.channels.zalo_updates import PRESSED

MAX_TEXT = 2000
MAX_BUTTONS = 5
MAX_TITLE = 100
MAX_PAYLOAD = 1000
Button = dict[str, Any]


def parts(reply: Neutral, more: str = "⬇") -> list[Part]:
    """The requests of one reply, in order; nothing of it is lost.

    `more` stands above buttons that need a further message (`zalo.more` in the content).
    """
    links = reply.get("links", ())
    buttons = [*_buttons(reply), *_links(links, calls=False)]
    rows = [*_links(links, calls=True), *buttons]
    texts = split(_text(reply), MAX_TEXT)
    return [
        *_picture(reply.get("image")),
        *({"message": {"text": text}} for text in texts[:-1]),
        *_last(texts[-1] if texts else "", rows, more),
    ]


def _last(text: str, rows: Sequence[Button], more: str) -> Iterator[Part]:
    """The end of the text with the first buttons, the others below it."""
    if text and not rows:
        yield {"message": {"text": text}}
    for start in range(0, len(rows), MAX_BUTTONS):
        shown = {"buttons": list(rows[start : start + MAX_BUTTONS])}
        above = text if text and start == 0 else more
        yield {"message": {"text": above, "attachment": {"type": "template", "payload": shown}}}


def _text(reply: Neutral) -> str:
    """The text, the list as bullets, and whatever a button cannot show."""
    lines = [str(reply.get("text", ""))]
    lines += [f"• {item}" for item in reply.get("items", ())]
    for button in reply.get("buttons", ()):
        if units(_title(button)) > MAX_TITLE:
            lines.append(f"• {_title(button)}")
    for link in reply.get("links", ()):
        if _link(link) is None:
            lines.append(f"{_title(link)}: {link['url']}")
        elif units(_title(link)) > MAX_TITLE:
            lines.append(f"• {_title(link)}")
    image = reply.get("image")
    if image and not _secure(image):
        lines.append(f"{_title(image)}: {image['url']}")
    return "\n".join(line for line in lines if line.strip())


def _buttons(reply: Neutral) -> Iterator[Button]:
    for button in reply.get("buttons", ()):
        payload = PRESSED + str(button["payload"])
        yield {"title": _short(button), "type": "oa.query.hide", "payload": payload}


def _links(links: Sequence[Mapping[str, str]], calls: bool) -> Iterator[Button]:
    for link in links:
        drawn = _link(link)
        if drawn is not None and (drawn["type"] == "oa.open.phone") == calls:
            yield drawn


def _link(link: Mapping[str, str]) -> Button | None:
    """A call or web button; None for an address that neither can open."""
    url = str(link["url"]).strip()
    number = url.removeprefix("tel:").replace(" ", "")
    if url.startswith("tel:") and number.isascii() and number.lstrip("+").isdigit():
        return {"title": _short(link), "type": "oa.open.phone", "payload": {"phone_code": number}}
    if url.startswith(("https://", "http://")) and units(url) <= MAX_PAYLOAD:
        return {"title": _short(link), "type": "oa.open.url", "payload": {"url": url}}
    return None


def _picture(image: Mapping[str, str] | None) -> Iterator[Part]:
    """By address: Zalo fetches it itself. Its title stands above it."""
    if not image or not _secure(image):
        return
    payload = {
        "template_type": "media",
        "elements": [{"media_type": "image", "url": str(image["url"])}],
    }
    *before, last = split(_title(image), MAX_TEXT) or [""]
    yield from ({"message": {"text": text}} for text in before)
    told = {"text": last} if last else {}
    yield {"message": {**told, "attachment": {"type": "template", "payload": payload}}}


def _secure(image: Mapping[str, str]) -> bool:
    url = str(image["url"])
    return url.startswith("https://") and units(url) <= MAX_PAYLOAD


def _title(of: Mapping[str, str]) -> str:
    return str(of.get("title", "")).strip()


def _short(of: Mapping[str, str]) -> str:
    return short(_title(of), MAX_TITLE) or "•"
