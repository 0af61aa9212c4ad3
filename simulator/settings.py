"""What the simulated world is made of, read strictly: an unknown key is an error that names it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import TEXTS

MODES = ("safe", "compatible", "plain")
FORMATS = ("xml", "json")
PRIVACY_SENDERS = ("platform", "person")
_AES_KEY_LENGTH = 43


class BadSettings(Exception):
    """A setting is unknown or cannot be used; the message names the key."""


@dataclass(frozen=True)
class Account:
    """One WeChat account whose platform side is played here."""

    kind: str
    appid: str
    secret: str
    token: str
    encoding_aes_key: str
    original_id: str
    name: str
    callback_url: str
    mode: str = "safe"
    format: str = "xml"
    templates: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class SmsSettings:
    """The account at the SMS gateway."""

    key: str = "simulated-sms-key"


@dataclass(frozen=True)
class Product:
    """Where the product's pages are and how the phone enters them."""

    url: str = "http://127.0.0.1:8080"
    enter: str = "/m/login?next={path}"
    enter_by_sms: str = "{path}"
    home: str = "/m/"
    #: Where a page of the mini-program stands for itself on the web, if not at `/m/` and its name:
    #: its name, `=`, the address with the page's own parameters in braces; no address: nowhere.
    twins: tuple[str, ...] = (
        "case=/m/cases/{id}",
        "result=/m/cases/{id}/reported",
        "rate=/rate/{secret}",
        "web={path}",
        "scan={q}",
        "mine=/m/me",
        "check=",
        "warnings=",
        "enter=/desk",
        "tasks=/desk",
        "task=/desk/cases/{id}",
        "take=/desk",
    )


@dataclass(frozen=True)
class PushRules:
    """How patiently a message is pushed."""

    limit_seconds: float = 5.0
    attempts: int = 3
    job_finish_seconds: float = 1.0
    media_check_seconds: float = 1.0


@dataclass(frozen=True)
class MassRules:
    """How mass messages are let out."""

    needs_confirmation: bool = False


@dataclass(frozen=True)
class CodeRules:
    """How many codes to scan an account may make."""

    permanent: int = 100_000


@dataclass(frozen=True)
class Assumed:
    """What no page of the platform says, as developers remember it: to be set as it turns out."""

    used_code: int = 40163
    early_refresh: int = 45011
    fresh_signatures: bool = True
    repeats_http_errors: bool = True
    spacing: float = 1.0  #: limits from the beginning of an attempt to that of the next
    allowances_start_anew: bool = True
    plain_answers: tuple[str, ...] = ("/sns/", "/cgi-bin/media/get")  #: beginnings of paths
    privacy_sender: str = "platform"
    stray_spaces: bool = False


@dataclass(frozen=True)
class Person:
    """An invented resident with a phone."""

    name: str
    phone: str


OFFICIAL = Account(
    kind="official",
    appid="wx5100000000000a01",
    secret="51000000000000000000000000000a01",  # noqa: S106 (invented, simulator only)
    token="simulatedOfficialToken",  # noqa: S106 (invented, simulator only)
    encoding_aes_key="0fficialAccountKeyOfTheSimulator0000000000A",
    original_id="gh_510000000a01",
    name="枫溪综治中心（模拟）",
    callback_url="http://127.0.0.1:8080/wechat/official",
)
MINIPROGRAM = Account(
    kind="miniprogram",
    appid="wx5100000000000b02",
    secret="51000000000000000000000000000b02",  # noqa: S106 (invented, simulator only)
    token="simulatedMiniprogramToken",  # noqa: S106 (invented, simulator only)
    encoding_aes_key="miniProgramKeyOfTheSimulator00000000000000A",
    original_id="gh_510000000b02",
    name="枫溪综治小程序（模拟）",
    callback_url="http://127.0.0.1:8080/wechat/miniprogram",
    format="json",
)
# +86 12x is assigned to nobody, so no demo message can ever reach a real phone.
PEOPLE = (
    Person("王小满", "+8612000000001"),
    Person("李长河", "+8612000000002"),
    Person("赵春兰", "+8612000000003"),
    Person("陈阿福", "+8612000000004"),
    Person("周秋月", "+8612000000005"),
)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside."""

    official: Account = OFFICIAL
    miniprogram: Account = MINIPROGRAM
    sms: SmsSettings = field(default_factory=SmsSettings)
    product: Product = field(default_factory=Product)
    push: PushRules = field(default_factory=PushRules)
    mass: MassRules = field(default_factory=MassRules)
    codes: CodeRules = field(default_factory=CodeRules)
    assumed: Assumed = field(default_factory=Assumed)
    people: tuple[Person, ...] = PEOPLE
    seed: str = "simulator"
    open_platform: bool = True

    @property
    def accounts(self) -> tuple[Account, Account]:
        """Both accounts."""
        return self.official, self.miniprogram

    def account(self, appid: str) -> Account | None:
        """Find the account of this appid."""
        return next((one for one in self.accounts if one.appid == appid), None)


def read_settings(config: Path | None, overrides: Sequence[str]) -> Settings:
    """Read the file, then `KEY=VALUE` pairs over it, and check the whole."""
    values: dict[str, Any] = {} if config is None else json.loads(config.read_text("utf-8"))
    for pair in overrides:
        key, _, text = pair.partition("=")
        _put(values, key.split("."), _value(text))
    settings: Settings = _over(Settings(), values, "")
    _check(settings)
    return settings


def is_loopback(url: str) -> bool:
    """Tell whether an address leads to this very machine."""
    host = urlsplit(url).hostname or ""
    return is_loopback_host(host)


def is_loopback_host(host: str) -> bool:
    """Tell whether a host name or address is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        values = values.setdefault(step, {})
    values[path[-1]] = value


