"""What becomes of a message on its way to Zalo, by every fault there is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Address, Delivery, Outcome, Part
from bot.channels.zalo import Zalo, promotion_opens
from bot.channels.zalo_client import ZaloClient
from bot.channels.zalo_errors import TABLE, verdict
from content.loader import Content
from store.engine import Sessions
from store.settings import Settings
from tests.bot.test_zalo_tokens import wait_for
from tests.support.clock import Clock
from tests.support.fake_zalo import FakeZalo, Fault
from tests.support.zalo_house import logged_in, token_row, zalo_settings

PART: Part = {"message": {"text": "Chào bạn"}}


@pytest.fixture
async def zalo(clock: Clock) -> AsyncIterator[FakeZalo]:
    async with FakeZalo(clock) as zalo:
        yield zalo


@pytest.fixture
async def channel(
    zalo: FakeZalo, settings: Settings, sessions: Sessions, content: Content, clock: Clock
) -> AsyncIterator[Zalo]:
    known = zalo_settings(settings, zalo.url)
    client = ZaloClient(known, send_seconds=0.3, oauth_seconds=0.3)
    channel = Zalo(known, sessions, content, clock, client)
    await logged_in(sessions, zalo, client, clock())
    yield channel
    await channel.close()


def to(user: str, clock: Clock, **ago: float) -> Address:
    return {"user_id": user, "at": int((clock() - timedelta(**ago)).timestamp() * 1000)}


async def test_a_message_arrives(channel: Zalo, zalo: FakeZalo, clock: Clock) -> None:
    assert await channel.deliver(to("u", clock), PART) == Delivery(Outcome.sent)
    assert [one.message for one in zalo.accepted["u"]] == [PART["message"]]


async def test_a_visitor_is_reached_by_both_ids(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    at = int(clock().timestamp() * 1000)
    address = {"anonymous_id": "v", "conversation_id": "c", "at": at}
    assert (await channel.deliver(address, PART)).outcome is Outcome.sent
    assert len(zalo.accepted["v"]) == 1


async def test_every_drawn_reply_is_accepted(channel: Zalo, zalo: FakeZalo, clock: Clock) -> None:
    reply = {
        "text": "x" * 5000,
        "buttons": [{"title": str(n), "payload": f"a:{n}~b"} for n in range(8)],
        "links": [{"title": "Gọi 111", "url": "tel:111"}],
        "image": {"url": "https://a.vn/a.png", "title": "Ảnh"},
    }
    for part in channel.parts(reply):
        assert (await channel.deliver(to("u", clock), part)).outcome is Outcome.sent
    assert not zalo.refused


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"),
    [
        (Fault(status=500), Outcome.again, "http_500"),
        (Fault(status=503), Outcome.again, "http_503"),
        (Fault(status=502), Outcome.unknown, "http_502"),
        (Fault(status=504), Outcome.unknown, "http_504"),
        (Fault(status=400), Outcome.failed, "http_400"),
        (Fault(status=404), Outcome.failed, "http_404"),
        (Fault(way="hang"), Outcome.unknown, "timeout"),
        (Fault(way="hang_after"), Outcome.unknown, "timeout"),
        (Fault(way="drop_before"), Outcome.unknown, "dropped"),
        (Fault(way="drop_after"), Outcome.unknown, "dropped"),
    ],
    ids=str,
)
async def test_faults_of_the_way(
    channel: Zalo, zalo: FakeZalo, clock: Clock, fault: Fault, outcome: Outcome, reason: str
) -> None:
    zalo.faults.append(fault)
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.reason, told.gone) == (outcome, reason, False)
    assert len(zalo.accepted["u"]) == (1 if fault.way.endswith("after") else 0)


async def test_a_platform_that_cannot_be_reached_was_not_told(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    assert zalo._server is not None
    await zalo._server.close()
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.reason) == (Outcome.again, "no_connection")


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Fault(code=-32), 10.0),
        (Fault(code=-32, retry_after=7), 7.0),
        (Fault(status=429), 10.0),
        (Fault(status=429, retry_after=3), 3.0),
    ],
    ids=str,
)
async def test_too_fast_means_a_pause(
    channel: Zalo, zalo: FakeZalo, clock: Clock, fault: Fault, pause: float
) -> None:
    zalo.faults.append(fault)
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.pause) == (Outcome.again, pause)


@pytest.mark.parametrize("code", sorted(set(TABLE) - {0, -216, -220}))
async def test_error_codes_are_acted_upon(
    channel: Zalo, zalo: FakeZalo, clock: Clock, code: int
) -> None:
    zalo.faults.append(Fault(code=code))
    told = await channel.deliver(to("u", clock), PART)
    assert told == verdict(code).delivery()
    assert not zalo.spent


@pytest.mark.parametrize(
    ("codes", "outcome", "gone"),
    [
        ((-32, -211, -218, -234, -320, -321), Outcome.again, False),
        ((-100, -201, -204, -205, -209, -210, -212, -221, -223, -224), Outcome.failed, False),
        ((-227, -230, -232, -233, -240, -9999, 12), Outcome.failed, False),
        ((-213, -244), Outcome.failed, True),
    ],
)
def test_the_table(codes: tuple[int, ...], outcome: Outcome, gone: bool) -> None:
    for code in codes:
        assert (verdict(code).outcome, verdict(code).gone) == (outcome, gone), code


def test_our_own_bugs_are_told_apart() -> None:
    assert {code for code, found in TABLE.items() if found.ours} == {-201, -210, -233, -240}
    assert {code for code, found in TABLE.items() if found.renew} == {-216, -220}


async def test_the_window_is_checked_before_sending(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    late = await channel.deliver(to("u", clock, days=7, minutes=1), PART)
    assert (late.outcome, late.reason, late.gone) == (Outcome.failed, "window", False)
    assert not zalo.accepted["u"]
    assert (await channel.deliver(to("u", clock, days=6, hours=23), PART)).outcome is Outcome.sent


async def test_the_fake_keeps_the_window_too(channel: Zalo, zalo: FakeZalo, clock: Clock) -> None:
    zalo.last_seen["u"] = clock() - timedelta(days=8)
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.reason) == (Outcome.failed, "window")


async def test_the_night_holds_back_promotion_only(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    held = await channel.deliver(to("u", clock), {**PART, "promotion": True})
    assert (held.outcome, held.reason) == (Outcome.again, "night")
    assert (await channel.deliver(to("u", clock), PART)).outcome is Outcome.sent
    clock.now = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    sent = await channel.deliver(to("u", clock), {**PART, "promotion": True})
    assert sent.outcome is Outcome.sent
    assert len(zalo.accepted["u"]) == 2


@pytest.mark.parametrize(
    ("hour", "opens"),
    [(14, (22, 14)), (15, (22, 23)), (16, (22, 23)), (22, (22, 23)), (23, (22, 23))],
)
def test_promotion_opens_at_six_in_viet_nam(hour: int, opens: tuple[int, int]) -> None:
    now = datetime(2026, 11, 22, hour, 0, tzinfo=UTC)
    day, at = opens
    assert promotion_opens(now) == datetime(2026, 11, day, at, 0, tzinfo=UTC)


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_dead_token_is_renewed_once_and_the_message_sent_once(
    channel: Zalo, zalo: FakeZalo, clock: Clock, code: int
) -> None:
    zalo.faults.append(Fault(code=code))
    assert (await channel.deliver(to("u", clock), PART)).outcome is Outcome.sent
    assert len(zalo.spent) == len(zalo.accepted["u"]) == 1


async def test_an_expired_token_is_renewed(
    channel: Zalo, zalo: FakeZalo, clock: Clock, sessions: Sessions
) -> None:
    before = await token_row(sessions)
    zalo.expire()
    assert (await channel.deliver(to("u", clock), PART)).outcome is Outcome.sent
    after = await token_row(sessions)
    assert after.pair != before.pair
    assert after.spending_since is None
    assert after.refreshed_at == clock()


async def test_a_new_token_that_is_refused_too_is_not_thrown_away(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    for _ in range(3):
        zalo.faults.extend([Fault(code=-216), Fault(code=-216)])
        told = await channel.deliver(to("u", clock), PART)
        assert told.outcome is Outcome.again
        assert told.pause > 0
    assert len(zalo.spent) == 1


async def test_a_crowd_with_a_dead_token_spends_one(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    zalo.expire()
    users = [str(n) for n in range(40)]
    told = await asyncio.gather(*(channel.deliver(to(user, clock), PART) for user in users))
    assert {one.outcome for one in told} == {Outcome.sent}
    assert len(zalo.spent) == 1


async def test_without_a_login_the_channel_rests(
    zalo: FakeZalo, settings: Settings, sessions: Sessions, content: Content, clock: Clock
) -> None:
    channel = Zalo(zalo_settings(settings, zalo.url), sessions, content, clock)
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.reason) == (Outcome.again, "token_missing")
    assert told.pause > 0
    await channel.close()


async def test_a_token_in_memory_outlives_the_database(
    channel: Zalo, zalo: FakeZalo, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel.warm()

    async def gone() -> None:
        raise ConnectionError

    monkeypatch.setattr(channel.tokens, "kept", gone)
    monkeypatch.setattr("bot.channels.zalo_tokens.REMEMBER_SECONDS", 0.0)
    assert (await channel.deliver(to("u", clock), PART)).outcome is Outcome.sent


async def test_rate_of_the_whole_app_is_counted_by_the_fake(
    channel: Zalo, zalo: FakeZalo, clock: Clock
) -> None:
    zalo.per_minute = 3
    told = [await channel.deliver(to("u", clock), PART) for _ in range(4)]
    assert [one.outcome for one in told] == [Outcome.sent] * 3 + [Outcome.again]


async def test_a_waiting_message_gives_up_but_the_renewal_goes_on(
    channel: Zalo,
    zalo: FakeZalo,
    clock: Clock,
    sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.zalo.RENEW_SECONDS", 0.0)
    before = await token_row(sessions)
    zalo.expire()
    told = await channel.deliver(to("u", clock), PART)
    assert (told.outcome, told.reason) == (Outcome.again, "token_spending")

    async def renewed() -> bool:
        return (await token_row(sessions)).pair != before.pair

    await wait_for(renewed)
    assert (await channel.deliver(to("u", clock), PART)).outcome is Outcome.sent
