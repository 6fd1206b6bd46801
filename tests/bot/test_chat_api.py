"""The web contract: what each kind of message is answered with."""

import asyncio
import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.web_session import issue
from bot.inbox import Incoming, accept
from bot.limits import Limiter
from bot.models import Conversation, Inbox, InboxState, Outbox
from bot.product import Product
from bot.serve import chat_app
from tests.bot.conftest import Chat
from tests.support.clock import Clock
from tests.support.fake_nlu import FakeNlu
from tests.support.tidy import tidy

Client = TestClient[Any, Any]
DANGER = "cuu em voi em bi nhot o campuchia"


def words(body: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in body["messages"])


def button(body: dict[str, Any], title: str) -> str:
    for message in body["messages"]:
        for one in message["buttons"]:
            if title.lower() in one["title"].lower():
                return str(one["payload"])
    raise AssertionError(f"no button {title}: {body}")


async def test_a_greeting_says_that_it_is_a_machine(chat: Chat, nlu: FakeNlu) -> None:
    nlu.intents["xin chào"] = "greet"
    body = await chat(text="xin chào")
    assert body["understood"] == {"intent": "greet", "priority": "P3"}
    assert "tự động" in words(body)
    assert body["session"]


async def test_danger_gets_numbers_in_the_first_reply_within_300_characters(chat: Chat) -> None:
    body = await chat(text=DANGER)
    first = body["messages"][0]
    assert len(first["text"]) <= 300
    assert "981 84 84 84" in first["text"]
    assert body["understood"]["priority"] in ("P0", "P1")
    assert any(link["url"].startswith("tel:") for link in first["links"])


async def test_danger_is_answered_with_the_model_down(chat: Chat, nlu: FakeNlu) -> None:
    nlu.down = True
    body = await chat(text="họ đánh em, sắp giết em rồi cứu em")
    assert "113" in body["messages"][0]["text"]
    assert body["understood"]["intent"] == "danger_now"


async def test_without_the_model_a_menu_is_offered(chat: Chat, nlu: FakeNlu) -> None:
    nlu.down = True
    body = await chat(text="cho em hỏi chút")
    assert body["messages"][0]["buttons"]
    assert "111" in words(body)


async def test_a_low_confidence_asks_with_three_buttons_and_111(chat: Chat, nlu: FakeNlu) -> None:
    nlu.rankings["hmm"] = [("ask_law", 0.3), ("job_offer", 0.25), ("quiz", 0.2), ("greet", 0.1)]
    body = await chat(text="hmm")
    titles = [one["title"] for one in body["messages"][0]["buttons"]]
    assert len(titles) >= 4
    assert "111" in words(body)


async def test_two_close_intents_are_both_offered(chat: Chat, nlu: FakeNlu) -> None:
    nlu.rankings["tuyển gấp"] = [("job_offer", 0.5), ("check_scam", 0.46)]
    body = await chat(text="tuyển gấp")
    pressed = await chat(body["session"], payload=button(body, "việc làm"))
    assert pressed["messages"]


@pytest.mark.parametrize(
    "text", ["👍", "😭😭😭", "???", "hello can you help me", "a" * 4000, "/", "//start", "."]
)
async def test_every_message_gets_an_answer(chat: Chat, text: str) -> None:
    body = await chat(text=text)
    assert words(body).strip()


