"""A little work asked of browsers when messages come in too fast; danger is never asked.

Over its soft limit an address, or with a full house everybody, gets 429 with a `challenge`. The
page finds a number so that `SHA-256("<challenge>:<number>")` begins with `bits` zero bits (as in
Hashcash, A. Back 2002) and sends `<challenge>:<number>` as `proof`. The challenge is signed and
names its own end: nothing is stored to ask. Only a spent proof is remembered, in this process,
until its end, so that no proof is good twice.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from bot.limits import Limiter
from store.crypto import Keyring
from store.settings import Settings

SECONDS = 120
MAX_PROOF = 120
MOST_SPENT = 100_000


class Proofs:
    """Gives out challenges of `bits` and checks proofs; `clock` in seconds since 1970."""

    def __init__(self, ring: Keyring, bits: int, clock: Callable[[], float] = time.time) -> None:
        self._ring, self.bits, self._clock = ring, bits, clock
        self._spent: OrderedDict[str, float] = OrderedDict()

    def challenge(self) -> str:
        """`bits.end.nonce.signature`, good for two minutes."""
        nonce = secrets.token_urlsafe(9)
        body = f"{self.bits}.{int(self._clock()) + SECONDS}.{nonce}"
        return f"{body}.{self._signature(body)}"

    def spend(self, proof: Any) -> bool:
        """Whether `proof` solves a challenge of ours that was not spent yet."""
        if not isinstance(proof, str) or len(proof) > MAX_PROOF or not proof.isascii():
            return False
        challenge = proof.rpartition(":")[0]
        body, _, signature = challenge.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(body)):
            return False
        bits, end, _ = body.split(".")
        now = self._clock()
        if now > int(end) or challenge in self._spent or zero_bits(proof) < int(bits):
            return False
        self._remember(challenge, float(end), now)
        return True

    def _remember(self, challenge: str, end: float, now: float) -> None:
        self._spent[challenge] = end
        while self._spent:
            oldest = next(iter(self._spent.values()))
            if oldest >= now and len(self._spent) <= MOST_SPENT:
                break
            self._spent.popitem(last=False)

    def _signature(self, body: str) -> str:
        return base64.urlsafe_b64encode(self._ring.digest("web-proof", body)).decode()[:22]


class Slowdown:
    """Whether a web message has to bring a proof. In memory: each web process has its own door."""

    def __init__(self, settings: Settings, ring: Keyring) -> None:
        share = settings.challenge_share
        self._address = Limiter(
            max(1, int(settings.address_burst * share)), settings.address_rate * share
        )
        self._site = Limiter(settings.site_burst, settings.site_rate)
        self._on = settings.proof_bits > 0
        self.proofs = Proofs(ring, settings.proof_bits)

    def wait(self, address: str | None, proof: Any) -> float:
        """0 when the message may pass, else the seconds after which it may without a proof."""
        if not self._on:
            return 0.0
        over = max(self._address.wait(address), self._site.wait("site"))
        return 0.0 if over == 0 or self.proofs.spend(proof) else over


def zero_bits(text: str) -> int:
    """Leading zero bits of the text's SHA-256."""
    digest = hashlib.sha256(text.encode()).digest()
    return 256 - int.from_bytes(digest).bit_length()
