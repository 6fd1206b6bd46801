"""The outbox from a sender's side: take what may go out, and write down what became of it.

A row whose sender died is taken again when its lease ends: a live reply is sent once more (it may
arrive twice, never not at all), a broadcast becomes `unknown` and is not sent again.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Delivery, Outcome
from bot.models import OutboxKind, OutboxState
from store.crypto import Unreadable
from store.types import EncryptedJSON, UtcDateTime

LEASE = timedelta(seconds=30)
LONGEST_PAUSE = 60.0
# How often the answer to a live reply may be lost before it is left as unknown.
MOST_UNKNOWN = 5
_PAYLOAD = EncryptedJSON("outbox.payload")
_ADDRESS = EncryptedJSON("outbox.address")

# The oldest open row of each conversation, live ones first, and what follows it there.
_TAKE = text("""
    WITH heads AS (
        SELECT id, conversation, kind FROM outbox AS head
        WHERE channel = :channel AND channel <> 'web' AND state < 2
            AND (state = 0 AND due_at <= :now OR state = 1 AND lease_until < :expired)
            AND NOT EXISTS (
                SELECT FROM outbox AS before
                WHERE before.conversation = head.conversation AND before.state < 2
                    AND before.id < head.id AND before.kind = head.kind
            )
        ORDER BY kind, id LIMIT :most
        FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET state = 1, attempts = attempts + 1, lease_until = :lease
    FROM heads
    WHERE outbox.conversation = heads.conversation AND outbox.kind = heads.kind
        AND outbox.channel = :channel AND outbox.id >= heads.id
        AND (outbox.state = 0 OR outbox.state = 1 AND outbox.lease_until < :expired)
    RETURNING outbox.id, outbox.conversation, outbox.kind, outbox.payload, outbox.address,
        outbox.attempts, outbox.created_at
""").columns(created_at=UtcDateTime())

_GIVE_UP_LOST = text("""
    UPDATE outbox SET state = 4, payload = NULL, address = NULL, reason = 'sender_died'
    WHERE channel = :channel AND channel <> 'web' AND state = 1 AND kind = 1
        AND lease_until < :expired
""")

_ENDED = text("""
    UPDATE outbox SET state = done.state, payload = NULL, address = NULL, sent_at = :now,
        reason = done.reason
    FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS smallint[]), CAST(:reasons AS text[]))
        AS done (id, state, reason)
    WHERE outbox.id = done.id AND outbox.state < 2
""")

_LATER = text("""
    UPDATE outbox SET state = 0, lease_until = NULL, due_at = later.due_at, reason = later.reason,
        attempts = outbox.attempts - later.uncounted
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:dues AS timestamptz[]), CAST(:reasons AS text[]),
        CAST(:uncounted AS smallint[])
    ) AS later (id, due_at, reason, uncounted)
    WHERE outbox.id = later.id AND outbox.state = 1
""").bindparams(bindparam("ids"), bindparam("dues"), bindparam("reasons"), bindparam("uncounted"))

_MOVE = text("""
    UPDATE outbox SET address = :address
    WHERE conversation = :conversation AND channel = :channel AND state < 2
""").bindparams(bindparam("address", type_=_ADDRESS))

_GONE = text("""
    UPDATE outbox SET state = 3, payload = NULL, address = NULL, reason = 'gone', sent_at = :now
    WHERE conversation = :conversation AND channel = :channel AND state < 2
""")

# Slots are handed out by the database's clock, which all machines share.
_SLOTS = text("""
    INSERT INTO send_slots AS slot (channel, next_at)
    VALUES (:channel, clock_timestamp() + :span)
    ON CONFLICT (channel) DO UPDATE
        SET next_at = greatest(slot.next_at, clock_timestamp()) + :span
    RETURNING extract(epoch FROM next_at - :span - clock_timestamp())
""")

_PAUSE = text("""
    INSERT INTO send_slots AS slot (channel, next_at)
    VALUES (:channel, clock_timestamp() + :pause)
    ON CONFLICT (channel) DO UPDATE
        SET next_at = greatest(slot.next_at, clock_timestamp() + :pause)
