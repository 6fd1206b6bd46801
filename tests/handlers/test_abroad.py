"""Where somebody is: abroad only when a country stands as the place, never by half a name."""

from collections.abc import Callable

import pytest

from content.loader import Content, load
from handlers.abroad import at_sea, country_in, place_in
from store.text import clean, fold

UNITS = load().provinces.values()
PROVINCES = sorted({name for unit in UNITS for name in (unit.name, *unit.old_names)})
ALIASES = sorted({name for unit in UNITS for name in unit.aliases})
TOWNS = """
Lao Bảo, Mỹ Tho, Mỹ Đình, Cam Ranh, Đức Trọng, Anh Sơn, Nga Sơn, Trung Văn, Cam Lâm, Cam Lộ,
Thái Thụy, Thái Hòa, Mỹ Hào, Mỹ Xuân, Mỹ Phước, Mỹ Lộc, Mỹ Đức, Mỹ Xuyên, Mỹ Tú, Phú Mỹ, Phù Mỹ,
Đức Hòa, Đức Huệ, Đức Linh, Đức Thọ, Đức Phổ, Đức Cơ, Hoài Đức, Mộ Đức, Thủ Đức, Kỳ Anh, Đông Anh,
Ngã Bảy, Trung Hòa, Trung Kính, Trung Sơn, Đài Tư, Nhật Tân, Pháp Vân, Phi Nôm, Sìn Hồ, Tân Châu,
Cái Bè, Phan Thiết, Bến Lức, Hàm Yên, Vân Đồn, Cam Đức, Thái Hà, Hàn Thuyên, Lao Chải, Bình Chánh
"""
TOWN_NAMES = [name.strip() for name in TOWNS.replace("\n", " ").split(",")]
NO_PLACE_ABROAD = [
    "giam trong trung tâm cai nghiện",
    "đánh ở anh Tuấn chủ quán",
    "nhốt đi k được",
    "ở đây em k bị nhốt",
    "em ở k được nữa",
    "hôm qua anh bị đánh",
    "tối qua nga bị nhốt",
    "em ở với anh, bị đánh hoài",
    "nó nhốt em ở quán cà phê Trung Nguyên",
    "bị giữ ở nhà hàng Đức Việt",
    "em ở bên anh Thái bị đánh",
    "chủ người trung quốc nhốt em",
    "công ty hàn quốc ở bắc ninh đánh em",
    "chồng tôi đi tàu cá 4 tháng không liên lạc",
    "giam ở hà giang gần trung quốc",
    "quán gần cửa khẩu campuchia phía tây ninh",
    "em bị nhốt ở Lạng Sơn, sát Trung Quốc",
    "rủ qua campuchia làm mà giờ nhốt ở Châu Đốc",
    "em ở bên tàu cá bị đánh",
    "em k biết",
    "em bị nhốt, cứu em",
]
ABROAD = [
    ("em ở bavet", "cambodia"),
    ("e dang o k", "cambodia"),
    ("tui ở k bị nhốt", "cambodia"),
    ("con tôi bên cam bị giữ", "cambodia"),
    ("e o cam bi danh", "cambodia"),
    ("em bị nhốt ở cam pu chia", "cambodia"),
    ("bị bán qua campu", "cambodia"),
    ("kẹt ở sihanouk", "cambodia"),
    ("con tôi quê Nghệ An bị nhốt ở Campuchia", "cambodia"),
    ("mẹ em ở hà nội, em đang ở campuchia bị nhốt", "cambodia"),
    ("em ở tây ninh bị đưa qua campuchia", "cambodia"),
    ("em bị nhốt ở biên giới campuchia", "cambodia"),
    ("đang ở miến điện", "myanmar"),
    ("em bị giữ ở mianma", "myanmar"),
    ("bạn em ở myanmar nhắn cứu", "myanmar"),
    ("bên kk park bị đánh", "myanmar"),
    ("bên tam giác vàng", "laos"),
    ("con em trai ở lào bị giữ đòi 200tr", "laos"),
    ("em bị nhốt ở Lào, cứu em", "laos"),
    ("em bị nhốt ở bokeo", "laos"),
    ("em ở thái bị đánh", "thailand"),
    ("em qua thái làm bị giữ", "thailand"),
    ("em kẹt ở mae sot", "thailand"),
    ("nhốt ở philippine", "philippines"),
    ("em làm pogo bị giữ", "philippines"),
    ("em bị lừa qua phi làm lừa đảo", "philippines"),
    ("em o trung quoc", "china"),
    ("em gái tôi bị bán sang TQ", "china"),
    ("e bi ban sang trung lam vo", "china"),
    ("em ở bên trung lấy chồng bị đánh", "china"),
    ("em bị nhốt ở bên tàu", "china"),
    ("nhà chồng bên Tàu đánh em mỗi ngày", "china"),
    ("xưởng may chui bên Nga khóa cửa sắt", "other"),
    ("bên mỹ… em bị giữ làm nail", "other"),
    ("em bị nhốt ở Mỹ", "other"),
    ("em bị giữ bên Nga, không về được", "other"),
    ("em đang ở Anh bị bắt làm", "other"),
    ("ở hàn bị chủ đánh", "other"),
    ("em đang ở Đài bị chủ đánh", "other"),
    ("ở malai bị giữ passport", "other"),
    ("em ở đức bị giữ giấy tờ", "other"),
    ("em không về nước được", "other"),
]


@pytest.mark.parametrize("typed", [str, fold, str.lower], ids=["marks", "stripped", "small"])
@pytest.mark.parametrize("name", [*PROVINCES, *ALIASES, *TOWN_NAMES])
def test_a_place_of_ours_is_never_abroad(
    content: Content, name: str, typed: Callable[[str], str]
) -> None:
    for sentence in ("em bị nhốt ở {}", "họ giữ em tại {} không cho về", "bị giam bên {}, cứu"):
        assert country_in(content, clean(typed(sentence.format(name)))) is None


def test_all_old_and_new_provinces_are_tried() -> None:
    assert {"Lào Cai", "Thái Bình", "Thái Nguyên", "Hà Giang", "Bình Dương"} <= set(PROVINCES)
    assert len(PROVINCES) >= 63
    assert len(TOWN_NAMES) >= 40
    assert len(ABROAD) >= 30


@pytest.mark.parametrize("text", NO_PLACE_ABROAD)
def test_words_people_and_neighbours_are_no_place_abroad(content: Content, text: str) -> None:
    for typed in (text, fold(text)):
        assert country_in(content, clean(typed)) is None, typed


@pytest.mark.parametrize(("text", "country"), ABROAD)
def test_a_country_that_is_the_place_is_heard(content: Content, text: str, country: str) -> None:
    for typed in (text, fold(text), text.upper()):
        assert country_in(content, clean(typed)) == country, typed


@pytest.mark.parametrize("text", ["nó định bán em qua Trung Quốc", "mai họ đưa em sang campuchia"])
def test_who_is_about_to_be_taken_is_at_the_border(content: Content, text: str) -> None:
    assert place_in(content, text) == "border"
    assert place_in(content, fold(text)) == "border"


@pytest.mark.parametrize(
    ("text", "sea"),
    [
        ("chủ tàu đánh em", True),
        ("chồng tôi đi tàu cá 4 tháng", True),
        ("con tui di bien 3 thang", True),
        ("em đi tàu hỏa ra hà nội", False),
    ],
)
def test_fishing_boats_are_at_sea(text: str, sea: bool) -> None:
    assert at_sea(text) is sea
