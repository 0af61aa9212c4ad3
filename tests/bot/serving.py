"""The callbacks of the product over a desk, as an application that a test can serve."""

from __future__ import annotations

from aiohttp import web

from bot.callback import DEADLINE_SECONDS, Callbacks
from bot.wechat import Account
from domain.ports.outside import Clock
from services.conversations import ConversationDesk
from tests.bot.platform import ACCOUNT

MINIPROGRAM = Account(appid="wx-mini", token="BBBBB", encoding_aes_key="C" * 42 + "A")


def a_web_process(
    desk: ConversationDesk,
    clock: Clock,
    *,
    official: Account = ACCOUNT,
    miniprogram: Account = MINIPROGRAM,
    deadline: float = DEADLINE_SECONDS,
) -> web.Application:
    """Make an application with WeChat's addresses; what it left open ends with it."""
    callbacks = Callbacks(
        desk=desk, clock=clock, official=official, miniprogram=miniprogram, deadline=deadline
    )
    app = web.Application()
    app.add_routes(callbacks.routes())

    async def close(_app: web.Application) -> None:
        await callbacks.close()

    app.on_cleanup.append(close)
    return app
