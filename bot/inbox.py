"""The inbox: a message is written here before anything is done with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.models import Conversation, Inbox, InboxState, Outbox
from handlers.turn import Reply

MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Incoming:
    """A verified message of a channel; `payload` is `{"text"}`, `{"button"}` or `{"media"}`."""

    channel: str
    dedupe_key: bytes
    conversation: bytes
    payload: dict[str, Any]
    received_at: datetime


@dataclass(frozen=True)
class Work:
    """The next message of a conversation whose lane is ours until the transaction ends."""

    inbox_id: int
    channel: str
    payload: dict[str, Any]
    attempts: int
    state: Any | None
    updated_at: datetime


async def accept(engine: AsyncEngine, message: Incoming) -> tuple[int, bool]:
    """Store durably; `(inbox id, whether it is new)`. A redelivery gives the first id back."""
    conversation = (
        insert(Conversation)
        .values(key=message.conversation, channel=message.channel, updated_at=message.received_at)
        .on_conflict_do_nothing()
        .cte("conversation")
    )
    statement = (
        insert(Inbox)
        .values(
            channel=message.channel,
            dedupe_key=message.dedupe_key,
            conversation=message.conversation,
            payload=message.payload,
            received_at=message.received_at,
            due_at=message.received_at,
        )
        .on_conflict_do_nothing()
        .returning(Inbox.id)
        .add_cte(conversation)
    )
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        new = (await connection.execute(statement)).scalar()
        if new is not None:
            return new, True
        known = await connection.execute(
            select(Inbox.id).where(
                Inbox.channel == message.channel, Inbox.dedupe_key == message.dedupe_key
            )
        )
        return known.scalar_one(), False


async def claim(session: AsyncSession, conversation: bytes, now: datetime) -> Work | None:
    """Lock the conversation's lane and take its oldest due message; None: nothing, or taken."""
    oldest = (
        select(Inbox)
        .where(Inbox.conversation == Conversation.key, Inbox.state == InboxState.due)
        .order_by(Inbox.id)
        .limit(1)
        .correlate(Conversation)
        .lateral("oldest")
    )
    row = (
        await session.execute(
            select(
                oldest.c.id,
                oldest.c.channel,
                oldest.c.payload,
                oldest.c.attempts,
                oldest.c.due_at,
                Conversation.state,
                Conversation.updated_at,
            )
            .select_from(Conversation)
            .join(oldest, Conversation.key == oldest.c.conversation)
            .where(Conversation.key == conversation)
            .with_for_update(of=Conversation, skip_locked=True)
        )
    ).first()
    if row is None or row.due_at > now:
        return None
    return Work(row.id, row.channel, row.payload, row.attempts, row.state, row.updated_at)


async def finish(
    session: AsyncSession,
    conversation: bytes,
    work: Work,
    replies: list[dict[str, Any]],
    state: dict[str, Any] | None,
    understood: dict[str, Any],
    now: datetime,
    outcome: InboxState = InboxState.done,
) -> list[int]:
    """End the message: state, replies and inbox row in one statement; ids of the replies."""
    lane = (
        update(Conversation)
        .where(Conversation.key == conversation)
        .values(state=state, form_open=bool(state and state.get("flow")), updated_at=now)
        .cte("lane")
    )
    done = (
        update(Inbox)
        .where(Inbox.id == work.inbox_id)
        .values(state=outcome, payload=None, understood=understood, finished_at=now)
        .cte("done")
    )
    rows = [
        {
            "channel": work.channel,
            "conversation": conversation,
            "inbox_id": work.inbox_id,
            "payload": reply,
            "created_at": now,
        }
        for reply in replies
    ]
    statement = insert(Outbox).values(rows).returning(Outbox.id).add_cte(lane, done)
    return sorted((await session.execute(statement)).scalars())


async def postpone(session: AsyncSession, inbox_id: int, now: datetime) -> int:
    """Count a failed attempt and wait before the next; the number of attempts so far."""
    attempts = (
        await session.execute(
            update(Inbox)
            .where(Inbox.id == inbox_id)
            .values(attempts=Inbox.attempts + 1)
            .returning(Inbox.attempts)
        )
    ).scalar_one()
    pause = timedelta(seconds=0.2 * 2**attempts)
    await session.execute(update(Inbox).where(Inbox.id == inbox_id).values(due_at=now + pause))
    return attempts


async def waiting(session: AsyncSession, now: datetime, limit: int = 200) -> list[bytes]:
    """Conversations with something due, the longest waiting first."""
    rows = await session.execute(
        select(Inbox.conversation)
        .where(Inbox.state == InboxState.due, Inbox.due_at <= now)
        .order_by(Inbox.id)
        .limit(limit)
    )
    return list(dict.fromkeys(rows.scalars()))


def rendered(reply: Reply, payload_of: Any) -> dict[str, Any]:
    """A reply as the outbox keeps it: `{"text", "buttons", "links"}`."""
    return {
        "text": reply.text,
        "buttons": [{"title": b.title, "payload": payload_of(b)} for b in reply.buttons],
        "links": [{"title": link.title, "url": link.url} for link in reply.links],
    }
