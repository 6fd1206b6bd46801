import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store.crypto import Keyring, KeyringError, Unreadable, load_or_create


def test_what_was_encrypted_comes_back_only_for_its_purpose() -> None:
    ring = Keyring.generate()
    stored = ring.encrypt("cứu em".encode(), "inbox.payload")
    assert ring.decrypt(stored, "inbox.payload").decode() == "cứu em"
    with pytest.raises(Unreadable):
        ring.decrypt(stored, "outbox.payload")


def test_one_altered_byte_is_noticed() -> None:
    ring = Keyring.generate()
    stored = bytearray(ring.encrypt(b"x" * 20, "a.b"))
    stored[-1] ^= 1
    with pytest.raises(Unreadable):
        ring.decrypt(bytes(stored), "a.b")


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x09" + b"0" * 40, b"\x01short"])
def test_broken_values_are_unreadable_not_a_crash(stored: bytes) -> None:
    with pytest.raises(Unreadable):
        Keyring.generate().decrypt(stored, "a.b")


def test_a_new_key_writes_and_the_old_one_still_reads() -> None:
    old = Keyring.generate()
    stored = old.encrypt(b"before", "a.b")
    ring = Keyring({**old.keys, 2: b"2" * 32}, old.index)
    assert ring.decrypt(stored, "a.b") == b"before"
    assert ring.encrypt(b"after", "a.b")[0] == 2


def test_digests_differ_by_purpose_and_by_where_the_parts_end() -> None:
    ring = Keyring.generate()
    assert ring.digest("a", "bc") != ring.digest("ab", "c")
    assert ring.digest("a", "b", "c") != ring.digest("a", "bc")
    assert ring.digest("a", "b") == ring.digest("a", "b")


def test_the_keyring_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keyring.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: load_or_create(path).index, range(8)))
    assert len(set(rings)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "raw", ["", "[]", "{}", '{"keys": {}, "index": ""}', '{"keys": {"1": "AA=="}, "index": "AA=="}']
)
def test_a_broken_keyring_is_refused(raw: str) -> None:
    with pytest.raises(KeyringError):
        Keyring.loads(raw)
