"""What a text typed into the follow-up is: a press in other words, or another wish."""

from handlers.said import clearly_other, said, says
from handlers.turn import Action, Turn
from reports import receipts

_DIGITS = 4
"""So many digits are meant as a receipt, however mistyped."""
_TALK = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "nlu_fallback"})
_OWN = _TALK | {"follow_up"}
_ASIDE = frozenset({"ask_law", "ask_prevention", "hotline", "quiz", "human"})
"""Wishes that are no evidence; everything else may be meant for the officer."""


def asks_status(turn: Turn) -> bool:
    """Whether the text speaks of a report that was sent, or of its receipt."""
    return said(turn.content, "follow_up.words_status", turn.text)


def lets_go(turn: Turn) -> bool:
    """Whether this text should leave the follow-up.

    At the receipt: a clear other wish, or a second text that is no receipt and asks for no
    status. In an opened report: a clear other wish, when text is held already. Danger never
    leads out here: the engine tells the numbers before.
    """
    state, urgent = turn.state, turn.understood.priority.urgent
    if state.flow != "follow_up" or turn.action is not None or urgent:
        return False
    if state.step == "open":
        aside = turn.understood.intent in _ASIDE
        return bool(state.data.get("held")) and aside and clearly_other(turn, _OWN)
    if state.step != "receipt" or _means_receipt(turn):
        return False
    return bool(state.data.get("missed")) or clearly_other(turn, _OWN)


def _means_receipt(turn: Turn) -> bool:
    digits = sum(letter.isdigit() for letter in turn.text)
    lost = said(turn.content, "follow_up.words_lost", turn.text)
    meant = digits >= _DIGITS or receipts.looks_like_receipt(turn.text)
    return meant or lost or gives_up(turn) or asks_status(turn)


def gives_up(turn: Turn) -> bool:
    """`hủy`, `thôi`, `quay lại` instead of an answer."""
    keys = ("report.words_stop", "report.words_back", "follow_up.words_drop")
    return any(says(turn.content, key, turn.text) for key in keys)


def press(turn: Turn) -> Action | None:
    """The button that the text means at the open step; None when it is no command."""
    step = turn.state.step
    if step in ("answer", "add", "whose") and gives_up(turn):
        return Action("follow_up.drop")
    if step == "withdraw":
        return _withdrawal(turn)
    if step == "open" and says(turn.content, "follow_up.words_withdraw", turn.text):
        return Action("follow_up.withdraw")
    if step == "open" and gives_up(turn):
        return Action("follow_up.drop" if turn.state.data.get("held") else "follow_up.leave")
    return None


def _withdrawal(turn: Turn) -> Action | None:
    if gives_up(turn) or says(turn.content, "follow_up.words_keep", turn.text):
        return Action("follow_up.withdraw", "no")
    sure = says(turn.content, "follow_up.words_sure", turn.text)
    return Action("follow_up.withdraw", "yes") if sure else None
