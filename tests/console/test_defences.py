"""What stands between the console and somebody else's page, bad input, and lost parts."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.app import ROUTES, make_app
from console.headers import POLICY
from reports.models import ReportMessage
from store.crypto import Keyring
from tests.console.conftest import NewOfficer, NewReport
from tests.console.html import Page
from tests.console.made import make_site
from tests.console.visitor import PASSWORD, Visitor
from tests.support.clock import Clock


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_changes_nothing_even_with_the_token(
    signed_in: Visitor,
    new_report: NewReport,
    session: AsyncSession,
    headers: dict[str, str],
) -> None:
    report = await new_report()
    action = f"/bao-cao/{report.id}/hoi"
    await signed_in.get(f"/bao-cao/{report.id}")
    form = signed_in.page.form(action).fields | {"question": "Ai đó?"}
    assert (await signed_in.post(action, form, headers)).status == 403
    assert await session.scalar(select(func.count(ReportMessage.id))) == 0


@pytest.mark.parametrize("token", [None, "", "0" * 64, "đ", "\x00"])
async def test_every_post_needs_the_sessions_token(
    signed_in: Visitor, new_report: NewReport, token: str | None
) -> None:
    report = await new_report(phone="0912345678")
    paths = [route.path for route in ROUTES if route.method == "POST"]
    assert len(paths) >= 5
    for path in paths:
        fields = {} if token is None else {"csrf": token}
        real = path.replace("{id:[0-9]{1,18}}", str(report.id))
        assert (await signed_in.post(real, fields)).status == 403, real


async def test_a_token_of_another_session_is_refused(
    signed_in: Visitor, new_report: NewReport, new_officer: NewOfficer
) -> None:
    report = await new_report()
    action = f"/bao-cao/{report.id}/hoi"
    await signed_in.get(f"/bao-cao/{report.id}")
    form = signed_in.page.form(action).fields | {"question": "Ai đó?"}
    await signed_in.send("/dang-xuat")
    await signed_in.sign_in("lan")
    assert (await signed_in.post(action, form)).status == 403


async def test_every_page_needs_a_session(visitor: Visitor) -> None:
    for route in ROUTES:
        if route.needs is not None and route.method == "GET":
            answer = await visitor.get(route.path.replace("{id:[0-9]{1,18}}", "1"))
            assert answer.status == 303, route.path
            assert answer.headers["Location"].startswith("/dang-nhap?tiep=")


async def test_no_page_holds_anything_inline(signed_in: Visitor, new_report: NewReport) -> None:
    report = await new_report(phone="0912345678")
    paths = {
        "/": 200,
        "/hang-doi": 200,
        "/hang-doi/bang": 200,
        f"/bao-cao/{report.id}": 200,
        "/nhat-ky": 200,
        "/khong-co": 404,
        "/hang-doi?trang=x": 400,
        "/dang-xuat": 405,
    }
    for path, status in paths.items():
        answer = await signed_in.get(path)
        assert answer.status == status, path
        assert signed_in.page.inline == [], path
        _check_headers(answer.headers)
    signed_in.client.session.cookie_jar.clear()
    answer = await signed_in.get("/dang-nhap")
    assert signed_in.page.inline == []
    _check_headers(answer.headers)


def _check_headers(headers: Any) -> None:
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == POLICY
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


async def test_files_are_served_and_what_pages_name_is_there(visitor: Visitor) -> None:
    await visitor.get("/dang-nhap")
    named = [part.split('"')[0] for part in visitor.page.html.split('="/static')[1:]]
    assert len(named) >= 6
    for name in named:
        answer = await visitor.client.get(f"/static{name}")
        assert answer.status == 200, name
        assert "nosniff" in answer.headers["X-Content-Type-Options"]
    for path in ("/static/", "/static/../app.py", "/static/%2e%2e/app.py", "/static/x"):
        answer = await visitor.client.get(path)
        assert answer.status in (403, 404)


async def test_a_large_body_is_refused(signed_in: Visitor) -> None:
    answer = await signed_in.post("/bao-cao/1/hoi", {"question": "a" * 200_000})
    assert answer.status == 413
    assert "quá lớn" in signed_in.page.text


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencoded; charset=khong-co",
    ],
)
async def test_other_kinds_of_forms_are_refused(signed_in: Visitor, content_type: str) -> None:
    answer = await signed_in.client.post(
        "/bao-cao/1/hoi",
        data=b"--x\r\n\xff\xfe",
        headers={"Content-Type": content_type, "Origin": signed_in.origin},
    )
    assert answer.status == 400
    assert "Traceback" not in await answer.text()


async def test_behind_https_cookies_are_bound_to_this_host(
    keyring: Keyring, database_url: str, tmp_path: Path, new_officer: NewOfficer
) -> None:
    await new_officer("lan")
    site = make_site(keyring, database_url, Clock(), tmp_path, console_https=True)
    async with TestServer(make_app(site)) as server, ClientSession() as browser:
        url = server.make_url("/dang-nhap")
        answer = await browser.get(url)
        visit = answer.cookies["__Host-lachan_visit"]
        assert visit["secure"]
        assert not visit["domain"]
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        form = Page(await answer.text()).form("/dang-nhap").fields
        answer = await browser.post(
            url,
            data=form | {"username": "lan", "password": PASSWORD},
            headers={
                "Cookie": f"__Host-lachan_visit={visit.value}",
                "Origin": f"https://{url.host}:{url.port}",
            },
            allow_redirects=False,
        )
        assert answer.status == 303
        assert answer.cookies["__Host-lachan_session"]["secure"]


async def test_without_the_database_a_plain_sentence(keyring: Keyring, tmp_path: Path) -> None:
    site = make_site(keyring, "postgresql://nobody@127.0.0.1:9/none", Clock(), tmp_path)
    async with TestClient(TestServer(make_app(site))) as client:
        answer = await client.get("/hang-doi", cookies={"lachan_session": "x" * 43})
        page = Page(await answer.text())
        assert answer.status == 503
        assert "Chưa kết nối được cơ sở dữ liệu" in page.text
        assert page.inline == []
        assert (await (await client.get("/healthz")).json()) == {"status": "ok"}
        ready = await client.get("/readyz")
        assert ready.status == 503
        assert (await ready.json())["database"] == "down"


async def test_a_fault_of_ours_tells_no_details(
    signed_in: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError("bí mật ở đây")

    monkeypatch.setattr("console.pages.journal.read_journal", broken)
    answer = await signed_in.get("/nhat-ky")
    assert answer.status == 500
    assert "Có lỗi ở hệ thống" in signed_in.page.text
    assert "bí mật" not in signed_in.page.html
    assert "Traceback" not in signed_in.page.html
