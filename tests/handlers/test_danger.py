"""Danger: the right numbers for where they are, under 300 characters, betraying nothing."""

from datetime import UTC, datetime

import pytest

from content.loader import Content
from content.schema import Category
from handlers import danger
from handlers.safety import SafetyRules, SafetyVerdict
from handlers.turn import Action, Entity, Priority, State, Turn, Understanding
from tests.support.turns import button_names, said, turn, urls

LIMIT = 300
BETRAYING = ("nạn nhân", "mua bán người", "buôn người", "trốn", "giải cứu")


def seen(category: Category, rule: str = "some_rule") -> SafetyVerdict:
    return SafetyVerdict(Priority.P1, category, rule)


def first(content: Content, text: str, verdict: SafetyVerdict | None) -> str:
    return danger.emergency_replies(content, text, verdict)[0].text


def in_danger(content: Content, text: str, rules: SafetyRules | None = None) -> Turn:
    verdict = (rules or SafetyRules(content.safety)).read(text)
    now = turn(content, text)
    now.understood = Understanding(
        "danger_now",
        0.9,
        verdict.priority if verdict else Priority.P1,
        rule=verdict.rule if verdict else None,
        category=verdict.category if verdict else None,
    )
    return now


SHORT = [name for name in danger.LINKS if name.startswith(("first", "again", "unable", "crime"))]


@pytest.mark.parametrize("name", sorted(SHORT))
def test_every_first_reply_is_short_and_betrays_nothing(content: Content, name: str) -> None:
    text = content.say(f"danger.{name}")
    assert len(text) < LIMIT
    assert name.startswith("crime") or not any(word in text.lower() for word in BETRAYING)
    assert "an toàn" not in text


@pytest.mark.parametrize("name", sorted(danger.LINKS))
def test_one_tap_calls_are_numbers_that_the_reply_names(content: Content, name: str) -> None:
    text = content.say(f"danger.{name}")
    for line in danger.LINKS[name]:
        assert content.hotlines[line].display in text
        assert content.say(f"danger.call_{line}")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("em bị nhốt trong phòng trọ ở Bình Dương", ("113", "111", "115")),
        ("chồng em đánh em chảy máu đầu", ("115", "113", "111")),
        ("em bị nhốt ở Campuchia cứu em với", ("+84 981 84 84 84", "113", "111")),
        ("e dang bi giu o myanmar ho danh em", ("+84 981 84 84 84", "+95 966 088 8998")),
        ("em ở bên đó không về nước được, họ giữ em lại", ("+84 981 84 84 84",)),
        ("bé 13 tuổi bị bắt tiếp khách ở quán karaoke", ("111", "113", "115")),
        ("em 15 tuổi bị ép tiếp khách ở campuchia", ("+84 981 84 84 84", "111")),
        ("em muốn chết", ("115", "111", "13:00–20:30")),
        ("ở bên nhật em muốn chết", ("+84 981 84 84 84", "cấp cứu nơi")),
        ("chủ tàu đánh em không cho vô bờ", ("112", "113")),
        ("công an gọi zalo bắt em ra khách sạn ở một mình", ("113", "lễ tân")),
        ("con trai tôi mất liên lạc 5 ngày", ("113", "111", "+84 981 84 84 84")),
        ("cháu gái 13 tuổi đi học từ sáng chưa về", ("113", "111")),
        ("họ đòi 200 triệu tiền chuộc mới thả con tôi", ("113", "111", "trước khi chuyển tiền")),
        ("họ đang chở em qua biên giới Mộc Bài", ("113", "biên phòng", "+84 981 84 84 84")),
        ("k goi dc chi nhan dc", ("113", "111", "nhắn ở đây")),
        ("bạn em ở myanmar nhắn cứu", ("+84 981 84 84 84", "+95 966 088 8998", "Người thân")),
        ("con tôi bên campuchia bị giữ đòi chuộc 150tr", ("+84 981 84 84 84", "Đừng chuyển tiền")),
        ("con em trai ở lào bị giữ đòi 200tr", ("+84 981 84 84 84", "Đừng chuyển tiền")),
        ("em gái tôi bị bán sang TQ", ("+84 981 84 84 84", "Người thân", "111")),
        ("nó định bán em qua Trung Quốc", ("113", "111", "Còn ở Việt Nam")),
        ("em bị nhốt ở philippine", ("+84 981 84 84 84", "cảnh sát nơi bạn ở")),
        ("bên mỹ… em bị giữ làm nail", ("+84 981 84 84 84", "cảnh sát nơi bạn ở")),
        ("giam ở hà giang gần trung quốc", ("113", "111", "115")),
        ("chồng tôi đi tàu cá 4 tháng không liên lạc", ("113", "111", "112", "số tàu")),
        ("em lỡ uống 20 viên thuốc ngủ", ("Gọi 115 ngay", "bệnh viện", "111")),
        ("em đang đứng trên lầu muốn nhảy", ("115", "111")),
        ("hàng xóm bế đứa bé lạ về", ("111", "113")),
        ("chồng đánh", ("115", "113", "111")),
        ("ba mẹ bán em", ("113", "111")),
        ("e bi ban wa cty khac o myanmar, no bat dong 200tr", ("+95", "không lộ")),
    ],
)
async def test_the_first_reply_has_the_numbers_for_where_they_are(
    content: Content, text: str, numbers: tuple[str, ...]
) -> None:
    replies = await danger.handle(in_danger(content, text))
    assert all(number in replies[0].text for number in numbers), replies[0].text
    assert len(replies[0].text) < LIMIT
    assert any(url.startswith("tel:") for url in urls(replies[:1]))


