"""What earlier versions kept of a message beside what this one reads; it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FIELDS = {"clear_media_id", "format", "detail"}
_OF_HAPPENINGS = {"unionid", "appid", "plugin_id", "plugin_openid"}  #: of a PrivacyChange
_HAPPENINGS = (
    {"code_kind", "result"},
    {"count"},
    {"latitude", "longitude", "label"},
    {"raw_latitude", "raw_longitude", "precision"},
    {"message_id", "status", "audience", "allowed", "reached", "failed"},
)


def as_now(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a kept message as this version would have kept it."""
    kept = _without(message, _FIELDS)
    told = [one for one in message.get("happenings", ()) if set(one) not in _HAPPENINGS]
    return {**kept, "happenings": [_without(one, _OF_HAPPENINGS) for one in told]}


def _without(thing: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name not in names}
