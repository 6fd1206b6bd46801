"""Where somebody in danger is, as far as the numbers to give depend on it.

A country counts only when it stands as a place ("ở Lào", "bị bán sang Trung Quốc"). Short names
that are also words, people or parts of our own places (Thái Nguyên, anh Tuấn, trung tâm) need
a preposition in front and an ordinary word, or nothing, behind them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.loader import Content
from handlers.countries import AFTER_SHORT, HOME_TOWNS, LONG, SHORT
from handlers.patterns import Found, Phrases
from handlers.phrases import fits
from handlers.untangle import untangle
from store.text import Syllable, syllables

HOME = "home"
BORDER = "border"
_STAYS = ("ở", "bên", "tại", "trong", "đang", "nước", "dưới", "trên", "phía", "ngoài")
_MOVES = ("qua", "sang", "đi", "wa", "từ", "tới", "đến", "vào", "vô", "về", "lên", "xuống", "ra")
_SHORT_CUES = ("ở", "bên", "tại", "qua", "sang", "đi", "wa", "tận", "nước")
_PAST_DAYS = ("hôm", "bữa", "tối", "đêm", "sáng", "chiều", "trưa", "tuần", "tháng", "năm", "vừa")
_NEAR = ("gần", "giáp", "sát", "cạnh", "kề")
_BORDER_WORDS = ("khẩu", "giới")
_KINDS_OF = (
    "người|ng|tiếng|hàng|chủ|bọn|tụi|thằng|ông|bà|phim|khách|cty|ty|visa|số|sim|quê|gốc|món|quán|"
    "đồ|nhạc|học|truyện|bạn|chị|anh|cô"
).split("|")
_SOON = Phrases(
    {
        "soon": [
            "(sắp|định|tính|đòi|dọa|doạ|mai|tối nay|đêm nay|khuya nay|ngày mai|sáng mai|chuẩn bị|"
            "lát nữa|tí nữa|tuần sau|tuần tới)"
        ]
    }
)
_STUCK = Phrases(
    {
        "stuck": [
            "{khong} về (nước|việt nam|vn) {duoc}",
            "(đang|còn|kẹt|mắc kẹt) ...1 (ở|bên) bển",
            "(ở|bên) xứ người",
        ]
    }
)
_SEA = Phrases(
    {
        "sea": [
            "(tàu cá|ghe cá|chủ tàu|chủ ghe|tài công|thuyền trưởng|vô bờ|vào bờ|lên bờ|cập bờ|"
            "ghe biển|câu mực|ngoài khơi|ghe câu|tàu câu)",
            "(trên|dưới|xuống|ngoài) (tàu|ghe|thuyền|biển|khơi)",
            "đi (biển|ghe|thuyền|đánh cá|câu mực|tàu cá)",
        ]
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that was named: `strength` 2 with a preposition of staying, 1 of moving, 0 bare."""

    code: str
    first: int
    last: int
    strength: int


def place_in(content: Content, text: str) -> str | None:
    """Where `text` says they are: a country (`myanmar` … `other`), `home`, or None.

    `border` stands for people who are about to be taken abroad, or may already be there.
    """
    names = _names(content)
    words = untangle(text, names.vocabulary)
    home = [_placed(words, HOME, at) for at in _all(names.home.find(words))]
    abroad = list(_abroad(names, words, home))
    strong = [place for place in abroad if place.strength]
    if strong and not _came_home(strong, home):
        going = all(place.strength == 1 for place in strong)
        return BORDER if going and _soon(words, strong[0]) else strong[0].code
    if _STUCK.find(words):
        return "other"
    if any(not _is_origin(words, place) for place in home):
        return HOME
    return abroad[0].code if abroad else None


def country_in(content: Content, text: str) -> str | None:
    """The country abroad that `text` names as the place they are in, or None."""
    place = place_in(content, text)
    return None if place in (HOME, BORDER) else place


