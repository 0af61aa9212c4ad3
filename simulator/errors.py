"""What the platform answers when it refuses, in its own words."""

from __future__ import annotations

from typing import Final

# Texts as developers report them from the real platform; where none is known, a plain one.
TEXTS: Final = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40029: "invalid code",
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40037: "invalid template_id",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40130: "invalid openid list size, at least two openid",
    40163: "code been used",
    40164: "invalid ip 127.0.0.1, not in whitelist",
    40165: "invalid weapp pagepath",
    40169: "invalid scene",
    40212: "invalid query",
    41001: "access_token missing",
    41005: "media data missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    43104: "appid not match openid",
    44002: "empty post data",
    44004: "empty text message",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: (
        "reach max api daily quota limit, could get access_token by getStableAccessToken, "
        "more details at https://mmbizurl.cn/s/JtxxFh33r"
    ),
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45072: "invalid command",
    45083: "invalid masssend speed, should be from 0 to 4",
    45084: "speed not set",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag id",
    45047: "out of response count limit",
    45056: "too many tags now, cannot create more",
    45058: "can't modify system default tag",
    45059: "can not tag more than 20 tags to a fan",
    45065: "clientmsgid exist",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48006: "forbid to clear quota because of reaching the limit",
    49003: "not match openid with appid",
    61010: "code is expired",
    76001: "rid not exist",
    85401: "time limit between 1min and 1year",
}


class Refusal(Exception):
    """The platform refuses a call with this code; `detail` follows the text of the code."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = f"{TEXTS[code]} {detail}".rstrip()
