"""Is the product's passive reply one that the platform would show?"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator import wire
from simulator.envelope import BadEnvelope, Envelope
from simulator.settings import Account

_OK: Final = 200
_LONGEST_TEXT: Final = 2048
_MEDIA: Final = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(frozen=True)
class Verdict:
    """What became of a push.

    `outcome` is `replied`, `success`, `empty` or `unavailable`; `reply` is the bubble to show.
    """

    outcome: str
    detail: str = ""
    reply: dict[str, Any] | None = None


class _BadReply(Exception):
    """Why the reply cannot be shown."""


def judge(account: Account, pushed: Mapping[str, Any], status: int, raw: bytes) -> Verdict:
    """Judge the answer to a push of these fields."""
    if status != _OK:
        return Verdict("unavailable", f"status {status}")
    if raw.strip() == b"":
        return Verdict("empty")
    if raw.strip() == b"success":
        return Verdict("success")
    try:
        fields = _opened(account, raw.decode())
        _check_address(pushed, fields)
        return Verdict("replied", reply=_bubble(account, fields))
    except (_BadReply, BadEnvelope, wire.NotAMessage, UnicodeDecodeError) as error:
        return Verdict("unavailable", str(error))


def envelope_of(account: Account) -> Envelope:
    """The envelope that this account's messages travel in."""
    return Envelope(account.token, account.encoding_aes_key, account.appid)


def _opened(account: Account, text: str) -> dict[str, Any]:
    read = wire.from_json if account.format == "json" else wire.from_xml
    outer = read(text)
    if "Encrypt" not in outer:
        if account.mode == "safe":
            raise _BadReply("not encrypted in safe mode")
        return outer
    envelope = envelope_of(account)
    sealed, nonce = str(outer["Encrypt"]), str(outer.get("Nonce", ""))
    timestamp = str(outer.get("TimeStamp", ""))
    if not timestamp.isdecimal() or not nonce:
        raise _BadReply("TimeStamp or Nonce missing")
    signed = envelope.sign(timestamp=timestamp, nonce=nonce, sealed=sealed)
    if not hmac.compare_digest(signed, str(outer.get("MsgSignature", ""))):
        raise _BadReply("MsgSignature is wrong")
    return read(envelope.open(sealed))


def _check_address(pushed: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    if fields.get("ToUserName") != pushed["FromUserName"]:
        raise _BadReply("ToUserName is not the sender")
    if fields.get("FromUserName") != pushed["ToUserName"]:
        raise _BadReply("FromUserName is not the account")
    if not str(
        fields.get("CreateTime", "")
    ).isdecimal():  # milliseconds are let pass, as in reality
        raise _BadReply("CreateTime is not a number")


def _bubble(account: Account, fields: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(fields.get("MsgType", ""))
    if kind == "transfer_customer_service":
        return {"kind": kind}
    if account.kind == "miniprogram" or kind not in _READERS:
        raise _BadReply(f"MsgType {kind!r} is not allowed here")
    return {"kind": kind, **_READERS[kind](kind, fields)}


def _text(_kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise _BadReply("Content is missing")
    if len(content.encode()) > _LONGEST_TEXT:
        raise _BadReply("Content is longer than 2048 bytes")
    return {"text": content}


def _media(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    inner = fields.get(_MEDIA[kind])
    if not isinstance(inner, Mapping) or not inner.get("MediaId"):
        raise _BadReply("MediaId is missing")
    return {"media_id": str(inner["MediaId"])}


def _news(_kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    articles = fields.get("Articles")
    item = articles.get("item") if isinstance(articles, Mapping) else None
    # one article only, when a person's message is answered
    if not isinstance(item, Mapping) or str(fields.get("ArticleCount")) != "1":
        raise _BadReply("exactly one article is allowed")
    names = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    return {"articles": [{ours: str(item.get(theirs, "")) for ours, theirs in names.items()}]}


def _music(_kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    inner = fields.get("Music")
    if not isinstance(inner, Mapping):
        raise _BadReply("Music is missing")
    return {"text": str(inner.get("Title", ""))}


_READERS: Final = {
    "text": _text,
    "image": _media,
    "voice": _media,
    "video": _media,
    "news": _news,
    "music": _music,
}
