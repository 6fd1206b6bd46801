"""Messages that only platforms have: groups, forwarded texts, corrections, people who left."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from content.loader import Content
from content.schema import Category
from handlers.danger import emergency_replies
from handlers.safety import SafetyVerdict
from handlers.turn import Button, Reply, Turn, Understanding

# What a forwarded text may be answered as: it is somebody else's words, shown to us.
_EVIDENCE = {
    "job_offer": "job_offer",
    "check_scam": "scam_check",
    "report_scam": "scam_check",
    "ask_law": "law",
    "ask_prevention": "awareness",
}


def in_group(content: Content, text: str, verdict: SafetyVerdict | None) -> list[Reply]:
    """Numbers for danger, else where to write in private; a group is no place for a report."""
    if verdict is not None and verdict.category == Category.third_party:
        return []
    if verdict is not None and verdict.priority.urgent:
        numbers = emergency_replies(content, text, verdict)[:1]
        bare = [replace(reply, buttons=()) for reply in numbers]
        return [*bare, Reply(content.say("conversation.in_group"))]
    return [Reply(content.say("conversation.in_group"))]


def as_evidence(understood: Understanding) -> str:
    """The service that reads a forwarded text (it is not the writer's own wish)."""
    return _EVIDENCE.get(understood.intent, "scam_check")


def corrected_in_form(turn: Turn) -> list[Reply]:
    """A changed message cannot take the place of an answer that was read already."""
    return [Reply(turn.content.say("conversation.edited_in_form"))]


def about_forwarded(content: Content, urgent: bool) -> Reply:
    """What comes before the answer to a forwarded text."""
    name = "conversation.forwarded_danger" if urgent else "conversation.forwarded"
    button = Button(content.say("conversation.choose_report"), "report.start")
    return Reply(content.say(name), [button])


def left(payload: Mapping[str, Any]) -> bool:
    """Whether the person blocked the bot or left: all that is kept of the talk goes."""
    return bool(payload.get("gone"))


def names_numbers(content: Content, reply: Reply) -> bool:
    """Whether both emergency numbers stand in its text."""
    shown = (content.hotlines[line].display for line in ("h111", "h113"))
    return all(re.search(rf"\b{re.escape(number)}\b", reply.text) for number in shown)


def with_numbers(content: Content, replies: list[Reply]) -> list[Reply]:
    """The numbers in the first reply although the message was read as harmless."""
    first, *others = replies
    if names_numbers(content, first):
        return replies
    return [
        replace(first, text=f"{first.text}\n\n{content.say('conversation.if_danger')}"),
        *others,
    ]
