"""What each kind of Telegram update becomes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_commands import menu
from bot.channels.telegram_updates import ALLOWED_UPDATES, MAX_TEXT, from_group, press_of, read
from bot.inbox import Incoming
from bot.payloads import sign
from content.loader import Content
from handlers.turn import Button
from store.text import clean
from tests.support.fake_telegram_people import People
from tests.support.fake_telegram_wire import BOT_ID
from tests.support.telegram_reading import BOT, GROUP, LANE, ME, NOW, RING, got, nothing


@pytest.fixture
def people() -> People:
    return People()


def test_a_text_is_a_message_of_its_writer(people: People) -> None:
    update = people.says(ME, "  em bị\u200b  giữ ")
    assert got(update) == Incoming(
        "telegram",
        RING.digest("delivery", "telegram", str(BOT_ID), str(update["update_id"])),
        LANE,
        {"text": "em bị giữ"},
        NOW,
        {"chat_id": ME},
        update["update_id"],
    )


def test_a_redelivery_has_the_same_key_and_another_update_another(people: People) -> None:
    first, second = people.says(ME, "a"), people.says(ME, "a")
    assert got(first).dedupe_key == got(dict(first)).dedupe_key != got(second).dedupe_key


def test_a_long_text_is_cut(people: People) -> None:
    assert len(got(people.says(ME, "đ " * 4000)).payload["text"]) <= MAX_TEXT


def test_an_edited_text_says_so(people: People) -> None:
    assert got(people.edits(ME, text="sửa")).payload == {"text": "sửa", "edited": True}


def test_an_edited_caption_counts_and_an_edited_picture_alone_does_not(people: People) -> None:
    photo = [{"file_id": "AgAC", "width": 1, "height": 1}]
    edited = got(people.edits(ME, photo=photo, caption="thêm lời"))
    assert edited.payload == {"media": "photo", "text": "thêm lời", "edited": True}
    assert nothing(people.edits(ME, photo=photo))


def test_the_steps_of_a_live_location_are_silent(people: People) -> None:
    place = {"latitude": 21.0, "longitude": 105.8, "live_period": 900}
    assert got(people.sends(ME, location=place)).payload == {"media": "location"}
    assert nothing(people.edits(ME, location=place))


def test_a_forwarded_text_is_evidence_and_never_a_command(people: People) -> None:
    assert got(people.forwards(ME, text="việc nhẹ")).payload == {
        "text": "việc nhẹ",
        "forwarded": True,
    }
    assert got(people.forwards(ME, text="/start")).payload == {"text": "/start", "forwarded": True}


def test_a_forwarded_picture_keeps_its_caption(people: People) -> None:
    assert got(people.forwards(ME, photo=[{}], caption="tuyển gấp")).payload == {
        "media": "photo",
        "text": "tuyển gấp",
        "forwarded": True,
    }


MEDIA = [
    ("photo", {"photo": [{"file_id": "SECRET"}]}),
    ("document", {"document": {"file_id": "SECRET", "file_name": "SECRET.pdf"}}),
    ("voice", {"voice": {"file_id": "SECRET", "duration": 3}}),
    ("voice", {"audio": {"file_id": "SECRET", "title": "SECRET"}}),
    ("video", {"video": {"file_id": "SECRET"}}),
    ("video", {"video_note": {"file_id": "SECRET"}}),
    ("video", {"animation": {"file_id": "SECRET"}, "document": {"file_id": "SECRET"}}),
    ("contact", {"contact": {"phone_number": "SECRET", "first_name": "SECRET"}}),
    ("location", {"location": {"latitude": "SECRET", "longitude": "SECRET"}}),
    ("location", {"venue": {"title": "SECRET"}, "location": {"latitude": "SECRET"}}),
    ("sticker", {"sticker": {"file_id": "SECRET", "emoji": "SECRET"}}),
    ("other", {"poll": {"question": "SECRET"}}),
    ("other", {"story": {"id": "SECRET"}}),
]


@pytest.mark.parametrize(("kind", "content"), MEDIA)
def test_media_are_named_and_nothing_of_them_is_kept(
    people: People, kind: str, content: dict[str, Any]
) -> None:
    assert got(people.sends(ME, **content)).payload == {"media": kind}
    with_caption = got(people.sends(ME, **content, caption=" xem giúp "))
    assert with_caption.payload == {"media": kind, "text": "xem giúp"}
    assert "SECRET" not in repr(with_caption)


def test_no_name_of_the_writer_is_taken_over(people: People) -> None:
    told = repr(got(people.says(ME, "chào")))
    assert not any(word in told for word in ("Nguyễn", "Kín", "ng_thi"))


COMMANDS = [
    ("/start", ["menu.start", ""]),
    ("/menu", ["menu.start", ""]),
    ("/START", ["menu.start", ""]),
    ("/start@LaChan_Thu_bot", ["menu.start", ""]),
    ("/start kiemtra", ["scam_check.start", ""]),
    ("/start khong_co", ["menu.start", ""]),
    ("/khancap", ["danger.start", ""]),
    ("/baotin", ["report.start", ""]),
    ("/report", ["report.start", ""]),
    ("/quiz ", ["quiz.start", ""]),
    ("/nguoithat", ["human.start", ""]),
]


@pytest.mark.parametrize(("text", "action"), COMMANDS)
def test_commands_start_their_service(people: People, text: str, action: list[str]) -> None:
    assert got(people.says(ME, text)).payload == {"action": action}


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("/xoa", "/xoa"),
        ("/thoat", "/thoat"),
        ("/111", "/111"),
        ("/menu cứu em với", "cứu em với"),
        ("/start cứu em", "cứu em"),
        ("/kiemtra shopee.xyz có thật không", "shopee.xyz có thật không"),
    ],
)
def test_what_a_person_adds_to_a_command_is_read(people: People, text: str, read_as: str) -> None:
    assert got(people.says(ME, text)).payload == {"text": read_as}


def test_the_menu_is_vietnamese_and_every_command_of_it_is_understood(
    people: People, content: Content
) -> None:
    shown = menu(content)
    assert len(shown) <= 100
    for name, title in shown:
        assert 3 <= len(title) <= 256
        payload = got(people.says(ME, f"/{name}")).payload
        assert "action" in payload or payload["text"] in ("/thoat", "/xoa")


def test_a_group_is_not_offered_what_is_personal(content: Content) -> None:
    assert not {"baotin", "theodoi", "xoa"} & {name for name, _ in menu(content, group=True)}


def test_a_press_is_the_action_that_was_signed(people: People) -> None:
    data = sign(RING, LANE, Button("Có", "report.consent", "keep"))
    update = people.presses_button(ME, data)
    assert got(update).payload == {"action": ["report.consent", "keep"]}
    assert got(update).address == {"chat_id": ME}
    assert press_of(update) in people.presses


@pytest.mark.parametrize("data", ["report.consent:keep~AAAAAAAAAA", "", "\ud800~x", "menu.start"])
def test_a_forged_press_gives_the_menu(people: People, data: str) -> None:
    assert got(people.presses_button(ME, data)).payload == {"action": ["menu.stale", ""]}


def test_a_button_of_another_chat_is_stale(people: People) -> None:
    data = sign(RING, LANE, Button("Có", "report.consent", "keep"))
    assert got(people.presses_button(ME + 1, data)).payload == {"action": ["menu.stale", ""]}


def test_a_press_without_data_or_message_is_only_acknowledged(people: People) -> None:
    game = people.presses_button(ME, "x")
    del game["callback_query"]["data"]
    inline = people.presses_button(ME, "x")
    del inline["callback_query"]["message"]
    for update in (game, inline):
        assert nothing(update)
        assert press_of(update) in people.presses


def test_blocking_is_leaving_and_coming_back_is_silent(people: People) -> None:
    gone = got(people.membership(ME, "kicked"))
    assert (gone.payload, gone.address, gone.conversation) == ({"gone": True}, None, LANE)
    assert nothing(people.membership(ME, "member"))
    assert got(people.membership(GROUP, "left")).payload == {"gone": True, "group": True}


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_members": [{"id": BOT_ID}]},
        {"left_chat_member": {"id": 4}},
        {"migrate_to_chat_id": -1001},
        {"pinned_message": {"message_id": 4}},
        {"group_chat_created": True},
        {"text": None},
        {"text": 7},
        {},
    ],
)
def test_service_messages_are_nothing(people: People, content: dict[str, Any]) -> None:
    assert nothing(people.sends(GROUP, **content))
    assert nothing(people.sends(ME, **content))


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        "x",
        {},
        {"update_id": 1},
        {"update_id": 1, "poll": {"id": "1"}},
        {"update_id": 1, "channel_post": {"chat": {"id": -1, "type": "channel"}, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": -1, "type": "channel"}, "text": "x"}},
        {"update_id": "1", "message": {"chat": {"id": 1, "type": "private"}, "text": "x"}},
        {"update_id": True, "message": {"chat": {"id": 1, "type": "private"}, "text": "x"}},
        {"update_id": -1, "message": {"chat": {"id": 1, "type": "private"}, "text": "x"}},
        {"update_id": 2**63, "message": {"chat": {"id": 1, "type": "private"}, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": 2**70, "type": "private"}, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": ["private"]}, "text": "x"}},
        {"update_id": 1, "message": [], "callback_query": {"message": {}}},
    ],
)
def test_unknown_and_malformed_updates_are_nothing(update: Any) -> None:
    assert nothing(update)
    assert press_of(update) is None
    assert from_group(update) is False


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats()
NAMES = st.sampled_from(
    [
        *ALLOWED_UPDATES, "update_id", "chat", "id", "type", "text", "caption", "photo", "entities",
        "from", "is_bot", "data", "message", "new_chat_member", "status", "reply_to_message",
        "offset", "length", "user", "forward_origin", "message_thread_id", "is_topic_message",
    ]
)  # fmt: skip
RUBBISH = st.recursive(
    LEAVES | st.sampled_from(["private", "supergroup", "mention", "kicked", "/start"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@given(RUBBISH)
def test_rubbish_never_raises(update: Any) -> None:
    assert read(update, RING, BOT, NOW) is None or isinstance(update, dict)
    press_of(update)
    from_group(update)


@given(
    st.sampled_from(ALLOWED_UPDATES),
    st.sampled_from([ME, GROUP]),
    st.dictionaries(NAMES, RUBBISH, max_size=8),
    st.text(st.characters(), max_size=60),
)
def test_half_right_updates_give_a_message_within_the_contract_or_nothing(
    kind: str, chat: int, content: dict[str, Any], text: str
) -> None:
    place = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
    event = {**content, "chat": place, "message": {"chat": place}, "text": text}
    message = read({"update_id": 5, kind: event}, RING, BOT, NOW)
    if message is not None:
        assert {"text", "action", "media", "gone"} & set(message.payload)
        assert set(message.payload) <= {
            *("text", "action", "media", "gone", "forwarded", "edited", "group"),
        }
        said = message.payload.get("text", "")
        assert said == clean(said)
        assert len(said) <= MAX_TEXT
