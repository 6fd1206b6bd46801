"""Shapes of everything under `content/data/`; a file that breaks one stops the start."""

import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Where a statement comes from; `date` is the page's own date where it is known."""

    title: Text
    url: Text | None = None
    date: datetime.date | None = None


class Reviewed(Strict):
    """Something told to people: out of use once `review_by` has passed."""

    sources: list[Source] = Field(min_length=1)
    reviewed: datetime.date
    review_by: datetime.date

    @model_validator(mode="after")
    def _review_comes_after(self) -> Self:
        if self.review_by <= self.reviewed:
            raise ValueError("review_by must lie after reviewed")
        return self

    def current(self, today: datetime.date) -> bool:
        return today <= self.review_by


class Hotline(Reviewed):
    """A number; `evergreen` ones (111, 113…) never go out of use by date."""

    id: Identifier
    display: Text
    tel: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]+$")]
    name: Text
    purpose: Text
    hours: Text
    cost: Text
    recorded: bool
    from_abroad: bool
    region: Text | None = None
    sms_only: bool = False
    evergreen: bool = False


class Situation(Reviewed):
    """When somebody asks whom to call: what to say first, and which numbers in which order."""

    id: Identifier
    title: Text
    advice: Text
    hotlines: list[Identifier] = Field(min_length=1)
    patterns: list[Text] = Field(min_length=1)
    unless: list[Text] = []


class Typology(Reviewed):
    """One way of trafficking or cheating people: T1 to T13 of `facts/domain.md` §3."""

    id: Annotated[str, StringConstraints(pattern=r"^T[0-9]{1,2}$")]
    title: Text
    summary: Text
    signs: list[Text] = Field(min_length=2)
    do: list[Text] = Field(min_length=2)
    dont: list[Text] = Field(min_length=2)
    hotlines: list[Identifier] = Field(min_length=1)
    patterns: list[Text] = Field(min_length=1)
    strong: list[Text] = []
    unless: list[Text] = []


class Topic(Reviewed):
    """A question people ask: what to answer, and the words that lead to it.

    `strong` words lead there from any service that has no answer of its own.
    """

    id: Identifier
    title: Text
    answer: Text
    patterns: list[Text] = Field(min_length=1)
    strong: list[Text] = []
    unless: list[Text] = []


class LawTopic(Topic):
    """A question of law; `effective_from` is the day its text came into force."""

    effective_from: datetime.date | None = None


class Sign(Reviewed):
    """A warning sign that a text can show: matched by `patterns`, told as `explain`."""

    id: Identifier
    title: Text
    explain: Text
    weight: int = Field(ge=1, le=3)
    patterns: list[Text] = Field(min_length=1)
    unless: list[Text] = []
    matches: list[Text] = Field(min_length=2)
    passes: list[Text] = Field(min_length=1)


class Category(StrEnum):
    """What a safety rule has recognised."""

    life = "life"
    captivity = "captivity"
    minor = "minor"
    suicide = "suicide"
    missing = "missing"
    crossing = "crossing"
    plea = "plea"
    money = "money"
    third_party = "third_party"


class SafetyRule(Strict):
    """One line of the safety rules, with the sentences that prove it."""

    id: Identifier
    category: Category
    priority: Literal["P0", "P1", "P2", "P3"]
    patterns: list[Text] = Field(min_length=1)
    unless: list[Text] = []
    matches: list[Text] = Field(min_length=2)
    passes: list[Text] = Field(min_length=1)


class Question(Reviewed):
    """A quiz question; `answer` is the index of the right option."""

    id: Identifier
    age: Literal["all", "under_16", "16_plus"]
    question: Text
    options: list[Text] = Field(min_length=2, max_length=4)
    answer: int = Field(ge=0, le=3)
    explain: Text

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Self:
        if self.answer >= len(self.options):
            raise ValueError("the answer is not among the options")
        return self


class Province(Strict):
    """One of the 34 units since 01/7/2025 with the names people still use for its parts."""

    code: Identifier
    name: Text
    old_names: list[Text]
    aliases: list[Text] = []
