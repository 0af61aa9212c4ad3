"""Saying something to a follower outside of a passive reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.client import WeChatClient
from bot.saying import as_text
from domain.conversations import Reply
from domain.ports.outside import Objects, Refusal

LONGEST_THING = 20  #: characters of a template's ``thing`` field


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A service notice (服务通知): its fields in the order of title and lines."""

    id: str
    fields: tuple[str, ...] = ("thing1", "thing2", "thing3", "thing4", "thing5")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatChat:
    """The chat of one app, by its API."""

    client: WeChatClient
    objects: Objects
    template: Template

    async def say(self, *, key: str, openid: str, reply: Reply) -> None:  # noqa: ARG002  # WeChat has none here
        """Send the words and links as one message, or the picture if there are no words."""
        if reply.text or reply.links:
            await self.client.send_text(openid, as_text(reply))
        elif reply.picture:
            media_id = await self.client.upload(await self.objects.get(reply.picture))
            await self.client.send_image(openid, media_id)

    async def notify(
        self, *, key: str, openid: str, title: str, lines: Mapping[str, str], url: str
    ) -> None:
        """Send a service notice; the platform drops a second one with the same key."""
        if not self.template.id:
            raise Refusal("no-template")
        words = [title, *(f"{name}：{value}" if name else value for name, value in lines.items())]
        pairs = zip(self.template.fields, words, strict=False)
        data = {name: _short(word) for name, word in pairs}
        await self.client.send_template(openid, self.template.id, data, url=url, key=key)

    async def unionid(self, openid: str) -> str:
        """Return who a follower is over the centre's apps; of others WeChat tells nothing."""
        user = await self.client.user(openid)
        return user.unionid if user else ""

    async def fetch(self, platform_id: str) -> tuple[bytes, str]:
        """Return what a person sent."""
        return await self.client.fetch(platform_id)


def _short(word: str) -> str:
    """Fit a field; the page behind the notice tells the rest."""
    flat = " ".join(word.split())
    return flat if len(flat) <= LONGEST_THING else f"{flat[: LONGEST_THING - 1]}…"
