"""Takes out of Vietnamese free text what identifies people, before the text is kept.

    redact("Em tên Lan, sđt 0912 345 678").text == "Em tên [tên], sđt [sđt]"

The finders run over every stretch between what was found until nothing more is found, so the
result is a fixed point: redacting it again changes nothing, and no run of eight or more
digits survives. Years of birth, communes, companies and sums stay: officers need them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reports.find_addresses import find_addresses
from reports.find_links import find_links
from reports.find_names import find_names
from reports.find_numbers import find_long_numbers, find_numbers
from reports.labels import labels
from reports.pieces import Claims, Piece, PieceKind

__all__ = ["Piece", "PieceKind", "Redacted", "redact"]


@dataclass(frozen=True)
class Redacted:
    """`text` with tokens; `found` in order, with offsets in `source` (the input in NFC)."""

    text: str
    found: list[Piece]
    source: str


def redact(text: str) -> Redacted:
    """Replace what identifies people by tokens (`labels.yml`); never raises."""
    source = unicodedata.normalize("NFC", text)
    found: list[Piece] = []
    while True:
        new = [piece for start, end in _gaps(source, found) for piece in _find(source, start, end)]
        if not new:
            return Redacted(_replace(source, found), found, source)
        found = sorted([*found, *new], key=lambda piece: piece.start)


def _find(source: str, start: int, end: int) -> Iterator[Piece]:
    claims = Claims(source[start:end])
    find_links(claims)
    find_numbers(claims)
    find_addresses(claims)
    find_names(claims)
    find_long_numbers(claims)
    for piece in claims.sorted():
        yield Piece(piece.kind, piece.start + start, piece.end + start, piece.value, piece.mine)


def _gaps(source: str, found: list[Piece]) -> Iterator[tuple[int, int]]:
    """Stretches between found pieces and tokens that stand in the text already."""
    walls = [(piece.start, piece.end) for piece in found]
    at = 0
    for start, end in [*walls, (len(source), len(source))]:
        for token in _tokens().finditer(source, at, start):
            yield at, token.start()
            at = token.end()
        yield at, start
        at = end


@lru_cache(maxsize=1)
def _tokens() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(token) for token in labels()["tokens"].values()))


def _replace(source: str, found: list[Piece]) -> str:
    parts: list[str] = []
    at = 0
    for piece in found:
        parts += [source[at : piece.start], labels()["tokens"][piece.kind]]
        at = piece.end
    return "".join([*parts, source[at:]])
