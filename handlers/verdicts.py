"""What is said about the signs found in a text: in degrees, and never that all is well."""

from collections.abc import Mapping, Sequence

from content.schema import Sign
from handlers.calls import local_day
from handlers.patterns import Phrases
from handlers.signs import bullets, find_signs
from handlers.turn import Reply, Turn
from store.text import syllables

MOST_SIGNS = 6
HEAVY = 3
LONG_TEXT = 120
QUESTION_WORDS = 14
_SURE = frozenset({"bank_link"})
_ASKING = Phrases(
    {
        "asking": [
            "(không|ko|k|hông|hong|hả|chưa|nhỉ|sao|gì|đâu|nào|bao nhiêu|bn|thế nào|làm sao)$",
            "(không|ko|k|hông|sao|gì|đâu|nào|bao nhiêu) (ạ|a|vậy|v|nhỉ|thế|em|anh|chị|bạn)$",
            "(bao nhiêu|thế nào|ở đâu|làm sao|có nên|tại sao|khi nào|ai)",
            "(có|đúng|được|phải) ... (không|ko|k|hông|hong|chưa)$",
        ]
    }
)


def shown(turn: Turn, signs: Mapping[str, Sign]) -> list[Sign]:
    """The signs in `turn.text` whose explanation may still be told, the weightiest first."""
    today = local_day(turn.now)
    return [sign for sign in find_signs(signs, turn.text) if sign.current(today)]


def bare_question(text: str) -> bool:
    """A short question of the person's own: nothing that could be judged was pasted."""
    return short(text) and bool(_ASKING.find(text))


def short(text: str) -> bool:
    """Whether the text is somebody's own words rather than something pasted."""
    return len(syllables(text)) <= QUESTION_WORDS


def degree(signs: Sequence[Sign]) -> str:
    """`high`, `medium`, `low` or `none`."""
    heavy = sum(sign.weight == HEAVY for sign in signs)
    total = sum(sign.weight for sign in signs)
    if heavy >= 2 or total >= 6 or any(sign.id in _SURE for sign in signs):
        return "high"
    if heavy or total >= 3:
        return "medium"
    return "low" if signs else "none"


def verdict(turn: Turn, service: str, signs: Sequence[Sign]) -> Reply:
    """The degree with at most six signs explained."""
    say = turn.content.say
    head = say(f"{service}.verdict_{degree(signs)}", count=len(signs))
    if not signs:
        return Reply(head)
    lines = bullets(signs, MOST_SIGNS)
    if len(signs) > MOST_SIGNS:
        lines += "\n" + say(f"{service}.more", count=len(signs) - MOST_SIGNS)
    return Reply(say(f"{service}.found", verdict=head, signs=lines))
