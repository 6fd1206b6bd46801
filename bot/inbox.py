"""The inbox: a message is written here before anything is done with it.

These statements run for every message, so they are written out and compiled once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.bursts import Piece
from bot.models import Inbox, InboxState
from handlers.turn import Button, Reply
from store.crypto import Unreadable
from store.types import EncryptedJSON, UtcDateTime

MAX_ATTEMPTS = 3
PAYLOAD = EncryptedJSON("inbox.payload")
_UNDERSTOOD = EncryptedJSON("inbox.understood")
ADDRESS = EncryptedJSON("inbox.address")
_OUT = EncryptedJSON("outbox.address")
_STATE = EncryptedJSON("conversations.state")
_REPLY = EncryptedJSON("outbox.payload")

_ACCEPT = text("""
    WITH lane AS (
        INSERT INTO conversations (key, channel, updated_at) VALUES (:lane, :channel, :now)
        ON CONFLICT DO NOTHING
    )
    INSERT INTO inbox
        (channel, dedupe_key, conversation, payload, address, position, received_at, due_at)
    VALUES (:channel, :dedupe, :lane, :payload, :address, :position, :now, :now)
    ON CONFLICT DO NOTHING
    RETURNING id
""").bindparams(
    bindparam("payload", type_=PAYLOAD),
    bindparam("address", type_=ADDRESS),
    bindparam("position", type_=BigInteger),
    bindparam("now", type_=UtcDateTime()),
)

_KNOWN = text("SELECT id FROM inbox WHERE channel = :channel AND dedupe_key = :dedupe")

# The lane's row is locked as it is by then, but the messages are read as they were when the
# statement began. Whoever finished one in between has changed `xmin`: then nothing is claimed.
_CLAIM = text("""
    SELECT oldest.id, oldest.channel, oldest.payload, oldest.attempts, oldest.due_at,
        oldest.received_at, oldest.address, conversations.state, conversations.updated_at,
        EXISTS (
            SELECT FROM inbox AS later
            WHERE later.conversation = :lane AND later.state = 0 AND later.id <> oldest.id
        ) AS more
    FROM conversations
    JOIN (SELECT key, xmin AS seen FROM conversations WHERE key = :lane) AS before
        ON conversations.key = before.key AND conversations.xmin = before.seen
    JOIN LATERAL (
        SELECT * FROM inbox WHERE conversation = :lane AND state = 0
        ORDER BY position, id LIMIT 1
    ) AS oldest ON true
    WHERE conversations.key = :lane
    FOR NO KEY UPDATE OF conversations SKIP LOCKED
""").columns(due_at=UtcDateTime(), updated_at=UtcDateTime(), received_at=UtcDateTime())

_FOLLOWING = text("""
    SELECT id, payload, received_at, address FROM inbox
    WHERE conversation = :lane AND state = 0 AND id <> :first AND attempts = 0
    ORDER BY position, id LIMIT :most
""").columns(received_at=UtcDateTime())

_FINISH = text("""
    WITH lane AS (
        UPDATE conversations SET state = :state, form_open = :form_open, updated_at = :last_turn
        WHERE key = :lane
    ), done AS (
        UPDATE inbox SET state = :outcome, payload = NULL, address = NULL,
            understood = :understood, finished_at = :now
        WHERE id = ANY(:inbox_ids)
    )
    INSERT INTO outbox
        (channel, conversation, inbox_id, payload, address, created_at, due_at)
    SELECT :channel, :lane, :inbox_id, reply.payload, :address, :now, :now
    FROM unnest(:replies) WITH ORDINALITY AS reply (payload, place)
    ORDER BY reply.place
    RETURNING id
