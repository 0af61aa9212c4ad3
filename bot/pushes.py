"""From the fields of a decrypted push to our message, with the key that makes it unique."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.fields import Fields, content, degrees, required, words
from bot.happenings import KNOWN_EVENTS, happenings, subscription_items
from domain.conversations import Incoming, MessageKind
from domain.datums import from_map

LATEST_TIME = 10**11  #: seconds; later ones are a mistake (or milliseconds)

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
    "miniprogrampage": MessageKind.CARD,
    "event": MessageKind.EVENT,
}


def read_message(appid: str, fields: Fields, digest: str) -> Incoming:
    """Understand a message; raises ValueError if it does not say who sent what and when."""
    kind = _KINDS.get(required(fields, "MsgType").lower(), MessageKind.UNKNOWN)
    is_event = kind is MessageKind.EVENT
    event = required(fields, "Event").lower() if is_event else ""
    latitude, longitude = _point(fields) if kind is MessageKind.LOCATION else (None, None)
    if kind is MessageKind.LOCATION and latitude is None:
        kind = MessageKind.UNKNOWN
    return Incoming(
        key=_event_key(appid, fields) if is_event else _message_key(appid, fields, digest),
        appid=appid,
        openid=_sender(fields, event),
        kind=kind,
        sent_at=_moment(fields),
        text=content(fields, "Content"),
        media_id=words(fields, "MediaId"),
        latitude=latitude,
        longitude=longitude,
        label=words(fields, "Label"),
        choice=words(fields, "bizmsgmenuid"),
        title=words(fields, "Title"),
        url=words(fields, "PagePath" if kind is MessageKind.CARD else "Url"),
        event=event,
        event_key=_scene(event, words(fields, "EventKey")),
        happenings=happenings(event, fields),
        unknown_type=words(fields, "MsgType") if kind is MessageKind.UNKNOWN else "",
    )


def is_unknown(incoming: Incoming) -> bool:
    """Say whether the platform sends something that we have no name for."""
    if incoming.kind is MessageKind.EVENT:
        return incoming.event not in KNOWN_EVENTS
    return incoming.kind is MessageKind.UNKNOWN


def _sender(fields: Fields, event: str) -> str:
    return required(fields, "OpenID" if event in PRIVACY_EVENTS else "FromUserName")


def _moment(fields: Fields) -> datetime:
    told = required(fields, "CreateTime")
    if not (told.isascii() and told.isdigit()) or not 0 < int(told) < LATEST_TIME:
        raise ValueError("CreateTime")
    return datetime.fromtimestamp(int(told), UTC)


def _point(fields: Fields) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude in WGS-84; WeChat sends the degrees of its map, as text."""
    latitude = degrees(fields, "Location_X", most=90)
    longitude = degrees(fields, "Location_Y", most=180)
    if latitude is None or longitude is None:
        return None, None
    return from_map(latitude, longitude)


def _scene(event: str, event_key: str) -> str:
    """The scene of a code: WeChat puts ``qrscene_`` before it only for new followers."""
    return event_key.removeprefix("qrscene_") if event == "subscribe" else event_key


def _message_key(appid: str, fields: Fields, digest: str) -> str:
    """MsgId alone is not unique: it was seen twice for people who sent at the same moment."""
    number = words(fields, "MsgId") or digest
    return _key(appid, number, required(fields, "FromUserName"), required(fields, "CreateTime"))


def _event_key(appid: str, fields: Fields) -> str:
    """Events have no MsgId, and several of a person may share their second."""
    return _key(
        appid,
        required(fields, "FromUserName"),
        required(fields, "CreateTime"),
        required(fields, "Event"),
        words(fields, "EventKey"),
        words(fields, "MsgID"),
        words(fields, "trace_id"),
        words(fields, "OpenID"),
        words(fields, "RevokeInfo"),
        *_template_items(fields),
    )


def _template_items(fields: Fields) -> Iterator[str]:
    told = ("TemplateId", "MsgID", "ErrorCode", "SubscribeStatusString")
    for item in subscription_items(fields):
        yield from (words(item, name) for name in told)


def _key(*parts: str) -> str:
    """One name of fixed length, with nothing personal in it."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
