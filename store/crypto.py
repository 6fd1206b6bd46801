"""Keys that live outside the database, and what is done with them.

One keyring holds numbered encryption keys (the newest writes, all read) and one index
secret from which every keyed hash is derived, each under its own purpose.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class KeyringError(Exception):
    """The keyring is missing, malformed or does not hold the key that is asked for."""


class Unreadable(KeyringError):
    """A stored value was altered, moved to another column, or written under a lost key."""


@dataclass(frozen=True)
class Keyring:
    """Encryption keys by one-byte id, and the index secret (32 bytes each)."""

    keys: dict[int, bytes]
    index: bytes

    @classmethod
    def generate(cls) -> "Keyring":
        return cls({1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def loads(cls, raw: str) -> "Keyring":
        """Read `{"keys": {"1": base64}, "index": base64}`; raises KeyringError."""
        try:
            data = json.loads(raw)
            keys = {
                int(number): base64.b64decode(key, validate=True)
                for number, key in data["keys"].items()
            }
            index = base64.b64decode(data["index"], validate=True)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyringError("the keyring is not the JSON object it should be") from error
        wrong_size = any(len(key) != KEY_BYTES for key in (*keys.values(), index))
        if not keys or wrong_size or not all(0 < number < 256 for number in keys):
            raise KeyringError(
                "the keyring needs 32-byte keys numbered 1 to 255, and an index secret"
            )
        return cls(keys, index)

    def dumps(self) -> str:
        return json.dumps(
            {
                "keys": {str(n): base64.b64encode(key).decode() for n, key in self.keys.items()},
                "index": base64.b64encode(self.index).decode(),
            }
        )

    def encrypt(self, plain: bytes, purpose: str) -> bytes:
        """`key id (1) + nonce (12) + ciphertext and tag`, bound to `purpose` (table.column)."""
        number = max(self.keys)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return (
            bytes([number])
            + nonce
            + AESGCM(self.keys[number]).encrypt(nonce, plain, purpose.encode())
        )

    def decrypt(self, stored: bytes, purpose: str) -> bytes:
        """The plain bytes; raises Unreadable."""
        key = self.keys.get(stored[0]) if stored else None
        if key is None:
            raise Unreadable("the key of this value is not in the keyring")
        nonce, body = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("this value was altered or belongs elsewhere") from error

    def digest(self, purpose: str, *parts: str) -> bytes:
        """32-byte keyed hash (HMAC-SHA-256) of `parts` under `purpose`: a blind index."""
        encoded = [part.encode("utf-8", "surrogatepass") for part in (purpose, *parts)]
        message = b"".join(len(part).to_bytes(4) + part for part in encoded)
        return hmac.new(self.index, message, hashlib.sha256).digest()


def load_or_create(path: Path) -> Keyring:
    """The keyring kept at `path` (mode 600), made on first use; raises KeyringError."""
    if path.exists():
        return Keyring.loads(path.read_text())
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = Keyring.generate()
    draft = path.with_suffix(f".{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(ring.dumps())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return Keyring.loads(path.read_text())
    finally:
        draft.unlink()
    return ring
