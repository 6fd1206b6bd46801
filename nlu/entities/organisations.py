"""Company names: a cue ("công ty", "cty", "tập đoàn") and the name after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found
from nlu.text import View

_CUE = re.compile(
    r"(?<![a-z])(?:cong ty|cong ti|cty|cti|c\.ty|tap doan|doanh nghiep)(?![a-z])"
    r"(?P<legal>(?:\s+(?:tnhh|co phan|cp|mtv|mot thanh vien|trach nhiem huu han|dau tu|thuong mai|"
    r"dich vu|tm|dv|tmdv|xkld|xuat khau lao dong|cung ung(?: nhan luc)?|nhan luc|quoc te|"
    r"lien doanh|va|&)(?![a-z]))*)"
)
_NAME_WORD = re.compile(r"\s+([^\W_][\w&.\-']*)")
_STOP = frozenset(
    "la o co bao thi ma cho bi dang da se khong ko k va tai noi tuyen thu hua lua voi nay kia do "
    "nao gi the a nhe cua duoc dc can giay phep khac minh em toi ben lam dua bat nha tren duoi "
    "ten".split()
)
_LEGAL_FORM = re.compile(r"\b(?:tnhh|co phan|cp|mtv|trach nhiem huu han)\b")


def companies(seen: View) -> Iterator[Found]:
    """Company names. Without capitals a legal form (TNHH, CP …) must come before the name."""
    shouting = seen.typed.isupper()
    for cue in _CUE.finditer(seen.folded):
        legal = bool(_LEGAL_FORM.search(cue.group("legal")))
        position = cue.end()
        if re.match(r"\s+ten\s", seen.folded[position:]):
            position += re.match(r"\s+ten(?=\s)", seen.folded[position:]).end()  # type: ignore[union-attr]
        start = position
        count = 0
        while count < 6:
            word = _NAME_WORD.match(seen.typed, position)
            if not word:
                break
            typed = word.group(1)
            folded = seen.folded[word.start(1) : word.end(1)].strip(".-'")
            capital = typed[0].isupper() or typed[0].isdigit()
            if folded in _STOP and (shouting or not capital):
                break
            if not capital and not (legal and count < 4):
                break
            if typed[0].isdigit() and count == 0:
                break
            position = word.start(1) + len(typed.rstrip(".-'"))
            count += 1
            if word.end(1) != position:
                break
        if count and (legal or not shouting or count <= 4):
            name = seen.typed[start:position].strip()
            value = " ".join((cue.group("legal").strip() + " " + name).split()) if legal else name
            yield Found("company", cue.start(), position, _value(seen, cue, position, value))


def _value(seen: View, cue: re.Match[str], end: int, fallback: str) -> str:
    """The company as typed after its cue, legal form included, spaces made single."""
    typed = " ".join(seen.typed[cue.start("legal") : end].split())
    return re.sub(r"(?i)^tên\s+|^ten\s+", "", typed) or fallback
