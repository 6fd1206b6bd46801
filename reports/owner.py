"""Tells from the words before a number whether it is the reporter's own."""

from reports.loose import any_of, compiled, cues

_WORDS = cues()["mine"]
_MINE = compiled(
    rf"(?<!\w){any_of(_WORDS['before'])}[ \t]+{any_of(_WORDS['who'])}"
    rf"(?:[ \t]+{any_of(_WORDS['after'])})?[ \t:.\-=]*$"
)
REACH = 60


def is_mine(text: str, start: int) -> bool:
    """Whether "my number is", "call me at" and the like stand right before `start`."""
    return _MINE.search(text[max(0, start - REACH) : start]) is not None
