"""WeChat's callbacks, as the configuration has them."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.callback import Callbacks, Desk
from bot.wechat import Account
from config import MiniProgram, Official, WeChat
from domain.ports.outside import Clock

log = structlog.get_logger(__name__)


def callbacks(wechat: WeChat, *, desk: Desk, clock: Clock) -> Callbacks:
    """Answer pushes of the two accounts; only a named test account may push what others read."""
    return Callbacks(
        desk=desk,
        clock=clock,
        official=_account(wechat.official, wechat.test_accounts),
        miniprogram=_account(wechat.miniprogram, wechat.test_accounts),
    )


def _account(app: Official | MiniProgram, test_accounts: Collection[str]) -> Account:
    is_test = bool(app.appid) and app.appid in test_accounts
    if is_test:
        log.warning("a test account may push without encryption", appid=app.appid)
    return Account(
        appid=app.appid,
        token=app.token,
        encoding_aes_key=app.encoding_aes_key,
        encoding_aes_key_previous=app.encoding_aes_key_previous,
        is_test=is_test,
    )
