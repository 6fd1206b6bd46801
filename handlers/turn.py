"""What a handler is given and what it gives back; no channel is known here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from content.loader import Content
from reports.service import Reports


class Priority(StrEnum):
    """P0 danger to life, P1 captive or missing, P2 harmed or lured, P3 information."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    @property
    def urgent(self) -> bool:
        return self in (Priority.P0, Priority.P1)


class Tier(StrEnum):
    """What the channel itself knows of the writer."""

    web = "web"
    platform = "platform"


@dataclass(frozen=True)
class Entity:
    """A stretch of the message: `kind` as in `nlu/`, offsets in `Turn.text`.

    `country`: the ISO 3166 code of the country that it is, or lies in, when it tells.
    """

    kind: str
    value: str
    start: int
    end: int
    country: str = ""


@dataclass(frozen=True)
class Understanding:
    """What rules and model made of a message; `rule` and `category` come from the rules.

    `topic`, from the model: the typology (T1 to T13) it is about, with its probability.
    `wary`: danger is not likely enough to be answered first, and not excluded: a "rule" saw it
    where the model is sure of something harmless, or the "model" sees some. The answer is the
    likelier intent's, with the numbers in it all the same.
    """

    intent: str
    confidence: float
    priority: Priority
    rule: str | None = None
    category: str | None = None
    ranking: Sequence[tuple[str, float]] = ()
    entities: Sequence[Entity] = ()
    by_model: bool = True
    wary: Literal["rule", "model"] | None = None
    topic: tuple[str, float] | None = None


@dataclass(frozen=True)
class Action:
    """A pressed button: `name` such as `report.consent`, `value` such as `store`."""

    name: str
    value: str = ""


@dataclass(frozen=True)
class Button:
    """A choice; channels sign `name:value` so that a forged one is refused."""

    title: str
    name: str
    value: str = ""


@dataclass(frozen=True)
class Link:
    """A web address or `tel:` number."""

    title: str
    url: str


@dataclass(frozen=True)
class Reply:
    """One message to the person, in plain text.

    `links` with `tel:` are calls. `items` are the lines of a list, `image` a picture; each channel
    shows them as well as it can (see the table in `docs/kenh.md`).
    """

    text: str
    buttons: Sequence[Button] = ()
    links: Sequence[Link] = ()
    items: Sequence[str] = ()
    image: Link | None = None


@dataclass
class State:
    """The conversation between turns; kept encrypted. `flow` names the open form or quiz."""

    flow: str | None = None
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)

    def open(self, flow: str, step: str, **data: Any) -> None:
        self.flow, self.step, self.data = flow, step, dict(data)

    def close(self) -> None:
        self.flow, self.step, self.data = None, "", {}


@dataclass
class Turn:
    """One message or button press on its way through the handlers.

    `text` is clean NFC text ("" for a button); `conversation` is the 32-byte keyed hash that
    stands for the person; `reports` works inside this turn's transaction and is None only
    when the database is down and a danger message is answered all the same.
    """

    text: str
    action: Action | None
    understood: Understanding
    state: State
    now: datetime
    tier: Tier
    conversation: bytes
    content: Content
    reports: Reports | None = None


Handler = Callable[[Turn], Awaitable[list[Reply]]]
