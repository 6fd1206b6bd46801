"""What Zalo's OpenAPI refuses in a message (facts/channels.md §1.4)."""

from collections.abc import Mapping
from typing import Any

BUTTONS = frozenset("oa.query.show oa.query.hide oa.open.url oa.open.sms oa.open.phone".split())


def message_fault(message: Mapping[str, Any]) -> int:
    """The error code for a message that breaks a rule of the OpenAPI, 0 for a good one."""
    text, attachment = message.get("text"), message.get("attachment")
    if not set(message) <= {"text", "attachment"} or (not text and not attachment):
        return -201
    if text is not None and (not isinstance(text, str) or not text.strip()):
        return -201
    if text and _units(text) > 2000:
        return -210
    return _attachment_fault(attachment, bool(text)) if attachment is not None else 0


def _attachment_fault(attachment: Any, with_text: bool) -> int:
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict) or attachment.get("type") != "template":
        return -201
    if payload.get("template_type") == "media":
        return _media_fault(payload.get("elements"))
    buttons = payload.get("buttons")
    if not with_text or set(payload) != {"buttons"} or not isinstance(buttons, list) or not buttons:
        return -201
    if len(buttons) > 5:
        return -210
    return next((fault for fault in map(_button_fault, buttons) if fault), 0)


def _media_fault(elements: Any) -> int:
    if not isinstance(elements, list) or len(elements) != 1:
        return -201
    known = set(elements[0]) == {"media_type", "url"} and elements[0]["media_type"] == "image"
    return 0 if known and elements[0]["url"].startswith("https://") else -201


def _button_fault(button: Mapping[str, Any]) -> int:
    title, kind, payload = button.get("title"), button.get("type"), button.get("payload")
    if kind not in BUTTONS or not isinstance(title, str) or not title.strip():
        return -201
    if _units(title) > 100:
        return -210
    if kind in ("oa.query.show", "oa.query.hide"):
        if not isinstance(payload, str) or not payload:
            return -201
        return -210 if _units(payload) > 1000 else 0
    needed = {"oa.open.url": {"url"}, "oa.open.phone": {"phone_code"}}
    wanted = needed.get(kind, {"content", "phone_code"})
    right = isinstance(payload, dict) and set(payload) == wanted and all(payload.values())
    return 0 if right else -201


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
