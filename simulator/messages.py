"""What a person does with the phone, as the message that the account is pushed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from simulator import chat, deliveries, media, people, quotas, tags
from simulator.errors import Refusal
from simulator.maps import drawn
from simulator.settings import Account
from simulator.store import Db

_ACTIONS: Final = {
    "subscribe": "follow",
    "SCAN": "scan",
    "CLICK": "menu",
    "VIEW": "menu",
    "view_miniprogram": "menu",
    "scancode_push": "menu",
    "scancode_waitmsg": "menu",
    "location_select": "menu",
    "user_enter_tempsession": "enter",
}
_ANSWERED: Final = frozenset({"subscribe", "SCAN", "CLICK", "scancode_waitmsg"})
_SILENT_SECONDS: Final = 2


class BadMessage(Exception):
    """Nobody could send such a message; the text tells the tester why."""


@dataclass(frozen=True)
class Message:
    """A message before it has a sender: push fields, and what the own screen shows."""

    fields: dict[str, Any]
    kind: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    action: str = ""


@dataclass(frozen=True)
class Circumstances:
    """When something is sent, and how the platform takes it."""

    at: float
    same_msg_id: bool = False
    allows_anew: bool = True  #: each action of a person allows the account its answers anew


@dataclass(frozen=True)
class Studio:
    """Where media are kept, under which address they are fetched, and a picture to send."""

    folder: Path
    base_url: str
    sample_picture: bytes


@dataclass(frozen=True)
class Wish:
    """What somebody wants to send to an account."""

    db: Db
    studio: Studio
    account: Account
    asked: Mapping[str, Any]
    at: float

    def word(self, name: str, default: str = "") -> str:
        """Read a text that was asked for."""
        value = self.asked.get(name, default)
        if not isinstance(value, str):
            raise BadMessage(f"{name}: a text is expected")
        return value

    def number(self, name: str) -> float:
        """Read a number that was asked for."""
        value = self.asked.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadMessage(f"{name}: a number is expected")
        return float(value)


def send(
    db: Db,
    studio: Studio,
    account: Account,
    openid: str,
    asked: Mapping[str, Any],
    *,
    how: Circumstances,
) -> int:
    """Compose what was asked for and send it; gives the delivery."""
    kind = str(asked.get("type", ""))
    if kind not in _COMPOSERS:
        raise BadMessage(f"type: one of {', '.join(_COMPOSERS)}")
    message = _COMPOSERS[kind](Wish(db, studio, account, asked, how.at))
    return speak(db, account, openid, message, how=how)


def speak(db: Db, account: Account, openid: str, message: Message, *, how: Circumstances) -> int:
    """Show the message on the sender's screen, note what it allows and queue its push."""
    sender, at = people.identity(db, openid), how.at
    if sender.appid != account.appid:
        raise BadMessage("openid: of another account")
    event = message.fields.get("Event")
    if tags.is_blacklisted(db, openid):
        raise BadMessage("openid: on the account's black list, which hears nothing of them")
    if account.kind == "official" and event is None and not sender.subscribed:
        raise BadMessage("openid: only followers can write")
    if message.kind:
        chat.show(
            db,
            appid=account.appid,
            user_id=sender.user_id,
            at=at,
            side="me",
            kind=message.kind,
            body=message.body,
        )
    if message.action:
        quotas.allow(db, openid, message.action, at=at, anew=how.allows_anew)
    people.saw(db, openid, at=at)
    fields = {
        "ToUserName": account.original_id,
        "FromUserName": openid,
        "CreateTime": int(at),
        **message.fields,
    }
    if event is None:
        numbered = deliveries.last_number if how.same_msg_id else deliveries.next_number
        fields["MsgId"] = numbered(db)
    return deliveries.queue(
        db,
        appid=account.appid,
        openid=openid,
        user_id=sender.user_id,
        fields=fields,
        answered_on_screen=event is None or event in _ANSWERED,
        due_at=at,
    )


def event(name: str, *, key: str | None = None, **fields: Any) -> Message:
    """An event as a message that leaves nothing on the own screen."""
    said = {"MsgType": "event", "Event": name}
    if key is not None:
        said["EventKey"] = key
    return Message({**said, **fields}, action=_ACTIONS.get(name, ""))


def _text(wish: Wish) -> Message:
    content = wish.word("text")
    if not content:
        raise BadMessage("text: empty")
    fields: dict[str, Any] = {"MsgType": "text", "Content": content}
    if item := wish.word("menu_item"):
        # a tap on an answer that the account offered counts as a menu click
        fields["bizmsgmenuid"] = item
    return Message(fields, "text", {"text": content}, "menu" if item else "message")


def _image(wish: Wish) -> Message:
    medium = _kept(wish, "image", wish.studio.sample_picture)
    url = f"{wish.studio.base_url}/media/{medium.name}"
    fields = {"MsgType": "image", "PicUrl": url, "MediaId": medium.media_id}
    return Message(fields, "image", {"name": medium.name}, "message")


def _voice(wish: Wish) -> Message:
    medium = _kept(wish, "voice", media.silence(_SILENT_SECONDS))
    # the platform takes speech recognition down and leaves this field empty
    recognised = {"Recognition": wish.word("recognition")}
    fields = {"MsgType": "voice", "MediaId": medium.media_id, "Format": "amr", **recognised}
    return Message(fields, "voice", {"name": medium.name}, "message")


def _location(wish: Wish) -> Message:
    latitude, longitude = wish.number("latitude"), wish.number("longitude")
    label = wish.word("label")
    x, y = drawn(latitude, longitude)
    place = {"Location_X": f"{x:.6f}", "Location_Y": f"{y:.6f}", "Scale": 15, "Label": label}
    body = {"latitude": latitude, "longitude": longitude, "label": label}
    return Message({"MsgType": "location", **place}, "location", body, "message")


def _event(wish: Wish) -> Message:
    name, extra = wish.word("event"), wish.asked.get("fields", {})
    if not name or not isinstance(extra, Mapping):
        raise BadMessage("event: a name, and fields as an object")
    key = wish.word("event_key") if "event_key" in wish.asked else None
    return event(name, key=key, **extra)


def _kept(wish: Wish, kind: str, sample: bytes) -> media.Medium:
    """Use an uploaded file, the bytes handed in, or the sample."""
    if media_id := wish.word("media_id"):
        try:
            return media.find(wish.db, media_id, appid=wish.account.appid, at=wish.at)
        except Refusal as refusal:
            raise BadMessage("media_id: unknown") from refusal
    try:
        data = base64.b64decode(wish.word("content_base64"), validate=True) or sample
        return media.keep(
            wish.db,
            wish.studio.folder,
            appid=wish.account.appid,
            kind=kind,
            data=data,
            at=wish.at,
        )
    except (binascii.Error, Refusal) as error:
        raise BadMessage(f"content_base64: not a {kind}") from error


_COMPOSERS: Final = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "location": _location,
    "event": _event,
}
