"""Is this job offer real: the warning signs its text shows, lawful fees, how to check, what to ask.

Fees: Luật 69/2020/QH14, Điều 7 (no brokerage from the worker); licence: dolab.gov.vn, by link only.
"""

from collections.abc import Sequence

from content.schema import Sign
from handlers import verdicts
from handlers.calls import current, links
from handlers.turn import Button, Link, Reply, Turn

SERVICE = "job_offer"
LICENCES = "https://www.dolab.gov.vn"
_ABROAD = frozenset({"scam_region", "border_path", "tourist_visa"})
_LEAVING = frozenset({"urgent_leave", "border_path"})
_TOPICS = (
    ("kidney_eggs", "organs", "T6"),
    ("boat_work", "boat", "T8"),
    ("nightlife_work", "karaoke", "T7"),
    ("scam_region", "abroad", "T1"),
)


async def handle(turn: Turn) -> list[Reply]:
    """Invite to paste the advert, or read the one that came."""
    if turn.action is not None:
        return _invite(turn, again=turn.action.name == "job_offer.again")
    signs = verdicts.shown(turn, turn.content.job_signs)
    asked = turn.state.flow == SERVICE
    if not (signs or asked or len(turn.text) >= verdicts.LONG_TEXT):
        return _invite(turn)
    if asked:
        turn.state.close()
    return [verdicts.verdict(turn, SERVICE, signs), *_leaving(turn, signs), _advice(turn, signs)]


def _invite(turn: Turn, again: bool = False) -> list[Reply]:
    turn.state.open(SERVICE, "paste")
    name = "invite_again" if again else "invite"
    return [Reply(turn.content.say(f"job_offer.{name}"))]


def _leaving(turn: Turn, signs: Sequence[Sign]) -> list[Reply]:
    """A lure abroad with a hurried departure: 111 before the bus leaves."""
    found = {sign.id for sign in signs}
    if not (found & _ABROAD and found & _LEAVING):
        return []
    told = links(turn.content, current(turn.content, ("h111", "h113"), turn.now))
    return [Reply(turn.content.say("job_offer.leaving"), links=told)]


def _advice(turn: Turn, signs: Sequence[Sign]) -> Reply:
    say = turn.content.say
    buttons = [
        Button(say("job_offer.button_again"), "job_offer.again"),
        Button(say("job_offer.button_report"), "report.start"),
        Button(say("job_offer.button_hotline"), "hotline.start"),
        _topic(turn, signs),
    ]
    link = Link(say("job_offer.link_dolab"), LICENCES)
    return Reply(say("job_offer.advice"), buttons=buttons, links=[link])


def _topic(turn: Turn, signs: Sequence[Sign]) -> Button:
    found = {sign.id for sign in signs}
    name, topic = next(
        ((name, topic) for sign, name, topic in _TOPICS if sign in found), ("fees", "T9")
    )
    return Button(turn.content.say(f"job_offer.button_topic_{name}"), "awareness.topic", topic)
