"""What a text typed into the report form is: a word of command, an answer, or neither.

Nothing here changes the state, but for `missed`, which counts.
"""

from handlers import report_answers as answers
from handlers.said import clearly_other, says
from handlers.turn import Turn
from reports.anonymise import PieceKind, redact
from store.text import syllables

STORY = 15
"""From so many syllables on, a message is taken as the story itself."""
_SHORT = 12
"""A question of up to so many syllables is a question to us, a longer one is a story."""
_VAGUE = 8
"""An answer of up to so many syllables should name a place or a time."""
_PATIENCE = 2
_PLACES = frozenset({"country", "province", "place", "commune", "border_gate"})
_TALK = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "nlu_fallback"})
_OWN = _TALK | {"report_trafficking", "report_scam"}
_TELLING = _OWN | {"danger_now", "victim_support", "check_scam", "job_offer"}
_CONSENTS = ("answer", "keep", "forward")


def consent(turn: Turn) -> str | None:
    """The choice typed by its number ("cách 2") or in its words; never guessed."""
    told = [c for c in _CONSENTS if _says(turn, f"consent_{c}")]
    return told[0] if len(told) == 1 else None


def command(turn: Turn) -> str | None:
    """`cancel`, `back` or `explain` at the open step; None for anything else."""
    if _says(turn, "stop") or (turn.state.step == "consent" and _says(turn, "refuse")):
        return "cancel"
    if _says(turn, "back"):
        return "cancel" if turn.state.step == "consent" else "back"
    return "explain" if turn.state.step == "consent" and _says(turn, "explain") else None


def lets_go(turn: Turn) -> bool:
    """Whether this text should leave the form: at the consent only, where nothing is asked yet.

    Danger never leads out here: the engine tells the numbers before, and the story is held.
    """
    at_consent = turn.state.flow == "report" and turn.state.step == "consent"
    if not at_consent or turn.action is not None or turn.understood.priority.urgent:
        return False
    if consent(turn) or command(turn) or turn.understood.intent in _TALK:
        return False
    missed = turn.state.data.get("missed", 0)
    if len(syllables(turn.text)) >= STORY:
        return clearly_other(turn, _TELLING | {"out_of_scope"})
    return missed >= _PATIENCE or clearly_other(
        turn, _OWN | ({"out_of_scope"} if not missed else set())
    )


def missed(turn: Turn) -> int:
    """Count a text that was no choice at the consent; how many there were."""
    data = turn.state.data
    data["missed"] = data.get("missed", 0) + 1
    return int(data["missed"])


def doubt(turn: Turn) -> str | None:
    """The message that asks once more, when a text is hardly the answer; None when it is.

    A second text at the same question is kept as it is, and so is whatever tells of danger.
    """
    step = turn.state.step
    if turn.state.data.get("asked") == step or turn.understood.priority.urgent:
        return None
    words = len(syllables(turn.text))
    if words <= _SHORT and _asks(turn):
        return "report.asked_back"
    if _says(turn, "misplaced"):
        return "report.again"
    if words <= _VAGUE and step == "where" and not _names_place(turn):
        return "report.where_again"
    if words <= _VAGUE and step == "when" and not _names_time(turn):
        return "report.when_again"
    return None


def _asks(turn: Turn) -> bool:
    asked = turn.text.rstrip().endswith("?") and len(syllables(turn.text)) > 1
    return asked or _says(turn, "question") or _says(turn, "explain")


def _names_place(turn: Turn) -> bool:
    text = turn.text
    if answers.provinces(turn) or answers.is_abroad(turn) or _says(turn, "place"):
        return True
    if any(entity.kind in _PLACES for entity in turn.understood.entities):
        return True
    if any(piece.kind is PieceKind.address for piece in redact(text).found):
        return True
    return not text.isupper() and sum(word[0].isupper() for word in text.split()) > 1


def _names_time(turn: Turn) -> bool:
    return any(letter.isdigit() for letter in turn.text) or _says(turn, "time")


def _says(turn: Turn, words: str) -> bool:
    return says(turn.content, f"report.words_{words}", turn.text)
