"""What became of a request, read from what python-telegram-bot raised."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.channels.base import Address, Delivery, Outcome
from bot.channels.telegram_transport import AnswerLost, Flooded, NotSent, ServerFault

GATEWAY_TIMEOUT = 504
# A refused token is an operator's mistake that is soon put right: nothing is given up for it.
TOKEN_PAUSE = 30.0
# Words of Telegram's descriptions (400) → our short code.
_REFUSALS = {
    "chat not found": "chat_not_found",
    "peer_id_invalid": "chat_not_found",
    "group chat was deactivated": "chat_not_found",
    "not enough rights": "no_rights",
    "chat_write_forbidden": "no_rights",
    "topic_closed": "topic_closed",
    "message is too long": "too_long",
    "message text is empty": "empty",
    "button": "button",
    "reply markup": "button",
    "wrong file": "picture",
    "failed to get http url content": "picture",
    "wrong type of the web page": "picture",
}
# Accepted as it seems, but the answer made no sense.
_ODD = Delivery(Outcome.unknown, "odd_answer")
_UNREACHABLE = frozenset({"chat_not_found"})


def outcome_of(error: TelegramError, address: Address) -> Delivery:
    """The outcome for `error` of a request to `address`."""
    if isinstance(error, Flooded):
        return _flooded(error, address)
    if isinstance(error, NotSent):
        return Delivery(Outcome.again, "no_connection")
    if isinstance(error, AnswerLost):
        return Delivery(Outcome.unknown, error.reason)
    if isinstance(error, ServerFault):
        lost = error.status == GATEWAY_TIMEOUT
        return Delivery(Outcome.unknown if lost else Outcome.again, f"http_{error.status}")
    if isinstance(error, ChatMigrated):
        moved = {**address, "chat_id": error.new_chat_id}
        return Delivery(Outcome.again, "moved", moved_to=moved)
    if isinstance(error, Forbidden):
        return Delivery(Outcome.failed, "blocked", gone=True)
    if isinstance(error, InvalidToken):
        return Delivery(Outcome.again, "token", pause=TOKEN_PAUSE)
    if isinstance(error, Conflict):
        return Delivery(Outcome.again, "conflict")
    if isinstance(error, BadRequest):
        return _refused(error, address)
    # Answered with another error (such as 413), or never made into a request.
    refused = isinstance(error, NetworkError)
    return Delivery(Outcome.failed, "refused") if refused else _ODD


def _flooded(error: Flooded, address: Address) -> Delivery:
    """A group has a limit of its own (20 a minute), which must not silence the bot for others."""
    if address["chat_id"] < 0:
        return Delivery(Outcome.again, "group_rate")
    return Delivery(Outcome.again, "rate", pause=error.seconds)


def _refused(error: BadRequest, address: Address) -> Delivery:
    said = error.message.lower()
    if "message thread not found" in said and "thread_id" in address:
        return Delivery(Outcome.again, "topic", moved_to={"chat_id": address["chat_id"]})
    reason = next((code for words, code in _REFUSALS.items() if words in said), "bad_request")
    return Delivery(Outcome.failed, reason, gone=reason in _UNREACHABLE)
