"""Receipts: 16 digits that are the only way back to a report.

Fifteen digits come from the system's random source; the last is a Damm check digit, which
tells every single wrong digit and every swap of neighbours (H. M. Damm, 2004).
"""

import re
import secrets
import unicodedata

from store.crypto import Keyring

DIGITS = 16
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_RUN = re.compile(r"\d(?:[\s.,;:_\-\u2010-\u2015/()]{0,3}\d)*")


def new_receipt() -> str:
    """A fresh receipt of 16 plain digits."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return body + _check_digit(body)


def _check_digit(body: str) -> str:
    interim = 0
    for digit in body:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def valid(digits: str) -> bool:
    """Whether `digits` is 16 digits with the right check digit (nothing is looked up)."""
    right_form = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    return right_form and _check_digit(digits[:-1]) == digits[-1]


def shown(digits: str) -> str:
    """Grouped for people, `0912 3456 7890 1234`."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def parse(text: str) -> str | None:
    """The 16 digits typed in `text` among words, spaces, dots or dashes; None without any.

    A run with a right check digit wins over one without; the digits need not be valid.
    """
    plain = unicodedata.normalize("NFKC", text)
    runs = [re.sub(r"\D", "", run) for run in _RUN.findall(plain)]
    found = [_ascii(run) for run in runs if len(run) == DIGITS]
    return next((run for run in found if valid(run)), found[0] if found else None)


def _ascii(run: str) -> str:
    return "".join(str(unicodedata.digit(letter)) for letter in run)


def looks_like_receipt(text: str) -> bool:
    """Whether someone meant a receipt: 12 to 20 digits together and little else.

    An amount and an account number in one sentence are not one.
    """
    plain = unicodedata.normalize("NFKC", text)
    longest = max((sum(c.isdigit() for c in run) for run in _RUN.findall(plain)), default=0)
    letters = sum(letter.isalpha() for letter in text)
    return 12 <= longest <= 20 and letters <= 30


def receipt_hash(digits: str, ring: Keyring) -> bytes:
    """What the database keeps of a receipt."""
    return ring.digest("receipt", digits)
