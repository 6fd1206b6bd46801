"""The report form's questions: texts and buttons of every step."""

from handlers import calls, sealing
from handlers.turn import Button, Link, Reply, Tier, Turn
from reports import marks
from reports.retention import CLOSED_DAYS
from reports.terms import ConsentLevel, When

QUESTIONS = ("what", "where", "when", "who", "risk")
RISKS = ("danger", "minor", "both", "no")
_SHOWN = 130


def ask(turn: Turn) -> list[Reply]:
    """The question of the step the form stands at."""
    step = turn.state.step
    if step == "consent":
        return consent(turn)
    if step == "confirm":
        return [summary(turn)]
    if step == "province":
        return [_which_province(turn)]
    if step in ("whose", "whose_place"):
        return [_whose(turn)]
    return [_question(turn, step)]


def consent(turn: Turn) -> list[Reply]:
    """What is kept and for whom, and the three choices, none of them chosen before."""
    say = turn.content.say
    tier = say("report.tier_web")
    if turn.tier is not Tier.web:
        tier = say("report.tier_platform", mark_days=marks.KEPT.days)
    first = Reply(say("report.intro"), links=numbers(turn, "h113", "h111"))
    keeps = say("report.keeps", tier=tier, days=CLOSED_DAYS)
    if turn.state.data.get("held"):
        keeps = f"{keeps}\n\n{say('report.held')}"
    return [first, Reply(keeps, consent_buttons(turn))]


def consent_buttons(turn: Turn) -> list[Button]:
    say = turn.content.say
    return [
        Button(say("report.consent_answer"), "report.consent", "answer"),
        *(Button(say(f"report.consent_{c}"), "report.consent", c) for c in ConsentLevel),
        Button(say("report.consent_none"), "report.cancel"),
    ]


def cancel_button(turn: Turn) -> Button:
    """Out of the form at any step."""
    return Button(turn.content.say("report.cancel"), "report.cancel")


def _question(turn: Turn, step: str) -> Reply:
    say = turn.content.say
    buttons = {
        "where": [Button(say("report.abroad"), "report.where", "abroad")],
        "when": [Button(say(f"report.{code}"), "report.when", code) for code in When],
        "risk": [Button(say(f"report.risk_{code}"), "report.risk", code) for code in RISKS],
    }.get(step, [])
    title = say("report.risk_unknown" if step == "risk" else "report.skip")
    return Reply(say(f"report.{step}"), [*buttons, Button(title, "report.skip", step)])


def _which_province(turn: Turn) -> Reply:
    say, provinces = turn.content.say, turn.content.provinces
    codes = turn.state.data["choices"]
    buttons = [Button(provinces[c].name, "report.where", c) for c in codes if c in provinces]
    abroad = Button(say("report.abroad"), "report.where", "abroad")
    skip = Button(say("report.skip"), "report.skip", "province")
    return Reply(say("report.which_province"), [*buttons, abroad, skip])


def _whose(turn: Turn) -> Reply:
    say, data = turn.content.say, turn.state.data
    if turn.state.step == "whose_place":
        titles = ("place_scene", "place_home")
        text = say("report.whose_place")
    else:
        titles = ("whose_suspect", "whose_mine")
        text = say("report.whose", kinds=_kinds(turn, data["pending"]))
    return Reply(
        text,
        [
            Button(say(f"report.{titles[0]}"), "report.whose", "suspect"),
            Button(say(f"report.{titles[1]}"), "report.whose", "mine"),
            Button(say("report.whose_unsure"), "report.whose", "unsure"),
        ],
    )


def _kinds(turn: Turn, pairs: sealing.Sealed) -> str:
    return sealing.counted(pairs, turn.content.say("report.count_of"))


def summary(turn: Turn) -> Reply:
    """What would be sent, to send, change or cancel; long answers are shown shortened."""
    say, data = turn.content.say, turn.state.data
    text = say(
        "report.summary",
        what=_shown(turn, data.get("what")),
        where=_shown(turn, _place(turn)),
        when=_shown(turn, _when(turn)),
        who=_shown(turn, _who(turn)),
        risk=_risk(turn),
        consent=say(f"report.chosen_{data['consent']['level']}"),
    )
    buttons = [
        Button(say("report.send"), "report.confirm", "send"),
        Button(say("report.change"), "report.change"),
        Button(say("report.cancel"), "report.confirm", "cancel"),
    ]
    return Reply(text, buttons)


def what_to_change(turn: Turn) -> Reply:
    say = turn.content.say
    buttons = [Button(say(f"report.change_{q}"), "report.change", q) for q in QUESTIONS]
    back = Button(say("report.back"), "report.change", "back")
    return Reply(say("report.change_which"), [*buttons, back])


def _shown(turn: Turn, text: str | None) -> str:
    if not text:
        return turn.content.say("report.none")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _place(turn: Turn) -> str:
    data = turn.state.data
    province = turn.content.provinces.get(data.get("province") or "")
    abroad = turn.content.say("report.abroad") if data.get("abroad") else None
    parts = (data.get("place"), province.name if province else None, abroad)
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _when(turn: Turn) -> str:
    code = turn.state.data.get("when_code")
    return turn.content.say(f"report.{code}") if code else turn.state.data.get("when_text") or ""


def _who(turn: Turn) -> str:
    data = turn.state.data
    pairs = [pair for kept in data.get("suspects", {}).values() for pair in kept]
    sealed = turn.content.say("report.sealed", kinds=_kinds(turn, pairs)) if pairs else ""
    return "; ".join(part for part in (data.get("who"), sealed) if part)


def _risk(turn: Turn) -> str:
    say, code = turn.content.say, turn.state.data.get("risk")
    if code == "both":
        return f"{say('report.risk_danger')}; {say('report.risk_minor').lower()}"
    return say(f"report.risk_{code}" if code else "report.none")


def numbers(turn: Turn, *names: str) -> list[Link]:
    """One-tap links of the numbers that may still be told."""
    return calls.links(turn.content, calls.current(turn.content, names, turn.now))


def after(turn: Turn, *names: str) -> list[Button]:
    """Buttons to other services, titled by this handler's messages."""
    return [Button(turn.content.say(f"report.{name}"), f"{name}.start") for name in names]


def alarm(turn: Turn) -> list[Reply]:
    """Numbers at once when somebody is in danger, or under 18."""
    say, data = turn.content.say, turn.state.data
    risk = data.get("risk")
    if risk == "minor":
        return [Reply(say("report.minor"), links=numbers(turn, "h111", "h113"))]
    if risk not in ("danger", "both"):
        return []
    abroad = bool(data.get("abroad"))
    text = say("report.danger") + (f"\n{say('report.danger_abroad')}" if abroad else "")
    lines = ("h113", "h115", "h111", *(("consular",) if abroad else ()))
    return [Reply(text, links=numbers(turn, *lines))]