def _over(default: Any, values: object, where: str) -> Any:
    """Lay a mapping over a dataclass, refusing keys and types that do not fit."""
    if not isinstance(values, Mapping):
        raise BadSettings(f"{where or 'settings'}: an object is expected")
    known = {one.name for one in fields(default)}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{where}{key}"
        if key not in known:
            raise BadSettings(f"{name}: unknown key")
        changes[key] = _fitting(getattr(default, key), value, name)
    return replace(default, **changes)


def _fitting(default: Any, value: Any, name: str) -> Any:
    if is_dataclass(default):
        return _over(default, value, f"{name}.")
    if name == "people":
        return tuple(_over(Person("", ""), one, f"{name}.") for one in value)
    if isinstance(default, tuple):
        return tuple(str(one) for one in value)
    if isinstance(default, str):
        return str(value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadSettings(f"{name}: true or false is expected")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadSettings(f"{name}: a number is expected")
    return type(default)(value)


def _check(settings: Settings) -> None:
    _check_account("official", settings.official)
    _check_account("miniprogram", settings.miniprogram)
    if not is_loopback(settings.product.url):
        raise BadSettings("product.url: only this machine is called")
    if settings.official.appid == settings.miniprogram.appid:
        raise BadSettings("miniprogram.appid: must differ from official.appid")
    _check_assumed(settings.assumed)
    if settings.push.attempts < 1 or settings.push.limit_seconds <= 0:
        raise BadSettings("push: at least one attempt and a limit above zero")


def _check_assumed(assumed: Assumed) -> None:
    for name in ("used_code", "early_refresh"):
        if getattr(assumed, name) not in TEXTS:
            raise BadSettings(f"assumed.{name}: a code the platform knows is expected")
    if assumed.spacing < 0:
        raise BadSettings("assumed.spacing: not negative")
    if assumed.privacy_sender not in PRIVACY_SENDERS:
        raise BadSettings(f"assumed.privacy_sender: one of {', '.join(PRIVACY_SENDERS)}")
    if not all(path.startswith("/") for path in assumed.plain_answers):
        raise BadSettings("assumed.plain_answers: beginnings of paths are expected")


def _check_account(kind: str, account: Account) -> None:
    if account.kind != kind:
        raise BadSettings(f"{kind}.kind: cannot be changed")
    if account.mode not in MODES:
        raise BadSettings(f"{kind}.mode: one of {', '.join(MODES)}")
    if account.format not in FORMATS:
        raise BadSettings(f"{kind}.format: one of {', '.join(FORMATS)}")
    if len(account.encoding_aes_key) != _AES_KEY_LENGTH:
        raise BadSettings(f"{kind}.encoding_aes_key: 43 characters are expected")
    if not is_loopback(account.callback_url):
        raise BadSettings(f"{kind}.callback_url: only this machine is called")
