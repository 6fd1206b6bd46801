"""The audit log: a chain of keyed hashes, so that an altered or removed row shows."""

from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import AuditEntry
from reports.terms import AuditAction
from store.crypto import Keyring

FIRST = bytes(32)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('lachan.audit'))")


class AuditLog:
    """Writes and checks the chain.

    Cutting off the newest rows cannot be seen from the chain alone: keep a copy of the last
    hash elsewhere for that.
    """

    def __init__(self, session: AsyncSession, ring: Keyring) -> None:
        self._session = session
        self._ring = ring

    async def write(
        self, officer_id: int, action: AuditAction, report_id: int | None, now: datetime
    ) -> None:
        """Append one entry; entries of other transactions wait, so that the chain never forks."""
        await self._session.execute(_LOCK)
        newest = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
        entry = AuditEntry(
            officer_id=officer_id,
            action=action,
            report_id=report_id,
            at=now,
            prev_hash=await self._session.scalar(newest) or FIRST,
        )
        entry.hash = self._digest(entry)
        self._session.add(entry)
        await self._session.flush()

    async def first_broken(self) -> int | None:
        """The id of the first entry that does not fit the chain; None when all do."""
        previous = FIRST
        rows = await self._session.stream_scalars(select(AuditEntry).order_by(AuditEntry.id))
        async for entry in rows:
            if entry.prev_hash != previous or entry.hash != self._digest(entry):
                return entry.id
            previous = entry.hash
        return None

    def _digest(self, entry: AuditEntry) -> bytes:
        return self._ring.digest(
            "audit",
            entry.prev_hash.hex(),
            str(entry.officer_id),
            entry.action,
            str(entry.report_id or ""),
            entry.at.astimezone(UTC).isoformat(),
        )
