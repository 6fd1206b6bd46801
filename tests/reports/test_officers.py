"""Accounts, passwords, lockout and sessions of officers."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.errors import (
    AccountLocked,
    BadUsername,
    SignInFailed,
    UsernameTaken,
    WeakPassword,
)
from reports.models import Officer, OfficerSession
from reports.officers import (
    FREE_TRIES,
    SESSION_IDLE,
    SESSION_LIFE,
    Officers,
    add_officer,
    any_officer,
)
from tests.reports import make
from tests.reports.make import NOW, PASSWORD


@pytest.fixture
def officers(session: AsyncSession) -> Officers:
    return Officers(session)


async def test_the_password_lies_as_argon2id(session: AsyncSession) -> None:
    officer = await make.officer(session)
    assert officer.password.startswith("$argon2id$")
    assert PASSWORD not in officer.password


async def test_the_first_account_is_noticed(session: AsyncSession) -> None:
    assert not await any_officer(session)
    await make.officer(session)
    assert await any_officer(session)


@pytest.mark.parametrize("username", ["ab", "x" * 33, "có dấu", "a b c", "<script>"])
async def test_odd_user_names_are_refused(session: AsyncSession, username: str) -> None:
    with pytest.raises(BadUsername):
        await add_officer(session, username, "Cán bộ", PASSWORD, NOW)


@pytest.mark.parametrize("password", ["ngắn", "x" * 257, "can.bo.lao.cai"])
async def test_weak_passwords_are_refused(session: AsyncSession, password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        await add_officer(session, "can.bo.lao.cai", "Cán bộ", password, NOW)
    assert "12" in str(refused.value)


async def test_a_user_name_is_taken_once_whatever_its_case(session: AsyncSession) -> None:
    await make.officer(session, "lan")
    with pytest.raises(UsernameTaken):
        await make.officer(session, " LAN ")


async def test_the_right_password_gives_the_officer(
    officers: Officers, session: AsyncSession
) -> None:
    officer = await make.officer(session, "lan")
    assert await officers.verify_password("Lan", PASSWORD, NOW) is officer


@pytest.mark.parametrize(("name", "password"), [("lan", "sai mật khẩu rồi"), ("ai", PASSWORD)])
async def test_a_wrong_name_or_password_fails_alike(
    officers: Officers, session: AsyncSession, name: str, password: str
) -> None:
    await make.officer(session, "lan")
    with pytest.raises(SignInFailed):
        await officers.verify_password(name, password, NOW)


async def test_an_inactive_account_fails(officers: Officers, session: AsyncSession) -> None:
    officer = await make.officer(session)
    officer.active = False
    with pytest.raises(SignInFailed):
        await officers.verify_password(officer.username, PASSWORD, NOW)


async def test_many_wrong_passwords_lock_and_time_unlocks(
    officers: Officers, session: AsyncSession
) -> None:
    officer = await make.officer(session)
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInFailed):
            await officers.verify_password(officer.username, "sai mật khẩu rồi", NOW)
    with pytest.raises(AccountLocked) as locked:
        await officers.verify_password(officer.username, PASSWORD, NOW)
    assert locked.value.until == NOW + timedelta(minutes=1)
    assert await officers.verify_password(officer.username, PASSWORD, locked.value.until)
    assert (officer.failed_count, officer.locked_until) == (0, None)


async def test_the_lock_doubles_up_to_an_hour(officers: Officers, session: AsyncSession) -> None:
    officer, now, waits = await make.officer(session), NOW, []
    for _ in range(FREE_TRIES + 8):
        with pytest.raises(SignInFailed):
            await officers.verify_password(officer.username, "sai mật khẩu rồi", now)
        if officer.locked_until is not None:
            waits.append((officer.locked_until - now) / timedelta(minutes=1))
            now = officer.locked_until
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_only_the_hash_of_a_session_token_is_kept(
    officers: Officers, session: AsyncSession
) -> None:
    token = await officers.start_session(await make.officer(session), NOW)
    row = (await session.scalars(select(OfficerSession))).one()
    assert row.token_sha256 == hashlib.sha256(token.encode()).digest()
    assert len(token) >= 43


async def test_a_session_ends_when_idle(officers: Officers, session: AsyncSession) -> None:
    officer = await make.officer(session)
    token = await officers.start_session(officer, NOW)
    still = NOW + SESSION_IDLE - timedelta(minutes=1)
    assert await officers.find_session(token, still) is officer
    assert await officers.find_session(token, still + SESSION_IDLE - timedelta(minutes=1))
    assert await officers.find_session(token, still + 3 * SESSION_IDLE) is None


async def test_a_session_ends_in_the_end_however_busy(
    officers: Officers, session: AsyncSession
) -> None:
    token = await officers.start_session(await make.officer(session), NOW)
    now = NOW
    while now < NOW + SESSION_LIFE:
        assert await officers.find_session(token, now)
        now += timedelta(minutes=20)
    assert await officers.find_session(token, now) is None


async def test_signing_out_and_changing_the_password_end_sessions(
    officers: Officers, session: AsyncSession
) -> None:
    officer = await make.officer(session)
    tokens = [await officers.start_session(officer, NOW) for _ in range(2)]
    await officers.revoke_session(tokens[0], NOW)
    assert await officers.find_session(tokens[0], NOW) is None
    assert await officers.find_session(tokens[1], NOW)
    await officers.set_password(officer, "một mật khẩu khác", NOW)
    await session.flush()
    session.expire_all()
    assert await officers.find_session(tokens[1], NOW) is None


async def test_an_unknown_token_opens_nothing(officers: Officers) -> None:
    assert await officers.find_session("không có", NOW) is None


async def test_a_deactivated_officer_is_out_at_once(
    officers: Officers, session: AsyncSession
) -> None:
    officer: Officer = await make.officer(session)
    token = await officers.start_session(officer, NOW)
    officer.active = False
    assert await officers.find_session(token, NOW) is None
