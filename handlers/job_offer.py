"""Is this job offer real: the warning signs its text shows, lawful fees, how to check, what to ask.

Fees: Luật 69/2020/QH14, Điều 7 (no brokerage from the worker); licence: dolab.gov.vn, by link only.
"""

from collections.abc import Sequence

from content.schema import Sign
from handlers import awareness, law, verdicts
from handlers.calls import current, links
from handlers.patterns import Phrases
from handlers.turn import Button, Link, Reply, Turn

SERVICE = "job_offer"
LICENCES = "https://www.dolab.gov.vn"
_ABROAD = frozenset({"scam_region", "border_path", "tourist_visa"})
_FEES = frozenset({"broker_fee"})
_BODY = frozenset({"kidney_eggs"})
_LEAVING = frozenset({"urgent_leave", "border_path"})
_TOPICS = (
    ("kidney_eggs", "organs", "T6"),
    ("boat_work", "boat", "T8"),
    ("nightlife_work", "karaoke", "T7"),
    ("scam_region", "abroad", "T1"),
)
_SAID = Phrases(
    {
        "licence": [
            "(giấy phép|cấp phép|có phép|gpkd|giấy tờ kinh doanh)",
            "(kiểm tra|tra|tra cứu|xem) ...3 (công ty|cty|giấy phép)",
        ],
        "fees": [
            "(phí|tiền môi giới|tiền cò|ký quỹ|kí quỹ|tiền cọc|đặt cọc)",
            "(tối đa|mức trần) ...3 (bao nhiêu|bn|mấy)",
            "(đóng|nộp|thu) ...4 (đúng luật|đúng không|đúng ko|hợp pháp|bao nhiêu)",
        ],
        "abroad": [
            "(nước ngoài|ngoài nước|xuất khẩu|xkld|xklđ|xuất cảnh|visa|hộ chiếu|thực tập sinh|eps)",
            "(nhật bản|hàn quốc|đài loan|trung quốc|thái lan|malaysia|singapore|campuchia|cambodia|"
            "lào|myanmar|philippines|philippin|dubai|ả rập|canada|mỹ|úc|đức|ba lan|rumani|hungary|"
            "nga|châu âu|angola|macao|hồng kông|biên giới|cửa khẩu)",
            "(đi|qua|sang|ở|bên|tại) (nhật|hàn|đài|tq|thái|cam|mã lai|mã|anh quốc|ý|pháp)",
        ],
    }
)


async def handle(turn: Turn) -> list[Reply]:
    """Invite to paste the advert, or read the one that came."""
    if turn.action is not None and turn.action.name == "job_offer.licence":
        return [_licence(turn)]
    if turn.action is not None:
        again = turn.action.name == "job_offer.again"
        return _invite(turn, "invite_again" if again else "invite")
    signs = verdicts.shown(turn, turn.content.job_signs)
    return _question(turn, signs) or _read(turn, signs)


def _question(turn: Turn, signs: Sequence[Sign]) -> list[Reply] | None:
    """What answers a person's own question better than a verdict; None: the text is an offer."""
    found = {sign.id for sign in signs}
    if (found == _BODY or (not found and verdicts.short(turn.text))) and (
        card := awareness.card_for(turn)
    ) is not None:
        turn.state.close()
        return card
    if found - _FEES or not verdicts.bare_question(turn.text):
        return None
    about = _SAID.find(turn.text)
    if "licence" in about:
        return [_licence(turn)]
    if "fees" in about:
        return [law.article(turn, "brokerage_fee")]
    return _invite(turn, "question") if turn.state.flow == SERVICE else None


def _licence(turn: Turn) -> Reply:
    say = turn.content.say
    return Reply(
        say("job_offer.licence"), _about(turn), [Link(say("job_offer.link_dolab"), LICENCES)]
    )


def _read(turn: Turn, signs: Sequence[Sign]) -> list[Reply]:
    asked = turn.state.flow == SERVICE
    if not (signs or asked or len(turn.text) >= verdicts.LONG_TEXT):
        return _invite(turn)
    if asked:
        turn.state.close()
    return [verdicts.verdict(turn, SERVICE, signs), *_leaving(turn, signs), _advice(turn, signs)]


def _invite(turn: Turn, name: str = "invite") -> list[Reply]:
    turn.state.open(SERVICE, "paste")
    return [Reply(turn.content.say(f"job_offer.{name}"), _about(turn))]


def _about(turn: Turn) -> list[Button]:
    """What may be asked besides an offer's text."""
    say = turn.content.say
    return [
        Button(say("job_offer.button_licence"), "job_offer.licence"),
        Button(say("job_offer.button_fees"), "law.topic", "brokerage_fee"),
        Button(say("job_offer.button_hotline"), "hotline.start"),
        Button(say("topics.menu"), "menu.start"),
    ]


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
    if not _is_abroad(turn, signs):
        return Reply(say("job_offer.advice_home"), buttons=buttons)
    link = Link(say("job_offer.link_dolab"), LICENCES)
    return Reply(say("job_offer.advice"), buttons=buttons, links=[link])


def _is_abroad(turn: Turn, signs: Sequence[Sign]) -> bool:
    """The offer names another country, or shows a sign of work abroad."""
    abroad = any(sign.id in _ABROAD | _FEES for sign in signs)
    return abroad or "abroad" in _SAID.find(turn.text)


def _topic(turn: Turn, signs: Sequence[Sign]) -> Button:
    """Further reading: what a sign says, else what the model is sure of, else what is usual."""
    found = {sign.id for sign in signs}
    known = next(((name, topic) for sign, name, topic in _TOPICS if sign in found), None)
    if known is None and (button := awareness.guessed_button(turn)) is not None:
        return button
    usual = ("fees", "T9") if _is_abroad(turn, signs) else ("home", "travel")
    name, topic = known or usual
    return Button(turn.content.say(f"job_offer.button_topic_{name}"), "awareness.topic", topic)
