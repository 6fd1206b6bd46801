"""The webhook: who is let in, what is answered, and that nothing is acknowledged unstored."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.channels.telegram import SECRET_HEADER, Telegram, routes
from bot.channels.telegram_client import secrets_of
from bot.door import Unreachable
from bot.payloads import sign
from bot.product import Product
from handlers.turn import Button
from store.crypto import Keyring
from tests.support.fake_door import FakeDoor
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram_wire import Fault
from tests.support.telegram import telegram_channel, telegram_settings

Client = TestClient[Any, Any]
ME, GROUP = 7, -100_200


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
async def telegram(fake: FakeTelegram, keyring: Keyring) -> AsyncIterator[Telegram]:
    telegram = telegram_channel(fake, keyring)
    yield telegram
    await telegram.close()


@pytest.fixture
async def client(telegram: Telegram, fake: FakeTelegram, door: FakeDoor) -> AsyncIterator[Client]:
    app = web.Application()
    # The shared client is given, so nothing of the product is asked.
    app.add_routes(routes(cast(Product, None), door, telegram))
    async with TestClient(TestServer(app)) as client:
        await telegram.client.bot.set_webhook(
            str(client.make_url(telegram.secrets.route)),
            secret_token=telegram.secrets.header,
            allowed_updates=("message", "edited_message", "callback_query", "my_chat_member"),
        )
        yield client


@pytest.mark.usefixtures("client")
async def test_a_message_is_stored_and_acknowledged(fake: FakeTelegram, door: FakeDoor) -> None:
    assert await fake.push(fake.people.says(ME, "chào")) == 1
    assert [message.payload for message in door.taken] == [{"text": "chào"}]


@pytest.mark.usefixtures("client")
async def test_a_message_delivered_three_times_is_one(fake: FakeTelegram, door: FakeDoor) -> None:
    update = fake.people.says(ME, "chào")
    assert [await fake.post(update) for _ in range(3)] == [200] * 3
    assert (len(door.taken), door.deliveries) == (1, 3)


@pytest.mark.usefixtures("client")
async def test_out_of_order_deliveries_carry_their_order(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    first, second = fake.people.says(ME, "một"), fake.people.says(ME, "hai")
    await fake.post(second)
    await fake.post(first)
    ordered = sorted(door.taken, key=lambda message: message.position or 0)
    assert [message.payload["text"] for message in ordered] == ["một", "hai"]


@pytest.mark.usefixtures("client")
async def test_what_could_not_be_stored_is_delivered_again(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    door.faults = [Unreachable("timeout"), RuntimeError("odd")]
    assert await fake.push(fake.people.says(ME, "chào")) == 3
    assert len(door.taken) == 1


@pytest.mark.parametrize("secret", ["", "x", "đ", "700700:AAFakeTokenOfATestBot-0123456789abc"])
async def test_a_wrong_secret_is_refused(
    client: Client, telegram: Telegram, fake: FakeTelegram, door: FakeDoor, secret: str
) -> None:
    headers = {SECRET_HEADER: secret.encode().decode("latin-1")} if secret else {}
    answer = await client.post(
        telegram.secrets.route, json=fake.people.says(ME, "x"), headers=headers
    )
    assert answer.status == 401
    assert not door.deliveries


async def test_the_secret_of_another_bot_is_refused(
    client: Client, telegram: Telegram, fake: FakeTelegram, door: FakeDoor
) -> None:
    other = secrets_of(telegram_settings(fake), Keyring.generate())
    right = {SECRET_HEADER: telegram.secrets.header}
    update = fake.people.says(ME, "x")
    assert (await client.post(other.route, json=update, headers=right)).status == 404
    wrong = {SECRET_HEADER: other.header}
    assert (await client.post(telegram.secrets.route, json=update, headers=wrong)).status == 401
    assert not door.deliveries


@pytest.mark.parametrize("path", ["/telegram/", "/telegram/%F0%9F%98%80", "/telegram/x/y"])
async def test_another_path_is_nothing(client: Client, telegram: Telegram, path: str) -> None:
    answer = await client.post(path, data=b"{}", headers={SECRET_HEADER: telegram.secrets.header})
    assert answer.status == 404


async def test_a_body_of_two_megabytes_is_refused(
    client: Client, telegram: Telegram, door: FakeDoor
) -> None:
    headers = {SECRET_HEADER: telegram.secrets.header}
    body = io.BytesIO(b"x" * 2**21)
    announced = await client.post(telegram.secrets.route, data=body, headers=headers)
    assert announced.status == 413

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b" " * 2**16

    drip = await client.post(telegram.secrets.route, data=dripping(), headers=headers)
    assert drip.status == 413
    assert not door.deliveries


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"update_id": 1' + b"0" * 5000 + b"}"]
)
async def test_malformed_json_is_refused(
    client: Client, telegram: Telegram, door: FakeDoor, body: bytes
) -> None:
    headers = {SECRET_HEADER: telegram.secrets.header}
    answer = await client.post(telegram.secrets.route, data=body, headers=headers)
    assert answer.status == 400
    assert not door.deliveries


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "update", [[], None, "x", 5, {"update_id": 9, "new_kind": {}}, {"update_id": 9, "message": 1}]
)
async def test_unknown_events_do_not_come_back(
    fake: FakeTelegram, door: FakeDoor, update: Any
) -> None:
    assert await fake.post(update) == 200
    assert not door.deliveries


@pytest.mark.usefixtures("client")
async def test_a_press_is_acknowledged_and_never_waited_for(
    fake: FakeTelegram, door: FakeDoor, keyring: Keyring, telegram: Telegram
) -> None:
    lane = keyring.digest("conversation", "telegram", str(ME))
    data = sign(keyring, lane, Button("Có", "report.consent", "keep"))
    fake.fault = lambda method, _: Fault.hang_before if method == "answerCallbackQuery" else None
    update = fake.people.presses_button(ME, data)
    assert await asyncio.wait_for(fake.post(update), 0.3) == 200
    assert door.taken[0].payload == {"action": ["report.consent", "keep"]}
    fake.fault = lambda _method, _chat: None
    await fake.post(update)
    async with asyncio.timeout(5):
        while not fake.answered:
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("client")
async def test_a_press_that_was_not_stored_is_not_acknowledged(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    door.faults = [Unreachable("timeout")]
    assert await fake.post(fake.people.presses_button(ME, "x~y")) == 503
    assert not fake.requests["answerCallbackQuery"]


@pytest.mark.usefixtures("client")
async def test_a_group_is_heard_under_the_bots_name(fake: FakeTelegram, door: FakeDoor) -> None:
    text = f"@{fake.username} tin này thật không"
    entity = {"type": "mention", "offset": 0, "length": len(fake.username) + 1}
    for _ in range(3):
        await fake.push(fake.people.says(GROUP, text, entities=[entity]))
    await fake.push(fake.people.says(GROUP, "không nói với bot"))
    assert [m.payload for m in door.taken] == [{"text": "tin này thật không", "group": True}] * 3
    assert fake.requests["getMe"] == 1


@pytest.mark.usefixtures("client")
async def test_a_private_message_never_waits_for_the_platform(
    fake: FakeTelegram, door: FakeDoor
) -> None:
    await fake.push(fake.people.says(ME, "/menu@" + fake.username))
    assert door.taken[0].payload == {"action": ["menu.start", ""]}
    assert not fake.requests["getMe"]


def test_secrets_come_from_the_settings_or_the_keyring() -> None:
    ring = Keyring.generate()
    fake = FakeTelegram()
    derived = secrets_of(telegram_settings(fake), ring)
    assert derived == secrets_of(telegram_settings(fake), ring)
    assert derived.path != derived.header
    assert len(derived.header) >= 32
    assert derived.header not in repr(derived)
    own = telegram_settings(
        fake,
        telegram_path_secret=SecretStr("duong-rieng"),
        telegram_webhook_secret=SecretStr("bi-mat"),
    )
    assert secrets_of(own, ring).route == "/telegram/duong-rieng"
    assert secrets_of(own, ring).header == "bi-mat"