""")


@dataclass(frozen=True)
class Outgoing:
    """One request that this process holds until it has written down what became of it."""

    row_id: int
    conversation: bytes
    kind: int
    part: dict[str, Any] | None
    address: dict[str, Any] | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Ended:
    """A row that is over: `state` is sent, failed or unknown."""

    row_id: int
    state: OutboxState
    reason: str = ""


@dataclass(frozen=True)
class Later:
    """A row to be sent at `due_at`; `counted` when it may have arrived already."""

    row_id: int
    due_at: datetime
    reason: str = ""
    counted: bool = True


async def take(
    session: AsyncSession,
    channel: str,
    now: datetime,
    most: int,
    grace: timedelta = timedelta(0),
) -> dict[bytes, list[Outgoing]]:
    """Rows that may go out now, by conversation in order; at most `most` conversations.

    `grace`: how much longer than its lease another sender may hold a row.
    """
    expired = now - grace
    await session.execute(_GIVE_UP_LOST, {"channel": channel, "expired": expired})
    values = {
        "channel": channel,
        "now": now,
        "expired": expired,
        "lease": now + LEASE,
        "most": most,
    }
    lanes: dict[bytes, list[Outgoing]] = {}
    for row in sorted(await session.execute(_TAKE, values), key=lambda r: (r.kind, r.id)):
        held = Outgoing(
            row.id,
            row.conversation,
            row.kind,
            _readable(_PAYLOAD, row.payload),
            _readable(_ADDRESS, row.address),
            row.attempts,
            row.created_at,
        )
        lanes.setdefault(row.conversation, []).append(held)
    return lanes


def _readable(kind: EncryptedJSON, stored: bytes | None) -> Any | None:
    try:
        return kind.decoded(stored)
    except Unreadable:
        return None


async def slots(session: AsyncSession, channel: str, count: int, rate: float) -> float:
    """Reserve `count` sends at `rate` a second; seconds until the first may go out."""
    span = timedelta(seconds=count / rate)
    values = {"channel": channel, "span": span}
    wait: Decimal = (await session.execute(_SLOTS, values)).scalar_one()
    return max(0.0, float(wait))


async def pause(session: AsyncSession, channel: str, seconds: float) -> None:
    """The platform asked for silence: no process sends before that."""
    await session.execute(_PAUSE, {"channel": channel, "pause": timedelta(seconds=seconds)})


async def write_down(
    session: AsyncSession, ended: Sequence[Ended], later: Sequence[Later], now: datetime
) -> None:
    """What became of rows: the ended ones lose content and address."""
    if ended:
        values = {
            "ids": [e.row_id for e in ended],
            "states": [int(e.state) for e in ended],
            "reasons": [e.reason or None for e in ended],
            "now": now,
        }
        await session.execute(_ENDED, values)
    if later:
        values = {
            "ids": [one.row_id for one in later],
            "dues": [one.due_at for one in later],
            "reasons": [one.reason or None for one in later],
            "uncounted": [0 if one.counted else 1 for one in later],
        }
        await session.execute(_LATER, values)


async def moved(
    session: AsyncSession, channel: str, conversation: bytes, address: dict[str, Any]
) -> None:
    """The rest of a conversation's replies go to its new address."""
    values = {"channel": channel, "conversation": conversation, "address": address}
    await session.execute(_MOVE, values)


async def gone(session: AsyncSession, channel: str, conversation: bytes, now: datetime) -> None:
    """The person left: nothing more is sent, and nothing is kept of what would have been."""
    values = {"channel": channel, "conversation": conversation, "now": now}
    await session.execute(_GONE, values)


def judged(row: Outgoing, delivery: Delivery, now: datetime, kept: timedelta) -> Ended | Later:
    """What follows from the platform's answer to one row."""
    if delivery.outcome is Outcome.sent:
        return Ended(row.row_id, OutboxState.sent)
    if delivery.outcome is Outcome.failed:
        return Ended(row.row_id, OutboxState.failed, delivery.reason)
    if delivery.outcome is Outcome.unknown and (
        row.kind == OutboxKind.broadcast or row.attempts >= MOST_UNKNOWN
    ):
        return Ended(row.row_id, OutboxState.unknown, delivery.reason)
    if now - row.created_at > kept:
        return Ended(row.row_id, OutboxState.failed, "too_late")
    lost = delivery.outcome is Outcome.unknown
    seconds = backoff(row.attempts) if lost else patience(now - row.created_at)
    due = now + timedelta(seconds=delivery.pause if delivery.pause > 0 else seconds)
    # A platform in trouble that says so must not use up the tries of a reply.
    return Later(row.row_id, due, delivery.reason, counted=lost)


def patience(age: timedelta) -> float:
    """Seconds before the next try of a reply that surely did not arrive: the older, the longer."""
    longest = min(LONGEST_PAUSE, max(0.5, age.total_seconds() / 3))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


def backoff(attempts: int) -> float:
    """Seconds before the next try: doubling from half a second to a minute, with jitter."""
    longest: float = min(LONGEST_PAUSE, 0.5 * 2 ** (attempts - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311
