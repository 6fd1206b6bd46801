"""A reply fits Zalo's limits, and nothing of it is lost on the way."""

import re
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Part
from bot.channels.utf16 import short, split, units
from bot.channels.zalo_render import parts
from content.loader import Content
from handlers.danger import emergency_replies
from handlers.safety import SafetyRules
from tests.support.zalo_rules import message_fault

MORE = "Bạn chọn thêm ở đây nhé"
draw = partial(parts, more=MORE)


def reply(text: str = "Chào bạn", **more: Any) -> dict[str, Any]:
    return {"text": text, "buttons": [], "links": [], **more}


def buttons(drawn: list[Part]) -> list[dict[str, Any]]:
    shown = [part["message"].get("attachment", {}) for part in drawn]
    return [button for one in shown for button in one.get("payload", {}).get("buttons", [])]


def texts(drawn: list[Part]) -> list[str]:
    return [part["message"]["text"] for part in drawn if "text" in part["message"]]


def many(count: int) -> list[dict[str, str]]:
    return [{"title": f"Mục {n}", "payload": f"menu.start:{n}~abcdefghij"} for n in range(count)]


def test_plain_text_is_one_message() -> None:
    assert draw(reply()) == [{"message": {"text": "Chào bạn"}}]


def test_calls_come_first_and_are_one_tap() -> None:
    links = [
        {"title": "Cục Việc làm", "url": "https://www.dolab.gov.vn"},
        {"title": "Gọi 111", "url": "tel:111"},
        {"title": "Gọi 113", "url": "tel:113"},
    ]
    drawn = draw(reply(buttons=many(1), links=links))
    assert buttons(drawn) == [
        {"title": "Gọi 111", "type": "oa.open.phone", "payload": {"phone_code": "111"}},
        {"title": "Gọi 113", "type": "oa.open.phone", "payload": {"phone_code": "113"}},
        {"title": "Mục 0", "type": "oa.query.hide", "payload": "#cb:menu.start:0~abcdefghij"},
        {
            "title": "Cục Việc làm",
            "type": "oa.open.url",
            "payload": {"url": "https://www.dolab.gov.vn"},
        },
    ]


def test_more_than_five_buttons_need_further_messages() -> None:
    drawn = draw(reply(buttons=many(12)))
    assert texts(drawn) == ["Chào bạn", MORE, MORE]
    assert [button["title"] for button in buttons(drawn)] == [f"Mục {n}" for n in range(12)]


def test_a_long_text_is_cut_at_sentence_ends_with_the_buttons_below() -> None:
    sentence = "Đây là một câu dài vừa phải để thử việc chia tin nhắn cho đúng chỗ. "
    drawn = draw(reply(sentence * 80, buttons=many(1)))
    assert len(drawn) > 2
    assert all(text.endswith(".") for text in texts(drawn))
    assert "attachment" in drawn[-1]["message"]
    assert not any("attachment" in part["message"] for part in drawn[:-1])


def test_lists_become_bullets() -> None:
    assert texts(draw(reply(items=["một", "hai"]))) == ["Chào bạn\n• một\n• hai"]


def test_a_picture_goes_before_the_text() -> None:
    image = {"url": "https://example.org/a.png", "title": "Dấu hiệu"}
    drawn = draw(reply(image=image))
    assert drawn[0]["message"]["text"] == "Dấu hiệu"
    assert drawn[0]["message"]["attachment"]["payload"]["template_type"] == "media"
    assert not message_fault(drawn[0]["message"])
    assert texts(draw(reply(image={**image, "url": "http://x/a.png"}))) == [
        "Chào bạn\nDấu hiệu: http://x/a.png"
    ]


def test_an_address_that_no_button_opens_stands_in_the_text() -> None:
    drawn = draw(reply(links=[{"title": "Viết thư", "url": "mailto:a@b.vn"}]))
    assert texts(drawn) == ["Chào bạn\nViết thư: mailto:a@b.vn"]


def test_a_long_title_is_shown_whole_in_the_text() -> None:
    title = "Tôi muốn hỏi " * 20
    drawn = draw(reply(buttons=[{"title": title, "payload": "p"}]))
    assert title.strip() in texts(drawn)[0]
    assert units(buttons(drawn)[0]["title"]) <= 100


def test_every_text_of_the_house_fits(content: Content) -> None:
    for text in content.messages.values():
        assert not [part for part in draw(reply(text)) if message_fault(part["message"])]


def test_numbers_of_danger_are_on_the_first_screen(content: Content) -> None:
    text = "cứu tôi với, họ nhốt tôi"
    first = emergency_replies(content, text, SafetyRules(content.safety).read(text))[0]
    links = [{"title": link.title, "url": link.url} for link in first.links]
    drawn = draw({"text": first.text, "links": links})
    assert len(drawn) == 1
    codes = {button["payload"]["phone_code"] for button in buttons(drawn)}
    assert {"111", "113"} <= codes


words = st.text(max_size=40) | st.text(st.sampled_from("ab đ.\n😀,"), max_size=300)
titled = st.sampled_from(["tel:111", "https://a.vn/x", "mailto:x@y.vn", "tel:", "javascript:x"])
replies = st.fixed_dictionaries(
    {
        "text": st.lists(words, max_size=30).map(" ".join),
        "buttons": st.lists(
            st.fixed_dictionaries({"title": words, "payload": st.text("abc:~", min_size=1)}),
            max_size=13,
        ),
        "links": st.lists(st.fixed_dictionaries({"title": words, "url": titled}), max_size=8),
    },
    optional={
        "items": st.lists(words, max_size=20),
        "image": st.fixed_dictionaries({"title": words, "url": st.just("https://a.vn/a.png")}),
    },
)


@settings(max_examples=60, deadline=None)
@given(replies)
def test_no_part_breaks_a_rule_and_nothing_is_lost(given_reply: dict[str, Any]) -> None:
    drawn = draw(given_reply)
    assert not [part for part in drawn if message_fault(part["message"])]
    said = squeezed("".join(texts(drawn)))
    for told in (given_reply["text"], *given_reply.get("items", ())):
        assert squeezed(told) in said
    shown = [b["payload"] for b in buttons(drawn) if b["type"] == "oa.query.hide"]
    assert shown == ["#cb:" + button["payload"] for button in given_reply["buttons"]]
    for link in given_reply["links"]:
        opened = [b["payload"] for b in buttons(drawn) if b["type"] != "oa.query.hide"]
        reached = {"phone_code": "111"} if link["url"] == "tel:111" else {"url": link["url"]}
        assert reached in opened or squeezed(link["url"]) in said


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(st.text(max_size=400), st.integers(5, 60))
def test_pieces_keep_every_letter(text: str, limit: int) -> None:
    found = split(text, limit)
    assert squeezed("".join(found)) == squeezed(text)
    assert all(0 < units(piece) <= limit for piece in found)


def test_pieces_do_not_split_a_surrogate_pair() -> None:
    assert split("😀" * 7, 5) == ["😀😀", "😀😀", "😀😀", "😀"]


@pytest.mark.parametrize(("title", "limit"), [("abc", 3), ("abcdef", 3), ("😀😀😀", 4)])
def test_short_titles(title: str, limit: int) -> None:
    assert units(short(title, limit)) <= limit
