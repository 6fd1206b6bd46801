"""Companies and centres: a cue ("công ty", "cty", "trung tâm") and the name after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, Word
from nlu.entities.repair import is_syllable

_CUE = re.compile(
    r"(?<![a-z])(?P<cue>cong ty|cong ti|coong ty|congty|cty|cti|c\.ty|ct ty|tap doan|doanh nghiep|xi nghiep|"
    r"nghiep doan|hop tac xa|htx|trung tam|van phong|vpdd|vp)(?![a-z])"
    r"(?P<legal>(?:\s+(?:tnhh|co phan|cp|mtv|1tv|mot thanh vien|1 thanh vien|trach nhiem huu han|dau tu|"
    r"phat trien|thuong mai|dich vu|tm|dv|tmdv|sx|xd|xay dung|xkld|xklđ|xuat khau lao dong|xuat khau|"
    r"cung ung lao dong|cung ung|nhan luc|nguon nhan luc|quoc te|lien doanh|du lich|du hoc|tu van du hoc|"
    r"tu van|ngoai ngu|nhat ngu|han ngu|tieng nhat|tieng han|dao tao|gioi thieu viec lam|viec lam|"
    r"day nghe|dao tao nghe|moi gioi|luat|van tai|tai chinh|cong nghe|moi gioi viec lam|va|&)(?![a-z]))*)"
    r"(?:\s+ten(?: la)?(?=\s)|\s*[:\"“'](?=\s?\w))?"
)
_NAME_WORD = re.compile(r"[\s\"“']+([^\W_][\w&.\-']*)")
_STOP = frozenset(
    "la o co bao thi ma cho bi dang da se khong ko k va tai noi tuyen thu hua lua voi nay kia do "
    "nao gi the a nhe cua duoc dc can giay phep khac minh em toi ben lam dua bat nha tren duoi "
    "ten ho no ay hay gui goi nhan moi ra ve di qua sang hom luc tu den ca rat bong giu phat tra noi "
    "dia chi chuyen gan that gia ma toi tui con chau anh chi chi nhanh tinh huyen xa phuong quan".split()
)
_LEGAL_FORM = re.compile(r"\b(?:tnhh|co phan|cp|mtv|trach nhiem huu han)\b")
# Syllables that names of companies are made of, for texts without capitals.
_NAMING = frozenset(
    "hoang long thien phu minh anh duc phat dai tin thanh cong hung thinh an phuc khang gia loc tan viet "
    "nhat a chau thai binh duong nam bac dong tay sao mai mat troi kim ngan hai van phuong hong ha son "
    "lam tien dat quang vinh hoa ngoc bao tam duc tri tue thang loi hoan cau toan sinh trang phong linh "
    "truong giang thuan thao nguyen quoc hue vang xanh rong bien cuu sen ngan hanh my huong dao".split()
)
_WEAK_CUES = frozenset({"trung tam", "van phong", "vpdd", "vp", "xi nghiep", "hop tac xa", "htx", "doanh nghiep"})


def companies(reading: Reading) -> Iterator[Found]:
    """Company names with the cue in the span; `value` is the name with its legal form."""
    for cue in _CUE.finditer(reading.folded):
        end = _capital_name(reading, cue) or _plain_name(reading, cue)
        if end:
            value = " ".join(reading.typed[cue.start("legal") : end].split())
            value = re.sub(r"(?i)(?:^|\s)tên(?: là)?\s|(?:^|\s)ten(?: la)?\s|[\"“':]", " ", value)
            yield Found("company", cue.start(), end, " ".join(value.split()))


def _legal(cue: re.Match[str]) -> bool:
    return bool(_LEGAL_FORM.search(cue["legal"]))


def _capital_name(reading: Reading, cue: re.Match[str]) -> int | None:
    """The end of a name whose words have capitals; None when there is none."""
    if reading.shouting and not _legal(cue):
        return None
    position, count = cue.end(), 0
    while count < 6:
        word = _NAME_WORD.match(reading.typed, position)
        if not word or "\n" in word.group():
            break
        typed = word.group(1).rstrip(".-'")
        folded = reading.folded[word.start(1) : word.start(1) + len(typed)]
        if not (typed[0].isupper() or (typed[0].isdigit() and count)):
            break
        if reading.shouting and (folded in _STOP or count > 2):
            break
        position, count = word.start(1) + len(typed), count + 1
        if word.end(1) != position:
            break
    if not count and cue["legal"] and _legal_is_name(reading, cue):
        return cue.end("legal")
    return position if count else None


def _legal_is_name(reading: Reading, cue: re.Match[str]) -> bool:
    """ "Công ty Quốc Tế Việc Làm": words of the list with capitals, and more than one."""
    typed = reading.typed[cue.start("legal") : cue.end("legal")].split()
    return len(typed) > 1 and all(word[0].isupper() for word in typed) and not reading.shouting


def _plain_name(reading: Reading, cue: re.Match[str]) -> int | None:
    """The end of a name in small letters: syllables that name companies, or no syllables."""
    words = [word for word in reading.words if word.start >= cue.end()][:5]
    if not words or reading.folded[cue.end() : words[0].start].strip(" \"“'"):
        return None
    run: list[Word] = []
    odd = False
    for word in words:
        if run and reading.gap(run[-1], word):
            break
        strange = word.folded.isalpha() and len(word.folded) > 2 and not is_syllable(word.folded)
        if strange and word.folded not in _NOT_NAMES:
            odd = True
        elif word.folded not in _NAMING:
            break
        run.append(word)
    while run and run[-1].folded in _STOP:
        run.pop()
    if len(run) >= 2 or (run and odd) or (run and _legal(cue)):
        if cue["cue"] not in _WEAK_CUES or len(run) >= 2 or odd:
            return run[-1].end
    if _legal(cue) and words[0].folded not in _STOP:
        second = len(words) > 1 and words[1].folded not in _STOP and not reading.gap(words[0], words[1])
        return words[1 if second else 0].end
    return None


_NOT_NAMES = frozenset(
    "xkld hcm tphcm facebook zalo telegram tiktok tnhh mtv fdi bot web app online game casino marketing "
    "logistics bds tmdt dtdd sdt fake scam real offline free vip thg trc đc nhg nhma".split()
)
