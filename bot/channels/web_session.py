"""Web sessions: a random token that proves by its signature that we gave it out."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from store.crypto import Keyring

TOKEN_CHARS = 22 + 1 + 22


class ForgedSession(Exception):
    """A session token that was never given out, or is not one at all."""


@dataclass(frozen=True)
class WebSession:
    """The tab's `token`, and the keyed hash that stands for it in the database."""

    token: str
    conversation: bytes


def issue(ring: Keyring) -> WebSession:
    secret = secrets.token_urlsafe(16)
    return _session(ring, secret)


def verify(ring: Keyring, token: Any) -> WebSession:
    """The session of `token`; raises ForgedSession."""
    if not isinstance(token, str) or len(token) != TOKEN_CHARS or not token.isascii():
        raise ForgedSession
    session = _session(ring, token.partition(".")[0])
    if not hmac.compare_digest(session.token, token):
        raise ForgedSession
    return session


def _session(ring: Keyring, secret: str) -> WebSession:
    signature = base64.urlsafe_b64encode(ring.digest("web-session", secret)).decode()[:22]
    return WebSession(f"{secret}.{signature}", ring.digest("conversation", "web", secret))
