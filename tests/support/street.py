"""Both platforms on loopback, and people who write over them to a cluster.

async with street(folder, url, ring, nlu_url) as s:
    s.open()                                  # starts the processes
    await s.cluster.ready()
    await s.person("zalo", 7).says("chào")
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.channels.telegram_client import secrets_of
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.channels.zalo_client import ZaloClient
from bot.channels.zalo_updates import PRESSED
from bot.payloads import sign
from handlers.turn import Button
from store.crypto import Keyring
from store.engine import make_engine, make_sessions
from store.settings import Settings
from store.types import use_keyring
from tests.support.cluster import Cluster, Member
from tests.support.fake_telegram_wire import Hook
from tests.support.witness import (
    Witness,
    WitnessedTelegram,
    WitnessedZalo,
    platform_environment,
)
from tests.support.zalo_events import typed
from tests.support.zalo_house import logged_in, zalo_settings

FIRST_CHAT = 10_000
TEST_RATE = 400


@dataclass
class Street:
    """`seconds` of each Zalo delivery; `unheard` counts those that were not answered 200."""

    cluster: Cluster
    ring: Keyring
    witness: Witness
    telegram: WitnessedTelegram
    zalo: WitnessedZalo
    zalo_url: str = ""
    seconds: list[float] = field(default_factory=list)
    unheard: int = 0

    def open(self, workers: int = 1, senders: int = 1) -> None:
        """One web process for each platform, and the others."""
        web = self.start("web")
        self.telegram_is_at(web)
        self.zalo_url = f"{self.start('web').url}/zalo/webhook"
        for role, count in (("worker", workers), ("sender", senders)):
            for _ in range(count):
                self.start(role)

    def start(self, role: str, port: int | None = None) -> Member:
        return self.cluster.start(role, port, **platform_environment(self.telegram, self.zalo))

    def telegram_is_at(self, web: Member) -> None:
        secrets = secrets_of(Settings(_env_file=None), self.ring)
        allowed = frozenset(ALLOWED_UPDATES)
        slots = asyncio.Semaphore(40)
        self.telegram.hook = Hook(f"{web.url}{secrets.route}", secrets.header, allowed, slots)

    def person(self, channel: str, number: int) -> "Person":
        return Person(self, channel, number)


@dataclass(frozen=True)
class Person:
    """Somebody on one platform; every call returns once the platform has its "taken"."""

    street: Street
    channel: str
    number: int

    @property
    def id(self) -> str:
        return str(FIRST_CHAT + self.number) if self.channel == "telegram" else f"u{self.number}"

    @property
    def name(self) -> str:
        return f"{self.channel}:{self.id}"

    @property
    def lane(self) -> bytes:
        return self.street.ring.digest("conversation", self.channel, self.id)

    @property
    def texts(self) -> list[str]:
        return self.street.witness.texts(self.name)

    async def says(self, text: str, times: int = 1) -> None:
        if self.channel == "telegram":
            await self.deliver(self.street.telegram.people.says(int(self.id), text), times)
        else:
            await self.deliver(typed(self.id, text), times)

    async def presses(self, name: str, value: str = "", times: int = 1) -> None:
        """A button that the product could have shown; it need not have."""
        payload = sign(self.street.ring, self.lane, Button("…", name, value))
        if self.channel == "telegram":
            update = self.street.telegram.people.presses_button(int(self.id), payload)
            await self.deliver(update, times)
        else:
            await self.deliver(typed(self.id, PRESSED + payload), times)

    async def presses_shown(self, title: str) -> None:
        """The newest button whose title holds `title`; raises AssertionError."""
        for shown, payload in reversed(self.buttons()):
            if title.lower() in shown.lower():
                if self.channel == "telegram":
                    people = self.street.telegram.people
                    await self.deliver(people.presses_button(int(self.id), payload))
                else:
                    await self.deliver(typed(self.id, payload))
                return
        raise AssertionError(f"no button {title!r} in {self.buttons()}")

    def buttons(self) -> list[tuple[str, str]]:
        """(title, payload) of all buttons that this person was shown."""
        if self.channel == "telegram":
            keys = [key for sent in self.street.telegram.chats[int(self.id)] for key in sent.keys]
            return [(key["text"], key["callback_data"]) for key in keys if "callback_data" in key]
        attachments = [a.message.get("attachment", {}) for a in self.street.zalo.accepted[self.id]]
        drawn = [button for a in attachments for button in a.get("payload", {}).get("buttons", ())]
        return [(b["title"], b["payload"]) for b in drawn if b["type"] == "oa.query.hide"]

    async def deliver(self, event: dict[str, Any], times: int = 1) -> None:
        """The event once until it is taken, and then again (`times`), as platforms do."""
        if self.channel == "telegram":
            await self.street.telegram.push(event)
            for _ in range(times - 1):
                await self.street.telegram.post(event)
            return
        street = self.street
        street.zalo.last_seen[self.id] = datetime.now(UTC)
        left = times
        while left:
            told = await street.zalo.deliver(street.zalo_url, event)
            street.seconds.append(told.seconds)
            left -= told.status == 200
            street.unheard += told.status != 200

    async def gets(self, words: str, seconds: float = 30.0) -> str:
        """The first message with `words` among those this person got; raises AssertionError."""
        for _ in range(int(seconds / 0.05)):
            found = next((text for text in self.texts if words in text), None)
            if found is not None:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name} never got {words!r}: {self.texts}")


@contextlib.asynccontextmanager
async def street(
    folder: Path, url: str, ring: Keyring, nlu_url: str, **settings: str
) -> AsyncIterator[Street]:
    """Fakes, a logged-in OA, and a cluster without processes yet; the schema must be there."""
    witness = Witness()
    telegram = WitnessedTelegram(witness, rate=TEST_RATE)
    zalo = WitnessedZalo(witness, per_minute=TEST_RATE * 60)
    use_keyring(ring)
    given = {
        "LACHAN_NLU_URL": nlu_url,
        "LACHAN_TELEGRAM_RATE": str(TEST_RATE),
        "LACHAN_ZALO_RATE": str(TEST_RATE),
        **settings,
    }
    async with telegram, zalo:
        await _log_in(url, ring, zalo)
        with Cluster(folder, url, ring, **given) as cluster:
            yield Street(cluster, ring, witness, telegram, zalo)


async def _log_in(url: str, ring: Keyring, zalo: WitnessedZalo) -> None:
    settings = Settings(_env_file=None, keyring=SecretStr(ring.dumps()))
    engine = make_engine(url, pool_size=1)
    client = ZaloClient(zalo_settings(settings, zalo.url))
    try:
        await logged_in(make_sessions(engine), zalo, client, datetime.now(UTC))
    finally:
        await client.close()
        await engine.dispose()
