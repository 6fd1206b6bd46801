"""Tables against mischief: blocks, the marks they are made from, and counts that expire.

None of them holds a conversation: a mark is a keyed hash under its own purpose, beside a report it
is encrypted and lives for days, and two counts of different days have nothing in common.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reports.columns import choice
from reports.terms import BlockReason
from store.base import Base
from store.types import EncryptedJSON, UtcDateTime


class SenderMark(Base):
    """What a block of a report's sender is made from; see `reports.marks` for its short life.

    Encrypted, so that two reports of one sender do not look alike in a stolen database.
    """

    __tablename__ = "sender_marks"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(EncryptedJSON("sender_marks.mark"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Block(Base):
    """One officer's block. The same sender may be blocked twice, and neither row tells."""

    __tablename__ = "blocks"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[BlockReason] = mapped_column(choice(BlockReason, "reason"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UsageCount(Base):
    """Reports that one conversation sent in one day; `key` hashes both, so days do not link."""

    __tablename__ = "usage_counts"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]
