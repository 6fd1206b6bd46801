"""What is said about the signs found in a text: in degrees, and never that all is well."""

from collections.abc import Mapping, Sequence

from content.schema import Sign
from handlers.calls import local_day
from handlers.signs import bullets, find_signs
from handlers.turn import Reply, Turn

MOST_SIGNS = 6
HEAVY = 3
LONG_TEXT = 120


def shown(turn: Turn, signs: Mapping[str, Sign]) -> list[Sign]:
    """The signs in `turn.text` whose explanation may still be told, the weightiest first."""
    today = local_day(turn.now)
    return [sign for sign in find_signs(signs, turn.text) if sign.current(today)]


def degree(signs: Sequence[Sign]) -> str:
    """`high`, `medium`, `low` or `none`."""
    heavy = sum(sign.weight == HEAVY for sign in signs)
    total = sum(sign.weight for sign in signs)
    if heavy >= 2 or total >= 6:
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
