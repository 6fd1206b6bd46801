"""A seeded generator of the ways people mistype Vietnamese on a phone.

Used to test (and, with another seed, to train) for messages without marks, in teencode and with
slips of the finger. Frequencies follow the measured ones in real comments; the same seed and text
always give the same result.
"""

from __future__ import annotations

import random
import re
import unicodedata

from nlu.text import view

TEENCODE: dict[str, tuple[str, ...]] = {
    "không": ("ko", "k", "hong", "hok", "khum", "kh"),
    "được": ("đc", "dc", "đk"),
    "em": ("e",),
    "anh": ("a",),
    "rồi": ("r", "gòi", "rùi"),
    "người": ("ng", "ngừi"),
    "vậy": ("z", "v", "dị", "zậy"),
    "với": ("vs", "zới"),
    "vợ": ("vk",),
    "chồng": ("ck",),
    "tôi": ("t", "tui"),
    "mình": ("mk", "mik"),
    "bạn": ("b", "bn"),
    "gì": ("j", "jz"),
    "trước": ("trc",),
    "cũng": ("cx", "cg"),
    "giờ": ("h", "jo"),
    "làm": ("lm",),
    "biết": ("bt", "bít"),
    "nước": ("nc",),
    "nhiêu": ("nhiu",),
    "luôn": ("lun", "luon"),
    "như": ("nhu", "nk"),
    "thế": ("tke", "thía"),
    "tiền": ("xiền", "tien"),
    "triệu": ("tr", "củ"),
    "điện thoại": ("đt", "dt"),
    "công ty": ("cty", "cti"),
    "công an": ("ca", "c.an"),
    "tài khoản": ("tk",),
    "chuyển khoản": ("ck",),
    "facebook": ("fb", "face"),
    "trung quốc": ("tq",),
    "việt nam": ("vn",),
}
NEIGHBOURS = {
    "a": "sqw", "b": "vnh", "c": "xvd", "d": "sfe", "e": "wrd", "g": "fht", "h": "gjn", "i": "uok",
    "k": "jli", "l": "ko", "m": "n", "n": "bm", "o": "ipl", "p": "o", "q": "wa", "r": "etf",
    "s": "adz", "t": "ryg", "u": "yij", "v": "cb", "x": "zc", "y": "tuh",
}  # fmt: skip
_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_EMOJI = ("😭", "🥺", "😢", ":((", "😡", "🙏", "ạ", "...", "!!!", "??")
_SLANG = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, TEENCODE), key=len, reverse=True)) + r")\b", re.I
)
_KEEP = re.compile(r"[\d@/:.]")


def strip_marks(text: str) -> str:
    """`text` (NFC) without tone and letter marks; case, length and everything else unchanged."""
    seen = view(text)
    return "".join(
        plain.upper() if char.isupper() else plain for char, plain in zip(seen.typed, seen.folded)
    )


def noisy(text: str, seed: int) -> str:
    """`text` as a hurried person might have typed it: one habit of marks, and some slips."""
    rng = random.Random(f"{seed}:{text}")
    text = _SLANG.sub(lambda m: _slang(m.group(), rng), unicodedata.normalize("NFC", text))
    habit = rng.choices(("full", "partial", "none", "telex"), (30, 25, 35, 10))[0]
    words = [_mistype(word, habit, rng) for word in text.split(" ")]
    joined = _join(words, rng)
    if rng.random() < 0.12:
        joined = f"{joined} {rng.choice(_EMOJI)}"
    if rng.random() < 0.05:
        joined = joined.upper()
    if rng.random() < 0.35:
        joined = re.sub(r"[,.?!;]+(?=\s|$)", "", joined)
    return joined if joined.strip() else text


def _slang(phrase: str, rng: random.Random) -> str:
    forms = TEENCODE[phrase.lower()]
    if rng.random() > 0.4:
        return phrase
    return rng.choices(forms, [len(forms) - i for i in range(len(forms))])[0]


def _mistype(word: str, habit: str, rng: random.Random) -> str:
    if _KEEP.search(word):
        return strip_marks(word) if habit == "none" else word
    if habit == "none" or (habit == "partial" and rng.random() < 0.5):
        word = strip_marks(word)
    elif habit == "telex" and rng.random() < 0.3:
        word = _telex(word)
    slip = rng.random()
    if slip < 0.03 and len(word) > 3:
        word = _neighbour(word, rng)
    elif slip < 0.045 and len(word) > 3:
        at = rng.randrange(1, len(word) - 1)
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif slip < 0.06 and len(word) > 3:
        at = rng.randrange(1, len(word))
        word = word[:at] + word[at + 1 :]
    elif slip < 0.08 and word and word[-1].isalpha():
        word += word[-1] * rng.randint(2, 4)
    return word


def _telex(word: str) -> str:
    """The keys of the Telex method as they stand when the keyboard did not combine them."""
    keys: list[str] = []
    tone = ""
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        elif char in "\u0302\u0306\u031b" and keys:
            keys.append(keys[-1].lower() if char == "\u0302" else "w")
        else:
            keys.append({"đ": "dd", "Đ": "DD"}.get(char, char))
    return "".join(keys) + tone


def _neighbour(word: str, rng: random.Random) -> str:
    spots = [i for i, char in enumerate(word) if char in NEIGHBOURS]
    if not spots:
        return word
    at = rng.choice(spots)
    return word[:at] + rng.choice(NEIGHBOURS[word[at]]) + word[at + 1 :]


def _join(words: list[str], rng: random.Random) -> str:
    pieces = [words[0]]
    for word in words[1:]:
        pieces.append(word if rng.random() < 0.02 else f" {word}")
    return "".join(pieces)
