"""WeChat's envelope on one side, our messages on the other; nothing else imports wechatpy.

Only the safe mode (安全模式) is accepted; of test accounts also the plain and the compatible one
(明文模式, 兼容模式).  wechatpy gives the cipher and the reply's markup; what 1.8.18 leaves open is
closed here: constant-time signatures, freshness, padding, size, escaping, and every parser failure
as one :class:`BadPush`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wechatpy.crypto import PrpCrypto
from wechatpy.replies import TextReply

from bot.fields import Fields, read_fields, words, writable
from bot.pushes import read_message
from domain.conversations import Incoming

LARGEST_PUSH = 64 * 1024  #: bytes; 1.4 MB of nested tags would block the loop for 2 s
WINDOW_SECONDS = 300
LARGEST_PADDING = 32  #: WeChat pads PKCS#7 to blocks of 32, not of 16
RANDOM_BYTES = 16
LONGEST_TIME = 12  #: digits of a timestamp in seconds


class BadPush(Exception):
    """A push that is not WeChat's, not for us, not fresh or not readable; ``reason`` says which.

    ``genuine`` tells that the signature was right, so that a retry would bring the same again.
    """

    def __init__(self, reason: str, *, genuine: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.genuine = genuine


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of our WeChat apps, with the secrets of its message push (消息推送)."""

    appid: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    encoding_aes_key_previous: str = field(default="", repr=False)
    is_test: bool = False  #: WeChat's test accounts (测试号) push without encryption

    def aes_keys(self) -> list[bytes]:
        """The current AES key and, after a change, the one before it."""
        texts = (self.encoding_aes_key, self.encoding_aes_key_previous)
        return [base64.b64decode(f"{text}=") for text in texts if text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One delivery, opened: what it says, and what is needed to answer it."""

    incoming: Incoming
    digest: str  #: of the decrypted message: another delivery of it has the same
    account: Account = field(repr=False)
    key: bytes = field(repr=False)  #: the one that decrypted; the answer uses it too. Empty: plain
    ours: str  #: ``gh_...``, our account's original id
    is_json: bool

    def answer(self, text: str, *, at: datetime, nonce: str = "") -> bytes:
        """Encrypt and sign a text reply in the format the push came in; plain if it was plain."""
        inner = _text_reply(self.incoming.openid, self.ours, text, at, is_json=self.is_json)
        if not self.key:
            return inner.encode()
        return seal(
            self.account,
            inner,
            key=self.key,
            timestamp=str(int(at.timestamp())),
            nonce=nonce or secrets.token_hex(8),
            is_json=self.is_json,
        )


class _Cipher(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's cipher with a salt nobody can guess, and with its padding checked."""

    def __init__(self, key: bytes, salt: bytes = b"") -> None:
        super().__init__(key)
        self.salt = salt or secrets.token_hex(RANDOM_BYTES // 2).encode()

    def get_random_string(self) -> bytes:
        """Return the 16 bytes that stand before the message."""
        return self.salt

    def open(self, encrypted: str, appid: str) -> str:
        """Return the message, or raise ValueError."""
        plain: bytes = self.cipher.decrypt(base64.b64decode(encrypted, validate=True))
        padding = plain[-1]
        if not 1 <= padding <= LARGEST_PADDING or plain[-padding:] != bytes([padding]) * padding:
            raise ValueError("padding")
        content = plain[RANDOM_BYTES:-padding]
        end = 4 + int.from_bytes(content[:4])
        if not hmac.compare_digest(content[end:], appid.encode()):
            raise ValueError("appid")
        return content[4:end].decode()


def signature(*parts: str) -> str:
    """Sign as WeChat does: SHA-1 over the sorted parts (a protocol constant, not our choice)."""
    words = "".join(sorted(parts)).encode(errors="replace")
    return hashlib.sha1(words).hexdigest()  # noqa: S324  # the platform's choice


def echo(account: Account, query: Mapping[str, str], *, now: datetime) -> str:
    """Answer WeChat's check of our address (GET): the echo, if the signature is right."""
    _need_secrets(account)
    told = signature(account.token, query.get("timestamp", ""), query.get("nonce", ""))
    _check(told, query.get("signature", ""), query.get("timestamp", ""), now)
    return query.get("echostr", "")


def open_push(account: Account, query: Mapping[str, str], body: bytes, *, now: datetime) -> Push:
    """Check and open a push; raises :class:`BadPush` for everything that is not as it must be."""
    _need_secrets(account)
    if len(body) > LARGEST_PUSH:
        raise BadPush("size")
    is_json = body.lstrip()[:1] == b"{"
    if query.get("encrypt_type", "raw") != "aes":
        return _open_plain(account, query, body, now=now, is_json=is_json)
    outer = _parsed(body, is_json=is_json)
    encrypted = words(outer, "Encrypt")
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    told = signature(account.token, timestamp, nonce, encrypted)
    _check(told, query.get("msg_signature", ""), timestamp, now)
    if "MsgType" in outer and not account.is_test:
        raise BadPush("compatible-mode")
    message, key = _decrypted(account, encrypted)
    return _understood(account, message.encode(), key=key, is_json=is_json)


def _open_plain(
    account: Account, query: Mapping[str, str], body: bytes, *, now: datetime, is_json: bool
) -> Push:
    """Take a push that anybody on its way could read and write: of test accounts only."""
    if not account.is_test:
        raise BadPush("plain-mode")
    timestamp = query.get("timestamp", "")
    told = signature(account.token, timestamp, query.get("nonce", ""))
    _check(told, query.get("signature", ""), timestamp, now)
    return _understood(account, body, key=b"", is_json=is_json)


def _understood(account: Account, message: bytes, *, key: bytes, is_json: bool) -> Push:
    """Read the message; from here on a failure is no stranger's, and asking again is no use."""
    fields = _parsed(message, is_json=message.lstrip()[:1] == b"{", genuine=True)
    digest = hashlib.sha256(message).hexdigest()
    try:
        incoming = read_message(account.appid, fields, digest)
    except ValueError as error:
        raise BadPush("message", genuine=True) from error
    return Push(
        incoming=incoming,
        digest=digest,
        account=account,
        key=key,
        ours=words(fields, "ToUserName"),
        is_json=is_json,
    )


def seal(
    account: Account,
    message: str,
    *,
    key: bytes,
    timestamp: str,
    nonce: str,
    is_json: bool,
    salt: bytes = b"",
) -> bytes:
    """Put a message into WeChat's envelope: encrypted, and signed with our token."""
    encrypted: str = _Cipher(key, salt).encrypt(message, account.appid).decode()
    signed = signature(account.token, timestamp, nonce, encrypted)
    if is_json:
        envelope = {
            "Encrypt": encrypted,
            "MsgSignature": signed,
            "TimeStamp": int(timestamp),
            "Nonce": nonce,
        }
        return json.dumps(envelope).encode()
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()


def for_cdata(text: str) -> str:
    """Make a text safe inside CDATA: wechatpy pastes it as it is."""
    return writable(text).replace("]]>", "]]]]><![CDATA[>")


def _need_secrets(account: Account) -> None:
    """Anybody could sign with an empty token."""
    encrypts = account.encoding_aes_key or account.is_test
    if not (account.appid and account.token and encrypts):
        raise BadPush("not-configured")


def _check(told: str, given: str, timestamp: str, now: datetime) -> None:
    if not hmac.compare_digest(told.encode(), given.encode(errors="replace")):
        raise BadPush("signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIME):
        raise BadPush("time")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise BadPush("time")


def _decrypted(account: Account, encrypted: str) -> tuple[str, bytes]:
    """Open with the current key, or with the one before it while a change is under way."""
    for key in account.aes_keys():
        try:
            return _Cipher(key).open(encrypted, account.appid), key
        except (ValueError, IndexError):
            continue
    raise BadPush("crypto", genuine=True)


def _parsed(body: bytes, *, is_json: bool, genuine: bool = False) -> Fields:
    """Read XML or JSON into fields; a parser may raise nearly anything on hostile input."""
    try:
        return read_fields(body, is_json=is_json)
    except Exception as error:
        raise BadPush("shape", genuine=genuine) from error


def _text_reply(to: str, ours: str, text: str, at: datetime, *, is_json: bool) -> str:
    moment = int(at.timestamp())
    if is_json:
        reply = {
            "ToUserName": to,
            "FromUserName": ours,
            "CreateTime": moment,
            "MsgType": "text",
            "Content": text,
        }
        return json.dumps(reply, ensure_ascii=False)
    reply = TextReply(
        target=for_cdata(to), source=for_cdata(ours), content=for_cdata(text), time=moment
    )
    return str(reply.render())