def test_ngay_mai_is_told_with_its_hours_and_after_the_emergency_numbers(content: Content) -> None:
    text = first(content, "", seen(Category.suicide))
    ngay_mai = content.hotlines["ngay_mai"].display
    assert text.index("115") < text.index("111") < text.index(ngay_mai)
    assert "thứ Tư–Chủ nhật" in text


def test_somebody_in_vietnam_is_not_sent_to_the_consulate(content: Content) -> None:
    assert "+84" not in first(content, "em bị nhốt ở quận 8", seen(Category.captivity))


def test_short_numbers_are_not_offered_as_a_call_from_abroad(content: Content) -> None:
    links = danger.emergency_replies(content, "em ở bavet", seen(Category.captivity))[0].links
    assert links[0].url == "tel:" + content.hotlines["consular"].tel


async def test_a_family_told_of_a_kidnap_is_answered_as_family(content: Content) -> None:
    now = in_danger(content, "con tôi nhắn tin bị bắt cóc đòi 300tr")
    assert "dàn dựng" in (await danger.handle(now))[0].text


def test_without_rules_model_or_database_there_is_still_an_answer(content: Content) -> None:
    replies = danger.emergency_replies(content, "???", None)
    assert "113" in replies[0].text
    assert "111" in replies[0].text
    assert button_names(replies) == [
        "danger.text_only",
        "danger.abroad",
        "danger.family",
        "danger.just_asking",
        "report.start",
    ]


def test_it_says_that_it_is_a_machine_and_not_the_police(content: Content) -> None:
    second = danger.emergency_replies(content, "cứu", None)[1].text
    assert "trợ lý tự động, không phải công an" in second


async def test_a_country_seen_by_the_model_counts(content: Content) -> None:
    now = in_danger(content, "em bị nhốt, cứu em")
    place = Entity("country", "MY", 0, 0, "MY")
    now.understood = Understanding(
        "danger_now", 0.9, Priority.P1, "captive_locked", "captivity", entities=[place]
    )
    assert "+84 981 84 84 84" in (await danger.handle(now))[0].text


