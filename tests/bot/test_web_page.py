"""The citizens' page as the server gives it out: words, numbers, headers, and no script needed."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels import web_page
from content.loader import Content
from tests.support.clock import Clock
from tests.support.fake_chat import FakeChat, message

Client = TestClient[Any, Any]
PAGES = ("/", "/rieng-tu", "/khong-co-trang-nay")


@pytest.fixture
def fake() -> FakeChat:
    return FakeChat()


@pytest.fixture
async def site(fake: FakeChat, content: Content) -> AsyncIterator[Client]:
    async with TestClient(TestServer(fake.app(content))) as client:
        yield client
    assert not fake.breaches


async def html(site: Client, path: str) -> str:
    return await (await site.get(path)).text()


async def post(site: Client, **fields: str) -> str:
    return await (await site.post("/tro-chuyen", data=fields)).text()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_forbids_everything_but_its_own_files(site: Client, path: str) -> None:
    headers = (await site.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "aiohttp" not in headers["Server"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(site: Client, path: str) -> None:
    page = await html(site, path)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!/)', page)


@pytest.mark.parametrize("path", PAGES)
async def test_numbers_and_the_way_out_work_without_javascript(site: Client, path: str) -> None:
    page = await html(site, path)
    for tel in ("111", "113", "+84981848484"):
        assert f'href="tel:{tel}"' in page
    assert re.search(r'<a id="exit"[^>]*href="https://[^"]+"', page)
    assert '<html lang="vi">' in page


async def test_the_title_tells_nothing_to_somebody_watching(site: Client) -> None:
    found = re.search(r"<title>(.*)</title>", await html(site, "/"))
    assert found
    assert not re.search(r"buôn|mua bán|lừa|công an|nạn nhân|tội", found[1].lower())


async def test_the_page_says_that_a_machine_answers(site: Client) -> None:
    page = await html(site, "/")
    assert "trợ lý tự động" in page
    assert "không phải cán bộ hay công an" in page
    assert "không biết bạn là ai" in page
    assert "không xóa được lịch sử trình duyệt" in page
    assert 'href="/rieng-tu"' in page


async def test_the_privacy_page_says_what_is_not_protected(site: Client) -> None:
    page = await html(site, "/rieng-tu")
    for words in ("lịch sử trình duyệt", "ảnh chụp màn hình", "phím gõ", "ghi âm", "15 phút"):
        assert words in page


async def test_a_number_past_its_review_gives_way(content: Content) -> None:
    clock = Clock()
    clock.now = datetime(2030, 1, 1, tzinfo=UTC)
    app = web.Application(middlewares=[web_page.security_headers])
    web_page.add_routes(app, content, clock=clock)
    async with TestClient(TestServer(app)) as site:
        page = await html(site, "/")
    assert 'href="tel:111"' in page
    assert "tel:+84" not in page


async def test_own_files_are_kept_for_ever_under_their_fingerprint(site: Client) -> None:
    page = await html(site, "/")
    paths = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert len(paths) >= 6
    for path in paths:
        answer = await site.get(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert (await site.get("/static/old/" + path.split("/", 3)[3])).headers[
            "Cache-Control"
        ] == "no-cache"


async def test_every_font_that_the_style_names_is_there(site: Client) -> None:
    found = re.search(r'href="(/static/[^"]+/)chat\.css"', await html(site, "/"))
    assert found
    style = await (await site.get(found[1] + "chat.css")).text()
    fonts = re.findall(r'url\("([^"]+)"\)', style)
    assert len(fonts) == 6
    for font in fonts:
        answer = await site.get(found[1] + font)
        assert (answer.status, answer.content_type) == (200, "font/woff2")


@pytest.mark.parametrize(
    "path", ["/static/x/../web_page.py", "/static/x/%2e%2e/web_page.py", "/static/x/nope.js"]
)
async def test_no_other_file_is_served(site: Client, path: str) -> None:
    assert (await site.get(path)).status == 404


async def test_the_first_visit_is_small(site: Client) -> None:
    """Over a slow line: page, style and scripts together, packed, without the fonts."""
    page = await html(site, "/")
    paths = {"/", *re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page)}
    size = 0
    for path in paths:
        async with site.session.get(site.make_url(path), auto_decompress=False) as answer:
            assert answer.headers["Content-Encoding"] in ("gzip", "deflate")
            size += len(await answer.read())
    assert size < 16_000


async def test_an_unknown_address_is_a_page_in_vietnamese(site: Client) -> None:
    answer = await site.get("/khong-co")
    assert answer.status == 404
    assert "Không có trang này" in await answer.text()
    assert (await site.delete("/")).status == 405


async def test_a_fault_shows_numbers_and_never_a_trace(fake: FakeChat, content: Content) -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError("a secret inside")

    app = fake.app(content)
    app.router.add_get("/hong", broken)
    async with TestClient(TestServer(app)) as site:
        answer = await site.get("/hong")
        page = await answer.text()
    assert answer.status == 503
    assert 'href="tel:113"' in page
    assert "secret" not in page
    assert "Traceback" not in page


async def test_without_javascript_a_message_is_answered(site: Client, fake: FakeChat) -> None:
    fake.then(message("Gọi ngay.", [("Ở nước ngoài", "danger.abroad~x")], [("Gọi 113", "tel:113")]))
    page = await post(site, id="m1", text="cứu em")
    assert "cứu em" in page
    assert "Gọi ngay." in page
    assert 'class="call" href="tel:113"' in re.sub(r"\s+", " ", page)
    assert hidden(page, "session") == "session-1"
    await post(site, session="session-1", id="m2", text="", payload="danger.abroad~x")
    assert fake.received[1] == {
        "session": "session-1",
        "id": "m2",
        "payload": "danger.abroad~x",
    }


async def test_without_javascript_a_quick_choice_is_a_text(site: Client, fake: FakeChat) -> None:
    await post(site, id="m1", text="", quick="Hỏi về luật")
    assert fake.received == [{"id": "m1", "text": "Hỏi về luật"}]


async def test_each_page_gives_its_message_a_new_id(site: Client) -> None:
    first, second = [hidden(await html(site, "/"), "id") for _ in range(2)]
    assert first != second


async def test_without_javascript_a_late_answer_can_be_fetched(
    site: Client, fake: FakeChat
) -> None:
    fake.then(pending=True)
    page = await post(site, id="m1", text="chậm")
    assert 'name="poll"' in page
    assert 'name="poll"' in await post(site, session="session-1", poll="1")
    fake.then_polled(message("Trả lời muộn."))
    page = await post(site, session="session-1", poll="1", text="")
    assert "Trả lời muộn." in page
    assert 'name="poll"' not in page


async def test_without_javascript_a_forgotten_session_is_renewed(
    site: Client, fake: FakeChat
) -> None:
    page = await post(site, session="cũ", id="m1", text="xin chào")
    assert "Đã nhận." in page
    assert hidden(page, "session") == "session-2"


async def test_a_refused_text_is_not_lost(site: Client, fake: FakeChat) -> None:
    fake.then(status=503, error="Hệ thống đang tạm gián đoạn.")
    answer = await site.post("/tro-chuyen", data={"id": "m1", "text": "chuyện của tôi"})
    page = await answer.text()
    assert answer.status == 503
    assert "Hệ thống đang tạm gián đoạn." in page
    assert ">chuyện của tôi</textarea>" in page


async def test_what_anybody_wrote_is_only_text(site: Client, fake: FakeChat) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    links = [("Xem", "javascript:alert(1)"), ("Xem", "data:text/html,x")]
    fake.then(message(evil, [(evil, evil)], links))
    page = await post(site, id="m1", text=evil)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "data:text/html" not in page


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"text=%FF%FE&text=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        (b"text=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_broken_form_is_refused_with_a_page(
    site: Client, fake: FakeChat, body: bytes, kind: str, status: int
) -> None:
    answer = await site.post("/tro-chuyen", data=body, headers={"Content-Type": kind})
    assert answer.status == status
    assert 'href="tel:111"' in await answer.text()
    assert not fake.received


async def test_the_real_product_answers_the_form_too(client: Client) -> None:
    page = await post(client, id="m1", text="cứu em với, em bị nhốt")
    assert 'href="tel:113"' in page.split('role="log"')[1]
    payload = re.search(r'name="payload"\s+value="([^"]+)"', page)
    assert payload
    session = hidden(page, "session")
    page = await post(client, session=session, id="m2", text="", payload=unescape(payload[1]))
    assert 'class="message bot"' in page
    assert hidden(page, "session") == session


async def test_the_real_product_refuses_a_forged_button_in_a_page(client: Client) -> None:
    session = hidden(await post(client, id="m1", text="xin chào"), "session")
    answer = await client.post(
        "/tro-chuyen", data={"session": session, "id": "m2", "payload": "report.start~forged"}
    )
    assert answer.status == 400
    assert "Nút này không dùng được ở đây" in await answer.text()


async def test_the_real_product_polls_and_renews_for_the_form(client: Client) -> None:
    page = await post(client, session="giả", id="m1", text="xin chào")
    assert 'class="message bot"' in page
    assert 'name="poll"' in await post(client, session=hidden(page, "session"), poll="1")
