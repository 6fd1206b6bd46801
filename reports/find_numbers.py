"""Finds phones, accounts, cards, identity papers, plates, vessels and other long numbers."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import phonenumbers

from reports.loose import any_of, compiled, cues
from reports.owner import is_mine
from reports.pieces import Claims, PieceKind

_WORDS = cues()["numbers"]
_SEP = r"[ \t\u00a0.\-‐-―_·•*~|()\u200b-\u200d\u2060\ufe0f\u20e3\ufeff]{0,3}"
_RUN = rf"\d(?:{_SEP}\d)"
_CURRENCY = rf"[ \t]?(?:{any_of(_WORDS['currency'])}(?!\w)|[$€¥])"
_FILL = rf"(?:[ \t:.,=\-–()#]|{any_of([*_WORDS['filler'], *_WORDS['banks']])}(?!\w)){{0,12}}"

_DAY = r"(?<![\d/])(?<!\d[.\-])(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DATE = (
    rf"{_DAY}(?:[ ]?[/.\-][ ]?{_MONTH}[ ]?[/.\-][ ]?(?:19|20)\d{{2}}|/{_MONTH}/\d{{2}})"
    r"(?!\d|[/.\-]\d)"
)
_BIRTH = compiled(rf"(?<!\w){any_of(_WORDS['birth'])}(?!\w)[ \t:]*(?:l[àa][ \t]+)?(?P<it>{_DATE})")
_YEAR = r"(?:19|20)\d{2}"
_DATES = compiled(
    rf"{_DATE}|(?<!\d){_YEAR}-{_MONTH}-\d{{2}}(?!\d|-\d)"
    rf"|(?<!\d){_YEAR}[ ]?[-–][ ]?{_YEAR}(?!\d)"
)
_PAID = compiled(rf"(?<![\d.,])\d{{1,3}}(?:[.,]\d{{3}})+(?={_CURRENCY})")
_ROUND = compiled(r"(?<![\d.,+])[1-9]\d{0,2}(?:[.,]\d{3})*[.,]000(?![.,]?\d)")

_CUED = tuple(
    (kind, compiled(rf"(?<!\w){any_of(_WORDS[kind])}(?!\w){_FILL}(?P<it>{_RUN}{{5,18}})(?!\d)"))
    for kind in (PieceKind.id_number, PieceKind.card, PieceKind.account)
)
_PASSPORT_CUED = compiled(
    rf"(?<!\w){any_of(_WORDS['passport'])}(?!\w){_FILL}(?P<it>[a-z]{{1,2}}[ ]?\d{{6,9}})(?!\w)"
)
_PASSPORT = compiled(r"(?<!\w)(?-i:[A-Z])\d{7}(?!\w)")
_BANK_AFTER = compiled(
    rf"(?<!\d)(?P<it>{_RUN}{{5,18}})[ \t:.,\-–()]{{1,3}}{any_of(_WORDS['banks'])}(?!\w)"
)
_VESSEL = compiled(r"(?<!\w)[a-zđ]{1,3}[ .\-]?\d{4,5}[ .\-]?ts(?!\w)")
_PLATE_CUED = compiled(
    rf"(?<!\w){any_of(_WORDS['plate'])}(?!\w){_FILL}"
    r"(?P<it>\d{2}[ \-]?[a-zđ]{1,2}\d?[ .\-]{0,3}\d{3}[. ]?\d{1,2})(?!\d)"
)
_PLATE = compiled(
    r"(?<!\w)(?:\d{2}[ \-]?(?-i:[A-HKLMNPSTUVXYZ]{1,2})\d?[ .\-]{0,3}\d{3}[.]?\d{2}"
    r"|\d{2}-?[abcfglnpstvxyz]\d?-?\d{3}\.?\d{2})(?!\w)"
)
_SEVEN = rf"(?:{_SEP}\d){{7}}"
_START = r"(?<!\d)(?<!\d[.,])"
_PHONES = (
    compiled(rf"(?:\+|{_START}00){_SEP}[1-9](?:{_SEP}\d){{7,14}}(?!\d)"),
    compiled(rf"{_START}\(?(?:8{_SEP}4{_SEP}0?|0){_SEP}[35789]{_SEP}\d{_SEVEN}(?!\d)"),
    compiled(rf"{_START}\(?(?:8{_SEP}4{_SEP}|0){_SEP}[12]{_SEP}\d{_SEP}\d{_SEVEN}(?!\d)"),
    compiled(rf"{_START}0\d{{2,3}}[/,]\d{{3}}[/,]\d{{3,4}}(?!\d)"),
    compiled(rf"{_START}1[89]00(?:{_SEP}\d){{4,6}}(?!\d)"),
)
_LETTERED = compiled(rf"(?<!\w)(?<!\d[.,])[o0](?:{_SEP}[\dol]){{8,10}}(?!\w)")
_LONG = compiled(rf"{_RUN}{{7,}}")
_SPELLED = compiled(
    rf"(?<!\w)(?:(?:{any_of(_WORDS['digits'])}|\d+)(?!\w)[ ,.\-]{{1,3}}){{6,}}"
    rf"(?:{any_of(_WORDS['digits'])}|\d+)(?!\w)"
)
_BLOCK = compiled(r"\d{8,}")


def find_numbers(claims: Claims) -> None:
    """Claim every number that leads to a person; dates and sums of money are protected.

    Phones come before sums, because `84.912.345.678` looks like both.
    """
    for match in _BIRTH.finditer(claims.text):
        claims.add(PieceKind.birth, *match.span("it"))
    _protect(claims, _DATES)
    _find_cued(claims)
    _claim(claims, PieceKind.phone, (m.span() for p in _PHONES for m in p.finditer(claims.rest())))
    _claim(claims, PieceKind.phone, _lettered(claims.rest()))
    _protect(claims, _PAID)
    _protect(claims, _ROUND)
    claims.add_all(PieceKind.vessel, (m.span() for m in _VESSEL.finditer(claims.text)))
    _claim(claims, PieceKind.phone, _matched(claims.rest()))
    _claim(claims, PieceKind.phone, _spelled(claims.rest()))
    for match in _LONG.finditer(claims.rest()):
        _claim(claims, _kind_of(match.group()), [match.span()])


def _protect(claims: Claims, pattern: re.Pattern[str]) -> None:
    for match in pattern.finditer(claims.rest()):
        claims.protect(*match.span())


def _claim(claims: Claims, kind: PieceKind, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        claims.add(kind, start, end, mine=is_mine(claims.text, start))


def _find_cued(claims: Claims) -> None:
    text = claims.text
    claims.add_all(PieceKind.passport, (m.span("it") for m in _PASSPORT_CUED.finditer(text)))
    claims.add_all(PieceKind.plate, (m.span("it") for m in _PLATE_CUED.finditer(text)))
    for kind, pattern in (*_CUED, (PieceKind.account, _BANK_AFTER)):
        for match in pattern.finditer(text):
            if not _is_money(text, match.end("it")):
                _claim(claims, kind, [match.span("it")])
    claims.add_all(PieceKind.passport, (m.span() for m in _PASSPORT.finditer(text)))
    claims.add_all(PieceKind.plate, (m.span() for m in _PLATE.finditer(text)))


_UNIT = compiled(_CURRENCY)


def _is_money(text: str, end: int) -> bool:
    return _UNIT.match(text, end) is not None


def _lettered(text: str) -> Iterator[tuple[int, int]]:
    """`o9l2345678`: letters for digits, but mostly digits."""
    for match in _LETTERED.finditer(text):
        if sum(letter.isdigit() for letter in match.group()) >= 7:
            yield match.span()


def _matched(text: str) -> Iterator[tuple[int, int]]:
    """Valid numbers of other countries and odd groupings, as the phonenumbers library sees them."""
    if sum(letter.isdigit() for letter in text) < 7:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "VN"):
        if sum(letter.isdigit() for letter in match.raw_string) >= 7:
            yield match.start, match.end


def _spelled(text: str) -> Iterator[tuple[int, int]]:
    """`không chín một hai …`: at least eight digits in words."""
    for match in _SPELLED.finditer(text):
        words = match.group().replace(",", " ").replace(".", " ").replace("-", " ").split()
        spoken = sum(not word.isdigit() for word in words)
        if spoken >= 4 and sum(len(word) if word.isdigit() else 1 for word in words) >= 8:
            yield match.span()


def _kind_of(run: str) -> PieceKind:
    digits = "".join(str(unicodedata.digit(c)) for c in run if c.isdecimal())
    if len(digits) in (15, 16) and _luhn(digits):
        return PieceKind.card
    if len(digits) == 9 or (len(digits) == 12 and digits[0] == "0"):
        return PieceKind.id_number
    return PieceKind.number


def _luhn(digits: str) -> bool:
    doubled = (int(d) * 2 if at % 2 else int(d) for at, d in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def find_long_numbers(claims: Claims) -> None:
    """The last net: any eight digits in a row that no other finder took, protected or not."""
    taken = [(piece.start, piece.end) for piece in claims.pieces]
    for match in _BLOCK.finditer(claims.text):
        start, end = match.span()
        if all(end <= first or last <= start for first, last in taken):
            claims.force(PieceKind.number, start, end)
