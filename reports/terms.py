"""The words of the field, as enums; what people read for them stands in `labels.yml`."""

from enum import StrEnum


class Kind(StrEnum):
    """What a report is about."""

    trafficking = "trafficking"
    scam = "scam"
    other = "other"


class Status(StrEnum):
    """Where a report stands; `desk.TRANSITIONS` tells which step may follow which."""

    new = "new"
    triaged = "triaged"
    forwarded = "forwarded"
    verifying = "verifying"
    closed = "closed"


class Disposition(StrEnum):
    """How a report ended; asked for on closing and at no other time."""

    resolved = "resolved"
    forwarded_to_police = "forwarded_to_police"
    advised = "advised"
    duplicate = "duplicate"
    insufficient = "insufficient"
    out_of_scope = "out_of_scope"
    withdrawn = "withdrawn"


class Priority(StrEnum):
    """P0 danger to life, P1 captive or a minor, P2 harmed or lured, P3 information."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Tier(StrEnum):
    """What the channel knew of the reporter; never which channel or account it was."""

    web = "web"
    platform = "platform"


class ConsentLevel(StrEnum):
    """What the reporter agreed to; "answer only" is no level because nothing is kept."""

    keep = "keep"
    forward = "forward"


class When(StrEnum):
    """The buttons of the question "when"."""

    today = "today"
    week = "week"
    earlier = "earlier"


class IndicatorKind(StrEnum):
    """What leads to a suspect; plates, vessels, e-mails and names are `other`."""

    phone = "phone"
    link = "link"
    account = "account"
    handle = "handle"
    other = "other"


class MessageKind(StrEnum):
    """A line of a report's thread: an officer asks, the reporter answers or adds."""

    question = "question"
    answer = "answer"
    addition = "addition"
    system = "system"


class Role(StrEnum):
    """What an officer may do; the console decides what each one sees."""

    officer = "officer"
    commander = "commander"
    editor = "editor"
    admin = "admin"


class LegalBasis(StrEnum):
    """Why a report went to the police: consent, or Điều 19.1 Luật 91/2025/QH15 (life, health)."""

    consent = "consent"
    vital_interest = "vital_interest"


class AuditAction(StrEnum):
    """What an officer did."""

    view = "view"
    reveal = "reveal"
    status = "status"
    ask = "ask"
    sign_in = "sign_in"
    sign_in_failed = "sign_in_failed"
    sign_out = "sign_out"
    block = "block"
    unblock = "unblock"


class BlockReason(StrEnum):
    """Why an officer blocked the sender of a report."""

    spam = "spam"
    false_reports = "false_reports"
    abuse = "abuse"
