"""Registration numbers of fishing and cargo vessels ("KG 91234 TS")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading

# Letters of the provinces in the numbers painted on vessels, as registered and as people write.
_PREFIX = (
    "qn|qng|qna|qnm|qb|qt|hp|tb|nd|nb|th|na|ht|tth|hue|dna|dn|bd|py|kh|nt|bth|bt|br|vt|brvt|bv|"
    "sg|hcm|tg|"
    "la|tv|st|bl|cm|kg|ag|vl|ct|dt|vn"
)
_GAP = r"[\s.\-–_]{0,3}"
_VESSEL = re.compile(
    rf"(?<![a-z0-9])(?P<letters>{_PREFIX}){_GAP}(?P<number>[\do]{{4,5}}|"
    rf"\d\d[\s.]\d\d\d)(?P<ts>{_GAP}ts)?(?![a-z0-9])"
)
_CUE = re.compile(
    r"(?<![a-z])(?:tau|ghe|thuyen|so hieu|so dang ky|sdk|so tau|ghe cao|tau ca|ghe "
    r"cau)(?![a-z])[^.;!?\n]{0,24}$"
)
_MONEY = re.compile(r"\s?(?:d|dong|vnd|k|tr|trieu)(?![a-z])")


def vessels(reading: Reading) -> Iterator[Found]:
    """Numbers with the ending TS, or after a word for a boat; `value` without spaces or marks."""
    if not reading.has_digit:
        return
    folded = reading.folded
    for match in _VESSEL.finditer(folded):
        if not match.group("ts"):
            if not _CUE.search(folded[max(0, match.start() - 36) : match.start()]):
                continue
            if _MONEY.match(folded, match.end()):
                continue
        if match.group("number").count("o") > 2:
            continue
        plain = match.group().replace("ts", "")[len(match.group("letters")) :].replace("o", "0")
        value = match.group("letters") + re.sub(r"\D", "", plain)
        if match.group("ts"):
            value += "ts"
        yield Found("vessel", *match.span(), value.upper())
