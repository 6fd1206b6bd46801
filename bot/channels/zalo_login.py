"""The operator's consent in Zalo's OAuth v4, with PKCE S256 (facts/channels.md §1.3)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

CHALLENGE_BYTES = 32


class WrongAnswer(Exception):
    """What was pasted holds no code, or belongs to another login."""


@dataclass(frozen=True)
class Consent:
    """One attempt: `url` is opened in a browser, `verifier` stays here and proves who asked."""

    url: str
    verifier: str
    state: str


def begin(oauth_base: str, app_id: str, redirect_uri: str) -> Consent:
    """A consent to ask for; the answer comes to `redirect_uri` as `code` (10 minutes, one use).

    Zalo gives `state` back only as a part of the redirect address.
    """
    verifier, state = secrets.token_urlsafe(CHALLENGE_BYTES), secrets.token_urlsafe(12)
    query = {
        "app_id": app_id,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge(verifier),
        "state": state,
    }
    url = f"{oauth_base.rstrip('/')}/v4/oa/permission?{urlencode(query)}"
    return Consent(url, verifier, state)


def challenge(verifier: str) -> str:
    """S256: URL-safe base64 of the SHA-256, without padding."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def code_of(pasted: str, state: str) -> str:
    """The code out of a pasted code or redirect address; raises WrongAnswer."""
    pasted = pasted.strip()
    if "?" not in pasted and "=" not in pasted:
        if not pasted:
            raise WrongAnswer
        return pasted
    query = parse_qs(urlsplit(pasted).query or pasted)
    returned = query.get("state", [state])[0]
    if "code" not in query or not hmac.compare_digest(returned.encode(), state.encode()):
        raise WrongAnswer
    return query["code"][0]
