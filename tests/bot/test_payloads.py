import pytest

from bot.payloads import MAX_BYTES, ForgedPayload, read, sign
from handlers.turn import Action, Button
from store.crypto import Keyring

ME, OTHER = b"a" * 32, b"b" * 32


def test_a_button_comes_back_as_the_action_it_was(keyring: Keyring) -> None:
    payload = sign(keyring, ME, Button("Có", "report.consent", "keep:1"))
    assert read(keyring, ME, payload) == Action("report.consent", "keep:1")


def test_a_button_of_another_conversation_is_refused(keyring: Keyring) -> None:
    payload = sign(keyring, OTHER, Button("Có", "report.consent", "keep"))
    with pytest.raises(ForgedPayload):
        read(keyring, ME, payload)


@pytest.mark.parametrize(
    "payload", ["", "~", "menu.start", "menu.start~", "x~y~z", "đ~ố", "\ud800~a"]
)
def test_rubbish_is_refused(keyring: Keyring, payload: str) -> None:
    with pytest.raises(ForgedPayload):
        read(keyring, ME, payload)


def test_an_altered_value_is_refused(keyring: Keyring) -> None:
    payload = sign(keyring, ME, Button("Không", "privacy.erase", "no"))
    with pytest.raises(ForgedPayload):
        read(keyring, ME, payload.replace(":no", ":yes"))


def test_a_payload_that_telegram_would_refuse_is_not_made(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match=str(MAX_BYTES)):
        sign(keyring, ME, Button("…", "report.place", "x" * MAX_BYTES))
