"""A flooded web door asks browsers for a little work; danger passes, and no proof is good twice."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web import PRODUCT
from bot.channels.web_challenge import SECONDS, Proofs, zero_bits
from bot.channels.web_session import verify
from bot.payloads import sign
from bot.product import build
from bot.serve import chat_app
from handlers.turn import Button
from store.crypto import Keyring
from store.settings import Settings
from tests.support.clock import Clock
from tests.support.fake_nlu import FakeNlu

Client = TestClient[Any, Any]
DANGER = "cuu em voi em bi nhot o campuchia"
RING = Keyring.generate()


def solve(challenge: str) -> str:
    bits = int(challenge.partition(".")[0])
    return next(proof for n in count() if zero_bits(proof := f"{challenge}:{n}") >= bits)


@pytest.fixture
async def flooded(
    settings: Settings, engine: object, nlu: FakeNlu, clock: Clock, database_url: str
) -> AsyncIterator[Client]:
    """A site whose one address has one message left."""
    small = settings.model_copy(
        update={"address_burst": 20, "address_rate": 0.01, "challenge_share": 0.05, "proof_bits": 6}
    )
    product = build(small, database_url, nlu, clock)
    async with TestClient(TestServer(chat_app(product))) as client:
        assert (await client.post("/api/chat", json={"text": "menu"})).status == 200
        yield client


async def test_over_the_soft_limit_a_proof_opens_the_door_once(flooded: Client) -> None:
    refused = await flooded.post("/api/chat", json={"text": "menu"})
    body = await refused.json()
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "113" in body["error"]
    proof = solve(body["challenge"])
    solved = await flooded.post("/api/chat", json={"text": "menu", "proof": proof})
    assert solved.status == 200
    assert (await solved.json())["messages"]
    again = await flooded.post("/api/chat", json={"text": "menu", "proof": proof})
    assert again.status == 429
    assert (await again.json())["challenge"] != body["challenge"]


async def test_danger_is_never_asked_for_work(flooded: Client) -> None:
    answer = await flooded.post("/api/chat", json={"text": DANGER})
    assert answer.status == 200
    assert "981 84 84 84" in (await answer.json())["messages"][0]["text"]


async def test_the_danger_button_gets_numbers_over_every_limit(flooded: Client) -> None:
    session = (await (await flooded.post("/api/chat", json={"text": DANGER})).json())["session"]
    signed = sign(
        flooded.app[PRODUCT].ring,
        verify(flooded.app[PRODUCT].ring, session).conversation,
        Button("", "danger.start"),
    )
    for _ in range(25):
        answer = await flooded.post("/api/chat", json={"session": session, "payload": signed})
        assert answer.status == 200
        assert "113" in (await answer.text())


@pytest.mark.parametrize("proof", [5, None, [], {}, "", "x", "6.1.a.b:1", "đ" * 9, "9" * 5000])
async def test_nonsense_is_no_proof(flooded: Client, proof: object) -> None:
    answer = await flooded.post("/api/chat", json={"text": "menu", "proof": proof})
    assert answer.status == 429


async def test_the_hard_limit_stands_whatever_is_solved(flooded: Client) -> None:
    statuses = []
    for _ in range(21):
        body = await (await flooded.post("/api/chat", json={"text": "menu"})).json()
        if "challenge" not in body:
            break
        proof = solve(body["challenge"])
        answer = await flooded.post("/api/chat", json={"text": "menu", "proof": proof})
        statuses.append(answer.status)
    assert statuses.count(200) <= 10
    assert "challenge" not in body


async def test_without_javascript_the_page_says_to_wait_and_keeps_the_text(
    flooded: Client,
) -> None:
    answer = await flooded.post("/tro-chuyen", data={"text": "cho em hỏi"})
    page = await answer.text()
    assert answer.status == 429
    assert "rất nhiều tin" in page
    assert "cho em hỏi" in page


async def test_a_full_house_asks_everybody(
    settings: Settings, engine: object, nlu: FakeNlu, clock: Clock, database_url: str
) -> None:
    small = settings.model_copy(update={"site_burst": 1, "site_rate": 0.01, "proof_bits": 4})
    async with TestClient(TestServer(chat_app(build(small, database_url, nlu, clock)))) as client:
        statuses = [
            (await client.post("/api/chat", json={"text": "menu"})).status for _ in range(3)
        ]
        assert statuses == [200, 429, 429]
        assert (await client.post("/api/chat", json={"text": DANGER})).status == 200


def test_a_challenge_ends_and_cannot_be_made_easier_or_forged() -> None:
    now = [1_800_000_000.0]
    proofs = Proofs(RING, 6, lambda: now[0])
    challenge = proofs.challenge()
    easier = solve("0" + challenge[1:])
    assert not proofs.spend(easier)
    assert not Proofs(Keyring.generate(), 6, lambda: now[0]).spend(solve(challenge))
    late = solve(proofs.challenge())
    assert proofs.spend(solve(challenge))
    now[0] += SECONDS + 2
    assert not proofs.spend(late)


def test_spent_proofs_are_forgotten_after_their_end() -> None:
    now = [1_800_000_000.0]
    proofs = Proofs(RING, 0, lambda: now[0])
    for _ in range(50):
        assert proofs.spend(f"{proofs.challenge()}:1")
    now[0] += SECONDS + 1
    assert proofs.spend(f"{proofs.challenge()}:1")
    assert len(proofs._spent) == 1


@given(st.text(max_size=130))
def test_no_text_breaks_the_check(text: str) -> None:
    assert not Proofs(RING, 6).spend(text)