""").bindparams(
    bindparam("state", type_=_STATE),
    bindparam("address", type_=_OUT),
    bindparam("understood", type_=_UNDERSTOOD),
    bindparam("now", type_=UtcDateTime()),
    bindparam("last_turn", type_=UtcDateTime()),
    bindparam("replies", type_=ARRAY(_REPLY)),
)


@dataclass(frozen=True)
class Incoming:
    """A verified message of a channel.

    `payload` holds one of `text` (clean), `action` ([name, value] of a button or command),
    `media` (a kind, perhaps with `text` as its caption) or `gone` (the person left), and may say
    `forwarded`, `edited` or `group`. `address` is where replies go (None on the web).
    `position` is the platform's own order of one person's messages.
    """

    channel: str
    dedupe_key: bytes
    conversation: bytes
    payload: dict[str, Any]
    received_at: datetime
    address: dict[str, Any] | None = None
    position: int | None = None


@dataclass(frozen=True)
class Work:
    """The next message of a conversation whose lane is ours until the transaction ends.

    `payload` is None when it cannot be read any more. `together` are the ids of all pieces that
    are read as this one message. `more`: others wait behind it.
    """

    inbox_id: int
    channel: str
    payload: dict[str, Any] | None
    attempts: int
    state: Any | None
    updated_at: datetime
    received_at: datetime
    address: dict[str, Any] | None = None
    more: bool = False
    together: Sequence[int] = ()


async def accept(engine: AsyncEngine, message: Incoming) -> tuple[int, bool]:
    """Store durably; `(inbox id, whether it is new)`. A redelivery gives the first id back."""
    delivery = {"channel": message.channel, "dedupe": message.dedupe_key}
    values = {
        **delivery,
        "lane": message.conversation,
        "payload": message.payload,
        "address": message.address,
        "position": message.position,
        "now": message.received_at,
    }
    try:
        return await _accepted(engine, values, delivery)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The server was restarted under this connection; the same delivery is stored once.
        return await _accepted(engine, values, delivery)


async def _accepted(
    engine: AsyncEngine, values: dict[str, Any], delivery: dict[str, Any]
) -> tuple[int, bool]:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        new = (await connection.execute(_ACCEPT, values)).scalar()
        if new is not None:
            return new, True
        return (await connection.execute(_KNOWN, delivery)).scalar_one(), False


async def claim(session: AsyncSession, conversation: bytes, now: datetime) -> Work | None:
    """Lock the conversation's lane and take its oldest due message; None: nothing, or taken."""
    row = (await session.execute(_CLAIM, {"lane": conversation})).first()
    if row is None or row.due_at > now:
        return None
    return Work(
        row.id,
        row.channel,
        _readable(PAYLOAD, row.payload),
        row.attempts,
        _readable(_STATE, row.state),
        row.updated_at,
        row.received_at,
        _readable(ADDRESS, row.address),
        row.more,
        (row.id,),
    )


async def following(
    session: AsyncSession, conversation: bytes, first: int, most: int = 20
) -> list[Piece]:
    """What waits behind the claimed message, in order, as far as it can be read."""
    values = {"lane": conversation, "first": first, "most": most}
    rows = await session.execute(_FOLLOWING, values)
    found = []
    for row in rows:
        payload = _readable(PAYLOAD, row.payload)
        if payload is None:
            break
        found.append(Piece(row.id, payload, row.received_at, _readable(ADDRESS, row.address)))
    return found


def _readable(kind: EncryptedJSON, stored: bytes | None) -> Any | None:
    """The value, or None when its key is lost or it was altered: the lane must go on."""
    try:
        return kind.decoded(stored)
    except Unreadable:
        return None


async def finish(
    session: AsyncSession,
    conversation: bytes,
    work: Work,
    replies: list[dict[str, Any]],
    state: dict[str, Any] | None,
    understood: dict[str, str],
    now: datetime,
    outcome: InboxState = InboxState.done,
    last_turn: datetime | None = None,
) -> list[int]:
    """End the message: state, replies and inbox row in one statement; ids of the replies.

    `last_turn` in the past lets housekeeping forget the conversation sooner.
    """
    values = {
        "lane": conversation,
        "inbox_id": work.inbox_id,
        "inbox_ids": list(work.together),
        "address": work.address,
        "channel": work.channel,
        "state": state,
        "form_open": bool(state and state.get("flow")),
        "outcome": int(outcome),
        "understood": understood,
        "replies": replies,
        "now": now,
        "last_turn": last_turn or now,
    }
    return sorted((await session.execute(_FINISH, values)).scalars())


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


def rendered(reply: Reply, payload_of: Callable[[Button], str]) -> dict[str, Any]:
    """A channel-neutral reply: `{"text", "buttons", "links"}`, and `items`, `image` if any."""
    drawn: dict[str, Any] = {
        "text": reply.text,
        "buttons": [{"title": b.title, "payload": payload_of(b)} for b in reply.buttons],
        "links": [{"title": link.title, "url": link.url} for link in reply.links],
    }
    if reply.items:
        drawn["items"] = list(reply.items)
    if reply.image is not None:
        drawn["image"] = {"title": reply.image.title, "url": reply.image.url}
    return drawn
