"""What a conversation remembers between turns: the buttons last shown, open danger, caution.

All of it lies in `State.memory`, encrypted, and none of it holds a word that the person wrote.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.turn import Action, Reply, State
from store.text import fold

BUTTONS = "buttons"
DANGER = "danger"
CAUTION = "caution"
NUMBERS = "numbers"
DANGER_OPEN = timedelta(minutes=30)
CAUTION_OPEN = timedelta(minutes=15)
NUMBERS_STAND = timedelta(minutes=10)
_EDGES = " /.!?\"'→[]()"


def bare(text: str) -> str:
    """A title or word as people retype it: folded, without marks around it."""
    return " ".join(fold(text).strip(_EDGES).split())


def remember_buttons(state: State, replies: Sequence[Reply]) -> None:
    """Keep the last reply's buttons, so that a typed title or number is a press."""
    shown = next((reply.buttons for reply in reversed(replies) if reply.buttons), ())
    if shown:
        state.memory[BUTTONS] = [[bare(b.title), b.name, b.value] for b in shown]
    else:
        state.memory.pop(BUTTONS, None)


def typed_button(state: State, text: str) -> Action | None:
    """The button last shown whose title, or number in the list, is the whole message."""
    shown: list[list[str]] = state.memory.get(BUTTONS, [])
    wanted = bare(text)
    for title, name, value in shown:
        number, _, rest = title.partition(". ")
        if wanted == title or (rest and number.isdigit() and wanted in (number, bare(rest))):
            return Action(name, value)
    if state.flow is None and wanted.isdigit() and len(wanted) <= 2:
        place = int(wanted) - 1
        if 0 <= place < len(shown):
            return Action(shown[place][1], shown[place][2])
    return None


def danger_is_open(state: State, now: datetime) -> bool:
    """Whether danger was told of in the last half hour (`handlers.danger` notes it)."""
    told = state.memory.get(DANGER)
    return isinstance(told, dict) and _since(told.get("at"), now) < DANGER_OPEN


def be_cautious(state: State, now: datetime) -> None:
    """Somebody else may hold the phone: stay bland for a while."""
    state.memory[CAUTION] = now.isoformat()


def is_cautious(state: State, now: datetime) -> bool:
    return _since(state.memory.get(CAUTION), now) < CAUTION_OPEN


def told_numbers(state: State, now: datetime) -> None:
    """An answer ended with the emergency numbers."""
    state.memory[NUMBERS] = now.isoformat()


def numbers_were_told(state: State, now: datetime) -> bool:
    """Whether they still stand a few messages above."""
    return _since(state.memory.get(NUMBERS), now) < NUMBERS_STAND


def _since(moment: object, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(moment) if isinstance(moment, str) else timedelta.max
