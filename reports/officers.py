"""Officers' accounts and sign-in."""

import asyncio
import hashlib
import re
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from reports.errors import (
    AccountLocked,
    BadUsername,
    SignInFailed,
    UsernameTaken,
    WeakPassword,
)
from reports.models import Officer, OfficerSession
from reports.terms import Role

MIN_PASSWORD = 12
MAX_PASSWORD = 256
FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(minutes=30)
TOUCH_EVERY = timedelta(minutes=1)

_USERNAME = re.compile(r"[a-z0-9._-]{3,32}")
_hasher = PasswordHasher()
# Hash of a random password nobody knows: an unknown user costs the same time as a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(32))


async def add_officer(
    session: AsyncSession,
    username: str,
    display_name: str,
    password: str,
    now: datetime,
    role: Role = Role.officer,
) -> Officer:
    """A new account; raises BadUsername, WeakPassword, UsernameTaken."""
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise BadUsername
    _check_password(name, password)
    if await session.scalar(select(Officer.id).where(Officer.username == name)) is not None:
        raise UsernameTaken
    officer = Officer(
        username=name,
        display_name=display_name.strip() or name,
        password=await asyncio.to_thread(_hasher.hash, password),
        role=role,
        active=True,
        created_at=now,
        failed_count=0,
    )
    session.add(officer)
    await session.flush()
    return officer


async def any_officer(session: AsyncSession) -> bool:
    """Whether an account exists (the first start tells how to make one)."""
    return await session.scalar(select(Officer.id).limit(1)) is not None


class Officers:
    """Passwords and sessions, inside the caller's transaction.

    A failed sign-in raises after counting: the caller commits then too.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def verify_password(self, username: str, password: str, now: datetime) -> Officer:
        """The officer; raises SignInFailed or AccountLocked, about equally slowly for all."""
        name = username.strip().lower()
        officer = await self._by_name(name, lock=True)
        stored = officer.password if officer else _NOBODY
        right = await asyncio.to_thread(_matches, stored, password[:MAX_PASSWORD])
        if officer is None:
            raise SignInFailed
        if officer.locked_until is not None and officer.locked_until > now:
            raise AccountLocked(officer.locked_until)
        if not (right and officer.active):
            _count_failure(officer, now)
            await self._session.flush()
            raise SignInFailed
        officer.failed_count, officer.locked_until = 0, None
        if _hasher.check_needs_rehash(officer.password):
            officer.password = await asyncio.to_thread(_hasher.hash, password)
        return officer

    async def set_password(self, officer: Officer, password: str, now: datetime) -> None:
        """Change the password and end every session; raises WeakPassword."""
        _check_password(officer.username, password)
        officer.password = await asyncio.to_thread(_hasher.hash, password)
        officer.failed_count, officer.locked_until = 0, None
        await self.revoke_all(officer, now)

    async def start_session(self, officer: Officer, now: datetime) -> str:
        """A new session's token (256 random bits, url-safe); only its SHA-256 is kept."""
        token = secrets.token_urlsafe(32)
        self._session.add(
            OfficerSession(
                token_sha256=_sha256(token),
                officer_id=officer.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + SESSION_LIFE,
            )
        )
        await self._session.flush()
        return token

    async def find_session(self, token: str, now: datetime) -> Officer | None:
        """The signed-in officer and a fresh idle clock; None when expired, revoked or unknown."""
        row = await self._session.get(OfficerSession, _sha256(token))
        if row is None or row.revoked_at is not None or now >= row.expires_at:
            return None
        if now - row.last_seen_at >= SESSION_IDLE:
            return None
        officer = await self._session.get(Officer, row.officer_id)
        if officer is None or not officer.active:
            return None
        if now - row.last_seen_at >= TOUCH_EVERY:
            row.last_seen_at = now
        return officer

    async def revoke_session(self, token: str, now: datetime) -> None:
        """End one session (sign-out)."""
        row = await self._session.get(OfficerSession, _sha256(token))
        if row is not None and row.revoked_at is None:
            row.revoked_at = now

    async def revoke_all(self, officer: Officer, now: datetime) -> None:
        """End every session of `officer`."""
        live = (OfficerSession.officer_id == officer.id, OfficerSession.revoked_at.is_(None))
        await self._session.execute(update(OfficerSession).where(*live).values(revoked_at=now))

    async def _by_name(self, name: str, *, lock: bool = False) -> Officer | None:
        query = select(Officer).where(Officer.username == name)
        found: Officer | None = await self._session.scalar(
            query.with_for_update() if lock else query
        )
        return found


def _check_password(username: str, password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or password.lower() == username:
        raise WeakPassword


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(officer: Officer, now: datetime) -> None:
    officer.failed_count += 1
    doublings = officer.failed_count - FREE_TRIES
    if doublings >= 0:
        officer.locked_until = now + min(FIRST_LOCK * 2 ** min(doublings, 10), LONGEST_LOCK)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
