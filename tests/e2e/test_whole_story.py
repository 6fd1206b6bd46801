"""From a citizen's message to an officer's desk and back, through real HTTP and processes."""

import re
from collections.abc import AsyncIterator

import aiohttp
import psycopg
import pytest

from tests.support.house import OFFICER, PASSWORD, House
from tests.support.people import Citizen, Officer

OWN_PHONE = "0900000456"
OWN_NAME = "Lê Thị Ví Dụ"
SUSPECT_PHONE = "0900000123"
STORY = (
    f"Em tên là {OWN_NAME}, số của em {OWN_PHONE}. Chủ quán dụ mấy chị quê Hà Giang vào làm "
    "rồi thu giấy tờ, bắt làm trả nợ hoài không hết, chuyện con mèo tam thể nhà em ai cũng biết"
)
UNUSUAL = "con mèo tam thể"


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def test_danger_gets_numbers_within_300_characters(
    house: House, client: aiohttp.ClientSession
) -> None:
    citizen = Citizen(client, house.chat)
    await citizen.say("cuu e vs e bi nhot ben cam ko ve dc")
    first = citizen.last["messages"][0]
    assert len(first["text"]) <= 300
    assert "+84 981 84 84 84" in first["text"]
    assert citizen.last["understood"]["priority"] in ("P0", "P1")
    assert any(link["url"] == "tel:+84981848484" for link in first["links"])


async def test_a_messy_job_advert_shows_its_warning_signs(
    house: House, client: aiohttp.ClientSession
) -> None:
    citizen = Citizen(client, house.chat)
    advert = (
        "🔥🔥TUYEN GAP nam nu 18-35 lam viec tai CASINO svay rieng campuchia, viec nhe luong "
        "cao 25-40tr/thang ko can bang cap, bao ve may bay + an o, ib zalo e nhe"
    )
    said = await citizen.say(advert)
    assert citizen.last["understood"]["intent"] == "job_offer"
    signs = [line for line in said.splitlines() if line.startswith("•")]
    assert len(signs) >= 3
    assert "Campuchia" in said
    assert "an toàn" not in said.lower()


async def test_a_report_reaches_the_officer_and_the_answer_the_reporter(
    house: House, client: aiohttp.ClientSession
) -> None:
    reporter = Citizen(client, house.chat)
    told = await reporter.say("em muon bao tin ve 1 quan karaoke bat nguoi ta lam tra no")
    if "mã biên nhận" not in told:
        told = await reporter.press("báo")
    assert "Lưu" in told
    await reporter.press("chuyển công an")
    await reporter.say(STORY)
    if any("xóa" in b["title"] for m in reporter.last["messages"] for b in m["buttons"]):
        await reporter.press("Của tôi")
    await reporter.say("hà giang")
    await reporter.press("Tuần này")
    await reporter.say(f"chủ quán số {SUSPECT_PHONE}, zalo cũng số đó")
    summary = await reporter.press("Không rõ")
    assert OWN_PHONE not in summary
    assert "Tuyên Quang" in summary
    sent = await reporter.press("Gửi")
    receipt = re.search(r"\d{4}(?:[ .-]\d{3,4}){3}", sent)
    assert receipt, sent

    async with Officer(house.console) as officer:
        await officer.open("/dang-nhap")
        await officer.submit("/dang-nhap", username=OFFICER, password=PASSWORD)
        queue = await officer.open("/hang-doi?tinh=tuyen_quang")
        path = re.search(r"/bao-cao/\d+", queue)
        assert path, queue
        page = await officer.open(path[0])
        assert OWN_PHONE not in page
        assert "trả nợ" in page
        assert SUSPECT_PHONE not in page
        revealed = await officer.submit("/dau-vet")
        assert SUSPECT_PHONE in re.sub(r"[ .]", "", revealed)
        assert "Hiện dấu vết" in await officer.open("/nhat-ky") or SUSPECT_PHONE not in officer.page
        await officer.open(path[0])
        await officer.submit("/hoi", question="Quán nằm gần chợ hay gần bến xe?")

        later = Citizen(client, house.chat)
        await later.say("em co ma bien nhan muon xem lai bao cao da gui")
        asked = await later.say(receipt[0])
        assert "gần bến xe" in asked
        await later.press("Trả lời")
        await later.say("gần bến xe khách phía nam ạ")

        page = await officer.open(path[0])
        assert "bến xe khách phía nam" in page
        await officer.submit(
            "/buoc", having='value="verifying"', reason="Đang xác minh tại địa bàn"
        )
        await officer.open(path[0])
        closing = "Cơ quan chức năng đã đến kiểm tra và xử lý. Cảm ơn bạn."
        await officer.submit(
            "/buoc", having='value="closed"', reason=closing, disposition="resolved"
        )

    back = Citizen(client, house.chat)
    await back.say("xem báo cáo đã gửi, mã biên nhận đây")
    assert closing in await back.say(receipt[0])
    assert_nothing_identifies_the_reporter(house, reporter, receipt[0])


def assert_nothing_identifies_the_reporter(house: House, reporter: Citizen, receipt: str) -> None:
    """The whole database as text and as bytes holds none of it."""
    assert reporter.session is not None
    dump = dumped(house)
    digits = re.sub(r"\D", "", receipt)
    secrets = {
        "phone": OWN_PHONE,
        "name": OWN_NAME,
        "session": reporter.session,
        "session secret": reporter.session.partition(".")[0],
        "free text": UNUSUAL,
        "receipt": digits,
        "suspect": SUSPECT_PHONE,
    }
    for what, secret in secrets.items():
        assert secret not in dump, what
        assert secret.encode().hex() not in dump, what
        assert secret.encode("utf-16-le").hex() not in dump, what


def dumped(house: House) -> str:
    """Every row of every table, bytes in hexadecimal."""
    lines: list[str] = []
    folder = house.data / "postgres"
    with psycopg.connect(f"postgresql://postgres@/lachan?host={folder}") as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        assert len(tables) > 8
        for (table,) in tables:
            for row in connection.execute(f'SELECT t::text FROM "{table}" AS t').fetchall():
                lines.append(row[0])
    assert len(lines) > 20
    return "\n".join(lines)


async def test_the_logs_hold_no_word_of_a_message(
    house: House, client: aiohttp.ClientSession
) -> None:
    citizen = Citizen(client, house.chat)
    await citizen.say("chuyện cái xe máy màu tím than của em")
    said = "\n".join(house.lines)
    assert "tím than" not in said
    assert citizen.session is not None
    assert citizen.session not in said
    assert UNUSUAL not in said
