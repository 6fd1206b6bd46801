"""Conversations, and the messages on their way in and out.

No platform id, no plain text: a conversation is a keyed hash; payloads are encrypted and
erased after use.
"""

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.types import EncryptedJSON, UtcDateTime


class InboxState(IntEnum):
    """`due` waits for a worker; `poison` failed too often and was answered neutrally."""

    due = 0
    done = 1
    poison = 2


class OutboxState(IntEnum):
    """`unknown`: the platform's answer was lost."""

    due = 0
    sending = 1
    sent = 2
    failed = 3
    unknown = 4


class OutboxKind(IntEnum):
    """Live replies go before broadcasts; a broadcast whose fate is unknown is never sent again."""

    live = 0
    broadcast = 1


class Conversation(Base):
    """One person on one channel; its row lock is the lane that keeps messages in order."""

    __tablename__ = "conversations"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[Any | None] = mapped_column(EncryptedJSON("conversations.state"))
    form_open: Mapped[bool] = mapped_column(server_default=text("false"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Inbox(Base):
    """A message that was taken: written before any work, unique by channel and delivery."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "dedupe_key"),
        Index("ix_inbox_due", "conversation", "id", postgresql_where=text("state = 0")),
        Index("ix_inbox_finished_at", "finished_at"),
        # Deleting a conversation looks for its rows here.
        Index("ix_inbox_conversation", "conversation"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    dedupe_key: Mapped[bytes] = mapped_column(LargeBinary)
    conversation: Mapped[bytes] = mapped_column(ForeignKey("conversations.key", ondelete="CASCADE"))
    payload: Mapped[Any | None] = mapped_column(EncryptedJSON("inbox.payload"))
    state: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    understood: Mapped[Any | None] = mapped_column(EncryptedJSON("inbox.understood"))
    # Where the reply goes; erased with the payload. Empty on the web, which fetches its replies.
    address: Mapped[Any | None] = mapped_column(EncryptedJSON("inbox.address"))
    # The platform's own order of one person's messages (update number, milliseconds).
    position: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Outbox(Base):
    """A reply on its way: committed together with the turn that made it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "conversation", "id", postgresql_where=text("state = 0")),
        Index("ix_outbox_inbox_id", "inbox_id"),
        Index("ix_outbox_created_at", "created_at"),
        Index("ix_outbox_conversation", "conversation"),
        Index(
            "ix_outbox_to_send",
            "channel",
            "kind",
            "id",
            postgresql_where=text("state < 2 AND channel <> 'web'"),
        ),
        Index("ix_outbox_open", "conversation", "id", postgresql_where=text("state < 2")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    conversation: Mapped[bytes] = mapped_column(ForeignKey("conversations.key", ondelete="CASCADE"))
    # Empty for a broadcast, which answers nobody's message.
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id", ondelete="CASCADE"))
    kind: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    payload: Mapped[Any | None] = mapped_column(EncryptedJSON("outbox.payload"))
    # Erased, with the payload, as soon as the reply is out or given up.
    address: Mapped[Any | None] = mapped_column(EncryptedJSON("outbox.address"))
    state: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Until when the sender that took the row may be believed to be at work on it.
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(48))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SendSlot(Base):
    """The next moment at which a channel may send: one row shared by every sender process."""

    __tablename__ = "send_slots"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlatformToken(Base):
    """A platform's token pair; `spending_since` marks a single-use token that is being spent."""

    __tablename__ = "platform_tokens"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    pair: Mapped[Any | None] = mapped_column(EncryptedJSON("platform_tokens.pair"))
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spending_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
