"""From the fields of a decrypted push to our message, with the key that makes it unique."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from domain.conversations import Incoming, MessageKind
from domain.datums import from_map

Fields: TypeAlias = Mapping[str, Any]

LATEST_TIME = 10**11  #: seconds; later ones are a mistake (or milliseconds)

#: What XML 1.0 (2.2) does not allow: NUL, which PostgreSQL refuses too, and halves of emoji.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Their FromUserName is the platform's; the person stands in OpenID (微信: 用户信息变更推送).
PRIVACY_EVENTS = frozenset(
    {"user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"}
)

_KINDS = {
    "text": MessageKind.TEXT,
    "image": MessageKind.IMAGE,
    "voice": MessageKind.VOICE,
    "video": MessageKind.VIDEO,
    "shortvideo": MessageKind.VIDEO,
    "location": MessageKind.LOCATION,
    "link": MessageKind.LINK,
    "event": MessageKind.EVENT,
}


def read_message(appid: str, fields: Fields, digest: str) -> Incoming:
    """Understand a message; raises ValueError if it does not say who sent what and when."""
    kind = _KINDS.get(words(fields, "MsgType").lower())
    if kind is None:
        _required(fields, "MsgType")
        kind = MessageKind.UNKNOWN
    is_event = kind is MessageKind.EVENT
    event = _required(fields, "Event") if is_event else ""
    latitude, longitude = _point(fields) if kind is MessageKind.LOCATION else (None, None)
    if kind is MessageKind.LOCATION and latitude is None:
        kind = MessageKind.UNKNOWN
    return Incoming(
        key=_event_key(appid, fields) if is_event else _message_key(appid, fields, digest),
        appid=appid,
        openid=_sender(fields, event),
        kind=kind,
        sent_at=_moment(fields),
        text=words(fields, "Content"),
        media_id=words(fields, "MediaId"),
        latitude=latitude,
        longitude=longitude,
        label=words(fields, "Label"),
        event=event.lower(),
        event_key=_scene(words(fields, "EventKey")),
        detail=_detail(fields),
    )


def words(fields: Fields, name: str) -> str:
    """Return a field as text: absent, null and nested ones are empty."""
    found = fields.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return writable(str(found))


def writable(text: str) -> str:
    """Leave out the characters that neither XML nor a database can hold."""
    return _UNWRITABLE.sub("", text)


def _required(fields: Fields, name: str) -> str:
    if not (found := words(fields, name)):
        raise ValueError(name)
    return found


def _sender(fields: Fields, event: str) -> str:
    return _required(fields, "OpenID" if event.lower() in PRIVACY_EVENTS else "FromUserName")


def _moment(fields: Fields) -> datetime:
    told = _required(fields, "CreateTime")
    if not (told.isascii() and told.isdigit()) or not 0 < int(told) < LATEST_TIME:
        raise ValueError("CreateTime")
    return datetime.fromtimestamp(int(told), UTC)


def _point(fields: Fields) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude in WGS-84; WeChat sends the degrees of its map, as text."""
    try:
        latitude = float(words(fields, "Location_X"))
        longitude = float(words(fields, "Location_Y"))
    except ValueError:
        return None, None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004  # degrees
    if not (math.isfinite(latitude) and math.isfinite(longitude) and inside):
        return None, None
    return from_map(latitude, longitude)


def _scene(event_key: str) -> str:
    """The scene of a code: WeChat puts ``qrscene_`` before it only for new followers."""
    return event_key.removeprefix("qrscene_")


def _detail(fields: Fields) -> Mapping[str, str]:
    """What later work may need of a message, by WeChat's own field names."""
    kept = ("Status", "MsgID", "RevokeInfo", "trace_id", "Title", "Format", "bizmsgmenuid")
    return {name: found for name in kept if (found := words(fields, name))}


def _message_key(appid: str, fields: Fields, digest: str) -> str:
    """MsgId alone is not unique: it was seen twice for people who sent at the same moment."""
    number = words(fields, "MsgId") or digest
    return _key(appid, number, _required(fields, "FromUserName"), _required(fields, "CreateTime"))


def _event_key(appid: str, fields: Fields) -> str:
    """Events have no MsgId, and several of a person may share their second."""
    return _key(
        appid,
        _required(fields, "FromUserName"),
        _required(fields, "CreateTime"),
        _required(fields, "Event"),
        words(fields, "EventKey"),
        words(fields, "MsgID"),
        words(fields, "trace_id"),
        words(fields, "OpenID"),
        words(fields, "RevokeInfo"),
        *_template_items(fields),
    )


def _template_items(fields: Fields) -> Iterator[str]:
    """Name the items of a subscription event: one comes as an object, several as a list."""
    for value in fields.values():
        nested = value.get("List") if isinstance(value, Mapping) else None
        yield from _items(nested)
    yield from _items(fields.get("List"))


def _items(found: object) -> Iterator[str]:
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, Mapping):
            yield from (words(item, name) for name in ("TemplateId", "MsgID", "ErrorCode"))


def _key(*parts: str) -> str:
    """One name of fixed length, with nothing personal in it."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
