"""Companies and centres: a cue ("công ty", "cty", "trung tâm") and the name after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.entities.base import Found, Reading, Word
from nlu.entities.repair import is_syllable
from nlu.text import fold

_CUE = re.compile(
    r"(?<![a-z])(?P<cue>cong ty|cong ti|coong ty|congty|cty|cti|c\.ty|ct ty|tap doan|doanh "
    r"nghiep|xi nghiep|"
    r"nghiep doan|hop tac xa|htx|trung tam|van phong)(?![a-z])"
    r"(?P<legal>(?:\s+(?:tnhh|co phan|cp|mtv|1tv|mot thanh vien|1 thanh vien|trach nhiem huu han|"
    r"dau tu|"
    r"phat trien|thuong mai|dich vu|tm|dv|tmdv|sx|xd|xay dung|xkld|xklđ|xuat khau lao dong|xuat "
    r"khau|"
    r"cung ung lao dong|cung ung|nhan luc|nguon nhan luc|quoc te|lien doanh|du lich|du hoc|tu "
    r"van du hoc|"
    r"tu van|ngoai ngu|nhat ngu|han ngu|tieng nhat|tieng han|dao tao|gioi thieu viec lam|viec lam|"
    r"day nghe|dao tao nghe|moi gioi|luat|van tai|tai chinh|cong nghe|moi gioi viec lam|va|"
    r"&)(?![a-z]))*)"
    r"(?:\s+ten(?: la)?(?=\s)|\s*[:\"“'](?=\s?\w))?"
)
_NAME_WORD = re.compile(r"[\s\"“']+([^\W_][\w&.\-']*)")
_STOP = frozenset(
    "la o co bao thi ma cho bi dang da se khong ko k va tai noi tuyen thu hua lua voi nay kia do "
    "nao gi the a nhe cua duoc dc can giay phep khac minh em toi ben lam dua bat nha tren duoi "
    "ten ho no ay hay gui goi nhan moi ra ve di qua sang hom luc tu den ca rat bong giu phat tra "
    "noi "
    "dia chi chuyen gan that gia ma toi tui con chau anh chi chi nhanh tinh huyen "
    "xa phuong quan".split()
)
_LEGAL_FORM = re.compile(r"\b(?:tnhh|co phan|cp|mtv|trach nhiem huu han)\b")
# Syllables that names of companies are made of, for texts without capitals.
_NAMING = frozenset(
    "hoàng long thiên phú minh anh đức phát đại tín thành công hưng thịnh an phúc khang gia lộc "
    "tân việt "
    "nhật á châu thái bình dương nam bắc đông tây sao mai mặt trời kim ngân hải vân phương hồng "
    "hà sơn "
    "lâm tiến đạt quang vinh hoa ngọc bảo tâm trí tuệ thắng lợi hoàn cầu toàn sinh trang phong "
    "linh "
    "trường giang thuận thảo nguyên quốc huệ vàng xanh rồng biển cửu sen hạnh mỹ hương "
    "đào hòa hoà".split()
)
_PLAIN_NAMING = frozenset(fold(word) for word in _NAMING)
# Without marks these are everyday words: two of them alone make no name.
_EVERYDAY = frozenset(
    "bao dong tien thang lam dat tri nam tam dai mai sao ngan a ha trang an sinh sen bien vang "
    "xanh anh minh hoa cong gia loi "
    "phat nguyen tay linh hai dao tin son toan cau hoan phong my van".split()
)
_NOT_COMPANY = frozenset(
    "trung quoc|nuoc ngoai|viet nam|nhat ban|nhat|han quoc|han|dai loan|dai|duc|lao dong|my|tq|"
    "lao".split("|")
)
_WEAK_CUES = frozenset({"trung tam", "van phong", "xi nghiep", "hop tac xa", "htx", "doanh nghiep"})


def companies(reading: Reading) -> Iterator[Found]:
    """Company names with the cue in the span; `value` is the name with its legal form."""
    for cue in _CUE.finditer(reading.folded):
        end = _capital_name(reading, cue) or _plain_name(reading, cue)
        if end and reading.folded[cue.end() : end].strip() not in _NOT_COMPANY:
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
    if count < 2 and cue["cue"] in _WEAK_CUES and not cue["legal"]:
        return None
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
        elif not (word.typed in _NAMING or word.typed in _PLAIN_NAMING):
            break
        run.append(word)
    while len(run) > (1 if odd else 2) and run[-1].folded in _STOP:
        run.pop()
    everyday = all(word.folded in _STOP or word.typed in _EVERYDAY for word in run)
    if not _legal(cue) and everyday and not odd:
        return None
    enough = len(run) >= 2 or odd
    if run and (enough or (_legal(cue) and cue["cue"] not in _WEAK_CUES)):
        return run[-1].end
    if _legal(cue) and words[0].folded not in _STOP:
        second = (
            len(words) > 1 and words[1].folded not in _STOP and not reading.gap(words[0], words[1])
        )
        return words[1 if second else 0].end
    return None


_NOT_NAMES = frozenset(
    "xkld hcm tphcm facebook zalo telegram tiktok tnhh mtv fdi bot web app online game casino "
    "marketing "
    "logistics bds tmdt dtdd sdt fake scam real offline free vip thg trc đc nhg nhma".split()
)
