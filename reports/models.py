"""Tables of what we keep about reports. None of them knows who reported.

There is no conversation, channel account or name of a reporter here: the receipt, kept as a
keyed hash, is the only way back (for a few days a platform's report has a sender mark beside it,
see `reports.marks`). Every free text is encrypted and was anonymised before.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reports.columns import choice
from reports.limit_models import Block, SenderMark, UsageCount
from reports.officer_models import AuditEntry, Officer, OfficerSession
from reports.terms import (
    ConsentLevel,
    Disposition,
    IndicatorKind,
    Kind,
    LegalBasis,
    MessageKind,
    Priority,
    Status,
    Tier,
    When,
)
from store.base import Base
from store.types import EncryptedJSON, UtcDateTime

__all__ = [
    "AuditEntry",
    "Block",
    "Indicator",
    "Officer",
    "OfficerSession",
    "ReceiptAttempt",
    "Report",
    "ReportEvent",
    "ReportMessage",
    "SenderMark",
    "UsageCount",
]

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


class Report(Base):
    """One report; `summary`, `place_text`, `when_text`, `suspect_text` are anonymised texts."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_queue", "status", "priority", "created_at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    status: Mapped[Status] = mapped_column(choice(Status, "status"), default=Status.new)
    disposition: Mapped[Disposition | None] = mapped_column(choice(Disposition, "disposition"))
    close_reason: Mapped[str | None] = mapped_column(EncryptedJSON("reports.close_reason"))
    priority: Mapped[Priority] = mapped_column(choice(Priority, "priority"))
    tier: Mapped[Tier] = mapped_column(choice(Tier, "tier"))

    summary: Mapped[str | None] = mapped_column(EncryptedJSON("reports.summary"))
    province: Mapped[str | None] = mapped_column(String(40), index=True)
    abroad: Mapped[bool] = mapped_column(default=False)
    place_text: Mapped[str | None] = mapped_column(EncryptedJSON("reports.place_text"))
    when_code: Mapped[When | None] = mapped_column(choice(When, "when_code"))
    when_text: Mapped[str | None] = mapped_column(EncryptedJSON("reports.when_text"))
    suspect_text: Mapped[str | None] = mapped_column(EncryptedJSON("reports.suspect_text"))
    in_danger: Mapped[bool | None]
    minor: Mapped[bool | None]

    consent_level: Mapped[ConsentLevel] = mapped_column(choice(ConsentLevel, "consent_level"))
    consent_version: Mapped[str] = mapped_column(String(40))
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consent_purposes: Mapped[list[str]] = mapped_column(ARRAY(String(24)))

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def number(self) -> str:
        """The public number, `LC-2026-000123`: year of creation in Việt Nam, and id."""
        return f"LC-{self.created_at.astimezone(LOCAL).year}-{self.id:06d}"


class Indicator(Base):
    """Something that leads to a suspect: encrypted, with a keyed hash that links reports."""

    __tablename__ = "indicators"
    __table_args__ = (Index("uq_indicators_once", "report_id", "blind", unique=True),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    kind: Mapped[IndicatorKind] = mapped_column(choice(IndicatorKind, "kind"))
    value: Mapped[str] = mapped_column(EncryptedJSON("indicators.value"))
    blind: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    source: Mapped[str] = mapped_column(String(16), default="suspect")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportMessage(Base):
    """A line of the thread; `read_at`: by the other side, `answered_at`: of a question."""

    __tablename__ = "report_messages"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind, "kind"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    reply_to: Mapped[int | None] = mapped_column(
        ForeignKey("report_messages.id", ondelete="CASCADE")
    )
    text: Mapped[str] = mapped_column(EncryptedJSON("report_messages.text"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportEvent(Base):
    """A change of status; no officer when the reporter or the retention did it."""

    __tablename__ = "report_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    from_status: Mapped[Status | None] = mapped_column(choice(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(choice(Status, "to_status"))
    reason: Mapped[str | None] = mapped_column(EncryptedJSON("report_events.reason"))
    legal_basis: Mapped[LegalBasis | None] = mapped_column(choice(LegalBasis, "legal_basis"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReceiptAttempt(Base):
    """Wrong receipts of one conversation in one hour; `key` hashes both, so hours do not link."""

    __tablename__ = "receipt_attempts"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    window: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]
