"""What the desks need to know about their centre; made from the configuration by ``server.py``."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The centre (综治中心) and its committee (人民调解委员会)."""

    name: str
    committee: str
    phone: str
    region: str  #: 12-digit area code
    zone: ZoneInfo
    public_url: str  #: https://host, no slash at the end
    number_word: str  #: the 枫 in 〔2026〕枫调字第0001号
    official_appid: str
    demo: bool
