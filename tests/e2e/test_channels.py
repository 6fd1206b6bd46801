"""Both platforms, both strict fakes, real processes: nothing lost and nothing doubled.

The long version of the last test is `make chaos`.
"""

import asyncio
import functools
import io
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psycopg
import pytest
import pytest_asyncio

from store.crypto import Keyring
from store.embedded import EmbeddedPostgres
from tests.chaos.run import Plan, run
from tests.chaos.story import DANGER, RECEIPT, steps
from tests.chaos.table import table
from tests.support.cluster import Nlu, restart_database
from tests.support.fake_telegram_wire import Hook
from tests.support.schema import create_schema
from tests.support.street import Person, Street, street
from tests.support.zalo_events import event, typed

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHANNELS = ["telegram", "zalo"]
TOO_LARGE = 2 * 1024 * 1024


@contextmanager
def empty_database(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, owner=True)
    try:
        create_schema(server.url)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with empty_database(tmp_path_factory.mktemp("channels") / "postgres") as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    server: EmbeddedPostgres, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Street]:
    nlu = Nlu()
    await nlu.start()
    try:
        folder = tmp_path_factory.mktemp("members")
        async with street(folder, server.url, keyring, nlu.url) as here:
            here.open()
            await here.cluster.ready()
            yield here
    finally:
        nlu.kill()


def counted(server: EmbeddedPostgres, query: str, *values: object) -> Any:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


async def until(server: EmbeddedPostgres, wanted: object, query: str, *values: object) -> None:
    for _ in range(300):
        found = await asyncio.to_thread(counted, server, query, *values)
        if found == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{found} instead of {wanted}: {query}")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_danger_gets_the_numbers_in_the_first_reply(here: Street, channel: str) -> None:
    person = here.person(channel, 1)
    await person.says(DANGER)
    await person.gets("113")
    assert "113" in person.texts[0]
    assert len(person.texts[0]) <= 300


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_story_in_pieces_is_read_as_one(
    here: Street, server: EmbeddedPostgres, channel: str
) -> None:
    person = here.person(channel, 2)
    for piece in ("chị ơi", "em muốn hỏi chút là", "công ty này tuyển người đi làm xa"):
        await person.says(piece)
    mine = (person.lane,)
    done = "SELECT count(*) FROM inbox WHERE conversation = %s AND state = 1"
    await until(server, 3, done, *mine)
    answered = "SELECT count(DISTINCT inbox_id) FROM outbox WHERE conversation = %s"
    assert counted(server, answered, *mine) == 1


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_pressed_button_is_understood_and_a_forged_one_brings_the_menu(
    here: Street, channel: str
) -> None:
    person = here.person(channel, 3)
    await person.presses("quiz.start")
    await person.gets("Câu 1/10")
    await person.presses_shown("A")
    await person.gets("Câu 2/10")
    stranger = here.person(channel, 4)
    payload = person.buttons()[0][1]
    if channel == "telegram":
        await stranger.deliver(here.telegram.people.presses_button(int(stranger.id), payload))
    else:
        await stranger.deliver(typed(stranger.id, payload))
    await stranger.gets("")
    assert "Câu" not in stranger.texts[0]


async def test_a_report_begun_on_telegram_is_followed_up_on_zalo(here: Street) -> None:
    reporter = here.person("telegram", 5)
    for step in steps()[11:19]:
        if step.text:
            await reporter.says(step.text)
        else:
            await reporter.presses(step.name, step.value)
    await reporter.gets("Mã biên nhận")
    receipt = next(found for text in reporter.texts if (found := RECEIPT.search(text)))
    later = here.person("zalo", 5)
    await later.presses("follow_up.start")
    await later.gets("biên nhận")
    await later.says(receipt[0])
    await later.gets("đã nhận, đang chờ cán bộ xem")