async def test_empty_text_gets_a_kind_word(chat: Chat) -> None:
    body = await chat(text="  \u200b ")
    assert "111" in words(body)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b'{"text": 5}', 400),
        (b'{"text": null}', 400),
        (b'{"text": ["a"]}', 400),
        (b'{"payload": {"a": 1}}', 400),
        (b'{"text": "a", "payload": "b"}', 400),
        (b'{"text": "a", "session": "forged"}', 401),
        (b'{"text": "a", "session": 7}', 401),
        (b'{"payload": "menu.start"}', 401),
        (b'{"text": "a", "id": ""}', 400),
        (b'{"text": "a", "id": 9}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 20000, 400),
        (b'{"text": "' + b"a" * 4001 + b'"}', 400),
        (b'{"text": "' + b"a" * 5_000_000 + b'"}', 413),
    ],
)
async def test_bad_requests_are_refused_clearly(client: Client, sent: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/api/chat", data=BytesIO(sent), headers=headers)
    assert answer.status == status
    error = (await answer.json())["error"]
    assert error
    assert "Traceback" not in error


async def test_refused_requests_keep_nothing(client: Client, session: AsyncSession) -> None:
    await client.post("/api/chat", data=b"{")
    await client.post("/api/chat", json={"session": "x" * 45, "text": "a"})
    assert await session.scalar(select(func.count()).select_from(Inbox)) == 0
    assert await session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "lone \ud800 surrogate", "\u202exin chào", "<script>alert(1)</script>", "{{7*7}}"],
)
async def test_hostile_characters_are_answered(client: Client, text: str) -> None:
    sent = json.dumps({"text": text})
    answer = await client.post("/api/chat", data=sent, headers={"Content-Type": "application/json"})
    assert answer.status == 200
    assert "<script>" not in await answer.text()


async def test_a_forged_session_in_danger_still_gets_the_numbers(client: Client) -> None:
    answer = await client.post("/api/chat", json={"session": "forged", "text": DANGER})
    assert answer.status == 200
    assert "981 84 84 84" in (await answer.json())["messages"][0]["text"]


async def test_a_forged_button_is_refused(client: Client, chat: Chat) -> None:
    body = await chat(text="menu")
    answer = await client.post(
        "/api/chat", json={"session": body["session"], "payload": "report.start~AAAAAAAAAA"}
    )
    assert answer.status == 400


async def test_a_button_of_another_session_is_refused(client: Client, chat: Chat) -> None:
    mine, other = await chat(text="menu"), await chat(text="menu")
    payload = mine["messages"][0]["buttons"][0]["payload"]
    answer = await client.post("/api/chat", json={"session": other["session"], "payload": payload})
    assert answer.status == 400


async def test_a_repeated_delivery_is_answered_once(
    client: Client, chat: Chat, session: AsyncSession
) -> None:
    first = await chat(text="menu", id="m0")
    token = first["session"]
    again = [await chat(token, text="xin chào", id="m1") for _ in range(3)]
    assert again[0]["messages"] == again[1]["messages"] == again[2]["messages"]
    rows = (await session.scalars(select(Inbox))).all()
    assert len(rows) == 2
    assert all(row.payload is None and row.state == InboxState.done for row in rows)


async def test_messages_of_one_session_are_answered_in_order(
    chat: Chat, session: AsyncSession
) -> None:
    token = (await chat(text="menu"))["session"]
    await asyncio.gather(*(chat(token, text=f"câu {n}", id=f"n{n}") for n in range(12)))
    rows = (await session.scalars(select(Outbox).order_by(Outbox.id))).all()
    order = [row.inbox_id for row in rows]
    assert order == sorted(order)
    assert len(set(order)) == 13


async def test_a_flood_is_slowed_but_danger_is_never_cut_off(product: Product) -> None:
    slow = replace(product, by_session=Limiter(burst=3, rate=0.01))
    async with TestClient(TestServer(chat_app(slow))) as client:
        first = await (await client.post("/api/chat", json={"text": "menu"})).json()
        token, shown = first["session"], first["messages"][0]["buttons"]
        help_now, payload = (
            next(one["payload"] for one in shown if one["payload"].startswith("danger") is wanted)
            for wanted in (True, False)
        )
        press = {"session": token, "payload": payload}
        pressed = [await client.post("/api/chat", json=press) for _ in range(50)]
        assert [a.status for a in pressed] == [200, 200] + [429] * 48
        assert int(pressed[-1].headers["Retry-After"]) >= 1
        assert "111" in (await pressed[-1].json())["error"]
        danger = await client.post("/api/chat", json={"session": token, "text": DANGER})
        assert danger.status == 200
        assert "981 84 84 84" in (await danger.json())["messages"][0]["text"]
        pressed_help = await client.post("/api/chat", json={"session": token, "payload": help_now})
        assert pressed_help.status == 200
        assert "113" in (await pressed_help.json())["messages"][0]["text"]


