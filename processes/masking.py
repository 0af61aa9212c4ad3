"""What may not stand in a log: phone and ID numbers, secrets, and what people wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

LEFT_OUT = "[left out]"
#: keys whose values are personal or secret whatever they hold
PERSONAL = frozenset(
    {
        "name",
        "phone",
        "mobile",
        "id_number",
        "address",
        "text",
        "content",
        "story",
        "body",
        "openid",
        "unionid",
        "session_key",
        "password",
        "secret",
        "token",
        "ticket",
        "totp",
        "otp",
        "sms_code",
        "access_token",
        "authorization",
        "cookie",
        "signature",
        "strokes",
    }
)
#: 18-digit identity numbers (GB 11643): area, birth date, order, check character
_ID_NUMBER = r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_MOBILE = r"(?:\+?86[- ]?)?1[2-9]\d(?:[- ]?\d{4}){2}"
_LANDLINE = r"(?:\+86[- ]?\d{2,3}|0\d{2,3})[- ]?\d{7,8}|\+86\d{9,11}"
_BANK_CARD = r"62\d{14,17}"
_RULES = (
    (re.compile(r"(/(?:room|sign|rate|c|v)/)[\w-]{8,}"), r"\1[token]"),
    (
        re.compile(r"(?i)((?:secret|token|code|ticket|password|key|signature)=)[^&\s\"']+"),
        r"\1[secret]",
    ),
    (re.compile(rf"(?<![0-9A-Za-z])(?:{_ID_NUMBER})(?![0-9A-Za-z])"), "[id number]"),
    (re.compile(rf"(?<![0-9A-Za-z])(?:{_MOBILE}|{_LANDLINE})(?![0-9A-Za-z])"), "[phone]"),
    (re.compile(rf"(?<![0-9A-Za-z])(?:{_BANK_CARD})(?![0-9A-Za-z])"), "[bank card]"),
    # Our own log lines are English, so Chinese in one was written by or about a person.
    (re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"), "[chinese]"),
)
_LONG = 10**10  #: smallest integer with as many digits as a mobile number


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask a log event from top to bottom; the last processor before it is written."""
    return {key: _masked(key, value) for key, value in event.items()}


def masked(text: str) -> str:
    """Mask what is recognised as personal or secret in free text."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def _masked(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL and value not in (None, ""):
        return LEFT_OUT
    if isinstance(value, Mapping):
        return {masked(str(name)): _masked(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(key, inner) for inner in value]
    if isinstance(value, bool | float | None) or (isinstance(value, int) and value < _LONG):
        return value
    return masked(str(value))
