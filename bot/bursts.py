"""People paste a story in pieces: what comes within a breath is read as one message.

Danger is never held back. A first message that looks whole is answered at once; one that looks
unfinished, and whatever follows another piece, waits until the writer pauses.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.text import fold

LONGEST_HOLD = 4.0
MOST_PIECES = 20
FEW_WORDS = 4
_OPEN_END = re.compile(
    r"(?:[,:;\-]|\.{2,}|…|\b(?:la|ma|thi|vi|va|voi|nhung|rang|muon hoi|cho (?:em|toi|minh) hoi|"
    r"xin hoi|hoi chut|ke la|chuyen la|co (?:nguoi|dua|ong|ba|mot)))\s*$"
)


@dataclass(frozen=True)
class Piece:
    """A due message of the lane, as stored."""

    inbox_id: int
    payload: dict[str, Any]
    received_at: datetime
    address: dict[str, Any] | None


@dataclass(frozen=True)
class Burst:
    """The pieces to read as one, and the seconds to wait for more before reading them."""

    pieces: Sequence[Piece]
    wait: float

    @property
    def payload(self) -> dict[str, Any]:
        """One message made of all pieces."""
        if len(self.pieces) == 1:
            return self.pieces[0].payload
        return {"text": "\n".join(str(piece.payload["text"]) for piece in self.pieces)}


def gather(
    due: Sequence[Piece],
    now: datetime,
    window: float,
    urgent: Callable[[str], bool],
    whole: Callable[[str], bool],
) -> Burst:
    """The leading run of plain texts that came within `window` seconds of each other.

    `urgent(text)`: the rules see danger. `whole(text)`: a command or an answer to a question, which
    waits for nothing.
    """
    run = [due[0]]
    for piece in due[1:MOST_PIECES]:
        gap = piece.received_at - run[-1].received_at
        if not _plain(run[-1]) or not _plain(piece) or gap > timedelta(seconds=window):
            break
        run.append(piece)
    burst = Burst(run, 0.0)
    followed = len(run) < len(due)
    text = str(burst.payload.get("text", ""))
    if followed or not _plain(due[0]) or not text or urgent(text):
        return burst
    if len(run) == 1 and (whole(text) or not looks_unfinished(text)):
        return burst
    quiet = window - (now - run[-1].received_at).total_seconds()
    left = LONGEST_HOLD - (now - run[0].received_at).total_seconds()
    return Burst(run, max(0.0, min(quiet, left)))


def looks_unfinished(text: str) -> bool:
    """Whether more is likely to come: a few words without a question, or an open end."""
    folded = fold(text).strip()
    if "?" in folded:
        return False
    return len(folded.split()) <= FEW_WORDS or _OPEN_END.search(folded) is not None


def _plain(piece: Piece) -> bool:
    return set(piece.payload) == {"text"}
