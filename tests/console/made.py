"""Makes the console's parts for a test: a site, officers, reports, all as the product does."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from console.site import Site, build
from reports.draft import Consent, Draft, Suspect
from reports.models import Officer, Report
from reports.officers import add_officer
from reports.receipts import receipt_hash
from reports.service import Reports
from reports.terms import ConsentLevel, IndicatorKind, Kind, Priority, Role, Tier
from store.crypto import Keyring
from store.engine import Sessions
from store.settings import Settings
from tests.console.visitor import PASSWORD

PROVINCES = {"ha_noi": "Hà Nội", "tay_ninh": "Tây Ninh"}


def make_site(
    keyring: Keyring,
    database_url: str,
    clock: Callable[[], datetime],
    folder: Path,
    **settings: Any,
) -> Site:
    known = Settings(
        _env_file=None, data_dir=folder, keyring=SecretStr(keyring.dumps()), **settings
    )
    return build(known, database_url, PROVINCES, clock)


async def make_officer(
    sessions: Sessions, username: str, role: Role, now: datetime, name: str = ""
) -> Officer:
    shown = name or f"Cán bộ {username.title()}"
    async with sessions() as session:
        officer = await add_officer(session, username, shown, PASSWORD, now, role)
        await session.commit()
    return officer


async def make_report(
    sessions: Sessions,
    keyring: Keyring,
    now: datetime,
    priority: Priority = Priority.P2,
    consent: ConsentLevel = ConsentLevel.forward,
    phone: str | None = None,
    **parts: Any,
) -> Report:
    """Hands a report in through the reporter's side."""
    known = {"kind": Kind.trafficking, "tier": Tier.web, "summary": "Bị giữ giấy tờ"} | parts
    draft = Draft(
        priority=priority,
        consent=Consent(consent, "2026-11", now),
        suspects=[Suspect(IndicatorKind.phone, phone)] if phone else [],
        **known,
    )
    async with sessions() as session:
        receipt = await Reports(session, keyring).submit(draft, now)
        wanted = receipt_hash(receipt.digits, keyring)
        report = await session.scalar(select(Report).where(Report.receipt_hash == wanted))
        await session.commit()
    assert report is not None
    return report
