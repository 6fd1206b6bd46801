"""A province is found however people write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.loader import Content
from handlers.places import find_province
from store.text import fold


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tp.hcm", "ho_chi_minh"),
        ("SAI GON", "ho_chi_minh"),
        ("ở q.7 sg", "ho_chi_minh"),
        ("hanoi", "ha_noi"),
        ("ha giang", "tuyen_quang"),
        ("Thừa Thiên Huế", "hue"),
        ("bà rịa-vũng tàu", "ho_chi_minh"),
        ("thanh hoá", "thanh_hoa"),
        ("đắc lắc", "dak_lak"),
        ("phú quốc", "an_giang"),
        ("em ở yên bái ạ", "lao_cai"),
        ("Kiên Giang", "an_giang"),
        ("bac lieu", "ca_mau"),
    ],
)
def test_new_old_and_short_names(content: Content, text: str, code: str) -> None:
    found = find_province(content, text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "không biết", "bên campuchia", "???", "123", "nhà em"])
def test_no_province_is_made_up(content: Content, text: str) -> None:
    assert find_province(content, text) is None


def test_the_place_of_the_event_goes_before_somebodys_home(content: Content) -> None:
    found = find_province(content, "quê Thanh Hóa, đang ở Bình Dương")
    assert found is not None
    assert found.code == "ho_chi_minh"


def test_a_home_alone_is_better_than_nothing(content: Content) -> None:
    found = find_province(content, "tôi quê Nghệ An")
    assert found is not None
    assert found.code == "nghe_an"


def test_typed_marks_are_respected(content: Content) -> None:
    assert find_province(content, "bến trè") is None


def test_every_name_leads_to_its_unit_with_and_without_marks(content: Content) -> None:
    for unit in content.provinces.values():
        for name in (unit.name, *unit.old_names, *unit.aliases):
            for spelling in (name, fold(name), name.upper()):
                found = find_province(content, f"vụ này ở {spelling}")
                assert found is not None, spelling
                assert found.code == unit.code, spelling


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_survived(content: Content, text: str) -> None:
    find_province(content, text)
