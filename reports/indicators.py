"""Suspects' indicators: one written form for each, so that the same one links reports."""

import re
import unicodedata

import phonenumbers

from reports.terms import IndicatorKind
from store.crypto import Keyring
from store.text import fold

_SPACES = re.compile(r"\s+")
_SHARED_HOSTS = frozenset(
    "facebook.com fb.com fb.me m.me messenger.com zalo.me chat.zalo.me t.me tiktok.com "
    "telegram.org youtube.com google.com instagram.com shopee.vn lazada.vn".split()
)


def normalise(kind: IndicatorKind, value: str) -> str:
    """The form under which two spellings of one indicator are equal."""
    plain = unicodedata.normalize("NFKC", value).strip()
    return _NORMAL[kind](plain) or plain.lower()


def blind_index(kind: IndicatorKind, value: str, ring: Keyring, report_id: int) -> bytes:
    """Keyed hash of the normal form: equal for equal indicators, meaningless without the key.

    What many people share (a name, a bare "facebook.com") is hashed with its report's id, so
    that it links nothing.
    """
    normal = normalise(kind, value)
    own = () if _links(kind, value, normal) else (str(report_id),)
    return ring.digest("indicator", kind, normal, *own)


def _links(kind: IndicatorKind, value: str, normal: str) -> bool:
    if kind is IndicatorKind.link:
        return normal not in _SHARED_HOSTS
    if kind is IndicatorKind.handle:
        return not _SPACES.search(value.strip())
    if kind is IndicatorKind.other:
        return any(letter.isdigit() or letter == "@" for letter in normal)
    return True


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "VN")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _link(value: str) -> str:
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", value.lower())
    return bare.removeprefix("www.").removeprefix("m.").split("#")[0].rstrip("/?.,;)")


def _account(value: str) -> str:
    return re.sub(r"\D", "", value)


def _handle(value: str) -> str:
    return _SPACES.sub("", value.lower()).lstrip("@")


def _other(value: str) -> str:
    return _SPACES.sub(" ", fold(unicodedata.normalize("NFC", value))).strip()


_NORMAL = {
    IndicatorKind.phone: _phone,
    IndicatorKind.link: _link,
    IndicatorKind.account: _account,
    IndicatorKind.handle: _handle,
    IndicatorKind.other: _other,
}
