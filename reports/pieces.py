"""What the finders of `anonymise` give: pieces of a text that lead to somebody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from reports.terms import IndicatorKind


class PieceKind(StrEnum):
    """Each has a token in `labels.yml`."""

    phone = "phone"
    link = "link"
    email = "email"
    account = "account"
    card = "card"
    id_number = "id_number"
    passport = "passport"
    number = "number"
    handle = "handle"
    plate = "plate"
    vessel = "vessel"
    birth = "birth"
    address = "address"
    name = "name"


INDICATOR_OF = {
    PieceKind.phone: IndicatorKind.phone,
    PieceKind.link: IndicatorKind.link,
    PieceKind.account: IndicatorKind.account,
    PieceKind.card: IndicatorKind.account,
    PieceKind.number: IndicatorKind.account,
    PieceKind.handle: IndicatorKind.handle,
}


@dataclass(frozen=True)
class Piece:
    """`source[start:end] == value`; `mine`: the words around say that it is the reporter's."""

    kind: PieceKind
    start: int
    end: int
    value: str
    mine: bool = False

    @property
    def indicator(self) -> IndicatorKind:
        """As what it is sealed when it is a suspect's."""
        return INDICATOR_OF.get(self.kind, IndicatorKind.other)


class Claims:
    """Stretches of one text that are taken; the first finder to claim a stretch has it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[Piece] = []
        self._taken = bytearray(len(text))

    def free(self, start: int, end: int) -> bool:
        return start < end and not any(self._taken[start:end])

    def protect(self, start: int, end: int) -> None:
        """Keep a stretch (a date, a sum of money) from later finders."""
        self._taken[start:end] = b"\x01" * (end - start)

    def rest(self) -> str:
        """The text with a line break for every taken letter: what may still be looked at."""
        pairs = zip(self.text, self._taken, strict=True)
        return "".join("\n" if taken else letter for letter, taken in pairs)

    def add(self, kind: PieceKind, start: int, end: int, *, mine: bool = False) -> None:
        """Claim a stretch unless a part of it is taken."""
        if self.free(start, end):
            self.protect(start, end)
            self.pieces.append(Piece(kind, start, end, self.text[start:end], mine))

    def force(self, kind: PieceKind, start: int, end: int) -> None:
        """Claim a stretch that may be protected, but is no part of a piece."""
        self.pieces.append(Piece(kind, start, end, self.text[start:end]))

    def add_all(self, kind: PieceKind, spans: Iterable[tuple[int, int]]) -> None:
        for start, end in spans:
            self.add(kind, start, end)

    def sorted(self) -> Iterator[Piece]:
        return iter(sorted(self.pieces, key=lambda piece: piece.start))
