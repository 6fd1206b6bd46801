"""A Zalo event that an operator saved to files: its headers, and why its signature may not fit."""

import hashlib
import hmac
import json
from collections.abc import Iterator

from multidict import CIMultiDict

from bot.channels.zalo_signature import SIGNATURE, candidates, event_of, fitting
from store.settings import Settings

Headers = CIMultiDict[str]


def read_headers(text: str) -> Headers:
    """From a JSON object or from `Name: value` lines; names are found whatever their case."""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if isinstance(data, dict):
        return CIMultiDict((str(name), str(value).strip()) for name, value in data.items())
    lines = (line.partition(":") for line in text.splitlines())
    return CIMultiDict((name.strip(), value.strip()) for name, colon, value in lines if colon)


def mistakes(raw: bytes, headers: Headers, settings: Settings) -> Iterator[str]:
    """The usual reasons why a true event does not fit, each tried; lines for the operator."""
    app_id = settings.zalo_app_id or ""
    secret = settings.zalo_oa_secret.get_secret_value() if settings.zalo_oa_secret else ""
    other = settings.zalo_app_secret.get_secret_value() if settings.zalo_app_secret else ""
    if other and fitting(raw, headers, app_id, other):
        yield "• Khớp với ZALO_APP_SECRET: ZALO_OA_SECRET_KEY phải là khóa ở trang Webhook."
    if fitting(raw.rstrip(b"\r\n"), headers, app_id, secret):
        yield "• Tệp nội dung có thêm dấu xuống dòng ở cuối; bỏ nó đi thì khớp."
    if _by_hmac(raw, headers, app_id, secret):
        yield "• Khớp với HMAC-SHA-256: Zalo đã đổi cách ký, cần sửa chương trình."
    if str((event_of(raw) or {}).get("app_id", app_id)) != app_id:
        yield "• app_id trong sự kiện khác ZALO_APP_ID."


def _by_hmac(raw: bytes, headers: Headers, app_id: str, secret: str) -> bool:
    given = headers.get(SIGNATURE, "").lower().removeprefix("mac=")
    signed = (app_id.encode() + raw + stamp.encode() for _, stamp in candidates(raw, headers))
    return any(given == hmac.new(secret.encode(), s, hashlib.sha256).hexdigest() for s in signed)
