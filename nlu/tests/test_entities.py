import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.extract import ENTITIES, extract
from nlu.evaluation.entities import _mapped, copies, load, measure, score
from nlu.noise import strip_marks

DEV = Path(__file__).parent / "data" / "entities_dev.jsonl"

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
    ("1k đô", "1k đô", "1000 USD"),
    ("ba chục triệu", "ba chục triệu", "30000000"),
    ("1.500.000đ", "1.500.000đ", "1500000"),
    ("2 tỷ", "2 tỷ", "2000000000"),
    ("5 lít thôi", "5 lít", "500000"),
    ("nạp 500k", "500k", "500000"),
    ("1tr5", "1tr5", "1500000"),
    ("1ty2", "1ty2", "1200000000"),
    ("một tỷ rưỡi", "một tỷ rưỡi", "1500000000"),
    ("hai tram trieu", "hai tram trieu", "200000000"),
    ("1000$", "1000$", "1000 USD"),
    ("6.200 đô", "6.200 đô", "6200 USD"),
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
    ("xkld nhật", "nhật", "JP"),
    ("Campuchia", "Campuchia", "KH"),
    ("ban sang trung quc", "trung quc", "CN"),
    ("o đài lona no lua", "đài lona", "TW"),
    ("bị bán qua Tahi rồi", "Tahi", "TH"),
    ("con lam o dubia", "dubia", "AE"),
    ("bi lua di :(( Han hai rong", "Han", "KR"),
    ("lừa sang CAM CỨU em", "CAM", "KH"),
]
PROVINCE = [
    ("em ở Hà Nội", "Hà Nội", "Hà Nội"),
    ("que nghe an", "nghe an", "Nghệ An"),
    ("tphcm", "tphcm", "TP. Hồ Chí Minh"),
    ("ở sg", "sg", "TP. Hồ Chí Minh"),
    ("sài gòn", "sài gòn", "TP. Hồ Chí Minh"),
    ("o hn", "hn", "Hà Nội"),
    ("Thanh Hoá", "Thanh Hoá", "Thanh Hóa"),
    ("Bắc Giang", "Bắc Giang", "Bắc Giang"),
    ("ra đn", "đn", "Đà Nẵng"),
    ("kiên giang", "kiên giang", "Kiên Giang"),
    ("nghean", "nghean", "Nghệ An"),
    ("bình dươgn", "bình dươgn", "Bình Dương"),
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
DATE = [
    ("hẹn 12/3 nhé", "12/3", "12/3"),
    ("Ngày 5 tháng 8 đi", "Ngày 5 tháng 8", "ngày 5 tháng 8"),
    ("mùng 3 gọi", "mùng 3", "mùng 3"),
    ("ký 20-11-2025", "20-11-2025", "20-11-2025"),
    ("hồi tháng 6/2024", "tháng 6/2024", "tháng 6/2024"),
    ("thứ 7 tuần trước", "thứ 7 tuần trước", "thứ 7 tuần trước"),
    ("toi nay no ban e", "toi nay", "toi nay"),
    ("sáng mai bay", "sáng mai", "sáng mai"),
    ("hqua con nhắn", "hqua", "hqua"),
]
COMMUNE = [
    ("ở xã Quỳnh Lưu", "xã Quỳnh Lưu", "xã Quỳnh Lưu"),
    ("huyen tuong duong, nghe an", "huyen tuong duong", "huyện Tương Dương"),
    ("q12 nè", "q12", "quận 12"),
    ("p. Bến Nghé", "p. Bến Nghé", "phường Bến Nghé"),
    ("trọ ở p5 nha", "p5", "phường 5"),
    ("thị trấn mộc châu", "thị trấn mộc châu", "thị trấn Mộc Châu"),
]
HEADCOUNT = [
    ("trong phòng 5 người", "5 người", "5"),
    ("tụi em 3 đứa", "3 đứa", "3"),
    ("co 12 chi em", "12 chi em", "12"),
    ("hai đứa bỏ trốn", "hai đứa", "2"),
    ("20ng một phòng", "20ng", "20"),
]
VESSEL = [
    ("ghe KG 91234 TS", "KG 91234 TS", "KG91234TS"),
    ("bv-90111-ts", "bv-90111-ts", "BV90111TS"),
    ("tàu CM 99123 giữ em", "CM 99123", "CM99123"),
]
GATE = [
    ("qua cửa khẩu Mộc Bài", "cửa khẩu Mộc Bài", "Mộc Bài"),
    ("ck mong cai", "ck mong cai", "Móng Cái"),
    ("o bavet", "bavet", "Bavet"),
    ("qua lao bảo", "lao bảo", "Lao Bảo"),
    ("cửa khẩu Lào Cai", "cửa khẩu Lào Cai", "Lào Cai"),
]
TABLE = [
    (kind, *row)
    for kind, rows in {
        "phone": PHONE, "link": LINK, "bank_account": ACCOUNT, "money": MONEY, "age": AGE,
        "country": COUNTRY, "province": PROVINCE, "company": COMPANY, "handle": HANDLE,
        "date": DATE,
        "commune": COMMUNE, "headcount": HEADCOUNT, "vessel": VESSEL, "border_gate": GATE,
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
        "ok.em nghe", "công ty lừa em", "miền tây", "cam on nhieu", "thai san", "bán 2 con gà",
        "phim 24h", "cấp 3", "T7 tuần này", "24/7", "tôi qua bên đó rồi", "cơ quan nhà nước",
        "mỗi tháng 2 lần", "xã hội đen", "lần thứ 3", "một người lạ", "sinh năm 2005", "gái 2k5",
        "tháng này khổ quá", "quán 2 tầng", "dòng đang chảy", "cầu treo qua suối", "5 tháng rồi",
    ],
)  # fmt: skip
def test_everyday_words_are_not_entities(text: str) -> None:
    assert extract(text) == []


def test_bank_and_currency_and_former_province_are_said() -> None:
    by_kind = {e["entity"]: e for e in extract("stk 0123456789012 vcb, 800 usd, quê Hà Giang")}
    assert by_kind["bank_account"]["bank"] == "Vietcombank"
    assert by_kind["money"]["currency"] == "USD"
    province = by_kind["province"]
    assert (province["value"], province["now"]) == ("Hà Giang", "Tuyên Quang")


def test_spans_refer_to_the_decomposed_text_that_was_given() -> None:
    text = unicodedata.normalize("NFD", "họ đòi hai trăm triệu ở Đà Nẵng")
    found = {e["entity"]: text[e["start"] : e["end"]] for e in extract(text)}
    assert unicodedata.normalize("NFC", found["money"]) == "hai trăm triệu"
    assert unicodedata.normalize("NFC", found["province"]) == "Đà Nẵng"


@pytest.mark.parametrize("seen", [str, strip_marks, lambda t: unicodedata.normalize("NFD", t)])
def test_hand_marked_messages_are_read_in_every_form(seen: Callable[[str], str]) -> None:
    marked = load(DEV)
    forms = [_mapped(message, seen, seen) for message in marked]
    for kind, scored in measure(forms, extract).items():
        assert scored.f1 >= 0.93, kind
        assert scored.value >= 0.98, kind


def test_slips_of_the_finger_cost_little() -> None:
    scores = measure(copies(load(DEV), seed=11)["noisy"], extract)
    for kind in ("phone", "money", "link", "bank_account"):
        assert scores[kind].f1 >= 0.93, kind
    for kind in ("country", "province", "commune", "border_gate"):
        assert scores[kind].f1 >= 0.88, kind


def test_a_noisy_copy_keeps_its_spans_on_the_same_entities() -> None:
    marked = load(DEV)
    for form, messages in copies(marked, seed=3).items():
        for before, after in zip(marked, messages):
            assert len(before.entities) == len(after.entities)
            for old, new in zip(before.entities, after.entities):
                if form == "noisy around":
                    raw = before.text[old["start"] : old["end"]]
                    assert after.text[new["start"] : new["end"]] == raw
                assert 0 <= new["start"] < new["end"] <= len(after.text)


def test_scores_count_spans_exactly_and_values_loosely() -> None:
    gold = [[{"entity": "money", "start": 0, "end": 4, "value": "20000000"}], []]
    found = [
        [{"entity": "money", "start": 0, "end": 4, "value": "20000000 đồng"}],
        [{"entity": "money", "start": 0, "end": 2, "value": "1"}],
    ]
    scored = score(gold, found)["money"]
    assert (scored.precision, scored.recall, scored.value, scored.support) == (0.5, 1.0, 1.0, 1)


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


@given(st.text(max_size=120))
def test_no_text_is_too_strange_to_read(text: str) -> None:
    for entity in extract(text):
        assert entity["text"] == text[entity["start"] : entity["end"]]
        assert entity["entity"] in ENTITIES
        assert isinstance(entity["value"], str)


@pytest.mark.parametrize(
    "piece",
    [
        "0 ",
        "1.",
        "a.",
        "zalo ",
        "công ty A ",
        "mot ",
        "(.)",
        "@",
        "9-",
        "xã Ba ",
        "thang 5 ",
        "1 tr ",
        "ngay 1 ",
        "cham ",
        "cua khau ",
        "tau kg 9",
        "hai ba ",
        "fb A ",
        "1 nguoi ",
    ],
)
def test_hostile_repetition_is_read_quickly(piece: str) -> None:
    import time

    begun = time.perf_counter()
    extract((piece * 1000)[:1000])
    assert time.perf_counter() - begun < 0.25


def test_a_town_abroad_is_a_place_that_names_its_country() -> None:
    (town,) = extract("em đang ở Sihanoukville")
    assert (town["entity"], town["text"], town["country"]) == ("place", "Sihanoukville", "KH")
