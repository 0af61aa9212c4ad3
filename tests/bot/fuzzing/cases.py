"""Callbacks as nobody should send them, from a seed; each says what a sound server answers."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from bot.happenings import KNOWN_EVENTS
from bot.wechat import LARGEST_PUSH, Account
from simulator import wire
from tests.bot.fuzzing.served import MINIPROGRAM, OFFICIAL
from tests.bot.platform import encrypt, sign

TAKEN = frozenset({200})
REFUSED = frozenset({403})
TOO_LARGE = frozenset({413})
UNREADABLE_HTTP = frozenset({400, 403, 413, 414, 431})
PEOPLE = 400
LONG_AGO = 200  #: cases that are surely answered by now, whatever is still on its way

SENTENCES = (
    *("我要反映纠纷", "楼上漏水，说了两次不管", "枫桥路18号", "跳过", "1", "2", "好了", "确认"),
    *("修改", "返回", "取消", "继续", "重新开始", "我的案件", "人工", "帮助", "笑死我了"),
    *("再不解决就同归于尽", "我不想活了", "🙂👨‍👩‍👧𬱖㛃", "{case_number}", "%s%n", "\u202e\u200b"),
    "]]></Content><MsgType><![CDATA[news]]>",
)
KINDS = ("text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage")
EVENTS = (*sorted(KNOWN_EVENTS), "SCAN", "CLICK", "LOCATION", "TEMPLATESENDJOBFINISH", "new_event")
FIELDS = (
    "Content", "MediaId", "PicUrl", "Format", "Recognition", "Location_X", "Location_Y", "Label",
    "Title", "Url", "EventKey", "Ticket", "Latitude", "Longitude", "MsgID", "Status", "List",
    "SubscribeMsgPopupEvent", "SubscribeMsgSentEvent", "SendPicsInfo", "ScanCodeInfo", "OpenID",
    "SendLocationInfo", "RevokeInfo", "UnionID", "result", "detail", "trace_id", "bizmsgmenuid",
    "TotalCount", "MsgId", "Encrypt", " OpenID", "AppID", "errcode", "SessionFrom",
)  # fmt: skip

Query: TypeAlias = Mapping[str, str] | str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request, and the statuses that a sound server may answer it with."""

    name: str
    expects: frozenset[int]
    account: Account = OFFICIAL
    method: str = "POST"
    query: Query = field(default_factory=dict)
    body: bytes = b""
    raw: bool = False  #: the body is the whole request, as bytes on the wire

    @property
    def path(self) -> str:
        """Where it goes."""
        return f"/wechat/{'official' if self.account is OFFICIAL else 'miniprogram'}"