async def test_a_number_past_its_review_date_is_left_out(content: Content) -> None:
    later = datetime(2099, 1, 1, tzinfo=UTC)
    assert not content.hotlines["myanmar_embassy"].current(later.date())
    now = in_danger(content, "em bị nhốt ở Myanmar")
    now.now = later
    replies = await danger.handle(now)
    assert "+95" not in said(replies)
    assert "113" in said(replies)


async def test_danger_closes_an_open_form(content: Content) -> None:
    now = in_danger(content, "cứu em với")
    now.state.open("report", "where", what="x")
    await danger.handle(now)
    assert now.state.flow is None


@pytest.mark.parametrize(
    ("press", "words"),
    [
        ("text_only", ("biển hiệu", "111", "xóa đoạn tin")),
        ("abroad", ("+84 981 84 84 84", "+84 965 41 11 18", "cảnh sát nơi bạn ở")),
        ("family", ("trước khi nghĩ tới chuyện chuyển tiền", "Giữ lại", "+84 981 84 84 84")),
        ("just_asking", ("113", "111")),
    ],
)
async def test_each_button_is_answered(
    content: Content, press: str, words: tuple[str, ...]
) -> None:
    replies = await danger.handle(turn(content, action=(f"danger.{press}", "")))
    assert all(word in said(replies) for word in words)
    assert all(len(reply.text) <= 1000 for reply in replies)
    assert "report.start" in button_names(replies) or press == "just_asking"


UNABLE = [
    "ko goi dc",
    "e ko dam goi dt chu giu",
    "ko có sóng gọi",
    "em gọi số +84 ko được hết tiền",
    "sao gọi 111 không ai bắt máy",
]


@pytest.mark.parametrize("text", UNABLE)
async def test_who_cannot_call_is_told_other_ways(content: Content, text: str) -> None:
    [reply] = await danger.handle(in_danger(content, text))
    assert "không cần gọi" in reply.text
    assert "+84" not in reply.text
    assert "danger.text_only" in button_names([reply])


@pytest.mark.parametrize("text", UNABLE)
async def test_who_cannot_call_from_abroad_is_told_ways_from_there(
    content: Content, text: str
) -> None:
    now = in_danger(content, text)
    now.state.memory["danger"] = {"country": "cambodia", "category": "captivity"}
    [reply] = await danger.handle(now)
    assert "wifi" in reply.text
    assert "+84 981 84 84 84" in reply.text


@pytest.mark.parametrize("text", ["em bị đánh", "cứu", "họ sắp về"])
async def test_the_country_is_remembered(content: Content, text: str) -> None:
    now = in_danger(content, "em bị nhốt ở campuchia")
    await danger.handle(now)
    kept = now.state.memory["danger"]
    assert (kept["country"], kept["category"]) == ("cambodia", "captivity")
    assert datetime.fromisoformat(kept["at"]) == now.now
    later = in_danger(content, text)
    later.state = now.state
    assert "+84 981 84 84 84" in (await danger.handle(later))[0].text


async def test_a_place_at_home_replaces_a_country(content: Content) -> None:
    now = in_danger(content, "giờ em bị nhốt ở tây ninh")
    now.state.memory["danger"] = {"country": "cambodia", "category": "captivity"}
    assert "+84" not in (await danger.handle(now))[0].text


