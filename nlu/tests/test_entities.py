import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.extract import extract

PHONE = [
    ("gọi 0987 000 111 nhé", "0987 000 111", "0987000111"),
    ("+84 900.000.222", "+84 900.000.222", "0900000222"),
    ("sdt 84 987 000 111", "84 987 000 111", "0987000111"),
    ("(+84)987-000-111", "(+84)987-000-111", "0987000111"),
    ("zalo 0912000333", "0912000333", "0912000333"),
    ("o9870oo111", "o9870oo111", "0987000111"),
    ("024 3000 1111", "024 3000 1111", "02430001111"),
    ("tong dai 1900 1234", "1900 1234", "19001234"),
    ("so +855 12 000 111", "+855 12 000 111", "+85512000111"),
    (
        "không chín tám bảy không không không một một một",
        "không chín tám bảy không không không một một một",
        "0987000111",
    ),
]
LINK = [
    ("vào bit.ly/abc123 đi", "bit.ly/abc123", "bit.ly/abc123"),
    ("(https://vneid-cap-nhat.example/abc).", "https://vneid-cap-nhat.example/abc", None),
    ("zalo.me/g/abcxyz", "zalo.me/g/abcxyz", "zalo.me/g/abcxyz"),
    ("tuyendung-nhat.com nha", "tuyendung-nhat.com", "tuyendung-nhat.com"),
    ("hxxp://lua.example/x", "hxxp://lua.example/x", "http://lua.example/x"),
    ("vneid[.]example", "vneid[.]example", "vneid.example"),
    ("t.me/nhomviec", "t.me/nhomviec", "t.me/nhomviec"),
]
ACCOUNT = [
    ("stk 0123456789012 vietcombank", "0123456789012", "0123456789012"),
    ("ck vào mb 0987000111", "0987000111", "0987000111"),
    ("tai khoan 19001234567 techcombank", "19001234567", "19001234567"),
    ("số tài khoản: 1000 2000 3000", "1000 2000 3000", "100020003000"),
]
MONEY = [
    ("lương 25-30tr/tháng;ko cọc", "25-30tr", "25000000-30000000"),
    ("200 củ", "200 củ", "200000000"),
    ("1k đô", "1k đô", "1000"),
    ("ba chục triệu", "ba chục triệu", "30000000"),
    ("1.500.000đ", "1.500.000đ", "1500000"),
    ("2 tỷ", "2 tỷ", "2000000000"),
    ("5 lít thôi", "5 lít", "500000"),
    ("nạp 500k", "500k", "500000"),
    ("1tr5", "1tr5", "1500000"),
    ("1ty2", "1ty2", "1200000000"),
    ("một tỷ rưỡi", "một tỷ rưỡi", "1500000000"),
    ("hai tram trieu", "hai tram trieu", "200000000"),
    ("1000$", "1000$", "1000"),
    ("6.200 đô", "6.200 đô", "6200"),
    ("50 ngàn", "50 ngàn", "50000"),
    ("100.000 d", "100.000 d", "100000"),
    ("1,5 triệu", "1,5 triệu", "1500000"),
]
AGE = [
    ("em gai 15t", "15t", "15"),
    ("con tôi 17 tuổi", "17 tuổi", "17"),
    ("tuyen nu 18-35 tuoi", "18-35 tuoi", "18-35"),
    ("mười lăm tuổi", "mười lăm tuổi", "15"),
    ("bé 8 tháng tuổi", "8 tháng tuổi", "0"),
]
COUNTRY = [
    ("bi ban qua cam", "cam", "KH"),
    ("con o ben k", "k", "KH"),
    ("sang tq lam", "tq", "CN"),
    ("đi Đài làm thuyền viên", "Đài", "TW"),
    ("đi hàn nông nghiệp", "hàn", "KR"),
    ("mien dien", "mien dien", "MM"),
    ("ở myanmar", "myanmar", "MM"),
    ("sang lào", "lào", "LA"),
    ("qua thái", "thái", "TH"),
    ("sang phi làm", "phi", "PH"),
    ("ở Sihanoukville", "Sihanoukville", "KH"),
    ("xkld nhật", "nhật", "JP"),
    ("Campuchia", "Campuchia", "KH"),
]
PROVINCE = [
    ("em ở Hà Nội", "Hà Nội", "Hà Nội"),
    ("que nghe an", "nghe an", "Nghệ An"),
    ("tphcm", "tphcm", "TP. Hồ Chí Minh"),
    ("ở sg", "sg", "TP. Hồ Chí Minh"),
    ("sài gòn", "sài gòn", "TP. Hồ Chí Minh"),
    ("o hn", "hn", "Hà Nội"),
    ("Thanh Hoá", "Thanh Hoá", "Thanh Hóa"),
    ("Bắc Giang", "Bắc Giang", "Bắc Ninh"),
    ("ra đn", "đn", "Đà Nẵng"),
    ("kiên giang", "kiên giang", "An Giang"),
    ("móng cái", "móng cái", "Quảng Ninh"),
]
COMPANY = [
    ("công ty TNHH ABC lừa em", "công ty TNHH ABC", "TNHH ABC"),
    ("cty cp xyz bao em", "cty cp xyz", "cp xyz"),
    ("công ty Thiên Phú Manpower bảo", "công ty Thiên Phú Manpower", "Thiên Phú Manpower"),
]
HANDLE = [
    ("tele @ngocanh99", "@ngocanh99", "ngocanh99"),
    ("fb ngoc.anh.123", "ngoc.anh.123", "ngoc.anh.123"),
    ("@abc_def", "@abc_def", "abc_def"),
]
TABLE = [
    (kind, *row)
    for kind, rows in {
        "phone": PHONE, "link": LINK, "bank_account": ACCOUNT, "money": MONEY, "age": AGE,
        "country": COUNTRY, "province": PROVINCE, "company": COMPANY, "handle": HANDLE,
    }.items()
    for row in rows
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "raw", "value"), TABLE)
def test_entity_is_found_where_it_stands(kind: str, text: str, raw: str, value: str | None) -> None:
    found = [entity for entity in extract(text) if entity["entity"] == kind]
    assert [entity["text"] for entity in found] == [raw]
    assert text[found[0]["start"] : found[0]["end"]] == raw
    assert found[0]["value"] == (raw if value is None else value)


