"""Takes the answers of the report form into the state, anonymised before they are kept."""

import re

from handlers import sealing
from handlers.places import find_province
from handlers.said import said, says
from handlers.topics import likely
from handlers.turn import Priority, Turn
from reports.anonymise import PieceKind, redact
from reports.terms import Kind
from store.text import fold

_ADDRESS = frozenset({PieceKind.address})
_CHUNKS = re.compile(
    r"[,;/\n.]| - | (?:hoặc|hay|rồi|qua|sang|đến|tới|và|hoac|roi|den|toi|va) ", re.I
)
_AGE = re.compile(r"(?<![\d.,])(\d{1,2}) ?(?:thang )?(?:t|tuoi|tui)(?!\w)")
ADULT = 18
_KIND_OF_INTENT = {
    "report_trafficking": Kind.trafficking,
    "danger_now": Kind.trafficking,
    "victim_support": Kind.trafficking,
    "report_scam": Kind.scam,
    "check_scam": Kind.scam,
    "job_offer": Kind.scam,
}
_TRAFFICKING = frozenset(("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T12"))
_SCAM = frozenset(("T9", "T10", "T11"))


def kind_of(turn: Turn) -> Kind:
    """What the message is about, as far as its intent tells, or else its topic."""
    kind = _KIND_OF_INTENT.get(turn.understood.intent)
    if kind is not None:
        return kind
    topic = likely(turn.understood)
    if topic in _TRAFFICKING:
        return Kind.trafficking
    return Kind.scam if topic in _SCAM else Kind.other


def understood(turn: Turn) -> bool:
    """Takes the typed answer of the open question; False when it is no answer to it."""
    return _TAKERS[turn.state.step](turn)


def take_what(turn: Turn, text: str) -> None:
    """Keep the story without what identifies people; what may be a suspect's waits for a word."""
    data, story = turn.state.data, redact(text)
    data["what"] = story.text
    _seal(turn, "what", sealing.evidence(story.found))
    data["pending"], data["pending_of"] = sealing.to_ask(story.found), "what"
    if data["kind"] == Kind.other and turn.understood.by_model:
        data["kind"] = kind_of(turn).value
    if data["kind"] != Kind.other:
        raise_to(turn, Priority.P2)


def _what(turn: Turn) -> bool:
    if sum(letter.isalpha() for letter in turn.text) < 2:
        return False
    take_what(turn, turn.text)
    return True


def _where(turn: Turn) -> bool:
    if sum(letter.isalpha() for letter in turn.text) < 2:
        return False
    data, place = turn.state.data, redact(turn.text)
    found = provinces(turn)
    data.update(place=place.text, abroad=is_abroad(turn), province=None, choices=[])
    if len(found) == 1:
        data["province"] = found[0]
    elif found:
        data["choices"] = found[:5]
    _seal(turn, "where", sealing.evidence(place.found))
    data["pending"], data["pending_of"] = sealing.to_ask(place.found, _ADDRESS), "where"
    return True


def provinces(turn: Turn) -> list[str]:
    """Codes of the provinces that the parts of the text name, in order."""
    parts = [turn.text] if len(turn.text) < 12 else [*_CHUNKS.split(turn.text), turn.text]
    named = (find_province(turn.content, part) for part in parts if part.strip())
    return list(dict.fromkeys(province.code for province in named if province is not None))


def is_abroad(turn: Turn) -> bool:
    """Whether the text, or the model's reading of it, names another country."""
    country = any(e.country not in ("", "VN") for e in turn.understood.entities)
    return country or said(turn.content, "report.words_abroad", turn.text)


def _when(turn: Turn) -> bool:
    if not any(letter.isalnum() for letter in turn.text):
        return False
    turn.state.data.update(when_code=None, when_text=redact(turn.text).text)
    return True


def _who(turn: Turn) -> bool:
    if not any(letter.isalnum() for letter in turn.text):
        return False
    answer = redact(turn.text)
    turn.state.data["who"] = answer.text
    _seal(turn, "who", sealing.of_suspect(answer.found))
    return True


def _risk(turn: Turn) -> bool:
    """A typed "yes" does not tell which: it counts as danger, the safer reading."""
    both = says(turn.content, "report.words_both", turn.text)
    minor = both or said(turn.content, "report.words_minor", turn.text) or _tells_age(turn.text)
    danger = (
        both
        or turn.understood.priority.urgent
        or said(turn.content, "report.words_danger", turn.text)
        or (not minor and says(turn.content, "report.words_yes", turn.text))
    )
    if not (minor or danger or says(turn.content, "report.words_no", turn.text)):
        return False
    take_risk(turn, "both" if minor and danger else "minor" if minor else _danger_code(danger))
    return True


def _tells_age(text: str) -> bool:
    """Whether an age under 18 is told: `15t`, `17 tuoi`, `5 tháng tuổi`."""
    return any(int(years) < ADULT for years in _AGE.findall(fold(text)))


def _danger_code(danger: bool) -> str:
    return "danger" if danger else "no"


def take_risk(turn: Turn, code: str) -> None:
    """Danger now makes the report P0, somebody under 18 at least P1; nothing lowers it."""
    data = turn.state.data
    data["risk"] = code
    if code in ("danger", "both"):
        raise_to(turn, Priority.P0)
    elif code == "minor":
        raise_to(turn, Priority.P1)


def raise_to(turn: Turn, priority: Priority) -> None:
    data = turn.state.data
    data["priority"] = min(data["priority"], priority.value)


def settle(turn: Turn, whose: str) -> None:
    """The word about the pending pieces: a suspect's are sealed, all others destroyed."""
    data = turn.state.data
    if whose == "suspect":
        _seal(turn, data["pending_of"], data["pending"], add=True)
    data["pending"] = []


def forget(turn: Turn, question: str) -> None:
    """A skipped question keeps nothing, neither what was answered before."""
    data = turn.state.data
    for key in _KEYS[question]:
        data.pop(key, None)
    _seal(turn, question, [])


def _seal(turn: Turn, question: str, pairs: sealing.Sealed, *, add: bool = False) -> None:
    kept = turn.state.data.setdefault("suspects", {})
    kept[question] = [*kept.get(question, []), *pairs] if add else pairs


_KEYS = {
    "what": ("what",),
    "where": ("place", "province", "abroad", "choices"),
    "province": ("choices",),
    "when": ("when_code", "when_text"),
    "who": ("who",),
    "risk": ("risk",),
}
_TAKERS = {"what": _what, "where": _where, "when": _when, "who": _who, "risk": _risk}
