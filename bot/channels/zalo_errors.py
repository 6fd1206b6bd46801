"""What an error code of Zalo's OpenAPI means for a message (facts/channels.md §1.4).

Every code says that the message was surely not accepted. `again` may be tried again; the sender's
own backoff spaces the tries, `pause` silences the whole channel.
"""

from dataclasses import dataclass
from types import MappingProxyType

from bot.channels.base import Delivery, Outcome

RATE_PAUSE = 10.0


@dataclass(frozen=True)
class Verdict:
    """`renew`: the access token is dead, renew it and send once more. `ours`: our own bug.

    `alarm`: an operator must act. `gone`: the person left or blocked us.
    """

    outcome: Outcome
    reason: str
    pause: float = 0.0
    gone: bool = False
    renew: bool = False
    ours: bool = False
    alarm: bool = False

    def delivery(self, pause: float | None = None) -> Delivery:
        """`pause` as the platform's answer itself asks for, in seconds."""
        return Delivery(self.outcome, self.reason, pause or self.pause, gone=self.gone)


_AGAIN, _FAILED = Outcome.again, Outcome.failed
_SENT = Verdict(Outcome.sent, "")

TABLE = MappingProxyType(
    {
        0: _SENT,
        -32: Verdict(_AGAIN, "rate", pause=RATE_PAUSE),
        -100: Verdict(_FAILED, "attachment_expired"),
        -201: Verdict(_FAILED, "bad_parameter", ours=True),
        -204: Verdict(_FAILED, "oa_gone", alarm=True),
        -205: Verdict(_FAILED, "oa_gone", alarm=True),
        -209: Verdict(_FAILED, "api_not_enabled", alarm=True),
        -210: Verdict(_FAILED, "over_a_limit", ours=True),
        # No pause: a broadcast that is out of quota must not silence free live replies.
        -211: Verdict(_AGAIN, "quota", alarm=True),
        -212: Verdict(_FAILED, "api_not_enabled", alarm=True),
        -213: Verdict(_FAILED, "not_a_follower", gone=True),
        -216: Verdict(_AGAIN, "token", renew=True),
        -218: Verdict(_AGAIN, "recipient_limit"),
        -220: Verdict(_AGAIN, "token", renew=True),
        -221: Verdict(_FAILED, "oa_not_verified", alarm=True),
        -223: Verdict(_FAILED, "api_not_enabled", alarm=True),
        -224: Verdict(_FAILED, "oa_package", alarm=True),
        # They may come back: their next message opens the way again.
        -227: Verdict(_FAILED, "inactive"),
        -230: Verdict(_FAILED, "window"),
        -232: Verdict(_FAILED, "window"),
        -233: Verdict(_FAILED, "message_type", ours=True),
        -234: Verdict(_AGAIN, "night"),
        -240: Verdict(_FAILED, "api_shut_down", ours=True),
        -244: Verdict(_FAILED, "blocked", gone=True),
        -320: Verdict(_AGAIN, "billing", alarm=True),
        -321: Verdict(_AGAIN, "billing", alarm=True),
    }
)
_UNKNOWN = Verdict(_FAILED, "unknown_code", alarm=True)


def verdict(code: int) -> Verdict:
    """What to do about `code`; one that is not known is final and alarms."""
    return TABLE.get(code, _UNKNOWN)
