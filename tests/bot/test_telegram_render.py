"""Replies as Telegram requests, within the limits that the platform refuses to pass."""

import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_render import MAX_BUTTONS, MAX_CAPTION, MAX_TEXT, POINTER, parts
from bot.channels.utf16 import split, units
from bot.inbox import rendered
from bot.payloads import sign
from content.loader import Content
from handlers import danger, hotline, menu
from handlers.turn import Button, Priority, State, Tier, Turn, Understanding
from store.crypto import Keyring


def reply(text: str = "", **more: Any) -> dict[str, Any]:
    return {"text": text, "buttons": [], "links": [], **more}


def button(title: str, payload: str = "menu.start~AAAAAAAAAA") -> dict[str, str]:
    return {"title": title, "payload": payload}


def link(title: str, url: str) -> dict[str, str]:
    return {"title": title, "url": url}


def keys(part: dict[str, Any]) -> list[dict[str, str]]:
    return [key for row in part.get("rows", ()) for key in row]


def test_a_plain_text_is_one_message() -> None:
    assert parts(reply("Chào bạn.")) == [{"method": "sendMessage", "text": "Chào bạn."}]


def test_nothing_to_say_is_no_request() -> None:
    assert parts(reply("  \n ")) == []


def test_two_short_buttons_share_a_row_and_a_long_one_stands_alone() -> None:
    [part] = parts(
        reply("?", buttons=[button("Có"), button("Không"), button("Thôi, tôi không muốn báo nữa")])
    )
    assert [[key["text"] for key in row] for row in part["rows"]] == [
        ["Có", "Không"],
        ["Thôi, tôi không muốn báo nữa"],
    ]


def test_numbers_are_lines_and_web_addresses_are_buttons() -> None:
    [part] = parts(
        reply(
            "Gọi ngay.",
            buttons=[button("Menu")],
            links=[
                link("Gọi 111 · Tổng đài", "tel:111"),
                link("Gọi lãnh sự", "tel:+84981848484"),
                link("Trang chính thức", "https://dolab.gov.vn/"),
            ],
        )
    )
    assert part["text"] == "Gọi ngay.\n\n☎ Gọi 111 · Tổng đài\n☎ Gọi lãnh sự: +84981848484"
    assert [key.get("url") for key in keys(part)] == [None, "https://dolab.gov.vn/"]


def test_a_number_that_begins_a_line_of_the_text_is_not_said_twice() -> None:
    [part] = parts(
        reply(
            "• 111 – miễn phí\n• +84 981 84 84 84 – lãnh sự\nGiờ 1134",
            links=[
                link("Gọi 111", "tel:111"),
                link("Gọi +84 981 84 84 84", "tel:+84981848484"),
                link("Gọi 113", "tel:113"),
            ],
        )
    )
    assert part["text"].endswith("Giờ 1134\n\n☎ Gọi 113")


def test_an_address_that_telegram_would_refuse_stands_in_the_text() -> None:
    [part] = parts(reply("Xem:", links=[link("Máy này", "http://localhost:8080/")]))
    assert part == {"method": "sendMessage", "text": "Xem:\nMáy này: http://localhost:8080/"}


def test_items_are_a_list_and_an_image_goes_first() -> None:
    photo, text = parts(
        reply(
            "Dấu hiệu:",
            items=["Đòi tiền", "Giữ giấy"],
            image={"url": "https://lachan.vn/a.png", "title": "Tranh"},
        )
    )
    assert photo == {"method": "sendPhoto", "photo": "https://lachan.vn/a.png", "caption": "Tranh"}
    assert text["text"] == "Dấu hiệu:\n• Đòi tiền\n• Giữ giấy"


def test_an_image_that_cannot_be_fetched_or_named_is_told_in_words() -> None:
    [part] = parts(reply("A", image={"url": "/a.png", "title": "Tranh"}))
    assert part["text"] == "A\nTranh: /a.png"
    photo, text = parts(
        reply("A", image={"url": "https://lachan.vn/a.png", "title": "đ" * (MAX_CAPTION + 1)})
    )
    assert photo["caption"] == ""
    assert text["text"].endswith("đđ")


def test_a_long_text_is_cut_at_sentence_ends_and_buttons_come_last() -> None:
    sentence = "Bạn hãy gọi cho người thân và kể lại mọi chuyện. "
    sent = parts(reply(sentence * 200, buttons=[button("Menu")]))
    assert len(sent) == 3
    assert all(part["text"].endswith("chuyện.") for part in sent)
    assert [bool(keys(part)) for part in sent] == [False, False, True]


def test_a_list_number_is_not_a_sentence_end() -> None:
    assert split("Bạn làm thế này nhé. Bước 1. Gọi ngân hàng", 30)[0] == "Bạn làm thế này nhé."


