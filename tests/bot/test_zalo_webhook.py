"""Zalo's webhook: 200 for every true event within two seconds, nothing for a forged one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot import metrics as product_metrics
from bot.channels import zalo_metrics as metrics
from bot.channels.base import Delivery, Outcome
from bot.channels.zalo import Zalo
from bot.channels.zalo_late import Late
from bot.channels.zalo_webhook import PATH, Webhook, routes
from bot.inbox import Incoming
from bot.models import Inbox
from bot.product import Product
from store.engine import Sessions
from tests.bot.test_zalo_tokens import wait_for
from tests.support.fake_zalo import FakeZalo
from tests.support.house import free_ports
from tests.support.zalo_events import event, follow, media, typed
from tests.support.zalo_house import FakeDoor, logged_in, zalo_settings

DANGER = "cứu tôi với, họ nhốt tôi không cho ra ngoài"


@dataclass
class House:
    zalo: FakeZalo
    door: FakeDoor
    hook: Webhook
    channel: Zalo
    product: Product
    url: str

    async def settled(self) -> None:
        """Background work that a request began has ended."""
        while tasks := [task for task in self.product.tasks if not task.done()]:
            await asyncio.wait(tasks, timeout=5)


@pytest.fixture
async def house(product: Product, sessions: Sessions) -> AsyncIterator[House]:
    async with FakeZalo(product.clock) as zalo:
        product = replace(product, settings=zalo_settings(product.settings, zalo.url), tasks=set())
        channel = Zalo(product.settings, sessions, product.content, product.clock)
        await logged_in(sessions, zalo, channel.client, product.clock())
        door = FakeDoor()
        hook = Webhook(product, door, channel, store_seconds=0.2)
        app = web.Application()
        app.add_routes(hook.routes())
        server = TestServer(app)
        await server.start_server()
        house = House(zalo, door, hook, channel, product, str(server.make_url(PATH)))
        yield house
        for task in product.tasks:
            task.cancel()
        await server.close()
        await hook.late.close(0.1)
        await channel.close()


def count(metric: Any) -> float:
    return float(metric._value.get())


@pytest.mark.parametrize("stamp", ["header", "body"])
async def test_a_true_event_is_stored_and_answered(house: House, stamp: str) -> None:
    told = await house.zalo.deliver(house.url, typed("u", "Chào"), stamp=stamp)
    assert told.in_time
    assert house.door.payloads == [{"text": "Chào"}]


async def test_thrice_delivered_is_once_taken(house: House) -> None:
    for one in (typed("u", "Chào"), follow("u")):
        for _ in range(3):
            assert (await house.zalo.deliver(house.url, one)).status == 200
    assert house.door.payloads == [{"text": "Chào"}, {"action": ["menu.start", ""]}]


async def test_the_products_own_door_stores_one_row(house: House, sessions: Sessions) -> None:
    product = house.product
    app = web.Application()
    app.add_routes(routes(product, product.door, house.channel))
    async with TestServer(app) as server:
        one = typed("u", "Chào")
        for _ in range(3):
            assert (await house.zalo.deliver(str(server.make_url(PATH)), one)).in_time
    async with sessions() as session:
        rows = (await session.scalars(select(Inbox))).all()
    assert [(row.channel, row.position) for row in rows] == [("zalo", int(one["timestamp"]))]


async def test_the_probe_is_answered_without_effect(house: House) -> None:
    assert (await house.zalo.deliver(house.url, b"{}", signed=False)).status == 200
    assert (await house.zalo.deliver(house.url, b" {} \n", signed=False)).status == 200
    assert not house.door.asked


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"a":1}', b"{", b"{}{}", b"\xff"])
async def test_anything_else_unsigned_is_refused(house: House, raw: bytes) -> None:
    before = count(metrics.FORGED)
    assert (await house.zalo.deliver(house.url, raw, signed=False)).status == 403
    assert not house.door.asked
    assert count(metrics.FORGED) == before + 1


async def test_another_oas_secret_is_refused(house: House) -> None:
    told = await house.zalo.deliver(house.url, typed("u", DANGER), secret="of another OA")
    assert told.status == 403
    await house.settled()
    assert not house.door.asked
    assert not house.zalo.accepted


async def test_a_body_of_two_megabytes_is_refused(house: House) -> None:
    told = await house.zalo.deliver(house.url, typed("u", "x" * (2 << 20)))
    assert told.status == 413
    assert not house.door.asked


@pytest.mark.parametrize(
    "one",
    [
        b"no json at all",
        b"[1, 2]",
        orjson.dumps({"event_name": "something_new", "timestamp": "1699003881354"}),
        orjson.dumps({"event_name": ["user_send_text"], "sender": "u"}),
        event("oa_send_text", "u", text="our own words"),
        event("user_seen_message", "u"),
        {"app_id": "x", "timestamp": "1699003881354"},
    ],
)
async def test_what_needs_nothing_is_answered_all_the_same(house: House, one: Any) -> None:
    assert (await house.zalo.deliver(house.url, one)).in_time
    assert not house.door.asked


async def test_a_signed_empty_object_has_no_effect(house: House) -> None:
    assert (await house.zalo.deliver(house.url, b"{}")).status == 200
    assert not house.door.asked


async def test_an_unreachable_database_is_waited_for_in_the_background(house: House) -> None:
    house.door.down = True
    before = count(metrics.LATE)
    one, two = typed("u", "một"), typed("u", "hai")
    assert (await house.zalo.deliver(house.url, one)).in_time
    assert (await house.zalo.deliver(house.url, two)).in_time
    assert count(metrics.LATE) == before + 2
    assert len(house.hook.late) == 2
    house.door.down = False

    async def stored() -> bool:
        return len(house.door.taken) == 2

    await wait_for(stored)
    assert house.door.payloads == [{"text": "một"}, {"text": "hai"}]
    assert not len(house.hook.late)
    assert not house.zalo.accepted, "no danger, nothing sent past the database"


async def test_a_hung_database_is_not_waited_for(house: House) -> None:
    house.door.hung = True
    told = await house.zalo.deliver(house.url, typed("u", "Chào"))
    assert told.in_time
    assert len(house.hook.late) == 1


async def test_danger_gets_its_numbers_past_the_database(house: House) -> None:
    await house.channel.warm()
    house.door.down = True
    before = count(product_metrics.DIRECT.labels("sent"))
    assert (await house.zalo.deliver(house.url, typed("u", DANGER))).in_time

    async def said() -> bool:
        return len(house.zalo.accepted["u"]) == 2

    await wait_for(said)
    first = house.zalo.accepted["u"][0].message
    codes = {
        button["payload"]["phone_code"] for button in first["attachment"]["payload"]["buttons"]
    }
    assert {"111", "113"} <= codes
    assert "113" in first["text"]
    shown = orjson.dumps([one.message for one in house.zalo.accepted["u"]]).decode()
    assert "#cb:" not in shown, "no button that would find nothing"
    assert count(product_metrics.DIRECT.labels("sent")) == before + 2
    house.door.down = False

    async def stored() -> bool:
        return house.door.payloads == [{"text": DANGER}]

    await wait_for(stored)


async def test_danger_that_was_stored_is_left_to_the_worker(house: House) -> None:
    assert (await house.zalo.deliver(house.url, typed("u", DANGER))).in_time
    await house.settled()
    assert not house.zalo.accepted


async def test_a_caption_of_danger_is_danger(house: House) -> None:
    house.door.down = True
    one = media("u", "image", {"url": "https://x.zdn.vn/a.jpg"}, text=DANGER)
    assert (await house.zalo.deliver(house.url, one)).in_time

    async def said() -> bool:
        return len(house.zalo.accepted["u"]) == 2

    await wait_for(said)


async def test_the_queue_is_bounded_and_losses_are_counted() -> None:
    door = FakeDoor()
    door.down = True
    late, before = Late(door, most=3), count(metrics.LOST)
    kept = [late.keep(incoming(f"u{n}", n)) for n in range(5)]
    assert kept == [True, True, True, False, False]
    assert count(metrics.LOST) == before + 2
    assert late.keep(incoming("u0", 0)), "a repeat of what waits is not lost"
    await late.close(0.01)
    assert count(metrics.LOST) == before + 5


async def test_late_events_of_one_person_keep_their_order_while_some_fail() -> None:
    door = FakeDoor()
    door.faults.extend(ConnectionError() for _ in range(7))

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    late = Late(door, sleep=at_once)
    for n in range(20):
        late.keep(incoming(f"u{n % 3}", n))

    async def empty() -> bool:
        return not len(late)

    await wait_for(empty)
    for person in range(3):
        places = [
            m.position or 0 for m in door.taken.values() if m.conversation == f"u{person}".encode()
        ]
        assert places == sorted(places)
        assert len(places) == len(range(person, 20, 3))


async def test_a_later_event_never_passes_one_that_waits(house: House) -> None:
    again = asyncio.Event()

    async def until_told(_seconds: float) -> None:
        await again.wait()

    house.hook.late = Late(house.door, sleep=until_told)
    house.door.faults.extend([ConnectionError(), ConnectionError()])
    await house.zalo.deliver(house.url, typed("u", "một"))
    await house.zalo.deliver(house.url, typed("somebody else", "ba"))
    await house.zalo.deliver(house.url, typed("u", "hai"))
    assert house.door.payloads == [{"text": "ba"}]
    again.set()

    async def stored() -> bool:
        return len(house.door.taken) == 3

    await wait_for(stored)
    assert house.door.payloads == [{"text": "ba"}, {"text": "một"}, {"text": "hai"}]


async def test_without_settings_there_is_no_webhook(product: Product) -> None:
    class Mute:
        def parts(self, reply: Any) -> list[dict[str, Any]]:
            return []

        async def deliver(self, address: Any, part: Any) -> Delivery:
            return Delivery(Outcome.sent)

        async def warm(self) -> None: ...

    assert routes(product, FakeDoor(), Mute()) == []


async def test_the_fake_retries_a_closed_port_only_and_then_switches_off(house: House) -> None:
    (port,) = free_ports(1)
    told = await house.zalo.deliver(f"http://127.0.0.1:{port}{PATH}", typed("u", "x"))
    assert (told.status, told.tries, house.zalo.disabled) == (0, 6, True)


def incoming(person: str, number: int) -> Incoming:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    key = str(number).encode()
    return Incoming("zalo", key, person.encode(), {"text": "x"}, now, None, number)