@dataclass
class Maker:
    """Makes cases one after the other; the same seed makes the same ones at the same time."""

    dice: random.Random
    now: Callable[[], int]
    numbers: int = 0
    last: list[Case] = field(default_factory=list)

    def cases(self, count: int) -> Iterator[Case]:
        """Give so many."""
        makers = list(MAKERS)
        weights = list(MAKERS.values())
        for _ in range(count):
            (make,) = self.dice.choices(makers, weights)
            case = make(self)
            if case.expects is TAKEN and not case.raw and case.method == "POST":
                self.last = [*self.last[-LONG_AGO:], case]
            yield case

    # Pieces.

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def account(self) -> Account:
        return self.dice.choices([OFFICIAL, MINIPROGRAM], [4, 1])[0]

    def words(self, most: int = 40) -> str:
        if self.dice.random() < 0.7:
            return self.dice.choice(SENTENCES)
        letters = "".join(map(chr, (0x4E00, 0x1F642, 0x300, 0x7F, 0xE000, 0xFFFD, 0x2028)))
        alphabet = string.printable.replace("\x0b", "").replace("\x0c", "") + letters
        return "".join(self.dice.choices(alphabet, k=self.dice.randrange(1, most)))

    def value(self, depth: int = 2) -> Any:
        """Anything that JSON can hold, and XML too."""
        simple = (
            self.words(),
            self.dice.randrange(-(10**20), 10**20),
            self.dice.random() * 10.0 ** self.dice.randrange(-300, 300),
            "",
            "0",
            "nan",
            "-91",
            "9" * self.dice.randrange(1, 6000),
        )
        pick = self.dice.random()
        if pick < 0.7 or depth == 0:
            return self.dice.choice(simple)
        if pick < 0.85:
            return [self.value(depth - 1) for _ in range(self.dice.randrange(4))]
        names = self.dice.sample((*FIELDS, "List", "TemplateId", "Count", "item"), 3)
        return {name.strip(): self.value(depth - 1) for name in names}

    def message(self, **told: Any) -> dict[str, Any]:
        """A message as WeChat would send it."""
        return {
            "ToUserName": "gh_fuzz",
            "FromUserName": f"o-{self.dice.randrange(PEOPLE)}",
            "CreateTime": self.now(),
            "MsgType": "text",
            "Content": self.words(),
            "MsgId": self.number(),
            **told,
        }

    def odd(self) -> dict[str, Any]:
        """A message of any kind, some of its fields anything."""
        if self.dice.random() < 0.6:
            told: Any = {"MsgType": "event", "Event": self.dice.choice(EVENTS), "OpenID": "o-1"}
        else:
            told = {"MsgType": self.dice.choice((*KINDS, "hologram"))}
        names = self.dice.sample(FIELDS, self.dice.randrange(6))
        return self.message(**{**told, **{name: self.value() for name in names}})

    def written(self, message: Mapping[str, Any], *, is_json: bool) -> bytes:
        if is_json:
            return json.dumps(message, ensure_ascii=self.dice.random() < 0.5).encode()
        tags = {name.strip(): value for name, value in message.items()}
        return wire.as_xml(tags).encode()

    def push(
        self,
        name: str,
        message: bytes,
        *,
        expects: frozenset[int] = TAKEN,
        account: Account | None = None,
        is_json: bool | None = None,
        sealed: str | None = None,
        **odd: Any,
    ) -> Case:
        """Seal and sign; ``odd`` are what stands in the query instead."""
        to = account or self.account()
        shut = sealed if sealed is not None else seal(to, message)
        stamp = {"timestamp": str(odd.pop("at", self.now())), "nonce": f"n{self.number()}"}
        query = {
            **stamp,
            "encrypt_type": "aes",
            "msg_signature": sign(to.token, *stamp.values(), shut),
            **odd,
        }
        outer: dict[str, Any] = {"ToUserName": "gh_fuzz", "Encrypt": shut}
        in_json = self.dice.random() < 0.4 if is_json is None else is_json
        body = self.written(outer, is_json=in_json)
        if len(body) > LARGEST_PUSH:
            expects = TOO_LARGE
        return Case(name=name, expects=expects, account=to, query=query, body=body)


def seal(account: Account, message: bytes, **odd: Any) -> str:
    return encrypt(message, aes_key=account.encoding_aes_key, appid=account.appid, **odd)


# What a sound server understands.


def plain_words(maker: Maker) -> Case:
    """People who talk."""
    is_json = maker.dice.random() < 0.3
    written = maker.written(maker.message(), is_json=is_json)
    return maker.push("talk", written, is_json=is_json)


def odd_insides(maker: Maker) -> Case:
    """Every message and event, any field anything."""
    is_json = maker.dice.random() < 0.6
    return maker.push("odd fields", maker.written(maker.odd(), is_json=is_json), is_json=is_json)


