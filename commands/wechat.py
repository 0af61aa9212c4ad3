"""Our two WeChat apps: what may be asked of them and sent through them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import WeChatChat
from bot.client import Bases, WeChatClient
from commands.ground import Ground
from commands.outreach import reply_rules, template_book
from config import MiniProgram, Official
from documents.case_code import CodeDrawing
from services.content import Opinion
from services.outreach import Outreach


class WordsLookedAt:
    """WeChat's content check, by the mini-program's API."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    async def words(self, openid: str, text: str) -> Opinion:
        """Ask what WeChat thinks of words."""
        trace_id, advice, label = await self._client.check_words(openid, text)
        return Opinion(trace_id=trace_id, advice=advice, label=label)


def wechat_client(ground: Ground, account: Official | MiniProgram) -> WeChatClient:
    """The API of one of our WeChat apps."""
    wechat = ground.config.wechat
    return WeChatClient(
        session=ground.session,
        appid=account.appid,
        secret=account.secret,
        clock=ground.clock,
        bases=Bases(api=wechat.api_base, open=wechat.open_base, mp=wechat.mp_base),
        mini=account is wechat.miniprogram,
        tokens=ground.tokens,
    )


def chats(ground: Ground) -> Mapping[str, WeChatChat]:
    """The chats of both apps, by appid."""
    wechat = ground.config.wechat
    return {
        account.appid: WeChatChat(
            client=wechat_client(ground, account),
            pictures=CodeDrawing(),
            mini=account is wechat.miniprogram,
        )
        for account in (wechat.official, wechat.miniprogram)
    }


def outreach(ground: Ground) -> Outreach:
    """The ledgers of what WeChat lets us send."""
    return Outreach(
        clock=ground.clock,
        centre=ground.centre,
        rules=reply_rules(ground.config.wechat.replies),
        book=template_book(ground.config),
    )
