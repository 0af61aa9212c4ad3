"""The signed and encrypted envelope of message pushes, as the platform publishes it.

Source: developers.weixin.qq.com/doc/service/guide/dev/push/encryption (消息加解密说明).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32  # the platform pads to 32 bytes, not to AES's 16
_RANDOM = 16
_LENGTH = 4


class BadEnvelope(Exception):
    """The envelope was not sealed with this account's key, token and appid."""


def signature(*parts: str) -> str:
    """Sign the parts the way both sides do: sorted, joined, SHA-1."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 (the platform's choice)


@dataclass(frozen=True)
class Envelope:
    """Seals and opens the messages of one account."""

    token: str
    encoding_aes_key: str
    appid: str

    def seal(self, message: str, *, random: bytes) -> str:
        """Encrypt a message behind 16 random bytes."""
        body = message.encode()
        full = random + len(body).to_bytes(_LENGTH, "big") + body + self.appid.encode()
        padding = _BLOCK - len(full) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(full + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """Decrypt a message and check padding, length and appid."""
        full = self._unpadded(sealed)
        start = _RANDOM + _LENGTH
        end = start + int.from_bytes(full[_RANDOM:start], "big")
        if len(full) < start or end > len(full):
            raise BadEnvelope("length runs past the end")
        if not hmac.compare_digest(full[end:], self.appid.encode()):
            raise BadEnvelope("sealed for another appid")
        try:
            return full[start:end].decode()
        except UnicodeDecodeError as error:
            raise BadEnvelope("not UTF-8") from error

    def sign(self, *, timestamp: str, nonce: str, sealed: str) -> str:
        """Give the `msg_signature` of a sealed message."""
        return signature(self.token, timestamp, nonce, sealed)

    def _unpadded(self, sealed: str) -> bytes:
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True))
            padded += decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise BadEnvelope("not base64 of whole blocks") from error
        padding = padded[-1] if padded else 0
        if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise BadEnvelope("wrong padding, so another key")
        return padded[:-padding]

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.encoding_aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
