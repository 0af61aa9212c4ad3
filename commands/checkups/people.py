"""Whether residents are reached: WeChat in both directions, and SMS."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlsplit

import aiohttp

from bot.client import Bases, WeChatClient
from bot.tokens import TokensInMemory
from bot.wechat import signature
from commands.checkups.machine import running
from commands.checkups.reach import WITHIN, is_loopback
from commands.finding import Finding, bad, ok, warn
from config import Config, MiniProgram, Official
from domain.errors import Unavailable
from domain.ports.outside import Refusal
from processes.clock import clock_for, machine_clock

AES_KEY_LENGTH = 43
#: What to do about WeChat's own codes, as its console names things.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "40001": "the AppSecret is wrong or was reset",
        "40013": "the AppID is wrong",
        "40125": "the AppSecret is wrong or was reset",
        "40164": "add this server's address to IP白名单 in the console",
        "40243": "the AppSecret is frozen; thaw it in the console",
        "50004": "the account is blocked; see the console",
        "61024": "use the account's own secret, not a third party's",
    }
)


async def wechat(config: Config) -> Sequence[Finding]:
    """Do both apps have what they need, and does WeChat take it?"""
    official, mini = config.wechat.official, config.wechat.miniprogram
    found = [*await _app(config, "official account", official), *_template(config)]
    return [*found, *await _app(config, "mini-program", mini)]


async def _app(config: Config, what: str, app: Official | MiniProgram) -> Sequence[Finding]:
    name = "official" if isinstance(app, Official) else "miniprogram"
    if not app.appid:
        do = f"set wechat.{name}.* from WeChat's console"
        return [warn(what, "none: residents are reached by SMS and on paper", do)]
    missing = [key for key in ("secret", "token", "encoding_aes_key") if not getattr(app, key)]
    if missing:
        keys = ", ".join(f"wechat.{name}.{key}" for key in missing)
        return [bad(what, "is not complete", f"set {keys}")]
    if len(app.encoding_aes_key) != AES_KEY_LENGTH:
        return [bad(what, "EncodingAESKey has not 43 characters", "copy it from the console")]
    return [await _credentials(config, what, app), await _callback(config, what, name, app.token)]


async def _credentials(config: Config, what: str, app: Official | MiniProgram) -> Finding:
    what, wechat = f"{what}, credentials", config.wechat
    async with aiohttp.ClientSession() as session:
        client = WeChatClient(
            session=session,
            appid=app.appid,
            secret=app.secret,
            clock=machine_clock,
            bases=Bases(api=wechat.api_base, open=wechat.open_base, mp=wechat.mp_base),
            tokens=TokensInMemory(clock=machine_clock),
        )
        try:
            await client.check()
        except Refusal as refusal:
            do = REFUSALS.get(refusal.code, "look the code up in WeChat's 全局返回码")
            return bad(what, f"WeChat refuses them ({refusal.code})", do)
        except Unavailable:
            return bad(what, f"{wechat.api_base} does not answer", "let this server reach it")
    return ok(what, "WeChat takes them")


async def _callback(config: Config, what: str, name: str, token: str) -> Finding:
    """Ask our own address as WeChat does when its console saves it."""
    what, address = f"{what}, callback", f"{config.http.public_url}/wechat/{name}"
    if "web" not in running(config):
        return warn(what, "not tried: the web process does not run", "`server.py serve`")
    async with clock_for(config.clock.url) as followed:
        at = str(int((followed or machine_clock)().timestamp()))
    nonce, echo = secrets.token_hex(8), secrets.token_hex(8)
    query = {"timestamp": at, "nonce": nonce, "echostr": echo}
    query["signature"] = signature(token, at, nonce)
    try:
        async with (
            aiohttp.ClientSession(timeout=WITHIN) as session,
            session.get(address, params=query, allow_redirects=False) as answer,
        ):
            told = await answer.text()
    except (aiohttp.ClientError, TimeoutError):
        return bad(what, f"{address} does not answer from here", "see: reached")
    if told != echo:
        do = "is the server running with this configuration? start it again"
        return bad(what, f"{address} does not know the token", do)
    if is_loopback(address):
        return ok(what, f"{address} answers as WeChat wants; WeChat itself cannot reach it")
    return ok(what, f"{address} answers as WeChat wants")


def _template(config: Config) -> Sequence[Finding]:
    if not config.wechat.official.appid:
        return []
    if not config.wechat.templates.notice:
        do = "set wechat.templates.notice to a template id from the console (模板消息)"
        return [bad("template", "none: followers get no notices", do)]
    return [ok("template", "set")]


async def sms(config: Config) -> Sequence[Finding]:
    """Are people without WeChat reached?"""
    gateway = urlsplit(config.sms.url)
    if not config.sms.url:
        return [bad("SMS", "none: respondents get no link and no code", "set sms.url and sms.key")]
    if not config.sms.key:
        return [bad("SMS", "no key: the gateway refuses calls", "set sms.key")]
    port = gateway.port or (443 if gateway.scheme == "https" else 80)
    try:
        async with asyncio.timeout(5):
            _, writer = await asyncio.open_connection(gateway.hostname, port)
    except (OSError, TimeoutError):
        return [bad("SMS", f"{gateway.hostname} does not answer", "check sms.url and the firewall")]
    writer.close()
    if gateway.scheme != "https" and not is_loopback(config.sms.url):
        return [warn("SMS", "goes out readable by anybody on the way", "an https:// sms.url")]
    return [ok("SMS", f"{gateway.hostname} is there (nothing was sent)")]
