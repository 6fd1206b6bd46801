"""`xóa`: delete what we hold about a conversation, after a question."""

from content.loader import Content
from handlers.turn import Button, Reply, State
from store.text import fold

FLOW = "privacy"
_YES = frozenset("xoa co u uh um ok dong y xac nhan yes phai duoc dc xoa di xoa het".split())
_YES_PHRASES = frozenset({"dong y", "xoa di", "xoa het", "co xoa", "u xoa", "xac nhan"})


def ask(content: Content, state: State) -> list[Reply]:
    """The question, with what is deleted and what cannot be."""
    state.open(FLOW, "confirm")
    buttons = [
        Button(content.say("conversation.erase_yes"), "privacy.erase", "yes"),
        Button(content.say("conversation.erase_no"), "privacy.erase", "no"),
    ]
    return [Reply(content.say("conversation.erase_ask"), buttons)]


def confirms(text: str) -> bool:
    """Whether a typed answer to the question is a clear yes; anything else is a no."""
    words = fold(text).strip(" /.!").split()
    return " ".join(words) in _YES_PHRASES or (len(words) == 1 and words[0] in _YES)


def answer(content: Content, state: State, confirmed: bool) -> tuple[list[Reply], bool]:
    """The closing word, and whether everything is to be deleted."""
    state.close()
    if not confirmed:
        return [Reply(content.say("conversation.not_erased"))], False
    state.memory.clear()
    return [Reply(content.say("conversation.erased"))], True
