"""What an operator may set: config.yaml, then ``FENGQIAO_<SECTION>__<KEY>`` variables over it.

Nothing is read that is not named here: an unknown key, in the file or in the environment, is an
error that names it.  Every secret may also be given as ``<key>_file``, the path of a file that
holds it.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, YamlConfigSettingsSource

PREFIX = "FENGQIAO_"
ENVIRONMENT = "the environment"
AES_KEY = re.compile(r"[0-9A-Za-z+/]{43}")
TEMPLATE_LINE = re.compile(r"(\*|[a-z-]+) [\w-]+( [a-z_]+\d+)+( long-term)?")
NOT_SETTINGS = frozenset({"FENGQIAO_TEST_DATA"})  #: variables of ours that set nothing here


class ConfigError(Exception):
    """The configuration cannot be used; the message names the key in one line."""

    exit_code = 2

    @property
    def chinese(self) -> str:
        """The same for an operator who reads Chinese."""
        return f"配置有误，程序没有启动：{self}"


class _Secret:
    """Marks a value that may also come from a file and is never printed."""


def _words(value: object) -> object:
    """An environment variable holds a list as words between commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _nothing(value: object) -> object:
    return None if value == "" else value


def _no_slash(value: str) -> str:
    return value.rstrip("/")


def _origin(url: str) -> str:
    """A page's origin: scheme and name, without a path; browsers compare it letter by letter."""
    parts = urlsplit(url)
    bare = f"{parts.scheme}://{parts.netloc}"
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or url != bare):
        raise ValueError("must be scheme and host, such as https://mediate.example")
    return url


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must begin with https:// or http:// and name a host")
    return url


def _begins_with(*schemes: str) -> AfterValidator:
    """A secret address of one of these kinds; the complaint never repeats it."""

    def known(url: str) -> str:
        if url and urlsplit(url).scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{one}://' for one in schemes)}")
        return url

    return AfterValidator(known)


def _listener(who: str) -> str:
    """Voices are personal: a server that hears them is near, or spoken to through TLS."""
    if who in {"", "local", "off"}:
        return who
    if not urlsplit(who).hostname or urlsplit(who).scheme not in {"http", "https"}:
        raise ValueError("must be local, off, or begin with https:// or http://")
    return _near_or_https(_no_slash(who))


def _folder_or_bucket(url: str) -> str:
    if "://" in url and not url.startswith(("s3://", "file:///")):
        raise ValueError("must be a folder or begin with s3://")
    return url


def _near_or_https(url: str) -> str:
    """Without TLS only to this machine or a network of one's own: keys and files pass there."""
    host = urlsplit(url).hostname or ""
    if urlsplit(url).scheme != "http" or ("." not in host and ":" not in host):
        return url
    with suppress(ValueError):
        if ip_address(host).is_private:
            return url
    raise ValueError("must begin with https:// unless it is on this machine or a private network")