def at_sea(text: str) -> bool:
    """Whether `text` speaks of a fishing boat or the sea."""
    return bool(_SEA.find(text))


@dataclass(frozen=True)
class _Names:
    long: Phrases
    short: Phrases
    home: Phrases
    vocabulary: frozenset[str]


@lru_cache(maxsize=4)
def _names(content: Content) -> _Names:
    long, short = Phrases(LONG), Phrases(SHORT)
    home = Phrases({HOME: list(_home_names(content))})
    known = long.vocabulary | short.vocabulary | home.vocabulary | _STUCK.vocabulary
    return _Names(long, short, home, known)


def _home_names(content: Content) -> Iterable[str]:
    for unit in content.provinces.values():
        for name in (unit.name, *unit.old_names, *unit.aliases):
            yield " ".join(word.text for word in syllables(name))
            yield "".join(word.text for word in syllables(name))
    yield from HOME_TOWNS


def _all(found: dict[str, list[Found]]) -> list[Found]:
    return [place for places in found.values() for place in places]


def _abroad(names: _Names, words: Sequence[Syllable], home: Sequence[_Place]) -> Iterable[_Place]:
    """Countries in the order of the text, without those that are parts of our own places."""
    found = [
        *(_placed(words, code, at) for code, ats in names.long.find(words).items() for at in ats),
        *(
            _placed(words, code, at)
            for code, ats in names.short.find(words).items()
            for at in ats
            if _stands_alone(words, at)
        ),
    ]
    for place in sorted(found, key=lambda one: one.first):
        ours = any(one.first <= place.last and place.first <= one.last for one in home)
        if not ours and not _before(words, place, (*_KINDS_OF, *_NEAR)):
            yield place


def _placed(words: Sequence[Syllable], code: str, at: Found) -> _Place:
    place = _Place(code, at.first, at.last, 0)
    if _before(words, place, _BORDER_WORDS):
        return place
    strength = 2 if _before(words, place, _STAYS) else int(_before(words, place, _MOVES))
    return _Place(code, at.first, at.last, strength)


def _before(words: Sequence[Syllable], place: _Place, cues: Sequence[str]) -> bool:
    return place.first > 0 and _is_one(words[place.first - 1], cues)


def _is_one(word: Syllable, of: Sequence[str]) -> bool:
    return any(fits(word.text, written) for written in of)


def _stands_alone(words: Sequence[Syllable], at: Found) -> bool:
    """Whether a short name has a preposition before it and no second half of a name after it."""
    if at.first == 0 or words[at.first].after_break:
        return False
    cue = words[at.first - 1]
    if not _is_one(cue, _SHORT_CUES) or (cue.folded == "qua" and _is_past_day(words, at.first)):
        return False
    code = words[at.last].folded
    if code == "tau" and cue.folded != "ben":
        return False
    behind = words[at.last + 1] if at.last + 1 < len(words) else None
    if behind is None or behind.after_break or behind.text[0].isdigit():
        return not (code == "k" and cue.folded == "di")
    return _is_one(behind, AFTER_SHORT.get(code, AFTER_SHORT[""]))


def _is_past_day(words: Sequence[Syllable], name: int) -> bool:
    """Whether "qua" before the word `name` belongs to "hôm qua"."""
    return name > 1 and _is_one(words[name - 2], _PAST_DAYS)


def _came_home(abroad: Sequence[_Place], home: Sequence[_Place]) -> bool:
    """Whether a place of ours is where they are now: "rủ qua Lào, giờ bị nhốt ở Vinh"."""
    if any(place.strength == 2 for place in abroad):
        return False
    return any(one.strength == 2 and one.first > abroad[-1].last for one in home)


def _soon(words: Sequence[Syllable], place: _Place) -> bool:
    return any(0 < place.first - at.last <= 9 for at in _all(_SOON.find(words)))


def _is_origin(words: Sequence[Syllable], place: _Place) -> bool:
    return _before(words, place, ("quê", "gốc", "người"))
