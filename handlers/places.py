"""Which of the 34 provincial units a free text names, by new name, old name or nickname."""

from functools import lru_cache

from content.loader import Content
from content.schema import Province
from handlers.patterns import Found, Phrases
from store.text import Syllable, syllables

_HOME = ("que", "goc")
_LOOK_BACK = 2


def find_province(content: Content, text: str) -> Province | None:
    """The unit that `text` names, in any spelling ("tp.hcm", "ha giang", "Thừa Thiên Huế").

    Old names give the unit they belong to since 01/7/2025 (Nghị quyết 202/2025/QH15). Of several,
    the first wins, but somebody's home ("quê Thanh Hóa") yields to any other place.
    """
    words = syllables(text)
    places = [
        (_is_home(words, place), place.first, -place.last, code)
        for code, found in _names(content).find(words).items()
        for place in found
    ]
    return content.provinces[min(places)[-1]] if places else None


def _is_home(words: list[Syllable], place: Found) -> bool:
    before = words[max(0, place.first - _LOOK_BACK) : place.first]
    return any(word.folded in _HOME for word in before)


@lru_cache(maxsize=4)
def _names(content: Content) -> Phrases:
    return Phrases({code: _spellings(unit) for code, unit in content.provinces.items()})


def _spellings(unit: Province) -> list[str]:
    """Each name as its syllables, and all written together ("hanoi")."""
    found: dict[str, None] = {}
    for name in (unit.name, *unit.old_names, *unit.aliases):
        parts = [word.text for word in syllables(name)]
        found[" ".join(parts)] = None
        found["".join(parts)] = None
    return list(found)
