"""What is done every minute: close forgotten forms, erase what has been used, forget the old."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.models import Conversation, Inbox, InboxState, Outbox, OutboxState
from reports.retention import clean_up
from store.engine import Sessions
from store.settings import Settings

log = structlog.get_logger(__name__)
REPLY_KEPT = timedelta(minutes=15)
UNFETCHED_KEPT = timedelta(hours=1)


async def tidy(session: AsyncSession, settings: Settings, now: datetime) -> None:
    """One round, in the caller's transaction."""
    await close_forms(session, now - timedelta(seconds=settings.form_timeout))
    await erase_replies(session, now)
    await session.execute(
        delete(Inbox).where(Inbox.finished_at < now - timedelta(days=settings.inbox_days))
    )
    idle = now - timedelta(days=settings.conversation_days)
    due = exists().where(Inbox.conversation == Conversation.key, Inbox.state == InboxState.due)
    unfetched = exists().where(
        Outbox.conversation == Conversation.key, Outbox.state == OutboxState.due
    )
    forgotten = delete(Conversation).where(Conversation.updated_at < idle, ~due, ~unfetched)
    await session.execute(forgotten)
    await clean_up(session, now)


async def close_forms(session: AsyncSession, before: datetime) -> None:
    """A form left open is forgotten; the person is told when they write again, not before."""
    rows = await session.execute(
        select(Conversation)
        .where(Conversation.form_open, Conversation.updated_at < before)
        .with_for_update(skip_locked=True)
    )
    for conversation in rows.scalars():
        conversation.state = {"memory": {"timed_out": True}}
        conversation.form_open = False


async def erase_replies(session: AsyncSession, now: datetime) -> None:
    """Replies that were sent, or that nobody fetched, lose their content."""
    await session.execute(
        update(Outbox)
        .where(Outbox.sent_at < now - REPLY_KEPT, Outbox.payload.is_not(None))
        .values(payload=None)
    )
    await session.execute(
        update(Outbox)
        .where(Outbox.state == OutboxState.due, Outbox.created_at < now - UNFETCHED_KEPT)
        .values(state=OutboxState.failed, payload=None)
    )


async def run(
    sessions: Sessions, settings: Settings, clock: Callable[[], datetime], every: float = 60
) -> None:
    """A round every `every` seconds, until cancelled."""
    while True:
        try:
            async with sessions() as session:
                await tidy(session, settings, clock())
                await session.commit()
        except (SQLAlchemyError, OSError) as error:
            log.warning("housekeeping_failed", error=type(error).__name__)
        await asyncio.sleep(every)
