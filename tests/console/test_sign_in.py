from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reports.models import AuditEntry, OfficerSession
from reports.officers import SESSION_IDLE, SESSION_LIFE
from reports.terms import AuditAction, Role
from tests.console.conftest import NewOfficer
from tests.console.visitor import Visitor
from tests.support.clock import Clock

WRONG = "khong-phai-mat-khau"


async def test_an_officer_signs_in_and_out(
    visitor: Visitor, new_officer: NewOfficer, session: AsyncSession
) -> None:
    await new_officer("lan")
    answer = await visitor.sign_in("lan")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (await visitor.get("/")).status == 200
    assert "Cán bộ Lan" in visitor.page.text

    answer = await visitor.send("/dang-xuat")
    assert answer.headers["Location"].startswith("/dang-nhap")
    assert (await visitor.get("/")).status == 303
    rows = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert rows == [AuditAction.sign_in, AuditAction.sign_out]


async def test_a_copied_cookie_is_worthless_after_sign_out(signed_in: Visitor) -> None:
    cookies = {c.key: c.value for c in signed_in.client.session.cookie_jar}
    await signed_in.get("/")
    await signed_in.send("/dang-xuat")
    answer = await signed_in.client.get("/", cookies=cookies, allow_redirects=False)
    assert answer.status == 303


async def test_the_name_is_read_without_case_and_blanks(
    visitor: Visitor, new_officer: NewOfficer
) -> None:
    await new_officer("lan")
    assert (await visitor.sign_in("  LAN\u200b ")).status == 303


async def test_unknown_wrong_and_locked_read_the_same(
    visitor: Visitor, new_officer: NewOfficer, session: AsyncSession
) -> None:
    await new_officer("lan")
    seen = set()
    for name in ("khong.ai", *["lan"] * 6):
        answer = await visitor.sign_in(name, WRONG)
        seen.add((answer.status, visitor.page.text.replace(name, "")))
    assert len(seen) == 1
    assert seen.pop()[0] == 401

    assert (await visitor.sign_in("lan")).status == 401, "locked: the right password waits too"
    failed = await session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.sign_in_failed)
    )
    assert len(list(failed)) == 7


async def test_a_lock_ends_by_itself(
    visitor: Visitor, new_officer: NewOfficer, clock: Clock
) -> None:
    await new_officer("lan")
    for _ in range(5):
        await visitor.sign_in("lan", WRONG)
    assert (await visitor.sign_in("lan")).status == 401
    clock.forward(minutes=2)
    assert (await visitor.sign_in("lan")).status == 303


async def test_one_address_cannot_try_without_end(visitor: Visitor) -> None:
    await visitor.get("/dang-nhap")
    form = visitor.page.form("/dang-nhap").fields | {"username": "khong.ai", "password": WRONG}
    statuses = [(await visitor.post("/dang-nhap", form)).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert "quá nhiều lần" in visitor.page.text


async def test_an_inactive_account_stays_out(
    visitor: Visitor, new_officer: NewOfficer, session: AsyncSession
) -> None:
    officer = await new_officer("lan")
    officer = await session.merge(officer)
    officer.active = False
    await session.commit()
    assert (await visitor.sign_in("lan")).status == 401


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    visitor: Visitor, new_officer: NewOfficer, session: AsyncSession
) -> None:
    await new_officer("lan")
    answer = await visitor.sign_in("lan")
    cookie = answer.cookies["lachan_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    stored = await session.scalar(select(OfficerSession.token_sha256))
    assert stored is not None
    assert len(cookie.value) >= 43
    assert cookie.value.encode() not in stored


@pytest.mark.parametrize("idle", [True, False], ids=["idle", "twelve hours"])
async def test_a_session_ends_with_time(signed_in: Visitor, clock: Clock, idle: bool) -> None:
    if idle:
        clock.forward(seconds=SESSION_IDLE.total_seconds())
    else:
        for _ in range(int(SESSION_LIFE / timedelta(minutes=20))):
            assert (await signed_in.get("/")).status == 200
            clock.forward(minutes=20)
    answer = await signed_in.get("/")
    assert answer.status == 303
    await signed_in.get(answer.headers["Location"])
    assert "Phiên làm việc đã hết" in signed_in.page.text


async def test_refreshing_by_itself_keeps_no_session_awake(
    signed_in: Visitor, clock: Clock
) -> None:
    for _ in range(3):
        clock.forward(minutes=9)
        answer = await signed_in.get("/hang-doi/bang", **{"HX-Request": "true"})
        assert answer.status == 200
    clock.forward(minutes=4)
    answer = await signed_in.get("/hang-doi/bang", **{"HX-Request": "true"})
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/dang-nhap?het-han=1")


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "../../etc", "a" * 5000])
async def test_a_forged_cookie_opens_nothing(signed_in: Visitor, forged: str) -> None:
    signed_in.client.session.cookie_jar.clear()
    headers = {"Cookie": f"lachan_session={forged}"}
    answer = await signed_in.client.get("/hang-doi", headers=headers, allow_redirects=False)
    assert answer.status == 303


async def test_every_sign_in_gets_a_new_session(visitor: Visitor, new_officer: NewOfficer) -> None:
    await new_officer("lan")
    first = (await visitor.sign_in("lan")).cookies["lachan_session"].value
    await visitor.get("/")
    await visitor.send("/dang-xuat")
    second = (await visitor.sign_in("lan")).cookies["lachan_session"].value
    assert first != second


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/hang-doi?uu-tien=P0", "/hang-doi?uu-tien=P0"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ],
)
async def test_sign_in_leads_back_to_pages_of_this_site_only(
    visitor: Visitor, new_officer: NewOfficer, wanted: str, reached: str
) -> None:
    await new_officer("lan")
    await visitor.get("/dang-nhap")
    answer = await visitor.send(
        "/dang-nhap", username="lan", password="mat-khau-thu-nghiem-1", tiep=wanted
    )
    assert answer.headers["Location"] == reached


async def test_an_editor_sees_no_reports(visitor: Visitor, new_officer: NewOfficer) -> None:
    await new_officer("bien.tap", Role.editor)
    await visitor.sign_in("bien.tap")
    assert (await visitor.get("/")).status == 200
    assert "/hang-doi" not in visitor.page.links
    assert (await visitor.get("/hang-doi")).status == 403
    assert (await visitor.get("/bao-cao/1")).status == 403
