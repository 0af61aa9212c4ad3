"""WeChat's callbacks: verify, answer within 4.2 s, else keep the message and say ``success``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from aiohttp import web
from prometheus_client import Counter

from bot.pushes import is_unknown
from bot.saying import as_text
from bot.texts import chat as texts
from bot.wechat import LARGEST_PUSH, Account, BadPush, Push, echo, open_push
from domain.conversations import Incoming, Reply
from domain.errors import Replayed, Unavailable
from domain.ports.outside import Clock
from domain.ports.talks import Stamp

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 4.2  #: WeChat hangs up after 5 s and sends the message again
CLOSING_SECONDS = 3.0
SUCCESS = "success"  #: goes out unencrypted; WeChat then neither retries nor complains

PUSHES = Counter("fengqiao_wechat_pushes", "Callbacks of WeChat by what became of them", ["fate"])


Deed: TypeAlias = Callable[[Push, Stamp], Awaitable[web.Response]]


class Desk(Protocol):
    """What the callback needs of the conversation desk."""

    async def receive(self, incoming: Incoming, stamp: Stamp | None = None) -> Reply | None:
        """Answer the message, once; raises Replayed if the stamp came with another one."""
        ...

    async def postpone(self, incoming: Incoming, stamp: Stamp | None = None) -> Reply | None:
        """Keep the message to be answered later; raises Replayed as well."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """The addresses WeChat pushes to; tasks that outlive their request are kept here."""

    desk: Desk
    clock: Clock
    official: Account
    miniprogram: Account
    deadline: float = DEADLINE_SECONDS
    tasks: set[asyncio.Task[Reply | None]] = field(default_factory=set, repr=False)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of both apps."""
        return [
            web.get("/wechat/official", self.verify_official),
            web.post("/wechat/official", self.hear_official),
            web.get("/wechat/miniprogram", self.verify_miniprogram),
            web.post("/wechat/miniprogram", self.hear_miniprogram),
        ]

    async def close(self) -> None:
        """Let what is being answered end; what does not, is done again from its pending row."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=CLOSING_SECONDS)
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def verify_official(self, request: web.Request) -> web.Response:
        """Prove to WeChat that this address is ours."""
        return self._verify(self.official, request)

    async def verify_miniprogram(self, request: web.Request) -> web.Response:
        """Prove to WeChat that this address is ours."""
        return self._verify(self.miniprogram, request)

    async def hear_official(self, request: web.Request) -> web.Response:
        """Answer a message to the official account in its own HTTP response, if in time."""
        return await self._hear(self.official, request, self._answer)

    async def hear_miniprogram(self, request: web.Request) -> web.Response:
        """Keep a message to the mini-program, whose callback takes no other word than success."""
        return await self._hear(self.miniprogram, request, self._put_off)

    async def _hear(self, account: Account, request: web.Request, deed: Deed) -> web.Response:
        try:
            push = open_push(account, request.query, await _body(request), now=self.clock())
            response = await deed(push, _stamp(push, request.query))
        except BadPush as bad:
            return _refused(bad)
        except Replayed:
            return _refused(BadPush("replay"))
        if is_unknown(push.incoming):
            _note_unknown(push.incoming)
        return response

    async def _answer(self, push: Push, stamp: Stamp) -> web.Response:
        reply = await self._in_time(push.incoming, stamp)
        if reply is None or not reply.text:
            return _success("silent" if reply else "later")
        sealed = push.answer(as_text(reply), at=self.clock())
        PUSHES.labels("answered").inc()
        kind = "application/json" if push.is_json else "application/xml"
        return web.Response(body=sealed, content_type=kind, charset="utf-8")

    async def _put_off(self, push: Push, stamp: Stamp) -> web.Response:
        await self.desk.postpone(push.incoming, stamp)
        self._start(push.incoming)
        return _success("later")

    def _verify(self, account: Account, request: web.Request) -> web.Response:
        try:
            told = echo(account, request.query, now=self.clock())
        except BadPush as bad:
            return _refused(bad)
        return web.Response(text=told, headers={"X-Content-Type-Options": "nosniff"})

    async def _in_time(self, incoming: Incoming, stamp: Stamp) -> Reply | None:
        """Answer before WeChat hangs up, or leave the answer to the courier (None)."""
        task = self._start(incoming, stamp)
        await asyncio.wait({task}, timeout=self.deadline)
        if not task.done():
            return await self.desk.postpone(incoming, stamp)
        failure = task.exception()
        if isinstance(failure, Unavailable):
            return await self.desk.postpone(incoming, stamp)
        if isinstance(failure, Replayed):
            raise failure
        if failure is not None:
            return Reply(text=texts.SORRY)
        return task.result()

    def _start(self, incoming: Incoming, stamp: Stamp | None = None) -> asyncio.Task[Reply | None]:
        task = asyncio.create_task(self.desk.receive(incoming, stamp))
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Reply | None]) -> None:
        self.tasks.discard(task)
        if task.cancelled():
            return
        failure = task.exception()
        if isinstance(failure, Unavailable):
            logger.warning("a message stays pending: %s", failure)
        elif failure is not None and not isinstance(failure, Replayed):
            logger.error("a message was not answered", exc_info=failure)


async def _body(request: web.Request) -> bytes:
    """Read at most one byte more than a push may have."""
    body = b""
    async for chunk in request.content.iter_chunked(LARGEST_PUSH):
        body += chunk
        if len(body) > LARGEST_PUSH:
            break
    return body


def _stamp(push: Push, query: Mapping[str, str]) -> Stamp:
    nonce = f"{push.incoming.appid}:{query.get('nonce', '')}"
    return Stamp(query.get("timestamp", ""), nonce, push.digest)


def _note_unknown(incoming: Incoming) -> None:
    """The platform learnt something new; people are answered as well as we can."""
    name = incoming.event or incoming.unknown_type
    logger.warning("WeChat sent what we have no name for: %.64r", name)


def _success(fate: str) -> web.Response:
    PUSHES.labels(fate).inc()
    return web.Response(text=SUCCESS)


def _refused(bad: BadPush) -> web.Response:
    """Refuse what is not WeChat's; a genuine push we can't read would only come again."""
    PUSHES.labels(bad.reason).inc()
    logger.warning("a push was not taken: %s", bad.reason)
    if bad.genuine:
        return web.Response(text=SUCCESS)
    return web.Response(status=413 if bad.reason == "size" else 403)