def _network(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        try:
            ip_network(word)
        except ValueError:
            raise ValueError("an address or network such as 10.0.0.0/8 is expected") from None
    return words


def _address(host: str) -> str:
    try:
        ip_address(host)
    except ValueError:
        raise ValueError("must be an IP address of this machine, such as 0.0.0.0") from None
    return host


def _aes_key(key: str) -> str:
    if key and not AES_KEY.fullmatch(key):
        raise ValueError("must be the 43 letters and digits that WeChat's console shows")
    return key


def _weekdays(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or not set(words) <= set("1234567"):
        raise ValueError("days of the week as 1 (Monday) to 7 (Sunday) are expected")
    return words


def _numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[0-9-]{3,20} \S.{0,30}", one) for one in words):
        raise ValueError("a number, a blank and whose it is are expected, such as 96110 反诈专线")
    return words


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is not a time zone") from None
    return name


def _on_loopback(url: str) -> str:
    """Only this machine may tell the product another time than its own clock."""
    host = (urlsplit(url).hostname or "").replace("localhost", "127.0.0.1")
    with suppress(ValueError):
        if not url or ip_address(host).is_loopback:
            return url
    raise ValueError("must be an address of this machine, such as http://127.0.0.1:8081")


Secret = Annotated[str, Field(repr=False), _Secret()]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Url = Annotated[str, AfterValidator(_no_slash), AfterValidator(_web_address)]
Origin = Annotated[str, AfterValidator(_no_slash), AfterValidator(_origin)]
AesKey = Annotated[Secret, AfterValidator(_aes_key)]
File = Annotated[Path | None, BeforeValidator(_nothing)]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
TcpPort = Annotated[int, Field(ge=0, le=65535)]


def _template_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    for line in lines:
        if not TEMPLATE_LINE.fullmatch(line):
            raise ValueError('each is "kind id field ...", such as "meeting-fixed T1 thing1 time2"')
    return lines


TemplateLines = Annotated[Words, AfterValidator(_template_lines)]


class Section(BaseModel):
    """A part of the configuration; a docstring under a key is also its comment in config.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


_S = TypeVar("_S", bound=Section)


class Http(Section):
    """Where browsers, WeChat and partners reach us."""

    host: str = "127.0.0.1"
    """address to listen on; 0.0.0.0 is every one"""
    port: TcpPort = 8080
    """TCP port; 0 takes a free one"""
    public_url: Origin = ""
    """origin that people and WeChat use, such as https://mediate.example; empty: http://host:port"""
    tls_cert: File = None
    """certificate chain (PEM), when no proxy in front ends TLS"""
    tls_key: File = None
    """private key of that certificate (PEM)"""
    trusted_proxies: Annotated[Words, AfterValidator(_network)] = ()
    """addresses or networks whose X-Forwarded-For is believed"""

    @model_validator(mode="after")
    def _both_or_none(self) -> Http:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together")
        return self


class Data(Section):
    """Where files are kept."""

    dir: Path = Path("data")
    """folder of everything that is not elsewhere; relative to where the program is started"""


class Database(Section):
    """Where cases are kept."""

    url: Annotated[Secret, _begins_with("postgresql", "sqlite")] = ""
    """postgresql://user:password@host/name or sqlite:///file; empty: SQLite under data.dir"""


class Redis(Section):
    """How several hosts tell one another what changed."""

    url: Annotated[Secret, _begins_with("redis", "rediss", "unix")] = ""
    """redis://host:6379/0; empty: within this host, without Redis"""


class Objects(Section):
    """Where recordings, uploads and papers are kept."""

    url: Annotated[Secret, AfterValidator(_folder_or_bucket)] = ""
    """a folder or s3://bucket/prefix; empty: a folder under data.dir"""
    endpoint: Annotated[Url, AfterValidator(_near_or_https)] = ""
    """S3 of another maker than Amazon, such as https://s3.example; http:// on a private network"""
    region: str = ""
    """region of the bucket, such as cn-north-1"""
    access_key: Secret = ""
    """access key id of the bucket's user"""
    secret_key: Secret = ""
    """secret access key of the bucket's user"""


class Centre(Section):
    """Who we are."""

    name: str = "综治中心"
    """name of the centre (综治中心), shown to residents"""
    committee: str = "人民调解委员会"
    """name of the people's mediation committee, printed on agreements and in its seal"""
    phone: str = ""
    """phone that residents may call"""
    region: Annotated[str, Field(pattern=r"^\d{12}$")] = "999999000000"
    """12-digit area code of the centre, in quotes"""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    """time zone in which legal days are counted"""
    number_word: Annotated[str, Field(min_length=1, max_length=4)] = "枫"
    """the word in case and paper numbers, such as 枫 in 〔2026〕枫调字第0001号"""
    office_opens: ClockTime = "08:30"
    """when the office opens, in quotes"""
    office_closes: ClockTime = "17:30"
    """when the office closes, in quotes"""
    office_days: Annotated[Words, AfterValidator(_weekdays)] = ("1", "2", "3", "4", "5")
    """days on which the office is open; 1 is Monday, 7 is Sunday"""
    answer_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 10
    """minutes within which somebody takes a talk that a resident asked for; then it turns red"""
    official_numbers: Annotated[Words, AfterValidator(_numbers)] = (
        "110 报警电话",
        "96110 反诈专线",
        "12381 工信部反诈预警",
        "12321 网络不良信息举报",
    )
    """numbers known to be real, each with whose it is; shown when a checked text names one"""
    quiet_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 30
    """minutes without a word after which a talk with a human ends"""
    matter_days: Annotated[int, Field(ge=1, le=60)] = 5
    """working days within which a daily-life matter (民生事项) is answered"""
    units: Words = ()
    """units (单位) that take daily-life matters, offered to whoever gives a matter to one"""
    matter_closes_days: Annotated[int, Field(ge=1, le=60)] = 7
    """days after which an answered matter is closed if the resident says nothing"""
    matter_reopens_days: Annotated[int, Field(ge=1, le=60)] = 7
    """days after its closing in which a matter is opened again if the resident is not satisfied"""

    @property
    def zone(self) -> ZoneInfo:
        """Give the time zone itself."""
        return ZoneInfo(self.timezone)


class Danger(Section):
    """How an alarm goes through the duty roster."""

    next_after_seconds: Annotated[int, Field(ge=10, le=3600)] = 60
    """seconds after which the next on duty is called, until somebody acknowledges"""


class Clock(Section):
    """What time it is."""

    url: Annotated[Url, AfterValidator(_on_loopback)] = ""
    """simulator whose clock is followed (demo and tests, loopback only); empty: this machine's"""


class Official(Section):
    """The official account (服务号), as its console shows it."""

    appid: str = ""
    """AppID; empty: no official account"""
    secret: Secret = ""
    """AppSecret"""
    token: Secret = ""
    """Token of the message push"""
    encoding_aes_key: AesKey = ""
    """EncodingAESKey of the message push (43 characters, 安全模式)"""
    encoding_aes_key_previous: AesKey = ""
    """the key before, while WeChat still delivers messages under it"""


class MiniProgram(Section):
    """The mini-program, as its console shows it."""

    appid: str = ""
    """AppID; empty: no mini-program"""
    secret: Secret = ""
    """AppSecret"""
    token: Secret = ""
    """Token of the message push"""
    encoding_aes_key: AesKey = ""
    """EncodingAESKey of the message push (43 characters, 安全模式)"""
    encoding_aes_key_previous: AesKey = ""
    """the key before, while WeChat still delivers messages under it"""


class Templates(Section):
    """Template and subscription messages that we may send; ids are those of the consoles."""

    notice: str = ""
    """template id of the one notice that every step of a case uses"""
    kinds: TemplateLines = ()
    """template messages of single kinds, each such as meeting-fixed T7 thing1 time2"""
    subscribed: TemplateLines = ()
    """the account's 订阅通知; kind * is every one, long-term at the end means 长期订阅"""
    miniprogram: TemplateLines = ()
    """the mini-program's 订阅消息, written the same way"""


class Replies(Section):
    """How often somebody may be answered outside of a reply (客服消息); WeChat changes these."""

    message_answers: Annotated[int, Field(ge=0, le=100)] = 5
    """answers after a message of a person"""
    message_hours: Annotated[int, Field(ge=1, le=720)] = 48
    """hours in which they may be given"""
    brief_answers: Annotated[int, Field(ge=0, le=100)] = 3
    """answers after a menu click, a follow or a scan"""
    entered_answers: Annotated[int, Field(ge=0, le=100)] = 2
    """answers after the mini-program's chat was opened"""
    brief_seconds: Annotated[int, Field(ge=1, le=86400)] = 60
    """seconds in which those two may be given"""


class WeChat(Section):
    """The WeChat platform, or the simulator in its place."""

    api_base: Url = "https://api.weixin.qq.com"
    """where the API is called"""
    open_base: Url = "https://open.weixin.qq.com"
    """where residents log in"""
    mp_base: Url = "https://mp.weixin.qq.com"
    """where QR codes of the official account are fetched"""
    official: Official = Official()
    """the official account (服务号)"""
    miniprogram: MiniProgram = MiniProgram()
    """the mini-program"""
    templates: Templates = Templates()
    """template and subscription messages"""
    check_content: bool = False
    """have the mini-program's reports looked at by WeChat (a hint only); it gets their words"""
    replies: Replies = Replies()
    """answers outside of a reply"""
    test_accounts: Words = ()
    """AppIDs of test accounts (测试号), which may push without encryption; none in production"""


class Login(Section):
    """How long a resident's log-in lasts."""

    access_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """minutes of a program's access token; the mini-program renews it by itself"""
    renewal_days: Annotated[int, Field(ge=1, le=365)] = 30
    """days in which it can be renewed; then WeChat is asked again"""
    page_days: Annotated[int, Field(ge=1, le=365)] = 30
    """days of a browser's log-in"""


class Sms(Section):
    """How people without WeChat are reached."""

    url: Url = ""
    """gateway that takes one signed POST per message; empty: no SMS"""
    key: Secret = ""
    """key that signs the call"""


class WebRtc(Section):
    """The video rooms."""

    host: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    """address that media workers listen on; "::" is both IPv6 and IPv4"""
    public_ip: str = ""
    """address that browsers send media to, if not host (NAT); with a comma one of each IP family"""
    port: TcpPort = 0
    """first of `workers` consecutive UDP ports; 0 takes free ones"""
    workers: Annotated[int, Field(ge=0, le=256)] = 0
    """media workers on this host; 0: one per core"""
    video_codec: Literal["VP8", "H264"] = "VP8"
    """how pictures are sent in new rooms; H264 spares phones that have it in hardware"""
    ice_servers: Words = ()
    """STUN servers that browsers ask, such as stun:host:3478; none are asked by default"""
    turn_urls: Words = ()
    """TURN servers for browsers behind strict firewalls, such as turns:host:443?transport=tcp"""
    turn_secret: Secret = ""
    """static-auth-secret of those TURN servers"""


class Documents(Section):
    """The papers."""

    pki_dir: File = None
    """folder of the signing keys and certificates; empty: under data.dir"""
    tsa_url: Url = ""
    """time-stamping authority (RFC 3161); empty: the built-in one"""
    fonts: Path = Path("data/fonts")
    """folder of the fonts that `make setup` made"""


class Speech(Section):
    """Who listens to voices and reads aloud; nothing leaves for anywhere that is not named here."""

    transcriber: Annotated[str, AfterValidator(_listener)] = ""
    """who writes voices down: local, off, or a speech server of one's own such as http://asr:8000/v1; empty: local if the extra `speech` is installed"""  # noqa: E501  # config.yaml says the same in one line
    transcriber_model: str = "whisper-1"
    """model that the speech server is asked for"""
    transcriber_key: Secret = ""
    """key of that server, if it wants one"""
    reader: Annotated[str, AfterValidator(_listener)] = ""
    """who reads texts aloud: local, off, or a speech server of one's own; empty: local if the extra `speech` is installed"""  # noqa: E501  # config.yaml says the same in one line
    reader_model: str = "kokoro"
    """model that the server which reads is asked for"""
    reader_voice: str = "zf_xiaoxiao"
    """voice that reads"""
    reader_key: Secret = ""
    """key of that server, if it wants one"""
    models: Path = Path("data/speech")
    """folder of the models that `make setup SPEECH=1` made"""


class Log(Section):
    """What is written down about the running of the program; nothing personal."""

    dir: File = None
    """folder of the log files; empty: under data.dir"""
    keep_days: Annotated[int, Field(ge=183)] = 200
    """days that log files are kept; 网络安全法 wants six months, so not below 183"""


class Simulator(Section):
    """The local WeChat platform of the demo."""

    port: TcpPort = 8081
    """TCP port; 0 takes a free one"""


class Config(Section):
    """The whole configuration, section by section."""

    http: Http = Http()
    data: Data = Data()
    database: Database = Database()
    redis: Redis = Redis()
    objects: Objects = Objects()
    centre: Centre = Centre()
    danger: Danger = Danger()
    clock: Clock = Clock()
    wechat: WeChat = WeChat()
    login: Login = Login()
    sms: Sms = Sms()
    webrtc: WebRtc = WebRtc()
    documents: Documents = Documents()
    speech: Speech = Speech()
    log: Log = Log()
    simulator: Simulator = Simulator()


def load(
    path: Path | None,
    overrides: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Read the file, lay the environment and then the overrides (``{"http.port": 0}``) over it."""
    values: dict[str, object] = {}
    given_in: dict[str, str] = {}
    for source, key, value in _given(path, environment, overrides or {}):
        name, content = _secret_read(key, value)
        if name != key and values.get(name) and given_in.get(name) == source:
            raise ConfigError(f"{name} and {key} are both given in {source}")
        values[name], given_in[name] = content, source
    try:
        return _settled(Config.model_validate(_tree(values)))
    except ValidationError as error:
        complaints = (_complaint(detail, given_in) for detail in error.errors(include_url=False))
        raise ConfigError("; ".join(complaints)) from None


def load_or_exit(path: Path | None, overrides: Mapping[str, object] | None = None) -> Config:
    """Do the same for a command line: say what is wrong in both languages and end."""
    try:
        return load(path, overrides)
    except ConfigError as error:
        sys.stderr.write(f"Configuration error: {error}\n{error.chinese}\n")
        raise SystemExit(ConfigError.exit_code) from None


def variable(key: str) -> str:
    """Give the environment variable of a key: http.port -> FENGQIAO_HTTP__PORT."""
    return PREFIX + key.upper().replace(".", "__")


def without_settings() -> dict[str, str]:
    """Give this environment for a process that may take no setting from it, as in the demo."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def every_key(section: type[Section] = Config, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Go through every key, such as wechat.official.appid, with what is known about it."""
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from every_key(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def is_secret(field: FieldInfo) -> bool:
    """Say whether the key may come from a file of its own and is never printed."""
    return any(isinstance(mark, _Secret) for mark in field.metadata)


def _given(
    path: Path | None, environment: Mapping[str, str], overrides: Mapping[str, object]
) -> Iterator[tuple[str, str, object]]:
    """Tell source, key and value of everything that is set, the strongest last."""
    if path is not None:
        yield from ((str(path), key, value) for key, value in sorted(_leaves(_file(path))))
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            key = name.removeprefix(PREFIX).lower().replace("__", ".")
            yield ENVIRONMENT, key, environment[name]
    yield from (("the program's call", key, value) for key, value in overrides.items())


def _file(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        raise ConfigError(f"{path} does not exist")
    try:
        return YamlConfigSettingsSource(BaseSettings, yaml_file=path).yaml_data
    except (yaml.YAMLError, OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ConfigError(f"{path} is not YAML with sections: {why}") from None


def _leaves(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        elif value is not None:
            yield f"{prefix}{name}", value


def _tree(values: Mapping[str, object]) -> dict[str, Any]:
    """Plant the values: http.port = 1 -> {"http": {"port": 1}}."""
    root: dict[str, Any] = {}
    for key, value in values.items():
        branch: Any = root
        *sections, name = key.split(".")
        for section in sections:
            branch = branch.setdefault(section, {})
            if not isinstance(branch, dict):
                raise ConfigError(f"{section} in {key} is a section, so it holds keys")
        branch[name] = value
    return root


def _secret_read(key: str, value: object) -> tuple[str, object]:
    """Turn ``sms.key_file``, a path, into ``sms.key``, what stands in that file."""
    name = key.removesuffix("_file")
    if name == key or name not in {secret for secret, field in every_key() if is_secret(field)}:
        return key, value
    try:
        return name, Path(str(value)).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{key} cannot be read: {value} ({type(error).__name__})") from None


def _complaint(detail: ErrorDetails, given_in: Mapping[str, str]) -> str:
    """Say in one line what is wrong with which key; never its value, which may be secret."""
    key = ".".join(str(step) for step in detail["loc"])
    source = given_in.get(key, "the configuration")
    if source == ENVIRONMENT:
        source = variable(key)
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, [name for name, _ in every_key()], n=1)
        return f"unknown key {key} in {source}" + (f" (did you mean {near[0]}?)" if near else "")
    hint = " (put it in quotes)" if detail["type"] == "string_type" else ""
    return f"{key} in {source}: {detail['msg']}{hint}"


def _settled(config: Config) -> Config:
    """Fill what follows from other keys, so that nobody has to ask twice."""
    folder = config.data.dir.resolve()
    scheme = "https" if config.http.tls_cert else "http"
    here = f"{scheme}://{config.http.host}:{config.http.port}"
    return config.model_copy(
        update={
            "http": _filled(config.http, public_url=here),
            "data": config.data.model_copy(update={"dir": folder}),
            "database": _filled(config.database, url=f"sqlite:///{folder / 'ledger.db'}"),
            "objects": _filled(config.objects, url=str(folder / "objects")),
            "documents": _filled(config.documents, pki_dir=folder / "pki"),
            "log": _filled(config.log, dir=folder / "log"),
        }
    )


def _filled(section: _S, **values: object) -> _S:
    """Set the keys that were left empty."""
    return section.model_copy(
        update={name: value for name, value in values.items() if not getattr(section, name)}
    )
