"""Saying something to a follower outside of a passive reply."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.client import WeChatClient
from bot.saying import as_text
from bot.template_fields import filled, mini_page
from domain.conversations import Reply
from domain.ports.outside import CodePictures
from domain.templates import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatChat:
    """The chat of one app, by its API."""

    client: WeChatClient
    pictures: CodePictures
    mini: bool = False  #: the mini-program's, whose messages open its own pages

    async def say(self, *, key: str, openid: str, reply: Reply) -> None:  # noqa: ARG002  # WeChat has none here
        """Send the words and links as one message, or the picture if there are no words."""
        if reply.text or reply.links:
            await self.client.send_text(openid, as_text(reply))
        elif reply.picture:
            drawn = await asyncio.to_thread(self.pictures.png, reply.picture)
            media_id = await self.client.upload(drawn)
            await self.client.send_image(openid, media_id)

    async def notify(self, *, key: str, openid: str, card: Card) -> str:
        """Send a template message; the platform drops a second one with the same key."""
        number = card.template.id
        return await self.client.send_template(openid, number, filled(card), url=card.url, key=key)

    async def remind(self, *, key: str, openid: str, card: Card) -> str:  # noqa: ARG002  # WeChat has none here
        """Send what a person subscribed to; of the mini-program it opens the matching page."""
        page = mini_page(card.url) if self.mini else card.url
        return await self.client.send_subscribed(openid, card.template.id, filled(card), page=page)

    async def unionid(self, openid: str) -> str:
        """Return who a follower is over the centre's apps; of others WeChat tells nothing."""
        user = await self.client.user(openid)
        return user.unionid if user else ""

    async def fetch(self, platform_id: str) -> tuple[bytes, str]:
        """Return what a person sent."""
        return await self.client.fetch(platform_id)
