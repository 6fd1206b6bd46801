"""Countries and Vietnamese provinces, with the everyday words that only sometimes mean them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, lexicon
from nlu.entities.gazetteer import Form, Gazetteer, split_name

# Words after which a short or everyday form ("cam", "đài", "k") means a place.
_CUES = frozenset(
    "qua sang o di ben tai den tu ve wa nuoc tp tinh bien ra vao vo vuot toi xkld visa duhoc hoc "
    "dat thang gan khap huyen ngoai chong vo chong con dau lam que dan truong don hang bay lao "
    "thue ban tau xe chuyen ngu trai tu thong gia song tron khoi".split()
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
_WEAK = frozenset("k y ma anh nga phap trung hung sec sip tiep".split())


def _forms() -> Iterator[Form]:
    for row in lexicon("provinces"):
        changed = row["name"] != row["now"]
        old = (("now", row["now"]), *((("old", row["name"]),) if changed else ()))
        for key in ("forms", "needs_cue"):
            for written in row.get(key, []):
                cue = key == "needs_cue"
                yield Form(split_name(written), "province", row["name"], old, cue)
        town = (("province", row["name"]), ("now", row["now"]))
        for key in ("places", "places_with_cue"):
            for written in row.get(key, []):
                cue = key == "places_with_cue"
                yield Form(split_name(written), "place", written, town, cue)
    for row in lexicon("countries"):
        name = (("name", row["name"]),)
        for key in ("forms", "needs_cue"):
            for written in row.get(key, []):
                yield Form(split_name(written), "country", row["code"], name, key == "needs_cue")
        town = (("country", row["code"]), *name)
        for written in row.get("places", []):
            yield Form(split_name(written), "place", written, town, False)


_TABLE = Gazetteer.of(_forms())


def places(reading: Reading) -> Iterator[Found]:
    """Countries (`value` ISO 3166 code), provinces (`value` the name used, old or new; `now`
    today's, `old` when it is a former one) and towns (`place`, with `province` or `country`)."""
    words = reading.words
    free, listed = 0, -1
    for at in _TABLE.starts(reading):
        matched = _match(reading, at, listed == at) if at >= free else None
        if matched is None:
            continue
        form, size = matched
        start, end = words[at].start, words[at + size - 1].end
        yield Found(form.entity, start, end, form.value, dict(form.extra))
        free = at + size
        if (form.entity == "country" or "country" in dict(form.extra)) and free < len(words):
            gap = reading.gap(words[free - 1], words[free])
            joined = words[free].folded in ("va", "hoac", "hay") and not gap
            listed = free + joined if gap in (",", "/", "-", "&", "+") or joined else -1


def _match(reading: Reading, at: int, listed: bool) -> tuple[Form, int] | None:
    """The form at word `at`; `listed` when a country and a comma stand just before it."""
    for form, size in _TABLE.at(reading, at):
        if not form.needs_cue or _cued(reading, at, form, listed):
            return form, size
    return None


def _cued(reading: Reading, at: int, form: Form, listed: bool) -> bool:
    words = reading.words
    word = words[at]
    size = len(form.syllables)
    following = words[at + size] if at + size < len(words) else None
    adjacent = at > 0 and _SYMBOLS.sub("", reading.gap(words[at - 1], word)) in ("", ".")
    before = words[at - 1].folded if adjacent else ""
    marked = word.typed == form.syllables[0] and word.typed != word.folded
    capital = reading.capital(word)
    joined = following is not None and not reading.gap(words[at + size - 1], following)
    if following and joined and following.folded in _NOT_NEXT.get(word.folded, ()):
        return False
    if size == 1 and word.folded in _ONLY_AFTER:
        return before in _ONLY_AFTER[word.folded] or (
            word.typed == "nghệ" and before in ("o", "ve", "tu", "nguoi", "ngoai")
        )
    if word.folded in ("k", "y") and _asks(reading, at, before):
        return False
    if size > 1 and (marked or capital or _alone(reading, at, size)):
        return True
    if size == 1 and len(word.folded) == 2 and reading.typed[word.start : word.end].isupper():
        return not reading.shouting or before in _CUES
    if listed and len(word.folded) > 1:
        return True
    if form.entity == "province" and size == 1 and _DISTRICT.match(before):
        return True
    if word.folded in ("nga", "phap", "anh") and before == "di" and size == 1:
        return word.folded != "anh" or bool(following and following.folded in _ROUTE)
    loud = following and reading.typed[word.start : following.end].isupper()
    if capital and not loud and word.typed in _SELDOM_NAMES and adjacent and before not in _TITLES:
        return not reading.capital(words[at - 1]) and not (following and reading.capital(following))
    cues = _CUES if marked or capital or word.folded not in _WEAK else _STRICT
    return before in cues or (before == "nguoi" and (marked or capital or size > 1))


def _alone(reading: Reading, at: int, size: int) -> bool:
    """A name between marks, as in an address: ", cao bằng"."""
    words = reading.words
    before = reading.gap(words[at - 1], words[at]) if at else ""
    last = at + size - 1
    after = reading.gap(words[last], words[last + 1]) if last + 1 < len(words) else "."
    return (
        before[-1:] in (",", "-", "(") and bool(before) and after[:1] in (".", ",", ")", "-", "!")
    )


# With a capital inside a sentence these are countries, unless a title or another capital is near.
_SELDOM_NAMES = frozenset({"nhật", "hàn", "đài", "lào", "cam", "miến", "sing"})
_TITLES = frozenset(
    "anh chi em co chu bac ong ba thang con ten ban be cau di mo tong vuon trai nuoc".split()
)
_ONLY_AFTER = {"tau": ("nuoc", "ben"), "bi": ("nuoc",), "nghe": ("que", "dan", "xu")}
_ROUTE = frozenset("bang lam trong container theo chui duong qua va xkld".split())
# What people throw in between a cue and a name: emoji, ":((", "!!!".
_SYMBOLS = re.compile(r"[^\x00-\u1fff]|\s|[:=][()]+|[!?]{2,}")
_DISTRICT = re.compile(r"(?:[qpf]|quan)?\d{1,2}\Z")


def _asks(reading: Reading, at: int, before: str) -> bool:
    """ "có nên qua k", "qua k?": a question, not Campuchia."""
    words = reading.words
    if at + 1 < len(words) and not reading.gap(words[at], words[at + 1]):
        return False
    if before in ("ben", "o", "nuoc"):
        return False
    after = reading.typed[words[at].end : words[at].end + 3].strip()
    earlier = {word.folded for word in words[max(0, at - 6) : at]}
    return after.startswith("?") or bool(
        earlier & {"co", "nen", "duoc", "dc", "muon", "dam", "can"}
    )
