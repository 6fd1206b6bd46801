"""Is this message, call or page a scam: the signs it shows, what to do now, where to report."""

from collections.abc import Sequence

from content.schema import Category, Sign
from handlers import awareness, verdicts
from handlers.calls import current, links
from handlers.turn import Button, Link, Reply, Turn

SERVICE = "scam_check"
SITE_LIST = "https://tinnhiemmang.vn/website-lua-dao"


async def handle(turn: Turn) -> list[Reply]:
    """Invite to paste, read what came, or say what to do when money has gone."""
    if turn.action is not None and turn.action.name == "scam_check.lost":
        return lost(turn)
    if turn.action is not None:
        again = turn.action.name == "scam_check.again"
        return _invite(turn, "invite_again" if again else "invite")
    signs = verdicts.shown(turn, turn.content.scam_signs)
    if _has_lost(turn, signs):
        turn.state.close()
        return lost(turn)
    return _read(turn, signs)


def _read(turn: Turn, signs: Sequence[Sign]) -> list[Reply]:
    asked = turn.state.flow == SERVICE
    weak = verdicts.degree(signs) in ("none", "low")
    if weak and (card := awareness.card_for(turn)) is not None:
        turn.state.close()
        return card
    if asked and not signs and verdicts.bare_question(turn.text):
        return _invite(turn, "question")
    if not (signs or asked or len(turn.text) >= verdicts.LONG_TEXT):
        return _invite(turn)
    if asked:
        turn.state.close()
    return [verdicts.verdict(turn, SERVICE, signs), *_urgent(turn, signs), _advice(turn)]


def lost(turn: Turn) -> list[Reply]:
    """Money or a code has gone: bank first, then police, then the evidence."""
    say = turn.content.say
    buttons = [
        Button(say("scam_check.button_report"), "report.start"),
        Button(say("scam_check.button_hotline"), "hotline.start"),
        Button(say("scam_check.button_check"), "scam_check.start"),
    ]
    return [Reply(say("scam_check.lost", sms=_sms(turn)), buttons=buttons)]


def _sms(turn: Turn) -> str:
    """The line on reporting a number by SMS, while 156 or 5656 may still be told."""
    lines = current(turn.content, ("spam156", "sms5656"), turn.now)
    if not lines:
        return ""
    numbers = "/".join(line.display for line in lines)
    return "\n" + turn.content.say("scam_check.sms", numbers=numbers)


def _has_lost(turn: Turn, signs: Sequence[Sign]) -> bool:
    told = turn.understood
    done = any(sign.id == "already_done" for sign in signs)
    return done or told.category == Category.money or told.intent == "report_scam"


def _invite(turn: Turn, name: str = "invite") -> list[Reply]:
    turn.state.open(SERVICE, "paste")
    button = Button(turn.content.say("scam_check.button_lost"), "scam_check.lost")
    return [Reply(turn.content.say(f"scam_check.{name}"), buttons=[button])]


def _urgent(turn: Turn, signs: Sequence[Sign]) -> list[Reply]:
    """Being kept on the line, or threatened with pictures, cannot wait for the advice below."""
    found = {sign.id for sign in signs}
    if "video_arrest" in found or {"secrecy", "fake_police"} <= found:
        return [_call(turn, "kidnap", "h113")]
    return [_call(turn, "child", "h111")] if "sextortion" in found else []


def _call(turn: Turn, name: str, line: str) -> Reply:
    told = links(turn.content, current(turn.content, (line,), turn.now))
    return Reply(turn.content.say(f"scam_check.{name}"), links=told)


def _advice(turn: Turn) -> Reply:
    say = turn.content.say
    buttons = [
        Button(say("scam_check.button_lost"), "scam_check.lost"),
        Button(say("scam_check.button_report"), "report.start"),
        Button(say("scam_check.button_again"), "scam_check.again"),
        awareness.guessed_button(turn) or Button(say("scam_check.button_topic"), "awareness.start"),
    ]
    link = Link(say("scam_check.link_tinnhiem"), SITE_LIST)
    return Reply(say("scam_check.advice", sms=_sms(turn)), buttons=buttons, links=[link])
