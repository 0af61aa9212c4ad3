"""What the pages need to know; made from the configuration by ``server.py``."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

from services.settings import Centre

Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the pages are reached, framed and guarded."""

    centre: Centre
    open_base: str  #: https://open.weixin.qq.com, where WeChat's OAuth page is
    version: str  #: of the product, shown in the API's description
    trusted_proxies: tuple[Network, ...] = ()  #: whose X-Forwarded-For is believed
    frame_origin: str = ""  #: the simulator's origin in the demo; nobody else may frame a page
    limits_url: str = "async+memory://"  #: where the rate limits count; Redis for several processes

    @property
    def secure(self) -> bool:
        """Are the pages reached by HTTPS?"""
        return self.centre.public_url.startswith("https://")
