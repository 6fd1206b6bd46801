"""What is done every minute: close forgotten forms, erase what has been used, forget the old."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.models import Conversation, Inbox, InboxState, Outbox, OutboxKind, OutboxState
from reports.retention import clean_up
from store.engine import Sessions
from store.settings import Settings

log = structlog.get_logger(__name__)
Job = Callable[[AsyncSession, Settings, datetime], Awaitable[None]]
REPLY_KEPT = timedelta(minutes=15)
UNFETCHED_KEPT = timedelta(hours=1)
KEPT_BROADCAST = timedelta(days=7)


async def close_forms(session: AsyncSession, settings: Settings, now: datetime) -> None:
    """A form left open is forgotten; the person is told when they write again, not before."""
    late = (
        select(Conversation.key)
        .where(
            Conversation.form_open,
            Conversation.updated_at < now - timedelta(seconds=settings.form_timeout),
        )
        .with_for_update(skip_locked=True, key_share=True)
    )
    forgotten = {"state": {"memory": {"timed_out": True}}, "form_open": False}
    await session.execute(
        update(Conversation)
        .where(Conversation.key.in_(late))
        .values(forgotten)
        .execution_options(synchronize_session=False)
    )


async def forget(session: AsyncSession, settings: Settings, now: datetime) -> None:
    """Finished messages, and conversations that nobody has used for days."""
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


async def clean_reports(session: AsyncSession, _settings: Settings, now: datetime) -> None:
    """Old reports, receipt tries and officers' sessions (`reports.retention`)."""
    await clean_up(session, now)


async def erase_replies(session: AsyncSession, settings: Settings, now: datetime) -> None:
    """Replies that were sent, or that nobody fetched or could deliver, lose their content."""
    await session.execute(
        update(Outbox)
        .where(Outbox.sent_at < now - REPLY_KEPT, Outbox.payload.is_not(None))
        .values(payload=None)
    )
    forgotten = {"state": OutboxState.failed, "payload": None, "address": None}
    await session.execute(
        update(Outbox)
        .where(
            Outbox.channel == "web",
            Outbox.state == OutboxState.due,
            Outbox.created_at < now - UNFETCHED_KEPT,
        )
        .values(forgotten)
    )
    # A channel that was switched off has no sender left that would give its rows up.
    late = now - timedelta(minutes=settings.reply_minutes) - UNFETCHED_KEPT
    await session.execute(
        update(Outbox)
        .where(
            Outbox.channel != "web",
            Outbox.kind == OutboxKind.live,
            Outbox.state < OutboxState.sent,
            Outbox.created_at < late,
        )
        .values({**forgotten, "reason": "too_late"})
    )
    await session.execute(
        delete(Outbox).where(Outbox.inbox_id.is_(None), Outbox.sent_at < now - KEPT_BROADCAST)
    )


async def measure_backlog(session: AsyncSession, _settings: Settings, now: datetime) -> None:
    """How long the oldest message and reply have waited: a worker or sender may be missing."""
    oldest = {
        "inbox": select(func.min(Inbox.received_at)).where(Inbox.state == InboxState.due),
        "outbox": select(func.min(Outbox.created_at)).where(
            Outbox.state < OutboxState.sent,
            Outbox.channel != "web",
            Outbox.kind == OutboxKind.live,
        ),
    }
    for queue, statement in oldest.items():
        since = await session.scalar(statement)
        metrics.WAITING.labels(queue).set((now - since).total_seconds() if since else 0)


JOBS: Sequence[Job] = (measure_backlog, close_forms, erase_replies, forget, clean_reports)


async def run(
    sessions: Sessions, settings: Settings, clock: Callable[[], datetime], every: float = 60
) -> None:
    """A round every `every` seconds, until cancelled; one job's fault stops no other job."""
    while True:
        for job in JOBS:
            try:
                async with sessions() as session:
                    await job(session, settings, clock())
                    await session.commit()
            except Exception as error:
                log.error("housekeeping_failed", error=type(error).__name__)
        metrics.TIDIED.set_to_current_time()
        await asyncio.sleep(every)
