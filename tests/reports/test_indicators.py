"""Two spellings of one indicator link, two indicators do not."""

import pytest

from reports.indicators import blind_index
from reports.terms import IndicatorKind
from store.crypto import Keyring

RING = Keyring.generate()


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (IndicatorKind.phone, "0912 345 678", "+84912345678"),
        (IndicatorKind.phone, "0912.345.678", "84 912-345-678"),
        (IndicatorKind.link, "https://www.Lua-Dao.xyz/abc/", "lua-dao.xyz/abc"),
        (IndicatorKind.link, "m.facebook.com/abc#x", "http://facebook.com/abc"),
        (IndicatorKind.account, "0451 000 123 456", "0451000123456"),
        (IndicatorKind.handle, "@Tuan_XKLD", "tuan_xkld"),
        (IndicatorKind.other, "BV 97793  TS", "bv 97793 ts"),
    ],
)
def test_two_spellings_have_one_index(kind: IndicatorKind, one: str, other: str) -> None:
    assert blind_index(kind, one, RING, 1) == blind_index(kind, other, RING, 1)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (IndicatorKind.phone, "0912345678", "0912345679"),
        (IndicatorKind.link, "lua-dao.xyz/abc", "lua-dao.xyz/abd"),
        (IndicatorKind.handle, "tuan", "tuan1"),
    ],
)
def test_two_indicators_have_two(kind: IndicatorKind, one: str, other: str) -> None:
    assert blind_index(kind, one, RING, 1) != blind_index(kind, other, RING, 1)


def test_the_same_digits_as_phone_and_account_do_not_link() -> None:
    phone = blind_index(IndicatorKind.phone, "0912345678", RING, 1)
    assert phone != blind_index(IndicatorKind.account, "0912345678", RING, 1)


def test_an_indicator_without_a_normal_form_is_still_indexed() -> None:
    assert blind_index(IndicatorKind.account, "abc", RING, 1) != blind_index(
        IndicatorKind.account, "abd", RING, 1
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (IndicatorKind.other, "Hùng"),
        (IndicatorKind.other, "Nguyễn Văn Hùng"),
        (IndicatorKind.handle, "Lan Anh"),
        (IndicatorKind.link, "https://facebook.com/"),
    ],
)
def test_what_many_people_share_links_no_reports(kind: IndicatorKind, value: str) -> None:
    assert blind_index(kind, value, RING, 1) == blind_index(kind, value, RING, 1)
    assert blind_index(kind, value, RING, 1) != blind_index(kind, value, RING, 2)


def test_what_is_one_persons_links_reports() -> None:
    phone = (IndicatorKind.phone, "0912345678", RING)
    assert blind_index(*phone, 1) == blind_index(*phone, 2)
