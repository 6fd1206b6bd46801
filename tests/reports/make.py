"""Factories for tests of reports."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from reports.draft import Consent, Draft, Suspect
from reports.models import Officer, Report
from reports.officers import add_officer
from reports.service import Reports
from reports.terms import ConsentLevel, IndicatorKind, Kind, Priority, Role, Tier
from store.crypto import Keyring

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ALICE = b"a" * 32
PASSWORD = "mật khẩu rất dài"


def draft(level: ConsentLevel = ConsentLevel.keep, **changes: Any) -> Draft:
    base: dict[str, Any] = {
        "kind": Kind.trafficking,
        "priority": Priority.P2,
        "tier": Tier.web,
        "consent": Consent(level, "2026-11-22", NOW),
        "summary": "có người rủ sang Campuchia",
    }
    return Draft(**{**base, **changes})


def suspect(value: str, kind: IndicatorKind = IndicatorKind.phone) -> Suspect:
    return Suspect(kind, value)


async def report(
    session: AsyncSession, ring: Keyring, now: datetime = NOW, **changes: Any
) -> Report:
    """A kept report, as the database has it."""
    service = Reports(session, ring)
    receipt = await service.submit(draft(**changes), now)
    return await service.find_by_receipt(receipt.digits, ALICE, now)


async def officer(
    session: AsyncSession, username: str = "can.bo", role: Role = Role.officer
) -> Officer:
    return await add_officer(session, username, "Cán bộ", PASSWORD, NOW, role)
