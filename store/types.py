"""Column types: encrypted bytes and JSON, and times that are always UTC."""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from store.crypto import Keyring, KeyringError

_ring: Keyring | None = None


def use_keyring(ring: Keyring | None) -> None:
    """Set the keyring of every encrypted column in this process (once, at start)."""
    global _ring
    _ring = ring


def _keyring() -> Keyring:
    if _ring is None:
        raise KeyringError("no keyring: call store.types.use_keyring at start")
    return _ring


class EncryptedJSON(TypeDecorator[Any]):
    """A JSON value stored as AES-GCM; `purpose` (table.column) is its associated data."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else _keyring().encrypt(orjson.dumps(value), self.purpose)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self.decoded(value)

    def decoded(self, stored: bytes | None) -> Any:
        """The value of a stored cell; raises `store.crypto.Unreadable`."""
        return None if stored is None else orjson.loads(_keyring().decrypt(stored, self.purpose))


class UtcDateTime(TypeDecorator[datetime]):
    """Time zone aware; refuses naive values, gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)
