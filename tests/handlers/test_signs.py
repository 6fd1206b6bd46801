"""Warning signs: every line proves itself, with and without marks."""

from collections.abc import Callable, Mapping

import pytest

from content.loader import load
from content.schema import Sign
from handlers.signs import bullets, find_signs
from store.text import fold

CONTENT = load()
SETS = {"job": CONTENT.job_signs, "scam": CONTENT.scam_signs}
LINES = [(kind, name) for kind, signs in SETS.items() for name in signs]


def ids(signs: Mapping[str, Sign], text: str) -> list[str]:
    return [sign.id for sign in find_signs(signs, text)]


def test_there_are_enough_signs() -> None:
    assert len(SETS["job"]) >= 18
    assert len(SETS["scam"]) >= 20


@pytest.mark.parametrize(("kind", "name"), LINES)
@pytest.mark.parametrize("typed", [str, fold], ids=["as written", "stripped"])
def test_a_sign_is_seen_in_its_own_sentences(
    kind: str, name: str, typed: Callable[[str], str]
) -> None:
    for text in SETS[kind][name].matches:
        assert name in ids(SETS[kind], typed(text)), text


@pytest.mark.parametrize(("kind", "name"), LINES)
def test_a_sign_lets_ordinary_sentences_pass(kind: str, name: str) -> None:
    for text in SETS[kind][name].passes:
        assert name not in ids(SETS[kind], text), text


@pytest.mark.parametrize(("kind", "name"), LINES)
def test_a_sign_is_told_in_one_plain_sentence(kind: str, name: str) -> None:
    sign = SETS[kind][name]
    assert len(sign.explain) <= 160
    assert sign.explain.endswith(".")
    assert "an toàn" not in sign.explain
    assert sign.review_by > sign.reviewed


def test_the_weightiest_come_first() -> None:
    text = "rủ thêm bạn được thưởng, việc nhẹ lương cao ở campuchia, công ty giữ hộ chiếu giùm"
    weights = [sign.weight for sign in find_signs(SETS["job"], text)]
    assert len(weights) >= 4
    assert weights == sorted(weights, reverse=True)


def test_an_ordinary_advert_shows_nothing() -> None:
    text = (
        "Công ty cổ phần may An Phước, số 10 đường Trần Phú, tuyển 20 công nhân may từ 18 tuổi, "
        "lương 8 triệu, ký hợp đồng và đóng bảo hiểm từ ngày đầu, nộp hồ sơ tại phòng nhân sự."
    )
    assert ids(SETS["job"], text) == []


@pytest.mark.parametrize(
    "text",
    [
        "vcb-dangnhap.top",
        "vao WWW.Qua-Tang.XYZ/nhan nhe",
        "dichvucong-gov.com",
        "sub.trang.vip?x=1",
        "https://a-b.click",
    ],
)
def test_an_address_typed_bare_is_seen(text: str) -> None:
    assert "strange_link" in ids(SETS["scam"], text)


@pytest.mark.parametrize(
    "text",
    [
        "dichvucong.gov.vn",
        "vietcombank.com.vn",
        "lan@vcb-mail.top2",
        "em làm.online ở nhà",
        "tinnhiemmang.vn",
        "giá 2.5 triệu",
    ],
)
def test_ordinary_addresses_are_let_pass(text: str) -> None:
    assert "strange_link" not in ids(SETS["scam"], text)


def test_bullets_stop_at_the_limit() -> None:
    signs = list(SETS["job"].values())
    assert bullets(signs, 6).count("•") == 6