def test_units_are_those_of_utf_16() -> None:
    assert units("đ👍") == 3
    assert split("👍" * 10, 5) == ["👍👍"] * 5


def test_a_sign_made_of_several_is_not_cut_in_two() -> None:
    family = "👨\u200d👩\u200d👧"
    assert all(part == family * (len(part) // 5) for part in split(family * 9, 20))


def test_more_buttons_than_a_keyboard_holds_go_under_a_second_message() -> None:
    sent = parts(reply("?", buttons=[button(f"Nút {n}") for n in range(MAX_BUTTONS + 5)]))
    assert [len(keys(part)) for part in sent] == [MAX_BUTTONS, 5]
    assert sent[1]["text"] == POINTER


def test_buttons_without_words_still_have_something_to_stand_under() -> None:
    assert parts(reply("", buttons=[button("Menu")]))[0]["text"] == POINTER


def test_a_button_whose_payload_does_not_fit_can_be_typed() -> None:
    [part] = parts(reply("Chọn:", buttons=[button("Xem thêm", "x" * 65)]))
    assert part == {"method": "sendMessage", "text": "Chọn:\n• Xem thêm"}


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TEXTS = st.lists(
    st.sampled_from(["Bạn ơi. ", "gọi 111 ", "\n", "👍", "x" * 900, "… "]) | WORDS
).map("".join)
BUTTONS = st.lists(st.builds(button, WORDS, st.text(min_size=1, max_size=64)), max_size=230)
LINKS = st.lists(
    st.builds(link, WORDS, st.sampled_from(["tel:111", "tel:+8491", "https://a.vn/x", "http://b"])),
    max_size=8,
)


@given(TEXTS, BUTTONS, LINKS, st.lists(WORDS, max_size=5), st.integers(1, 4))
def test_no_request_is_over_a_limit_and_nothing_is_lost(
    text: str,
    buttons: list[dict[str, str]],
    links: list[dict[str, str]],
    items: list[str],
    times: int,
) -> None:
    sent = parts(reply(text * times, buttons=buttons, links=links, items=items))
    for part in sent:
        assert 1 <= units(part["text"]) <= MAX_TEXT
        assert part["text"] == part["text"].strip()
        assert len(keys(part)) <= MAX_BUTTONS
        for key in keys(part):
            assert key["text"].strip()
            assert len(key.get("callback_data", "").encode()) <= 64
    told = _bare("".join(part["text"] for part in sent))
    assert _bare((text * times).replace("\x00", "")) in told
    assert all(_bare(item.replace("\x00", "")) in told for item in items)
    told_of = [one["url"].removeprefix("tel:") for one in links if "https" not in one["url"]]
    assert all(re.sub(r"[^\w:/]", "", url) in re.sub(r"[^\w:/]", "", told) for url in told_of)
    addresses = [key["url"] for part in sent for key in keys(part) if "url" in key]
    assert addresses == [one["url"] for one in links if "https" in one["url"]]
    pressed = [key["callback_data"] for part in sent for key in keys(part) if "url" not in key]
    fitting = [b["payload"] for b in buttons if len(b["payload"].encode()) <= 64]
    assert pressed == fitting


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(TEXTS, st.integers(4, 60))
def test_splitting_keeps_every_sign_in_order(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert _bare("".join(pieces)) == _bare(text)


@given(st.text(max_size=50))
def test_half_characters_do_not_reach_the_wire(text: str) -> None:
    for part in parts(reply(text, buttons=[button(text)], items=[text])):
        repr(part).encode()
        part["text"].encode("utf-8")


async def test_the_first_replies_of_services_fit_one_message(content: Content) -> None:
    ring = Keyring.generate()
    now = datetime(2026, 11, 22, tzinfo=UTC)
    for service in (menu, hotline, danger):
        understood = Understanding("greet", 1.0, Priority.P3)
        turn = Turn("", None, understood, State(), now, Tier.platform, b"c" * 32, content)
        for said in await service.handle(turn):
            sent = parts(rendered(said, lambda b: sign(ring, b"c" * 32, b)))
            assert len(sent) == 1
            assert len(keys(sent[0])) == len(said.buttons)
            for one in said.links:
                assert re.sub(r"\D", "", one.url) in re.sub(r"\D", "", sent[0]["text"])


def test_signed_payloads_fit_under_a_button(content: Content) -> None:
    data = sign(Keyring.generate(), b"c" * 32, Button("x", "hotline.situation", "x" * 30))
    assert keys(parts(reply("?", buttons=[button("x", data)]))[0]) == [
        {"text": "x", "callback_data": data}
    ]
