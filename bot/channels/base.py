"""What every platform channel gives: its limits, how it draws a reply and how it delivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

# A reply as the conversation gives it (`bot.inbox.rendered`), and one platform request made of it.
Neutral = Mapping[str, Any]
Part = dict[str, Any]
Address = Mapping[str, Any]


class Outcome(StrEnum):
    """What became of one request.

    `sent`: accepted. `again`: surely not accepted, may be tried again. `unknown`: the answer was
    lost, it may have been accepted. `failed`: refused for good.
    """

    sent = "sent"
    again = "again"
    unknown = "unknown"
    failed = "failed"


@dataclass(frozen=True)
class Delivery:
    """The result of `Channel.deliver`.

    `pause`: seconds for which the platform asked the whole bot to be silent (429).
    `reason`: a short code for metrics and logs, never anybody's text or id.
    `moved_to`: the address under which the same person is reached from now on.
    `gone`: the person blocked the bot or left: nothing more is sent to this address.
    """

    outcome: Outcome
    reason: str = ""
    pause: float = 0.0
    moved_to: Address | None = None
    gone: bool = False


class Channel(Protocol):
    """A platform. Holds nothing that a crash could lose."""

    @property
    def name(self) -> str:
        """As in `conversations.channel`."""

    @property
    def rate(self) -> float:
        """Requests a second that the platform allows the whole bot."""

    async def deliver(self, address: Address, part: Part) -> Delivery:
        """Send one request made by `parts`; never raises for what a platform may answer."""

    async def close(self) -> None:
        """Give back connections."""


class Draw(Protocol):
    """Turns one neutral reply into the platform's requests, within its limits, in order."""

    def __call__(self, reply: Neutral) -> Sequence[Part]: ...
