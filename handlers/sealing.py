"""What was cut out of a text: which pieces to ask about, which to seal, which to destroy.

The reporter's own are destroyed. A suspect's are sealed as indicators. Where the text cannot
tell, the person is asked with buttons; no answer, or "not sure", destroys too.
"""

from collections import Counter
from collections.abc import Iterable

from reports.anonymise import Piece, PieceKind
from reports.draft import Suspect
from reports.labels import labels
from reports.terms import IndicatorKind

ASKED = frozenset(
    {
        PieceKind.phone,
        PieceKind.link,
        PieceKind.email,
        PieceKind.account,
        PieceKind.card,
        PieceKind.number,
        PieceKind.handle,
        PieceKind.plate,
    }
)
Sealed = list[list[str]]
"""`[kind, value]` pairs: the form of suspects in a conversation's encrypted state."""


def to_ask(found: Iterable[Piece], kinds: frozenset[PieceKind] = ASKED) -> Sealed:
    """Pieces whose owner the text does not tell."""
    return [_pair(piece) for piece in found if piece.kind in kinds and not piece.mine]


def evidence(found: Iterable[Piece]) -> Sealed:
    """Pieces that are evidence whoever owns them: a vessel's number."""
    return [_pair(piece) for piece in found if piece.kind is PieceKind.vessel]


def of_suspect(found: Iterable[Piece]) -> Sealed:
    """All pieces but the reporter's own, from the answer to "who does it"."""
    return [_pair(piece) for piece in found if not piece.mine]


def suspects(pairs: Iterable[list[str]]) -> list[Suspect]:
    return [Suspect(IndicatorKind(kind), value) for kind, value in pairs]


def counted(pairs: Iterable[list[str]], form: str) -> str:
    """`1 số điện thoại, 2 đường link`: `form` has the slots `count` and `kind`."""
    counts = Counter(kind for kind, _ in pairs)
    names = labels()["indicator"]
    return ", ".join(
        form.format(count=count, kind=names[kind].lower()) for kind, count in counts.items()
    )


def _pair(piece: Piece) -> list[str]:
    return [piece.indicator.value, piece.value]