async def test_nothing_readable_of_a_message_is_in_the_database(
    chat: Chat, session: AsyncSession
) -> None:
    body = await chat(text="em tên Lê Thị Ví Dụ ở xóm Bịa, sdt 0900000123")
    await chat(body["session"], text="xin chào")
    found = await session.execute(
        select(Inbox.payload, Inbox.dedupe_key, Outbox.payload, Conversation.key)
        .select_from(Inbox)
        .join(Conversation)
        .join(Outbox, Outbox.inbox_id == Inbox.id)
    )
    secret = body["session"].partition(".")[0]
    for row in found:
        for value in row:
            assert secret not in str(value)
            assert "0900000123" not in str(value)


async def test_leaving_and_erasing_work_at_any_time(
    chat: Chat, product: Product, session: AsyncSession
) -> None:
    body = await chat(text="menu")
    token = body["session"]
    started = await chat(token, payload=button(body, "báo cáo"))
    assert started["messages"]
    left = await chat(token, text="/thoat")
    assert "đóng" in words(left).lower()
    asked = await chat(token, text="xóa")
    erased = await chat(token, payload=button(asked, "xóa"))
    assert "Đã xóa" in words(erased)
    assert await session.scalar(select(Conversation.state)) is None
    assert await session.scalar(select(func.count()).select_from(Inbox)) == 1
    for _ in range(100):
        await tidy(session, product.settings, product.clock())
        await session.commit()
        if await session.scalar(select(Conversation.key)) is None:
            break
        await asyncio.sleep(0.02)
    assert await session.scalar(select(func.count()).select_from(Conversation)) == 0
    assert await session.scalar(select(func.count()).select_from(Outbox)) == 0


async def test_an_open_form_closes_neutrally_after_15_minutes(chat: Chat, clock: Clock) -> None:
    body = await chat(text="menu")
    token = body["session"]
    await chat(token, payload=button(body, "báo cáo"))
    clock.forward(minutes=16)
    later = await chat(token, text="menu")
    assert "tự đóng" in words(later)


async def test_a_file_is_answered_and_not_kept(
    client: Client, chat: Chat, session: AsyncSession
) -> None:
    token = (await chat(text="menu"))["session"]
    form = FormData()
    form.add_field("session", token)
    form.add_field("file", b"\x89PNG" + b"0" * 50_000, filename="anh.png", content_type="image/png")
    answer = await client.post("/api/chat/files", data=form)
    assert answer.status == 200
    assert "chữ" in words(await answer.json())


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"]
)
async def test_a_broken_upload_is_refused(client: Client, kind: str) -> None:
    answer = await client.post(
        "/api/chat/files", data=b"--y\r\n\r\nrubbish", headers={"Content-Type": kind}
    )
    assert answer.status == 400


async def test_polling_gives_what_the_request_did_not_wait_for(
    client: Client, product: Product, session: AsyncSession
) -> None:
    mine = issue(product.ring)
    await accept(
        product.engine,
        Incoming("web", b"d" * 32, mine.conversation, {"text": "menu"}, product.clock()),
    )
    product.worker.wake(mine.conversation)
    for _ in range(100):
        answer = await client.post("/api/chat/poll", json={"session": mine.token})
        messages = (await answer.json())["messages"]
        if messages:
            break
        await asyncio.sleep(0.02)
    assert messages
    again = await client.post("/api/chat/poll", json={"session": mine.token})
    assert (await again.json())["messages"] == []


async def test_health_says_what_is_down(client: Client, product: Product, nlu: FakeNlu) -> None:
    assert (await client.get("/healthz")).status == 200
    assert (await (await client.get("/readyz")).json())["status"] == "ready"
    nlu.down = True
    product.readiness.at = 0.0
    answer = await client.get("/readyz")
    assert answer.status == 200
    assert (await answer.json())["status"] == "degraded"
