"""From the fields of an event to what happened, in types; unknown events tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bot.fields import Fields, count, degrees, items, part, words
from domain.datums import from_map
from domain.happenings import (
    AskedWhere,
    CodeRead,
    Fate,
    Happening,
    MassSent,
    MediaChecked,
    PicturesPicked,
    PlacePicked,
    PositionTold,
    PrivacyChange,
    PrivacyStep,
    SubscribedSent,
    SubscriptionChosen,
    TemplateSent,
)

_LATITUDES, _LONGITUDES = 90, 180  #: degrees

#: The element around the items in XML; JSON has a bare ``List``.  The documented sample of the
#: change event once wears the popup's name.
_WRAPPERS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")


def happenings(event: str, fields: Fields) -> tuple[Happening, ...]:
    """Say what an event (in lower case) tells; what is odd in it is left out."""
    read = _READERS.get(event)
    return tuple(read(fields)) if read else ()


def subscription_items(fields: Fields) -> Iterator[Fields]:
    """Give the items of a subscription event, wrapped or bare."""
    for wrapper in _WRAPPERS:
        yield from items(part(fields, wrapper).get("List"))
    yield from items(fields.get("List"))


def _template(fields: Fields) -> Iterator[Happening]:
    status = words(fields, "Status")
    fates = {"success": Fate.DELIVERED, "failed:userblock": Fate.BLOCKED}
    fate = fates.get(status.lower().replace(" ", ""), Fate.FAILED)
    yield TemplateSent(message_id=words(fields, "MsgID"), fate=fate, status=status)


def _sent(fields: Fields) -> Iterator[Happening]:
    for item in subscription_items(fields):
        yield SubscribedSent(
            template_id=words(item, "TemplateId"),
            message_id=words(item, "MsgID"),
            error_code=words(item, "ErrorCode"),
            status=words(item, "ErrorStatus"),
        )


def _chosen(where: AskedWhere) -> Callable[[Fields], Iterator[Happening]]:
    def read(fields: Fields) -> Iterator[Happening]:
        for item in subscription_items(fields):
            yield SubscriptionChosen(
                template_id=words(item, "TemplateId"),
                accepted=words(item, "SubscribeStatusString").lower() == "accept",
                where=where,
            )

    return read


def _mass(fields: Fields) -> Iterator[Happening]:
    yield MassSent(
        message_id=words(fields, "MsgID"),
        status=words(fields, "Status"),
        audience=count(fields, "TotalCount"),
        allowed=count(fields, "FilterCount"),
        reached=count(fields, "SentCount"),
        failed=count(fields, "ErrorCount"),
    )


def _privacy(step: PrivacyStep) -> Callable[[Fields], Iterator[Happening]]:
    def read(fields: Fields) -> Iterator[Happening]:
        yield PrivacyChange(
            step=step,
            codes=tuple(re.findall(r"[^\s,;，；]+", words(fields, "RevokeInfo"))),
            unionid=words(fields, "UnionID"),
            appid=words(fields, "AppID"),
            plugin_id=words(fields, "PluginID"),
            plugin_openid=words(fields, "OpenPID"),
        )

    return read


def _checked(fields: Fields) -> Iterator[Happening]:
    result = part(fields, "result")
    yield MediaChecked(
        trace_id=words(fields, "trace_id"),
        advice=words(result, "suggest").lower(),
        label=words(result, "label"),
        error_code=words(fields, "errcode") or "0",
    )


def _code(fields: Fields) -> Iterator[Happening]:
    read = part(fields, "ScanCodeInfo")
    yield CodeRead(code_kind=words(read, "ScanType"), result=words(read, "ScanResult"))


def _pictures(fields: Fields) -> Iterator[Happening]:
    yield PicturesPicked(count=count(part(fields, "SendPicsInfo"), "Count"))


def _place(fields: Fields) -> Iterator[Happening]:
    told = part(fields, "SendLocationInfo")
    latitude = degrees(told, "Location_X", most=_LATITUDES)
    longitude = degrees(told, "Location_Y", most=_LONGITUDES)
    if latitude is not None and longitude is not None:
        north, east = from_map(latitude, longitude)
        yield PlacePicked(latitude=north, longitude=east, label=words(told, "Label"))


def _position(fields: Fields) -> Iterator[Happening]:
    latitude = degrees(fields, "Latitude", most=_LATITUDES)
    longitude = degrees(fields, "Longitude", most=_LONGITUDES)
    if latitude is not None and longitude is not None:
        precision = degrees(fields, "Precision", most=10**7) or 0.0
        yield PositionTold(raw_latitude=latitude, raw_longitude=longitude, precision=precision)


_READERS: Mapping[str, Callable[[Fields], Iterator[Happening]]] = {
    "templatesendjobfinish": _template,
    "subscribe_msg_sent_event": _sent,
    "subscribe_msg_popup_event": _chosen(AskedWhere.PAGE),
    "subscribe_msg_change_event": _chosen(AskedWhere.SETTINGS),
    "masssendjobfinish": _mass,
    "user_info_modified": _privacy(PrivacyStep.MODIFIED),
    "user_authorization_revoke": _privacy(PrivacyStep.REVOKED),
    "user_authorization_cancellation": _privacy(PrivacyStep.CANCELLED),
    "wxa_media_check": _checked,
    "scancode_push": _code,
    "scancode_waitmsg": _code,
    "pic_sysphoto": _pictures,
    "pic_photo_or_album": _pictures,
    "pic_weixin": _pictures,
    "location_select": _place,
    "location": _position,
}

#: Events that tell nothing beside their name, key and sender.
_PLAIN = {"subscribe", "unsubscribe", "scan", "click", "view", "view_miniprogram"}

KNOWN_EVENTS = frozenset({*_READERS, *_PLAIN, "user_enter_tempsession"})