def long_fields(maker: Maker) -> Case:
    """As long as a push may be."""
    unit = maker.dice.choice(["汉", "a", "不想活", "楼上漏水，", "👨‍👩‍👧", "0", "\n", "]]>", "，"])
    size = maker.dice.randrange(5_000, 46_000)
    content = unit * (size // len(unit.encode()))
    field_name = maker.dice.choice(["Content", "Content", "Label", "EventKey", "MediaId", "Format"])
    message = maker.message(**{field_name: content})
    return maker.push("long field", wire.as_xml(message).encode())


def nested(maker: Maker) -> Case:
    """Tags in tags in tags."""
    depth = maker.dice.randrange(10, 6000)
    inside = "<a>" * depth + "</a>" * depth
    message = wire.as_xml(maker.message(Content="?")).replace("<![CDATA[?]]>", inside)
    return maker.push("nested tags", message.encode())


def nested_json(maker: Maker) -> Case:
    """Lists in lists in lists."""
    depth = maker.dice.randrange(10, 20_000)
    bracket = maker.dice.choice([("[", "]"), ('{"a":', "}")])
    inside = bracket[0] * depth + ("1" if bracket[0] != "[" else "") + bracket[1] * depth
    message = json.dumps(maker.message(List=0)).replace('"List": 0', f'"List": {inside}')
    return maker.push("nested JSON", message.encode()[:46_000])


def duplicate_names(maker: Maker) -> Case:
    """One field twice."""
    message = maker.message()
    name = maker.dice.choice(list(message))
    if maker.dice.random() < 0.5:
        written = wire.as_xml({**message, name: [message[name], maker.words()]})
    else:
        written = f'{{"{name}": "again", {json.dumps(message)[1:]}'
    return maker.push("name twice", written.encode())


# What is WeChat's, but cannot be read.


def other_bytes(maker: Maker) -> Case:
    """GBK, UTF-16, other markup, no markup, nothing, noise."""
    words = "<xml><MsgType>text</MsgType><Content>漏水</Content></xml>"
    written = maker.dice.choice(
        [
            words.encode("gbk"),
            words.encode("utf-16"),
            b"\xef\xbb\xbf" + wire.as_xml(maker.message()).encode(),
            b"",
            b"null",
            b"[]",
            b"7",
            b"<html><body>",
            b"\x00" * 100,
            maker.dice.randbytes(maker.dice.randrange(500)),
            b'<!DOCTYPE x [<!ENTITY a "' + b"b" * 500 + b'">]><xml>' + b"&a;" * 500 + b"</xml>",
            b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><MsgType>&x;</MsgType></xml>',
        ]
    )
    return maker.push("other bytes", written)


def broken(maker: Maker) -> Case:
    """A message with a few bytes lost, changed or put in."""
    is_json = maker.dice.random() < 0.5
    written = bytearray(maker.written(maker.odd(), is_json=is_json))
    for _ in range(maker.dice.randrange(1, 6)):
        at = maker.dice.randrange(len(written))
        match maker.dice.randrange(4):
            case 0:
                del written[at : at + maker.dice.randrange(1, 30)]
            case 1:
                written[at] = maker.dice.randrange(256)
            case 2:
                written[at:at] = maker.dice.choice([b"<", b"]]>", b"\x00", b'"', b"&", b"\xff"])
            case _:
                del written[at:]
        if not written:
            break
    return maker.push("broken message", bytes(written), is_json=is_json)


def bad_seal(maker: Maker) -> Case:
    """Signed right, but not to be opened."""
    account = maker.account()
    message = wire.as_xml(maker.message()).encode()
    good = seal(account, message)
    other = replace(account, appid="wx-other")
    sealed = maker.dice.choice(
        [
            seal(account, message, padding=maker.dice.choice([0, 33, 255])),
            seal(other, message),
            seal(MINIPROGRAM if account is OFFICIAL else OFFICIAL, message),
            good[: maker.dice.randrange(len(good))],
            good[:-4] + "!!!!",
            "汉字",
            "",
            good.replace("A", "\n"),
            "A" * 44,
        ]
    )
    return maker.push("bad seal", b"", account=account, sealed=sealed, expects=TAKEN | REFUSED)


# What is not WeChat's.


def forged(maker: Maker) -> Case:
    """Not signed by us, or not now, or not in this mode."""
    message = wire.as_xml(maker.message()).encode()
    wrong: dict[str, Any] = maker.dice.choice(
        [
            {"msg_signature": "0" * 40},
            {"msg_signature": ""},
            {"msg_signature": "汉\x00字"},
            {"nonce": "another"},
            {"at": maker.now() - 301 - maker.dice.randrange(10**6)},
            {"at": maker.now() + 400 + maker.dice.randrange(10**6)},
            {"at": "soon"},
            {"at": "٣" * 10},
            {"at": "9" * 3000},
            {"encrypt_type": "raw"},
            {"encrypt_type": "AES"},
        ]
    )
    return maker.push("forged", message, expects=REFUSED, **wrong)


def strange_envelope(maker: Maker) -> Case:
    """No envelope, an odd one, or an open one."""
    account, message = maker.account(), maker.message()
    good = maker.push("", wire.as_xml(message).encode(), account=account)
    both = wire.as_xml({**message, "Encrypt": seal(account, wire.as_xml(message).encode())})
    body = maker.dice.choice(
        [
            b"",
            b"<xml/>",
            b"{}",
            b"<xml>" * maker.dice.randrange(1, 9000),
            b"[" * maker.dice.randrange(1, 60_000),
            maker.dice.randbytes(maker.dice.randrange(3000)),
            "<xml><Encrypt>汉</Encrypt></xml>".encode("gbk"),
            b'{"Encrypt": ["a"]}',
            b'{"Encrypt": {"a": 1}}',
            b"<xml><Encrypt><a/></Encrypt><Encrypt/></xml>",
            wire.as_xml(message).encode(),
            both.encode(),
        ]
    )
    return replace(good, name="strange envelope", body=body, expects=REFUSED)


def too_large(maker: Maker) -> Case:
    """More than a push may have."""
    good = maker.push("", b"?")
    size = LARGEST_PUSH + 1 + maker.dice.randrange(300_000)
    return replace(good, name="too large", body=b"<xml>" * (size // 5 + 1), expects=TOO_LARGE)


def strange_query(maker: Maker) -> Case:
    """Names twice, escapes that mean nothing, far too long."""
    good = maker.push("", wire.as_xml(maker.message()).encode())
    query = maker.dice.choice(
        [
            "",
            "&&&===",
            "timestamp=%ff%fe&nonce=%00&msg_signature=%zz&encrypt_type=aes",
            "encrypt_type=aes&" * 50,
            "a" * 9_000,
            "timestamp=1&timestamp=2&nonce[]=1&encrypt_type=aes&msg_signature=%E6%B1%89",
        ]
    )
    return replace(good, name="strange query", query=query, expects=UNREADABLE_HTTP)


def address_check(maker: Maker) -> Case:
    """The check of our address, right and wrong."""
    account, at, nonce = maker.account(), str(maker.now()), f"g{maker.number()}"
    right = maker.dice.random() < 0.5
    told = sign(account.token, at, nonce) if right else "0" * 40
    query = {"signature": told, "timestamp": at, "nonce": nonce, "echostr": maker.words()}
    expects = TAKEN if right else REFUSED
    return Case(name="address", expects=expects, account=account, method="GET", query=query)


def other_method(maker: Maker) -> Case:
    """What is neither GET nor POST."""
    method = maker.dice.choice(["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FUZZ"])
    return Case(name="method", expects=frozenset({400, 405, 501}), method=method, body=b"x")


def broken_http(maker: Maker) -> Case:
    """Bytes that are hardly a request, and requests that end in the middle."""
    good = maker.push("", wire.as_xml(maker.message()).encode())
    head = (
        f"POST {good.path}?{'a' * 10} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(good.body)}\r\n"
    )
    raw = maker.dice.choice(
        [
            head.encode() + b"\r\n" + good.body[:20],
            head.encode() + b"Content-Length: 7\r\n\r\n" + good.body,
            head.encode() + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
            f"POST {good.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + maker.dice.randbytes(50),
            b"GET /wechat/official HTTP/9.9\r\n\r\n",
            maker.dice.randbytes(200),
        ]
    )
    return replace(good, name="broken HTTP", raw=True, body=raw, expects=frozenset())


# What came before.


def again(maker: Maker) -> Case:
    """The very same request once more."""
    if not maker.last:
        return plain_words(maker)
    return replace(maker.dice.choice(maker.last), name="again")


def used_stamp(maker: Maker) -> Case:
    """Another message under a stamp that was used."""
    account, message = maker.account(), wire.as_xml(maker.message()).encode()
    first = maker.push("talk", message, account=account)
    before = maker.last[0] if len(maker.last) > LONG_AGO else first
    if before is first or isinstance(before.query, str):
        return first
    stamp = {name: before.query[name] for name in ("timestamp", "nonce")}
    sealed = seal(before.account, message)
    query = {
        **stamp,
        "encrypt_type": "aes",
        "msg_signature": sign(before.account.token, *stamp.values(), sealed),
    }
    body = wire.as_xml({"ToUserName": "gh_fuzz", "Encrypt": sealed}).encode()
    # one that was not readable kept no stamp
    return replace(first, name="used stamp", query=query, body=body, account=before.account,
                   expects=TAKEN | REFUSED)  # fmt: skip


MAKERS: Mapping[Callable[[Maker], Case], float] = {
    plain_words: 20,
    odd_insides: 16,
    long_fields: 3,
    nested: 3,
    nested_json: 3,
    duplicate_names: 3,
    other_bytes: 6,
    broken: 8,
    bad_seal: 7,
    forged: 8,
    strange_envelope: 6,
    too_large: 2,
    strange_query: 4,
    address_check: 3,
    other_method: 1,
    broken_http: 3,
    again: 5,
    used_stamp: 3,
}