@asynccontextmanager
async def paused_workers(here: Street) -> AsyncIterator[None]:
    pids = [member.process.pid for member in here.cluster.living("worker")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_thrice_and_out_of_order_is_answered_once_and_in_order(
    here: Street, server: EmbeddedPostgres
) -> None:
    person = here.person("telegram", 6)
    here.telegram.known.add(int(person.id))
    updates = [_press(person, step.name, step.value) for step in steps()[:5]]
    async with paused_workers(here):
        for place in (3, 0, 4, 2, 1):
            for _ in range(3):
                assert await here.telegram.post(updates[place]) == 200
        waiting = "SELECT count(*) FROM inbox WHERE conversation = %s AND state = 0"
        assert counted(server, waiting, person.lane) == 5
    await person.gets("Câu 5/10")
    asked = re.findall(r"Câu (\d+)/10", "\n".join(person.texts))
    assert asked == ["1", "2", "3", "4", "5"]


def _press(person: Person, name: str, value: str) -> dict[str, Any]:
    from bot.payloads import sign
    from handlers.turn import Button

    payload = sign(person.street.ring, person.lane, Button("…", name, value))
    return person.street.telegram.people.presses_button(int(person.id), payload)


async def test_what_does_not_come_from_the_platform_has_no_effect(
    here: Street, server: EmbeddedPostgres
) -> None:
    everything = "SELECT count(*) FROM inbox"
    before = counted(server, everything)
    telegram, zalo = here.telegram, here.zalo
    update = telegram.people.says(10_007, "không phải tôi")
    secret = {"X-Telegram-Bot-Api-Secret-Token": "a" * 48}
    assert await telegram.post(update, **secret) == 401
    assert await _posted(telegram.hook, {"update_id": 1, "pad": "x" * TOO_LARGE}) == 413
    assert await telegram.post({"update_id": 2, "chat_boost": {"chat": {"id": 1}}}) == 200
    assert await telegram.post(["not", "an", "update"]) == 200
    said = typed("u7", "không phải tôi")
    other_oa = await zalo.deliver(here.zalo_url, said, secret="secret-of-another-oa")
    unsigned = await zalo.deliver(here.zalo_url, said, signed=False)
    assert (other_oa.status, unsigned.status) == (403, 403)
    large = orjson.dumps({"event_name": "user_send_text", "pad": "x" * TOO_LARGE})
    assert (await zalo.deliver(here.zalo_url, large)).status in (0, 413)
    for name in ("user_reacted_message", "oa_send_text", "something_new"):
        assert (await zalo.deliver(here.zalo_url, event(name, "u7"))).status == 200
    assert (await zalo.deliver(here.zalo_url, b"{}", signed=False)).status == 200
    assert counted(server, everything) == before


async def _posted(hook: Hook | None, update: dict[str, Any]) -> int:
    assert hook is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret}
    body = io.BytesIO(orjson.dumps(update))
    async with (
        aiohttp.ClientSession() as client,
        client.post(hook.url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_who_blocked_us_is_left_in_peace_until_they_write_again(
    here: Street, server: EmbeddedPostgres
) -> None:
    person = here.person("telegram", 8)
    here.telegram.blocked.add(int(person.id))
    await person.presses("quiz.start")
    refused = "SELECT bool_and(state = 3 AND address IS NULL) FROM outbox WHERE conversation = %s"
    await until(server, True, refused, person.lane)
    assert person.texts == []
    here.telegram.blocked.clear()
    await person.presses("quiz.start")
    await person.gets("Câu 1/10")


async def test_a_storm_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    plan = Plan(
        conversations=30,
        seed=4,
        at_once=30,
        pause=0.4,
        kill_every=3.0,
        restarts=1,
        nlu_deaths=1,
        patience=90.0,
    )
    with empty_database(data) as server:
        restart = functools.partial(restart_database, server, data)
        outcome = await run(tmp_path / "logs", server.url, Keyring.generate(), plan, restart)
    assert outcome.good, table(outcome)
