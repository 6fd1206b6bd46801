"""The audit log shows what was altered or removed."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from reports.audit import AuditLog
from reports.models import AuditEntry
from reports.terms import AuditAction
from store.crypto import Keyring
from tests.reports import make
from tests.reports.make import NOW


@pytest.fixture
async def log(session: AsyncSession, keyring: Keyring) -> AuditLog:
    """Five entries of one officer."""
    officer = await make.officer(session)
    log = AuditLog(session, keyring)
    for report_id in range(1, 6):
        await log.write(officer.id, AuditAction.view, report_id, NOW)
    return log


async def test_an_untouched_chain_holds(log: AuditLog) -> None:
    assert await log.first_broken() is None


async def test_an_altered_entry_shows(log: AuditLog, session: AsyncSession) -> None:
    await session.execute(update(AuditEntry).where(AuditEntry.id == 3).values(report_id=99))
    session.expire_all()
    assert await log.first_broken() == 3


async def test_a_removed_entry_shows(log: AuditLog, session: AsyncSession) -> None:
    await session.execute(delete(AuditEntry).where(AuditEntry.id == 3))
    assert await log.first_broken() == 4


async def test_a_chain_made_without_the_key_shows(log: AuditLog, session: AsyncSession) -> None:
    assert await AuditLog(session, Keyring.generate()).first_broken() == 1
