"""The servers under load: our callback beside a bare one, and WeRoBot, each in one process."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from bot.callback import Callbacks
from bot.wechat import open_push
from processes.settling import settle
from tests.bot.office import NOON, an_office
from tests.bot.platform import ACCOUNT

OURS, BARE, WEROBOT = "/wechat/official", "/bare", "/werobot"
ECHO = "请说说发生了什么事？什么时候、和谁、为了什么，用您自己的话说就行。"
TICKS = os.sysconf("SC_CLK_TCK")

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]


async def serve_ours(url: str) -> None:
    """Answer durably at one address, and at the other open and seal and do nothing else."""
    async with an_office(url) as office:
        late = replace(office.desk.late, chats={ACCOUNT.appid: office.chat})
        desk = replace(office.desk, dialogues=office.thinker.bot, late=late)
        callbacks = Callbacks(desk=desk, clock=office.clock, official=ACCOUNT, miniprogram=ACCOUNT)

        async def bare(request: web.Request) -> web.Response:
            push = open_push(ACCOUNT, request.query, await request.read(), now=NOON)
            return web.Response(
                body=push.answer(ECHO, at=NOON), content_type="application/xml", charset="utf-8"
            )

        await _serve([*callbacks.routes(), web.post(BARE, bare)])
        await callbacks.close()


async def serve_werobot(folder: Path) -> None:
    """Let WeRoBot keep the same dialogue in its session on SQLite, within aiohttp as we are.

    Its own server (bottle) answers one request after the other; that would measure wsgiref.
    """
    robot = _robot(folder)

    async def hear(request: web.Request) -> web.Response:
        query = request.query
        signed = robot.check_signature(query["timestamp"], query["nonce"], query["signature"])
        assert signed, "WeRoBot does not know the signature"
        message = robot.parse_message(
            await request.read(),
            timestamp=query["timestamp"],
            nonce=query["nonce"],
            msg_signature=query["msg_signature"],
        )
        told = robot.get_encrypted_reply(message)
        return web.Response(text=told, content_type="application/xml", charset="utf-8")

    await _serve([web.post(WEROBOT, hear)])


def _robot(folder: Path) -> Any:
    """A robot that remembers for each person what was told, as much as our dialogue does."""
    import werobot  # noqa: PLC0415  # only its own process pays for it
    from werobot.session.sqlitestorage import SQLiteStorage  # noqa: PLC0415  # as above

    robot = werobot.WeRoBot(
        token=ACCOUNT.token,
        encoding_aes_key=ACCOUNT.encoding_aes_key,
        app_id=ACCOUNT.appid,
        enable_session=True,
        session_storage=SQLiteStorage(str(folder / "werobot.sqlite3")),
        logger=logging.getLogger("werobot"),
    )

    @robot.text
    def tell(message: Any, session: dict[str, Any]) -> str:
        told = [] if message.content == "重新开始" else session.get("told", [])
        session["told"] = [*told, message.content]
        return ECHO

    return robot


async def _serve(routes: list[web.RouteDef]) -> None:
    """Answer until standard input ends; the port is told first."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    settle()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


@dataclass(frozen=True)
class Server:
    """A server under load."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of the processor that it used until now (proc(5))."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@asynccontextmanager
async def serving(*arguments: str) -> AsyncIterator[Server]:
    """Run the server while the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.bot", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Server(process.pid, int(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()
