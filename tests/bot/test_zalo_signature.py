"""Only Zalo, with the OA's own secret, can prove an event."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_signature import candidates, event_of, fitting
from tests.support.zalo_events import APP_ID, OA_SECRET, sign, typed

RAW = b'{"app_id":"4242424242424242","event_name":"user_send_text","timestamp":"1699003881354"}'


def digest(stamp: str, secret: str = OA_SECRET) -> str:
    return hashlib.sha256(APP_ID.encode() + RAW + stamp.encode() + secret.encode()).hexdigest()


def test_either_timestamp_proves_an_event() -> None:
    by_body = {"X-ZEvent-Signature": f"mac={digest('1699003881354')}"}
    assert fitting(RAW, by_body, APP_ID, OA_SECRET) == "body"
    by_header = {
        "X-ZEvent-Signature": f"mac={digest('1699003889999')}",
        "X-ZEvent-Timestamp": "1699003889999",
    }
    assert fitting(RAW, by_header, APP_ID, OA_SECRET) == "header"


def test_prefix_and_case_do_not_matter() -> None:
    mac = digest("1699003881354")
    for shown in (mac, mac.upper(), f"mac={mac}", f" MAC={mac} "):
        headers = {"X-ZEvent-Signature": shown, "X-ZEvent-Timestamp": "1"}
        assert fitting(RAW, headers, APP_ID, OA_SECRET) == "body", shown


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-ZEvent-Signature": ""},
        {"X-ZEvent-Signature": "mac="},
        {"X-ZEvent-Signature": f"mac={digest('1699003881354', 'another secret')}"},
        {"X-ZEvent-Signature": f"mac={digest('1699003881355')}"},
        {"X-ZEvent-Signature": "mac=đ\udcff" + "0" * 60},
    ],
)
def test_anything_else_is_forged(headers: dict[str, str]) -> None:
    assert fitting(RAW, headers, APP_ID, OA_SECRET) is None


def test_a_changed_byte_or_another_app_is_noticed() -> None:
    headers = {"X-ZEvent-Signature": f"mac={digest('1699003881354')}"}
    assert fitting(RAW + b" ", headers, APP_ID, OA_SECRET) is None
    assert fitting(RAW, headers, "1", OA_SECRET) is None


def test_a_timestamp_that_is_no_number_is_never_hashed() -> None:
    """Else the end of a signed body could be moved into the header."""
    moved = {"X-ZEvent-Timestamp": '"}1699003881354'}
    assert list(candidates(b'{"timestamp":"x"}', moved)) == []


@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=30))
def test_rubbish_never_raises(raw: bytes, mac: str, stamp: str) -> None:
    headers = {"X-ZEvent-Signature": mac, "X-ZEvent-Timestamp": stamp}
    assert fitting(raw, headers, APP_ID, OA_SECRET) is None


def test_a_body_of_deep_nesting_is_no_event() -> None:
    assert event_of(b"[" * 200_000) is None
    assert event_of(b'{"a":' * 200_000) is None
    assert event_of(b"[1]") is None


@pytest.mark.parametrize("stamp", ["header", "body"])
def test_the_fake_signs_as_the_facts_say(stamp: str) -> None:
    import orjson

    raw = orjson.dumps(typed("u1", "Xin chào"))
    assert fitting(raw, sign(raw, stamp=stamp), APP_ID, OA_SECRET) == stamp
