"""Every event of a Zalo OA becomes a message, or nothing."""

import copy
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_updates import kind, read
from bot.inbox import Incoming
from bot.payloads import sign
from handlers.turn import Button
from store.crypto import Keyring
from tests.support.zalo_events import event, follow, media, typed

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RING = Keyring.generate()
URL = "https://f1.photo.talk.zdn.vn/x.jpg"


def take(update: dict[str, Any], ring: Keyring = RING) -> Incoming | None:
    return read(update, orjson.dumps(update), ring, NOW)


def taken(update: dict[str, Any]) -> Incoming:
    message = take(update)
    assert message is not None
    return message


def test_a_typed_message() -> None:
    at = datetime(2023, 11, 3, 9, 31, 21, 354000, tzinfo=UTC)
    message = taken(typed("186729651760683225", "  Chào   bạn ", at=at))
    assert message.channel == "zalo"
    assert message.payload == {"text": "Chào bạn"}
    assert message.address == {"user_id": "186729651760683225", "at": 1699003881354}
    assert message.position == 1699003881354
    assert message.received_at == NOW
    assert message.conversation == RING.digest("conversation", "zalo", "186729651760683225")


def test_one_delivery_has_one_key_and_another_has_another() -> None:
    first, second = typed("u", "a"), typed("u", "a")
    assert taken(first).dedupe_key == taken(copy.deepcopy(first)).dedupe_key
    assert taken(first).dedupe_key != taken(second).dedupe_key
    assert taken(first).conversation == taken(second).conversation


@pytest.mark.parametrize("name", ["image", "file", "audio", "location", "sticker", "gif", "video"])
def test_what_is_no_text_is_named_by_its_kind(name: str) -> None:
    payload = {"url": URL, "coordinates": {"latitude": "10.7", "longitude": "106.6"}}
    assert taken(media("u", name, payload)).payload == {"media": name}


def test_a_picture_keeps_its_caption() -> None:
    update = media("u", "image", {"url": URL, "thumbnail": URL}, text="Giấy tờ này thật không?")
    assert taken(update).payload == {"media": "image", "text": "Giấy tờ này thật không?"}


def test_an_unknown_kind_of_message_is_answered_too() -> None:
    assert taken(event("user_send_business_card", "u")).payload == {"media": "other"}


def test_a_shared_link_is_read_with_its_address() -> None:
    update = media("u", "link", {"url": "https://vieclam.example/x"}, text="Xem giúp")
    assert taken(update).payload == {"text": "Xem giúp\nhttps://vieclam.example/x"}
    assert taken(media("u", "link", {})).payload == {"media": "link"}


def test_following_opens_the_menu_and_leaving_is_told() -> None:
    came, left = taken(follow("u")), taken(follow("u", "unfollow"))
    assert came.payload == {"action": ["menu.start", ""]}
    assert came.address is not None
    assert left.payload == {"gone": True}
    assert left.address is None
    assert came.conversation == left.conversation == taken(typed("u", "a")).conversation


def test_a_pressed_button_comes_as_text() -> None:
    lane = RING.digest("conversation", "zalo", "u")
    payload = sign(RING, lane, Button("Có", "report.consent", "keep"))
    assert taken(typed("u", f"#cb:{payload}")).payload == {"action": ["report.consent", "keep"]}


@pytest.mark.parametrize("rubbish", ["", "x", "report.consent:keep~AAAAAAAAAA", "~", "đ~"])
def test_a_forged_button_is_stale(rubbish: str) -> None:
    assert taken(typed("u", f"#cb:{rubbish}")).payload == {"action": ["menu.stale", ""]}


def test_another_persons_button_is_stale() -> None:
    lane = RING.digest("conversation", "zalo", "somebody else")
    payload = sign(RING, lane, Button("Xóa", "privacy.erase", "yes"))
    assert taken(typed("u", f"#cb:{payload}")).payload == {"action": ["menu.stale", ""]}


@pytest.mark.parametrize("command", ["/start", "/menu", "/MENU"])
def test_commands_open_the_menu(command: str) -> None:
    assert taken(typed("u", command)).payload == {"action": ["menu.start", ""]}


def test_a_long_text_is_cut() -> None:
    assert len(taken(typed("u", "a" * 9000)).payload["text"]) == 4000


@pytest.mark.parametrize(
    "name",
    """oa_send_text oa_send_image oa_send_list oa_send_anonymous_text user_received_message
    user_seen_message user_reacted_message user_click_chatnow user_submit_info add_user_to_tag
    user_call_oa anonymous_received_message something_new""".split(),
)
def test_what_the_person_did_not_write_is_left_out(name: str) -> None:
    assert take(event(name, "u", text="x")) is None


def test_an_empty_text_is_nothing() -> None:
    assert take(typed("u", " \u200b ")) is None


def test_a_visitor_without_account_is_reached_by_the_talk() -> None:
    message = taken(event("anonymous_send_text", "v1", text="chào", conversation_id="c9"))
    assert message.address is not None
    assert {**message.address, "at": 0} == {"anonymous_id": "v1", "conversation_id": "c9", "at": 0}
    assert message.conversation != taken(typed("v1", "chào")).conversation
    assert take(event("anonymous_send_text", "v1", text="chào")) is None


@pytest.mark.parametrize("stamp", [None, "", "abc", "1699003881", "9" * 40, True, -5, 1.5, ["1"]])
def test_a_strange_timestamp_is_replaced_by_now(stamp: object) -> None:
    message = taken({**typed("u", "a"), "timestamp": stamp})
    assert message.position == int(NOW.timestamp() * 1000)


def test_a_number_as_timestamp_or_id_is_taken() -> None:
    update = {**typed("u", "a"), "timestamp": 1699003881354, "sender": {"id": 186729651760683225}}
    message = taken(update)
    assert message.address == {"user_id": "186729651760683225", "at": 1699003881354}


@pytest.mark.parametrize("sender", [None, [], "u", {}, {"id": ""}, {"id": "đ"}, {"id": "a" * 200}])
def test_an_event_without_a_usable_sender_is_nothing(sender: object) -> None:
    assert take({**typed("u", "a"), "sender": sender}) is None


def test_a_broken_letter_does_not_lose_the_message() -> None:
    update = typed("u", "x")
    update["message"]["text"] = "cứu \ud83d tôi"
    message = read(update, b"raw", RING, NOW)
    assert message is not None
    assert "cứu" in orjson.dumps(message.payload).decode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
events = st.sampled_from(
    "user_send_text user_send_image user_send_link follow unfollow anonymous_send_text".split()
)
inner = json_values | st.dictionaries(
    st.sampled_from(["id", "msg_id", "text", "attachments", "conversation_id"]), json_values
)
fields = st.fixed_dictionaries(
    {"event_name": events | json_values},
    optional=dict.fromkeys(["sender", "follower", "message", "timestamp", "recipient"], inner),
)


@given(fields)
def test_rubbish_gives_nothing_or_a_storable_message(update: dict[str, Any]) -> None:
    message = read(update, b"raw", RING, NOW)
    assert kind(update)
    if message is not None:
        assert message.position is not None
        assert 0 <= message.position < 2**63
        assert orjson.dumps([message.payload, message.address])
        assert len({"text", "action", "media", "gone"} & set(message.payload)) >= 1


@given(st.text(max_size=60))
def test_labels_of_counters_are_few(name: str) -> None:
    assert kind({"event_name": name}) in {
        "follow", "unfollow", "user_send_text", "anonymous_send_text",
        "user_send", "anonymous", "oa_send", "user", "other",
    }  # fmt: skip
