"""Border gates on land, and the places just across them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, Word, lexicon
from nlu.entities.gazetteer import Form, Gazetteer, split_name

_CUE = re.compile(
    r"(?<![a-z])(?:cua khau(?: quoc te| phu| chinh| tieu ngach)?|cua khaau|cuakhau|cuar khaaru|"
    r"ckqt|ck|ck qt|kcn cua khau)\s*:?\s*$"
)
_FULL = re.compile(r"(?<![a-z])(?:cua khau(?: quoc te| phu| chinh)?|ckqt)\s+")
_NEAR = re.compile(r"(?<![a-z])(?:bien gioi|duong mon|vuot bien|ben kia|tram|don|bien phong)\s*$")


def _forms() -> Iterator[Form]:
    for row in lexicon("border_gates"):
        extra = (("country", row["country"]), ("province", row["province"]))
        for key in ("forms", "needs_cue"):
            for written in row.get(key, []):
                yield Form(
                    split_name(written), "border_gate", row["name"], extra, key == "needs_cue"
                )


_GATES = Gazetteer.of(_forms())


def gates(reading: Reading) -> Iterator[Found]:
    """Border gates; the span takes in "cửa khẩu" or "ck", `value` is the name alone."""
    words = reading.words
    taken = -1
    for at in _GATES.starts(reading):
        if at < taken:
            continue
        word = words[at]
        for form, size in _GATES.at(reading, at):
            before = reading.folded[max(0, word.start - 28) : word.start]
            cue = _CUE.search(before)
            if form.needs_cue and not cue and not _NEAR.search(before):
                continue
            start = word.start - (len(before) - cue.start()) if cue else word.start
            taken = at + size
            yield Found("border_gate", start, words[taken - 1].end, form.value, dict(form.extra))
            break
    if "cua khau" in reading.folded:
        yield from _unknown(reading)


def _unknown(reading: Reading) -> Iterator[Found]:
    """A name with capitals after "cửa khẩu" that no list holds."""
    for match in _FULL.finditer(reading.folded):
        run: list[Word] = []
        for word in reading.words:
            if word.start < match.end():
                continue
            if not reading.capital(word) or (run and reading.gap(run[-1], word)) or len(run) > 2:
                break
            run.append(word)
        if run and run[0].start == match.end():
            name = " ".join(reading.typed[run[0].start : run[-1].end].split())
            yield Found("border_gate", match.start(), run[-1].end, name)
