"""How each channel draws a neutral reply; the platforms' own modules hold their limits."""

from collections.abc import Mapping

from bot.channels.base import Draw, Neutral, Part
from bot.channels.telegram_render import parts as draw_telegram
from bot.channels.zalo_render import parts as draw_zalo


def draw_web(reply: Neutral) -> list[Part]:
    """One message; a list becomes lines of the text, a picture a link."""
    lines = [str(reply["text"]), *(f"• {item}" for item in reply.get("items", ()))]
    image = reply.get("image")
    links = [*reply["links"], *([image] if image else [])]
    return [{"text": "\n".join(lines), "buttons": reply["buttons"], "links": links}]


DRAWS: Mapping[str, Draw] = {"web": draw_web, "telegram": draw_telegram, "zalo": draw_zalo}
