"""Receipts: made, checked, read from messy text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import receipts
from store.crypto import Keyring

RECEIPT = st.builds(lambda _: receipts.new_receipt(), st.none())


def test_a_receipt_is_sixteen_digits_and_valid() -> None:
    digits = receipts.new_receipt()
    assert len(digits) == 16
    assert receipts.valid(digits)


def test_receipts_differ() -> None:
    assert len({receipts.new_receipt() for _ in range(200)}) == 200


def test_a_receipt_is_shown_like_a_phone_number() -> None:
    assert receipts.shown("0912345678901234") == "0912 3456 7890 1234"


@given(RECEIPT, st.integers(0, 15), st.integers(1, 9))
def test_any_wrong_digit_is_noticed(digits: str, at: int, shift: int) -> None:
    wrong = str((int(digits[at]) + shift) % 10)
    assert not receipts.valid(digits[:at] + wrong + digits[at + 1 :])


@given(RECEIPT, st.integers(0, 14))
def test_any_swap_of_neighbours_is_noticed(digits: str, at: int) -> None:
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    assert swapped == digits or not receipts.valid(swapped)


@pytest.mark.parametrize(
    "text",
    [
        "{0}{1}{2}{3}",
        "mã của em là {0} {1} {2} {3} ạ",
        "{0}.{1}.{2}.{3}",
        "{0}-{1}-{2}-{3}",
        "ma bien nhan: {0} - {1} - {2} - {3}, em cam on",
        "{0}\n{1}\n{2}\n{3}",
        "gui 2 lan roi, ma {0} {1} {2} {3}",
    ],
)
def test_a_receipt_is_read_among_words(text: str) -> None:
    digits = receipts.new_receipt()
    groups = [digits[at : at + 4] for at in range(0, 16, 4)]
    assert receipts.parse(text.format(*groups)) == digits


def test_full_width_digits_are_read() -> None:
    digits = receipts.new_receipt()
    wide = digits.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert receipts.parse(wide) == digits


@pytest.mark.parametrize("text", ["", "xin chào", "0912345678", "1" * 17, "1234 5678 9012 345"])
def test_other_numbers_are_no_receipts(text: str) -> None:
    assert receipts.parse(text) is None


@given(st.text(max_size=80))
def test_reading_never_fails(text: str) -> None:
    found = receipts.parse(text)
    assert found is None or (len(found) == 16 and found.isascii())


def test_the_hash_needs_the_key() -> None:
    digits = receipts.new_receipt()
    one, other = Keyring.generate(), Keyring.generate()
    assert receipts.receipt_hash(digits, one) == receipts.receipt_hash(digits, one)
    assert receipts.receipt_hash(digits, one) != receipts.receipt_hash(digits, other)


def test_an_amount_and_an_account_are_no_receipt() -> None:
    assert not receipts.looks_like_receipt("hum qua e lo ck 20tr cho tk 0123400056 vcb")
    assert receipts.looks_like_receipt("ma cua em 1234 5678 9012 345")
