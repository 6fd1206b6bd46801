"""What a reply becomes on the wire, and what each fault of the platform means."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Channel, Delivery, Outcome
from bot.channels.telegram import Telegram
from bot.channels.telegram_outcome import TOKEN_PAUSE
from bot.channels.telegram_render import parts
from bot.channels.telegram_transport import NotSent
from store.crypto import Keyring
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram_wire import Fault
from tests.support.telegram import telegram_channel, telegram_settings

ME, GROUP, NEW_GROUP = 7, -100_200, -100_900
TO_ME = {"chat_id": ME}
HELLO = {"method": "sendMessage", "text": "Chào bạn"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(known={ME, GROUP, NEW_GROUP}) as fake:
        yield fake


@pytest.fixture
async def telegram(fake: FakeTelegram, keyring: Keyring) -> AsyncIterator[Telegram]:
    telegram = telegram_channel(fake, keyring)
    yield telegram
    await telegram.close()


async def test_a_reply_arrives_with_its_buttons_and_without_previews(
    telegram: Channel, fake: FakeTelegram
) -> None:
    reply = {
        "text": "Chọn giúp nhé: https://a.vn",
        "buttons": [{"title": "Có", "payload": "a.b:c~0123456789"}],
        "links": [{"title": "Trang", "url": "https://dolab.gov.vn/"}],
    }
    for part in parts(reply):
        assert await telegram.deliver(TO_ME, part) == Delivery(Outcome.sent)
    [sent] = fake.chats[ME]
    assert sent.text == reply["text"]
    assert sent.silent_links
    assert sent.keys == [
        {"text": "Có", "callback_data": "a.b:c~0123456789"},
        {"text": "Trang", "url": "https://dolab.gov.vn/"},
    ]
    assert telegram.name == "telegram"
    assert telegram.rate == 30


async def test_an_image_arrives_with_its_caption(telegram: Channel, fake: FakeTelegram) -> None:
    image = {"url": "https://lachan.vn/a.png", "title": "Tranh"}
    for part in parts({"text": "Lời", "buttons": [], "links": [], "image": image}):
        assert (await telegram.deliver(TO_ME, part)).outcome is Outcome.sent
    assert [(s.method, s.text) for s in fake.chats[ME]] == [
        ("sendPhoto", "Tranh"),
        ("sendMessage", "Lời"),
    ]


async def test_an_answer_in_a_topic_stays_there(telegram: Channel, fake: FakeTelegram) -> None:
    await telegram.deliver({"chat_id": GROUP, "thread_id": 4}, HELLO)
    assert fake.chats[GROUP][0].thread_id == 4


FAULTS = [
    (Fault.internal, Delivery(Outcome.again, "http_500"), False),
    (Fault.bad_gateway, Delivery(Outcome.again, "http_502"), False),
    (Fault.gateway_timeout, Delivery(Outcome.unknown, "http_504"), True),
    (Fault.drop_before, Delivery(Outcome.unknown, "answer_lost"), False),
    (Fault.drop_after, Delivery(Outcome.unknown, "answer_lost"), True),
    (Fault.hang_before, Delivery(Outcome.unknown, "timeout"), False),
    (Fault.hang_after, Delivery(Outcome.unknown, "timeout"), True),
    (Fault.foreign_refusal, Delivery(Outcome.again, "http_403"), False),
    (Fault.foreign_answer, Delivery(Outcome.unknown, "odd_answer"), False),
    (Fault.too_many, Delivery(Outcome.again, "rate", pause=3.0), False),
]


@pytest.mark.parametrize(("fault", "delivery", "accepted"), FAULTS)
async def test_each_fault_has_its_outcome(
    telegram: Channel, fake: FakeTelegram, fault: Fault, delivery: Delivery, accepted: bool
) -> None:
    fake.retry_after = 3
    fake.faults.append(fault)
    assert await telegram.deliver(TO_ME, HELLO) == delivery
    assert [sent.lost for sent in fake.chats[ME]] == ([True] if accepted else [])
    assert (await telegram.deliver(TO_ME, HELLO)).outcome is Outcome.sent


async def test_a_server_that_is_not_there_is_tried_again(keyring: Keyring) -> None:
    async with FakeTelegram() as fake:
        telegram = telegram_channel(fake, keyring)
    assert await telegram.deliver(TO_ME, HELLO) == Delivery(Outcome.again, "no_connection")
    await telegram.close()


async def test_a_restarted_server_is_found_again(telegram: Channel, fake: FakeTelegram) -> None:
    await telegram.deliver(TO_ME, HELLO)
    fake.faults.append(Fault.drop_before)
    await telegram.deliver(TO_ME, HELLO)
    assert (await telegram.deliver(TO_ME, HELLO)).outcome is Outcome.sent


async def test_whoever_blocked_the_bot_is_gone(telegram: Channel, fake: FakeTelegram) -> None:
    fake.blocked |= {ME, GROUP}
    for chat in (ME, GROUP):
        delivery = await telegram.deliver({"chat_id": chat}, HELLO)
        assert delivery == Delivery(Outcome.failed, "blocked", gone=True)


async def test_a_chat_that_never_was_is_gone(telegram: Channel) -> None:
    delivery = await telegram.deliver({"chat_id": 99}, HELLO)
    assert delivery == Delivery(Outcome.failed, "chat_not_found", gone=True)


async def test_a_migrated_group_has_a_new_address(telegram: Channel, fake: FakeTelegram) -> None:
    fake.migrated[GROUP] = NEW_GROUP
    delivery = await telegram.deliver({"chat_id": GROUP}, HELLO)
    assert delivery == Delivery(Outcome.again, "moved", moved_to={"chat_id": NEW_GROUP})
    assert delivery.moved_to is not None
    assert (await telegram.deliver(delivery.moved_to, HELLO)).outcome is Outcome.sent


async def test_a_deleted_topic_is_answered_in_the_group(
    telegram: Channel, fake: FakeTelegram
) -> None:
    fake.closed_threads.add(4)
    delivery = await telegram.deliver({"chat_id": GROUP, "thread_id": 4}, HELLO)
    assert delivery == Delivery(Outcome.again, "topic", moved_to={"chat_id": GROUP})


async def test_what_telegram_refuses_is_given_up(telegram: Channel) -> None:
    for text, reason in (("", "empty"), ("x" * 4097, "too_long")):
        part = {"method": "sendMessage", "text": text}
        assert await telegram.deliver(TO_ME, part) == Delivery(Outcome.failed, reason)
    rows = [[{"text": "Gọi", "url": "tel:111"}]]
    delivery = await telegram.deliver(TO_ME, {**HELLO, "rows": rows})
    assert delivery == Delivery(Outcome.failed, "button")
    photo = {"method": "sendPhoto", "photo": "x", "caption": ""}
    assert (await telegram.deliver(TO_ME, photo)).reason == "picture"


async def test_a_broken_address_is_given_up(telegram: Channel) -> None:
    assert (await telegram.deliver({}, HELLO)).outcome is Outcome.failed


async def test_a_refused_token_loses_nothing(fake: FakeTelegram, keyring: Keyring) -> None:
    telegram = telegram_channel(fake, keyring)
    fake.token = "700700:another"
    assert await telegram.deliver(TO_ME, HELLO) == Delivery(
        Outcome.again, "token", pause=TOKEN_PAUSE
    )
    await telegram.close()


async def test_a_crowded_group_is_quiet_alone(telegram: Channel, fake: FakeTelegram) -> None:
    fake.group_rate = 1
    group = {"chat_id": GROUP}
    assert (await telegram.deliver(group, HELLO)).outcome is Outcome.sent
    for _ in range(3):
        assert await telegram.deliver(group, HELLO) == Delivery(Outcome.again, "group_rate")
    assert fake.requests["sendMessage"] == 2
    assert (await telegram.deliver(TO_ME, HELLO)).outcome is Outcome.sent


async def test_the_whole_bot_is_told_to_pause(telegram: Channel, fake: FakeTelegram) -> None:
    fake.rate = 2
    sent = [await telegram.deliver(TO_ME, HELLO) for _ in range(3)]
    assert [one.outcome for one in sent] == [Outcome.sent, Outcome.sent, Outcome.again]
    assert sent[2].pause >= 1
    assert fake.fullest_second == 2


async def test_many_replies_at_once_all_arrive(telegram: Channel, fake: FakeTelegram) -> None:
    fake.rate = None
    part = parts({"text": "Chào", "buttons": [], "links": []})[0]
    sent = await asyncio.gather(*(telegram.deliver(TO_ME, part) for _ in range(200)))
    assert {one.outcome for one in sent} == {Outcome.sent}
    assert len(fake.chats[ME]) == 200


async def test_no_log_holds_the_token_or_the_text(
    telegram: Channel, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for fault in (None, Fault.drop_after, Fault.internal):
        if fault:
            fake.faults.append(fault)
        await telegram.deliver(TO_ME, HELLO)
    assert fake.token not in caplog.text
    assert HELLO["text"] not in caplog.text


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://khong-co.invalid", "nothing"])
async def test_no_error_carries_the_token(fake: FakeTelegram, keyring: Keyring, base: str) -> None:
    settings = telegram_settings(fake).model_copy(update={"telegram_api_base": base})
    telegram = Telegram(settings, keyring, seconds=0.3)
    with pytest.raises(NotSent) as caught:
        await telegram.client.bot.get_me()
    assert fake.token not in "".join(traceback.format_exception(caught.value))
    await telegram.close()


def test_without_a_token_there_is_no_channel(keyring: Keyring) -> None:
    settings = telegram_settings(FakeTelegram()).model_copy(update={"telegram_token": None})
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN"):
        Telegram(settings, keyring)
