"""Which words in a group are for the bot, and what becomes of them."""

import pytest

from bot.channels.telegram_groups import Identity
from bot.channels.telegram_updates import read
from store.text import clean
from tests.support.fake_telegram_people import People
from tests.support.fake_telegram_wire import BOT_ID
from tests.support.telegram_reading import GROUP, NOW, RING, got, mention, nothing


@pytest.fixture
def people() -> People:
    return People()


def test_a_group_is_answered_only_when_it_speaks_to_the_bot(people: People) -> None:
    assert nothing(people.says(GROUP, "cả nhà ăn cơm chưa"))
    assert nothing(people.sends(GROUP, photo=[{}], caption="ảnh"))
    assert nothing(people.forwards(GROUP, text="@LaChan_Thu_bot việc nhẹ"))
    assert nothing(people.says(GROUP, "/start@bot_khac"))
    assert nothing(people.says(GROUP, "/lenh_khac"))
    other = people.message(GROUP, text="x", **{"from": {"id": 9}})
    assert nothing(people.says(GROUP, "đúng đó", reply_to_message=other))


def test_a_mention_is_taken_out_of_the_words(people: People) -> None:
    text = "👨‍👩‍👧 ơi @LaChan_Thu_bot tin này có lừa không"
    message = got(people.says(GROUP, text, entities=[mention(text)]))
    assert message.payload == {"text": clean("👨‍👩‍👧 ơi tin này có lừa không"), "group": True}
    assert message.address == {"chat_id": GROUP}
    assert message.conversation == RING.digest("conversation", "telegram", str(GROUP))


def test_the_name_alone_asks_for_the_menu(people: People) -> None:
    text = "@LaChan_Thu_bot"
    assert got(people.says(GROUP, text, entities=[mention(text)])).payload == {
        "action": ["menu.start", ""],
        "group": True,
    }


def test_somebody_elses_name_is_no_mention(people: People) -> None:
    text = "@lan_anh xem nè"
    assert nothing(people.says(GROUP, text, entities=[mention(text, "@lan_anh")]))


def test_a_mention_by_id_and_in_a_caption_count(people: People) -> None:
    by_id = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": BOT_ID}}
    assert got(people.says(GROUP, "Bot ơi", entities=[by_id])).payload == {
        "text": "ơi",
        "group": True,
    }
    text = "@LaChan_Thu_bot thật không"
    captioned = people.sends(GROUP, photo=[{}], caption=text, caption_entities=[mention(text)])
    assert got(captioned).payload == {"media": "photo", "text": "thật không", "group": True}


def test_an_answer_to_the_bot_and_commands_count(people: People) -> None:
    ours = people.message(GROUP, text="x", **{"from": {"id": BOT_ID, "is_bot": True}})
    assert got(people.says(GROUP, "rồi sao", reply_to_message=ours)).payload == {
        "text": "rồi sao",
        "group": True,
    }
    for text in ("/menu", "/menu@lachan_thu_bot"):
        assert got(people.says(GROUP, text)).payload == {
            "action": ["menu.start", ""],
            "group": True,
        }
    assert got(people.presses_button(GROUP, "x~y")).payload["group"] is True


def test_without_a_known_username_a_group_is_left_alone(people: People) -> None:
    text = "@LaChan_Thu_bot ơi"
    update = people.says(GROUP, text, entities=[mention(text)])
    assert read(update, RING, Identity(BOT_ID), NOW) is None


def test_other_bots_are_not_talked_to_but_hidden_administrators_are(people: People) -> None:
    robot = {"id": 5, "is_bot": True, "first_name": "bot"}
    assert nothing(people.says(GROUP, "/menu", **{"from": robot}))
    hidden = people.says(GROUP, "/menu", sender_chat={"id": GROUP}, **{"from": robot})
    assert got(hidden).payload["action"] == ["menu.start", ""]


def test_a_topic_is_answered_in_the_topic(people: People) -> None:
    message = got(people.says(GROUP, "/menu", message_thread_id=9, is_topic_message=True))
    assert message.address == {"chat_id": GROUP, "thread_id": 9}
    assert got(people.says(GROUP, "/menu", message_thread_id=9)).address == {"chat_id": GROUP}
