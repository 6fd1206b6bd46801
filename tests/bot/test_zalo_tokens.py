"""A single-use refresh token is never spent twice, whoever dies and whatever gets lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from bot.channels import zalo_metrics as metrics
from bot.channels.zalo_client import ZaloClient
from bot.channels.zalo_pair import SPENDING, NoToken, TokenState
from bot.channels.zalo_tokens import SETTLE_AFTER, ZaloTokens
from bot.channels.zalo_watch import look_after_token
from store.engine import Sessions
from store.settings import Settings
from tests.support.clock import Clock
from tests.support.fake_zalo import FakeZalo, Fault
from tests.support.zalo_house import grant, logged_in, token_row, zalo_settings


async def wait_for(true: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.01)


@pytest.fixture
async def zalo(clock: Clock) -> AsyncIterator[FakeZalo]:
    async with FakeZalo(clock) as zalo:
        yield zalo


@pytest.fixture
async def client(zalo: FakeZalo, settings: Settings) -> AsyncIterator[ZaloClient]:
    client = ZaloClient(zalo_settings(settings, zalo.url), send_seconds=1.0, oauth_seconds=0.3)
    yield client
    await client.close()


@pytest.fixture
async def tokens(
    sessions: Sessions, zalo: FakeZalo, client: ZaloClient, clock: Clock
) -> ZaloTokens:
    await logged_in(sessions, zalo, client, clock())
    return ZaloTokens(sessions, client, clock, wait=0.5)


async def state(tokens: ZaloTokens, clock: Clock) -> TokenState:
    kept = await tokens.kept()
    assert kept is not None
    return kept.state(clock())


async def refused(tokens: ZaloTokens) -> TokenState:
    with pytest.raises(NoToken) as error:
        await tokens.renew(await tokens.access())
    return error.value.state


async def test_the_pair_is_unreadable_in_the_database(
    tokens: ZaloTokens, sessions: Sessions
) -> None:
    from sqlalchemy import text

    access = await tokens.access()
    async with sessions() as session:
        raw = await session.scalar(text("SELECT pair FROM platform_tokens"))
    assert raw
    assert access.encode() not in raw


async def test_a_renewed_pair_is_stored_before_it_is_used(
    tokens: ZaloTokens, zalo: FakeZalo, client: ZaloClient
) -> None:
    stale = await tokens.access()
    fresh = await tokens.renew(stale)
    kept = await tokens.kept()
    assert kept is not None
    assert kept.access == fresh != stale
    assert await client.works(fresh)
    assert not await client.works(stale)


async def test_who_comes_late_gets_what_is_stored(tokens: ZaloTokens, zalo: FakeZalo) -> None:
    stale = await tokens.access()
    fresh = await tokens.renew(stale)
    assert await tokens.renew(stale) == fresh
    assert len(zalo.spent) == 1


@pytest.mark.parametrize("way", ["hang", "hang_after", "drop_before", "drop_after"])
async def test_a_lost_answer_is_never_tried_again(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock, way: str
) -> None:
    zalo.oauth_faults.append(Fault(way=way))
    assert await refused(tokens) is TokenState.uncertain
    before = list(zalo.spent)
    clock.forward(hours=1)
    assert await refused(tokens) is TokenState.uncertain
    assert zalo.spent == before


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_broken_answer_is_never_tried_again(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock, status: int
) -> None:
    zalo.oauth_faults.append(Fault(status=status))
    assert await refused(tokens) is TokenState.uncertain
    assert await refused(tokens) is TokenState.uncertain
    assert not zalo.spent


@pytest.mark.parametrize("fault", [Fault(code=-32), Fault(status=429), Fault(status=403)], ids=str)
async def test_what_was_surely_not_spent_may_be_spent_later(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock, fault: Fault
) -> None:
    zalo.oauth_faults.append(fault)
    assert await refused(tokens) is TokenState.fine
    assert await tokens.renew(await tokens.access())
    assert len(zalo.spent) == 1


async def test_no_connection_leaves_the_token_unspent(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock
) -> None:
    assert zalo._server is not None
    await zalo._server.close()
    assert await refused(tokens) is TokenState.fine
    assert await state(tokens, clock) is TokenState.fine


async def test_a_refusal_is_final(tokens: ZaloTokens, zalo: FakeZalo, clock: Clock) -> None:
    zalo.oauth_faults.append(Fault(code=-14014))
    assert await refused(tokens) is TokenState.refused
    assert await refused(tokens) is TokenState.refused
    assert not zalo.spent


async def test_a_spender_that_died_leaves_an_uncertain_pair(
    tokens: ZaloTokens, sessions: Sessions, zalo: FakeZalo, clock: Clock
) -> None:
    stale = await tokens.access()
    await tokens._claim(stale)
    assert await state(tokens, clock) is TokenState.spending
    assert await refused(tokens) is TokenState.spending
    clock.forward(seconds=SPENDING.total_seconds() + 1)
    assert await refused(tokens) is TokenState.uncertain
    assert not zalo.spent


async def test_an_old_token_that_lives_proves_that_nothing_was_spent(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock
) -> None:
    zalo.oauth_faults.append(Fault(way="drop_before"))
    assert await refused(tokens) is TokenState.uncertain
    assert await tokens.settle() is TokenState.uncertain, "too early to know"
    clock.forward(seconds=SETTLE_AFTER.total_seconds() + 1)
    assert await tokens.settle() is TokenState.fine
    assert await tokens.renew(await tokens.access())
    assert len(zalo.spent) == 1


async def test_settling_late_does_not_free_what_somebody_else_spends_now(
    tokens: ZaloTokens, sessions: Sessions, client: ZaloClient, zalo: FakeZalo, clock: Clock
) -> None:
    zalo.oauth_faults.append(Fault(way="drop_before"))
    assert await refused(tokens) is TokenState.uncertain
    clock.forward(hours=1)
    seen_by_the_slow_one = await tokens.kept()
    assert seen_by_the_slow_one is not None
    other = ZaloTokens(sessions, client, clock)
    assert await other.settle() is TokenState.fine
    _, theirs = await other._claim(await other.access())
    assert theirs
    await tokens._unmark(seen_by_the_slow_one)
    assert await state(tokens, clock) is TokenState.spending


async def test_a_process_that_stood_still_does_not_spend(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock
) -> None:
    kept, _ = await tokens._claim(await tokens.access())
    clock.forward(minutes=5)
    with pytest.raises(NoToken):
        await tokens._spend(kept)
    assert not zalo.spent


async def test_a_wrong_app_secret_heals_when_it_is_corrected(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock
) -> None:
    """Zalo refused, but the old access token lives: the refresh token was not spent."""
    zalo.oauth_faults.append(Fault(code=-14002))
    assert await refused(tokens) is TokenState.refused
    clock.forward(hours=1)
    assert await tokens.settle() is TokenState.fine
    assert await tokens.renew(await tokens.access())


async def test_an_old_token_that_died_needs_a_login(
    tokens: ZaloTokens, zalo: FakeZalo, clock: Clock
) -> None:
    zalo.oauth_faults.append(Fault(way="drop_after"))
    assert await refused(tokens) is TokenState.uncertain
    clock.forward(hours=1)
    assert await tokens.settle() is TokenState.uncertain
    await tokens.login(grant(zalo))
    assert await state(tokens, clock) is TokenState.fine
    assert len(zalo.spent) == 1


async def test_a_login_in_between_is_not_overwritten(
    tokens: ZaloTokens, sessions: Sessions, zalo: FakeZalo, clock: Clock
) -> None:
    """The answer of an older renewal comes after the operator's new consent."""
    old, ours = await tokens._claim(await tokens.access())
    assert ours
    late = grant(zalo)
    newest = grant(zalo)
    await tokens.login(newest)
    await tokens._store(old.refresh, late)
    kept = await tokens.kept()
    assert kept is not None
    assert kept.access == newest.access


