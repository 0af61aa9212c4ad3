"""From the fields of an event to what happened, in types; unknown events tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bot.fields import Fields, items, part, words
from domain.happenings import (
    AskedWhere,
    Fate,
    Happening,
    MediaChecked,
    PrivacyChange,
    PrivacyStep,
    SubscribedSent,
    SubscriptionChosen,
    TemplateSent,
)

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


def _privacy(step: PrivacyStep) -> Callable[[Fields], Iterator[Happening]]:
    def read(fields: Fields) -> Iterator[Happening]:
        yield PrivacyChange(
            step=step,
            codes=tuple(re.findall(r"[^\s,;，；]+", words(fields, "RevokeInfo"))),
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


_READERS: Mapping[str, Callable[[Fields], Iterator[Happening]]] = {
    "templatesendjobfinish": _template,
    "subscribe_msg_sent_event": _sent,
    "subscribe_msg_popup_event": _chosen(AskedWhere.PAGE),
    "subscribe_msg_change_event": _chosen(AskedWhere.SETTINGS),
    "user_info_modified": _privacy(PrivacyStep.MODIFIED),
    "user_authorization_revoke": _privacy(PrivacyStep.REVOKED),
    "user_authorization_cancellation": _privacy(PrivacyStep.CANCELLED),
    "wxa_media_check": _checked,
}

#: Events of which their name, key and sender are enough.  Where a phone is (LOCATION comes each 5 s
#: while the chat is open) nobody needs; a place or picture picked by the menu follows as a message.
_PLAIN = {
    "subscribe",
    "unsubscribe",
    "scan",
    "click",
    "view",
    "view_miniprogram",
    "user_enter_tempsession",
    "masssendjobfinish",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
    "location",
}

KNOWN_EVENTS = frozenset({*_READERS, *_PLAIN})
