"""The model's topic is used where no sign decides, and only when the model is sure of it."""

from typing import Any

import pytest

from bot.nlu import parsed_answer
from bot.understanding import merge
from content.loader import Content
from handlers import awareness, job_offer, report_answers, scam_check
from handlers.topics import SURE_OF_TOPIC, likely
from handlers.turn import Priority, Reply, State, Turn, Understanding
from reports.terms import Kind
from tests.support.fake_nlu import FakeNlu
from tests.support.turns import said, turn

SURE, UNSURE = SURE_OF_TOPIC + 0.01, SURE_OF_TOPIC - 0.01
VAGUE = "họ dặn y như bữa trước đó"


def pasted(content: Content, text: str, service: str, topic: tuple[str, float] | None) -> Turn:
    now = turn(content, text, intent=service, topic=topic)
    now.state = State(flow=service, step="paste")
    return now


def further(replies: list[Reply]) -> list[str]:
    return [
        button.value or button.name
        for reply in replies
        for button in reply.buttons
        if button.name.startswith("awareness.")
    ]


@pytest.mark.parametrize("topic", [None, ("T1", UNSURE)])
def test_an_unsure_topic_is_none(topic: tuple[str, float] | None) -> None:
    assert likely(Understanding("greet", 0.9, Priority.P3, topic=topic)) is None
    assert likely(Understanding("greet", 0.9, Priority.P3, topic=("T1", SURE))) == "T1"


async def test_advice_tells_the_trick_the_model_is_sure_of(content: Content) -> None:
    summary = content.typologies["T8"].summary
    sure = turn(content, VAGUE, intent="ask_prevention", topic=("T8", SURE))
    assert summary in said(await awareness.handle(sure))
    for topic in (None, ("T8", UNSURE), ("T99", SURE)):
        unsure = turn(content, VAGUE, intent="ask_prevention", topic=topic)
        assert content.advice["general"].answer in said(await awareness.handle(unsure))


async def test_words_of_a_trick_go_before_the_topic(content: Content) -> None:
    now = turn(content, "bat coc online la gi", intent="ask_prevention", topic=("T8", 1.0))
    told = said(await awareness.handle(now))
    assert content.typologies["T2"].summary in told
    assert content.typologies["T8"].summary not in told


async def test_a_trick_past_its_review_date_is_not_guessed(content: Content) -> None:
    now = turn(content, VAGUE, intent="ask_prevention", topic=("T8", 1.0))
    now.now = now.now.replace(year=2099)
    assert awareness.guessed(now) is None


async def test_an_offer_without_signs_leads_to_the_topic(content: Content) -> None:
    sure = await job_offer.handle(pasted(content, VAGUE, "job_offer", ("T10", SURE)))
    unsure = await job_offer.handle(pasted(content, VAGUE, "job_offer", ("T10", UNSURE)))
    assert further(sure) == ["T10"]
    assert further(unsure) == ["travel"]


async def test_the_signs_of_an_offer_go_before_the_topic(content: Content) -> None:
    text = "đi ghe làm ngư phủ lương 20 triệu"
    assert further(await job_offer.handle(pasted(content, text, "job_offer", ("T9", 1.0)))) == [
        "T8"
    ]


async def test_a_checked_message_leads_to_the_topic_or_to_all(content: Content) -> None:
    sure = await scam_check.handle(pasted(content, VAGUE, "scam_check", ("T11", SURE)))
    unsure = await scam_check.handle(pasted(content, VAGUE, "scam_check", ("T11", UNSURE)))
    assert further(sure) == ["T11"]
    assert further(unsure) == ["awareness.start"]


@pytest.mark.parametrize(
    ("intent", "topic", "kind"),
    [
        ("out_of_scope", ("T7", SURE), Kind.trafficking),
        ("out_of_scope", ("T9", SURE), Kind.scam),
        ("out_of_scope", ("T9", UNSURE), Kind.other),
        ("out_of_scope", ("T13", SURE), Kind.other),
        ("report_scam", ("T7", SURE), Kind.scam),
    ],
)
def test_a_report_is_of_its_topic_where_the_intent_tells_nothing(
    content: Content, intent: str, topic: tuple[str, float], kind: Kind
) -> None:
    assert report_answers.kind_of(turn(content, VAGUE, intent=intent, topic=topic)) is kind


@pytest.mark.parametrize(
    ("told", "topic"),
    [
        ({"topic": {"name": "T3", "confidence": 0.7}}, ("T3", 0.7)),
        ({"topic": {"name": None, "confidence": 0.9}}, None),
        ({}, None),
    ],
)
def test_the_answer_of_the_model_may_hold_a_topic(
    told: dict[str, Any], topic: tuple[str, float] | None
) -> None:
    answer = {"intent_ranking": [{"name": "greet", "confidence": 0.9}], **told}
    assert parsed_answer(answer, 5).topic == topic
    assert merge(None, parsed_answer(answer, 5)).topic == topic


async def test_the_topic_reaches_the_handlers() -> None:
    nlu = FakeNlu()
    nlu.topics[VAGUE] = ("T1", 0.9)
    assert merge(None, await nlu.parse(VAGUE)).topic == ("T1", 0.9)
