"""The signature of a Zalo OA event: plain SHA-256 (no HMAC) over the raw bytes.

`mac = sha256(app_id + raw_body + timestamp + OA secret key)`, lower-case hex, in the header
`X-ZEvent-Signature`. Sources disagree about which timestamp is meant (facts/channels.md §1.1):
the header `X-ZEvent-Timestamp` and the body's field are both tried; `lachan zalo verify-event`
tells of one real event which it is.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

SIGNATURE = "X-ZEvent-Signature"
TIMESTAMP = "X-ZEvent-Timestamp"
_LONGEST = 20


def signature(app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    """The hex digest that Zalo puts behind `mac=`."""
    return hashlib.sha256(app_id.encode() + raw + f"{timestamp}{secret}".encode()).hexdigest()


def fitting(raw: bytes, headers: Mapping[str, str], app_id: str, secret: str) -> str | None:
    """Which timestamp proves the event, `header` or `body`; None for a forged one.

    `headers` must find names whatever their case (aiohttp's do).
    """
    given = headers.get(SIGNATURE, "").strip().lower().removeprefix("mac=").strip()
    claimed = given.encode("utf-8", "replace")
    for name, timestamp in candidates(raw, headers):
        expected = signature(app_id, raw, timestamp, secret).encode()
        if hmac.compare_digest(expected, claimed):
            return name
    return None


def candidates(raw: bytes, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name, timestamp) in the order in which they are tried; digits only."""
    named = headers.get(TIMESTAMP, "").strip()
    if _plausible(named):
        yield "header", named
    event = event_of(raw)
    written = str(event.get("timestamp", "")) if event else ""
    if _plausible(written):
        yield "body", written


def event_of(raw: bytes) -> dict[str, Any] | None:
    """The JSON object of a body, None for anything else; never raises."""
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _plausible(timestamp: str) -> bool:
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST
