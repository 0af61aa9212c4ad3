"""WeChat's side of the envelope, written from its public description and not with our code."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.wechat import Account

ACCOUNT = Account(
    appid="wxba5fad812f8e6fb9",
    token="AAAAA",
    encoding_aes_key="A" * 43,
)
OTHER_KEY = "B" * 42 + "A"
NOW = 1763784000


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(message: bytes, *, aes_key: str, appid: str, padding: int | None = None) -> str:
    key = base64.b64decode(aes_key + "=")
    plain = b"r" * 16 + len(message).to_bytes(4) + message + appid.encode()
    pad = 32 - len(plain) % 32
    plain += bytes([pad if padding is None else padding]) * pad
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()


def decrypt(encrypted: str, *, aes_key: str) -> str:
    key = base64.b64decode(aes_key + "=")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = cipher.update(base64.b64decode(encrypted)) + cipher.finalize()
    length = int.from_bytes(plain[16:20])
    return plain[20 : 20 + length].decode()


@dataclass(frozen=True)
class Delivery:
    """One POST of the platform: its query and its body."""

    query: dict[str, str]
    body: bytes


def deliver(
    message: str | bytes,
    *,
    account: Account = ACCOUNT,
    aes_key: str = "",
    appid: str = "",
    at: int = NOW,
    nonce: str = "n1",
    is_json: bool = False,
    padding: int | None = None,
) -> Delivery:
    raw = message if isinstance(message, bytes) else message.encode()
    sealed = encrypt(
        raw,
        aes_key=aes_key or account.encoding_aes_key,
        appid=appid or account.appid,
        padding=padding,
    )
    query = {
        "timestamp": str(at),
        "nonce": nonce,
        "encrypt_type": "aes",
        "signature": sign(account.token, str(at), nonce),
        "msg_signature": sign(account.token, str(at), nonce, sealed),
    }
    if is_json:
        body = json.dumps({"ToUserName": "gh_1", "Encrypt": sealed}).encode()
    else:
        body = (
            f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        ).encode()
    return Delivery(query, body)


def text_message(
    content: str = "我要反映纠纷", *, msg_id: str = "7001", openid: str = "o-li", at: int = NOW
) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"
        f"<MsgId>{msg_id}</MsgId></xml>"
    )


def opened(body: bytes, *, account: Account = ACCOUNT, aes_key: str = "") -> dict[str, str]:
    """Check and open what we answered, as the platform does."""
    found = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^<\]]+)", body.decode()))
    told = sign(account.token, found["TimeStamp"], found["Nonce"], found["Encrypt"])
    assert told == found["MsgSignature"]
    return {"xml": decrypt(found["Encrypt"], aes_key=aes_key or account.encoding_aes_key)}