@pytest.mark.parametrize(
    "text",
    [
        "email abc@gmail.com thôi", "qua k dc đâu", "cảm ơn", "dài quá", "hạn chế", "dien bien",
        "son la gi", "2 cụ già", "nhiệt độ 35 độ", "5 lít xăng", "cccd 012345678901",
        "tuyen nu", "zalo cho e", "hn e buon", "cong ty em lam", "đường dây nóng 111",
        "ok.em nghe", "công ty lừa em", "miền tây", "cam on nhieu", "thai san",
    ],
)  # fmt: skip
def test_everyday_words_are_not_entities(text: str) -> None:
    assert extract(text) == []


def test_bank_and_currency_and_former_province_are_said() -> None:
    by_kind = {e["entity"]: e for e in extract("stk 0123456789012 vcb, 800 usd, quê Hà Giang")}
    assert by_kind["bank_account"]["bank"] == "Vietcombank"
    assert by_kind["money"]["currency"] == "USD"
    assert (by_kind["province"]["value"], by_kind["province"]["old"]) == ("Tuyên Quang", "Hà Giang")


def test_spans_refer_to_the_decomposed_text_that_was_given() -> None:
    text = unicodedata.normalize("NFD", "họ đòi hai trăm triệu ở Đà Nẵng")
    found = {e["entity"]: text[e["start"] : e["end"]] for e in extract(text)}
    assert unicodedata.normalize("NFC", found["money"]) == "hai trăm triệu"
    assert unicodedata.normalize("NFC", found["province"]) == "Đà Nẵng"


@given(
    st.text(
        alphabet=st.sampled_from("0123456789 .-+k tr đ@:/abcống tyuqa\u0301\u200b"), max_size=200
    )
)
def test_any_text_gives_spans_inside_it_that_do_not_overlap(text: str) -> None:
    at = 0
    for entity in extract(text):
        assert at <= entity["start"] < entity["end"] <= len(text)
        assert entity["text"] == text[entity["start"] : entity["end"]]
        at = entity["end"]


@pytest.mark.parametrize(
    "piece", ["0 ", "1.", "a.", "zalo ", "công ty A ", "mot ", "(.)", "@", "9-"]
)
def test_hostile_repetition_is_read_quickly(piece: str) -> None:
    import time

    begun = time.perf_counter()
    extract((piece * 1000)[:1000])
    assert time.perf_counter() - begun < 0.25