async def test_a_new_pair_survives_a_database_that_is_away(
    tokens: ZaloTokens, zalo: FakeZalo, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, tries = tokens._write, []

    async def away_at_first(*args: object) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError
        await write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "_write", away_at_first)
    fresh = await tokens.renew(await tokens.access())
    kept = await tokens.kept()
    assert kept is not None
    assert kept.access == fresh
    assert len(zalo.spent) == 1


async def test_nobody_logged_in_yet(sessions: Sessions, client: ZaloClient, clock: Clock) -> None:
    tokens = ZaloTokens(sessions, client, clock)
    with pytest.raises(NoToken):
        await tokens.access()
    assert await look_after_token(sessions, client, clock) is TokenState.missing


class TestTheHourlyLook:
    async def test_renews_some_hours_before_the_end(
        self,
        tokens: ZaloTokens,
        sessions: Sessions,
        zalo: FakeZalo,
        client: ZaloClient,
        clock: Clock,
    ) -> None:
        clock.forward(hours=17)
        assert await look_after_token(sessions, client, clock) is TokenState.fine
        assert not zalo.spent
        clock.forward(hours=2)
        assert await look_after_token(sessions, client, clock) is TokenState.fine
        assert len(zalo.spent) == 1
        assert (await token_row(sessions)).refreshed_at == clock()

    async def test_keeps_a_pair_alive_for_months(
        self,
        tokens: ZaloTokens,
        sessions: Sessions,
        zalo: FakeZalo,
        client: ZaloClient,
        clock: Clock,
    ) -> None:
        for _ in range(24 * 10):
            clock.forward(hours=1)
            assert await look_after_token(sessions, client, clock) is TokenState.fine
        assert len(zalo.spent) == len(set(zalo.spent)) > 10

    async def test_settles_what_is_uncertain_and_goes_on(
        self,
        tokens: ZaloTokens,
        sessions: Sessions,
        zalo: FakeZalo,
        client: ZaloClient,
        clock: Clock,
    ) -> None:
        clock.forward(hours=19)
        zalo.oauth_faults.append(Fault(way="hang"))
        assert await look_after_token(sessions, client, clock) is TokenState.uncertain
        assert metrics.LOGIN_NEEDED._value.get() == 1
        clock.forward(hours=1)
        assert await look_after_token(sessions, client, clock) is TokenState.fine
        assert metrics.LOGIN_NEEDED._value.get() == 0
        assert len(zalo.spent) == 1

    async def test_alarms_after_sixty_days(
        self,
        tokens: ZaloTokens,
        sessions: Sessions,
        zalo: FakeZalo,
        client: ZaloClient,
        clock: Clock,
    ) -> None:
        await look_after_token(sessions, client, clock)
        assert metrics.TOKEN_ALERT._value.get() == 0
        clock.forward(days=61)
        zalo.oauth_faults.append(Fault(code=-14014))
        assert await look_after_token(sessions, client, clock) is TokenState.refused
        assert metrics.TOKEN_ALERT._value.get() == 1
        assert metrics.TOKEN_AGE._value.get() > timedelta(days=60).total_seconds()
