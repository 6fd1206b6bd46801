"""Countries and Vietnamese provinces, with the everyday words that only sometimes mean them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.entities.base import Found, Word, lexicon, words_of, written_as
from nlu.text import View, fold

# Words after which a short or everyday form ("cam", "đài", "k") means a place.
_CUES = frozenset(
    "qua sang o di ben tai den tu ve wa nuoc tp tinh bien ra vao vo vuot toi xkld visa duhoc hoc "
    "dat thang gan khap huyen ngoai chong vo chong con dau lam".split()
)
# Before these an unmarked everyday form is what it usually means, not a place.
_NOT_NEXT = {
    "k": "dc duoc biet co cho the ai vay z a e biet phai bit thay noi hieu lam can dam muon no bi "
    "nua gi sao on an con ra vo roi may tin nen thich".split(),
    "cam": "on ket dong dien thoai tay co do cccd giay theo tien xe".split(),
    "dai": "ngay han hoc dien truyen tieng bieu gia qua lau su nao nay xa vo".split(),
    "han": "che the muc gi cuoi lai nay dung thi rang nop".split(),
    "nhat": "dinh la ky cu cua tien duoc dc luon co roi".split(),
    "my": "pham tho thuat man".split(),
    "anh": "ay em a chi ta oi co la trai hai do kia nay ho minh noi re bao lam hung nha".split(),
    "duc": "me hanh".split(),
    "phap": "luat ly su y an nhan thuat che".split(),
    "thai": "do ky san nhi bai binh nguyen lai duong".split(),
    "phi": "phap truong ly ma nghia hanh dich moi xuat bao gi nay do cao vu mo".split(),
    "mien": "tay bac nam trung nui phi la sao ngoai dong xuoi ben".split(),
    "lao": "dong cai vao nao don tu su lua bao nay".split(),
    "nga": "ba tu xuong".split(),
    "trung": "tam binh hoc cap thuong thuc ve tuyen tien giai ta so mien niet nien".split(),
    "tau": "ca bien hoa dien du hang cho thuy xe".split(),
    "ma": "so tui k ko khong no co bi cai em minh van lai sao thay toi chua".split(),
    "hung": "yen thu".split(),
    "uc": "che".split(),
    "y": "ta te dinh kien nghia la anh em muon do dau nguyen thuc ban chi toi minh".split(),
    "sec": "si".split(),
    "hue": "hong".split(),
}
_STRICT = frozenset({"qua", "sang", "wa", "ben", "nuoc", "xkld"})
# A single everyday letter or word without marks needs one of the stricter cues.
_WEAK = frozenset("k y ma anh nga phap trung tau hung sec".split())


@dataclass(frozen=True)
class Form:
    """One way to write a place: its syllables, whose it is, and whether it needs a cue."""

    syllables: tuple[str, ...]
    entity: str
    value: str
    extra: tuple[tuple[str, str], ...]
    needs_cue: bool


def _forms() -> dict[str, list[Form]]:
    table: dict[str, list[Form]] = {}

    def add(written: str, form: tuple[str, str, tuple[tuple[str, str], ...]], cue: bool) -> None:
        syllables = tuple(written.lower().replace(".", " ").replace("-", " ").split())
        table.setdefault(fold(syllables[0]), []).append(Form(syllables, *form, cue))

    for row in lexicon("provinces"):
        old = () if row["name"] == row["now"] else (("old", row["name"]),)
        for key in ("forms", "needs_cue", "places"):
            for written in row.get(key, []):
                add(written, ("province", row["now"], old), key == "needs_cue")
    for row in lexicon("countries"):
        for key in ("forms", "needs_cue", "places"):
            for written in row.get(key, []):
                name = (("name", row["name"]),)
                add(written, ("country", row["code"], name), key == "needs_cue")
    for forms in table.values():
        forms.sort(key=lambda form: -len(form.syllables))
    return table


_TABLE = _forms()


def places(seen: View) -> Iterator[Found]:
    """Countries (`value` ISO 3166 code) and provinces (`value` today's name, `old` the former)."""
    words = words_of(seen)
    at = 0
    listed = -1
    while at < len(words):
        form = _match(seen, words, at, listed == at)
        if form is None:
            at += 1
            continue
        last = at + len(form.syllables) - 1
        start, end = words[at].start, words[last].end
        yield Found(form.entity, start, end, form.value, dict(form.extra))
        at = last + 1
        if form.entity == "country" and at < len(words):
            gap = seen.typed[end : words[at].start].strip()
            listed = at if gap in (",", "/", "-", "&") else -1


def _match(seen: View, words: list[Word], at: int, listed: bool) -> Form | None:
    """The form at word `at`; `listed` when a country and a comma stand just before it."""
    for form in _TABLE.get(words[at].folded, ()):
        span = words[at : at + len(form.syllables)]
        if len(span) < len(form.syllables) or not _together(seen, span):
            continue
        if not all(written_as(word.typed, want) for word, want in zip(span, form.syllables)):
            continue
        if not form.needs_cue or _cued(seen, words, at, form, listed):
            return form
    return None


def _together(seen: View, span: list[Word]) -> bool:
    """Only spaces, dots or hyphens between the syllables: "bán, Nam Định" is not one name."""
    gaps = (seen.typed[a.end : b.start] for a, b in zip(span, span[1:]))
    return all(gap.strip(" .-\u00a0") == "" and len(gap) < 4 for gap in gaps)


def _cued(seen: View, words: list[Word], at: int, form: Form, listed: bool) -> bool:
    word = words[at]
    following = (
        words[at + len(form.syllables)].folded if at + len(form.syllables) < len(words) else ""
    )
    adjacent = at > 0 and seen.typed[words[at - 1].end : word.start].strip(" .") == ""
    before = words[at - 1].folded if adjacent else ""
    marked = word.typed == form.syllables[0] and word.typed != word.folded
    capital = seen.typed[word.start].isupper() and not seen.typed.isupper()
    if following in _NOT_NEXT.get(word.folded, ()):
        return False
    if len(form.syllables) > 1 and (marked or capital):
        return True
    if (
        len(form.syllables) == 1
        and len(word.folded) == 2
        and seen.typed[word.start : word.end].isupper()
    ):
        return not seen.typed.isupper() or before in _CUES
    if listed and len(word.folded) > 1:
        return True
    cues = _CUES if marked or capital or word.folded not in _WEAK else _STRICT
    return before in cues