@pytest.mark.parametrize(
    ("first_words", "then", "words"),
    [
        ("em muốn chết", "em uống thuốc rồi", ("Đã uống thuốc", "115")),
        ("em muốn chết ở bên nhật", "mệt quá", ("cấp cứu nơi bạn ở", "+84 981 84 84 84")),
        ("em bị nhốt ở myanmar", "tầng 5", ("+84 981 84 84 84", "+95 966 088 8998")),
        ("em bị nhốt ở bình dương", "tầng 5", ("113", "111", "115")),
        ("em bị nhốt", "ở lào", ("+84 981 84 84 84",)),
        ("chủ tàu đánh em không cho vô bờ", "số 9", ("112", "113")),
        ("bé 13 tuổi bị bắt tiếp khách", "ở quán x", ("111", "113")),
        ("bạn em ở myanmar nhắn cứu", "nó tên x", ("+95 966 088 8998", "Đừng chuyển tiền")),
        ("con trai tôi mất liên lạc 5 ngày", "nó 20 tuổi", ("113", "Đừng chuyển tiền")),
    ],
)
async def test_a_fragment_is_answered_with_the_right_numbers(
    content: Content, first_words: str, then: str, words: tuple[str, ...]
) -> None:
    now = in_danger(content, first_words)
    await danger.handle(now)
    fragment = turn(content, then)
    fragment.state = now.state
    [reply] = danger.reply_again(fragment)
    assert reply.text.startswith("Tôi đọc rồi")
    assert all(word in reply.text for word in words), reply.text
    assert len(reply.text) < LIMIT
    assert button_names([reply]) == ["danger.text_only", "report.start", "danger.just_asking"]


@pytest.mark.parametrize(
    ("press", "words"),
    [
        ("text_only", "+84 981 84 84 84"),
        ("abroad", "+95 966 088 8998"),
        ("family", "+95 966 088 8998"),
    ],
)
async def test_a_button_remembers_the_place(content: Content, press: str, words: str) -> None:
    now = turn(content, action=(f"danger.{press}", ""))
    now.state.memory["danger"] = {"country": "myanmar", "category": "captivity"}
    assert words in said(await danger.handle(now))
    assert now.state.memory["danger"]["country"] == "myanmar"


async def test_pressing_abroad_and_family_is_remembered(content: Content) -> None:
    now = turn(content, action=("danger.abroad", ""))
    await danger.handle(now)
    assert now.state.memory["danger"]["country"] == "other"
    now.action = Action("danger.family")
    await danger.handle(now)
    assert "Đừng chuyển tiền" in danger.reply_again(now)[0].text


async def test_only_asking_ends_the_danger(content: Content) -> None:
    now = turn(content, action=("danger.just_asking", ""))
    now.state.memory["danger"] = {"country": "myanmar", "category": "captivity"}
    await danger.handle(now)
    assert "danger" not in now.state.memory


@pytest.mark.parametrize(
    "text",
    [
        "bán con được bao nhiêu tiền",
        "mua một bé gái giá bao nhiêu",
        "muốn bán em gái qua trung quốc bao nhiêu",
        "làm sao đưa người qua biên giới không bị bắt",
    ],
)
async def test_asking_for_a_price_is_told_it_is_a_crime_and_who_listens(
    content: Content, text: str
) -> None:
    now = in_danger(content, text)
    [reply] = await danger.handle(now)
    assert "111" in reply.text
    assert any(word in reply.text for word in ("tội phạm", "phạm pháp"))
    assert "Tôi ở đây với bạn" not in reply.text
    assert "danger" not in now.state.memory


async def test_starting_the_service_gives_numbers_too(content: Content) -> None:
    replies = await danger.handle(turn(content, action=("danger.start", "")))
    assert "113" in replies[0].text


@pytest.mark.parametrize(
    "text", ["đây là ai", "sao vợ tao nhắn", "nó nhắn gì nãy giờ", "là chồng nó đây"]
)
async def test_a_stranger_learns_nothing(content: Content, text: str) -> None:
    now = in_danger(content, text)
    now.state = State("report", "where", {"what": "bị nhốt"}, {"last": "danger"})
    replies = await danger.handle(now)
    assert now.state == State()
    assert len(replies) == 1
    assert not replies[0].buttons
    assert not replies[0].links
    assert not any(letter.isdigit() for letter in replies[0].text)
    for word in ("công an", "tin báo", "nguy hiểm", "giúp đỡ", *BETRAYING):
        assert word not in replies[0].text.lower()


def test_a_stranger_learns_nothing_when_everything_is_down(content: Content) -> None:
    [reply] = danger.emergency_replies(content, "đây là ai", seen(Category.third_party))
    assert reply.text == content.say("danger.neutral")
