"""Log-in secrets of staff: Argon2id (RFC 9106) and TOTP (RFC 6238)."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
DRIFT = (0, -1, 1)  #: steps that a phone's clock may be off (RFC 6238, 5.2)
# RFC 9106, 4: the second recommended choice, for machines that log in several people at once.
#: One lane: with more, two hashes at once in two threads never end (cryptography 50, OpenSSL 4).
ITERATIONS, LANES, MEMORY_KIB, LENGTH, SALT = 3, 1, 64 * 1024, 32, 16


@dataclass(frozen=True, slots=True)
class Argon2Passwords:
    """Hashes and compares passwords, and finds the time step of a one-time code."""

    memory_kib: int = MEMORY_KIB  #: less is for passwords that everybody may know

    def hash(self, password: str) -> str:
        """Return an Argon2id hash in PHC form (slow on purpose)."""
        derivation = Argon2id(
            salt=os.urandom(SALT),
            length=LENGTH,
            iterations=ITERATIONS,
            lanes=LANES,
            memory_cost=self.memory_kib,
        )
        return derivation.derive_phc_encoded(password.encode())

    def matches(self, password: str, hashed: str) -> bool:
        """Compare in constant time (slow on purpose); what is no hash matches nothing."""
        try:
            Argon2id.verify_phc_encoded(password.encode(), hashed)
        except (InvalidKey, ValueError):
            return False
        return True

    def totp_step(self, secret: str, code: str, *, at: datetime) -> int | None:
        """Return the time step whose code this is, one step of drift allowed."""
        try:
            key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
        except binascii.Error:
            return None
        # SHA-1 is what authenticator programs understand (RFC 6238, 1.2).
        maker = TOTP(key, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303  # RFC 6238, what authenticators speak
        now = int(at.timestamp()) // STEP_SECONDS
        given = code.strip().encode()
        found = [
            now + drift
            for drift in DRIFT
            if hmac.compare_digest(maker.generate((now + drift) * STEP_SECONDS), given)
        ]
        return found[0] if found else None
