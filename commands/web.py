"""The web process: HTTP, sockets, bot and pages; it never waits for media, PDF or a slow disk."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from ipaddress import ip_network

import structlog
from aiohttp import web

import web.app as pages
from bot.client import WeChatClient
from commands.authority import authority
from commands.callbacks import callbacks
from commands.ending import wait_for_end
from commands.ground import Ground, ground
from commands.ice import ice_servers
from commands.office import Office, office
from commands.papers import paper_room
from commands.places import media_sockets
from commands.wechat import wechat_client
from config import Config
from documents.page_pictures import PagePictures
from domain import type_guess
from domain.danger_words import weighing
from domain.errors import WrongCredentials
from domain.ports.outside import Refusal
from processes.settling import settle
from services.subscriptions import SubscriptionDesk
from web.broken_requests import server_log
from web.desks import Desks
from web.ports import Authority
from web.settings import WebSettings
from webrtc.media_plane import MediaPlane
from webrtc.signalling import routes as room_routes

log = structlog.get_logger(__name__)
VERSION = "0.1.0"


class WeChatLogins:
    """WeChat's log-in for the pages: only WeChat says who somebody is."""

    def __init__(self, official: WeChatClient, miniprogram: WeChatClient) -> None:
        self._official = official
        self._miniprogram = miniprogram

    async def by_oauth_code(self, code: str) -> tuple[str, str, str]:
        """Ask with the code of the OAuth page."""
        try:
            user = await self._official.login(code)
        except Refusal as refusal:
            raise WrongCredentials(refusal.code) from refusal
        return self._official.appid, user.openid, user.unionid

    async def by_mini_code(self, code: str) -> tuple[str, str, str]:
        """Ask with the code of the mini-program."""
        try:
            user = await self._miniprogram.login_miniprogram(code)
        except Refusal as refusal:
            raise WrongCredentials(refusal.code) from refusal
        return self._miniprogram.appid, user.openid, user.unionid

    async def phone_by_mini_code(self, code: str, openid: str) -> str:
        """Ask with the code of the mini-program's phone button."""
        try:
            return await self._miniprogram.phone(code, openid)
        except Refusal as refusal:
            raise WrongCredentials(refusal.code) from refusal

    @property
    def mini_appid(self) -> str:
        """The mini-program's appid."""
        return self._miniprogram.appid


async def run(config: Config, lifeline: int | None) -> None:
    """Serve until told to stop or the supervisor is gone."""
    async with AsyncExitStack() as stack:
        on = await stack.enter_async_context(ground(config, hub=True))
        papers = await stack.enter_async_context(paper_room(on))
        desks = office(on, papers)
        media = MediaPlane(
            desks.meetings,
            media_sockets(config, on.places),
            resume_key=_resume_key(on),
            ice=lambda: ice_servers(config.webrtc, on.clock()),
            codec=config.webrtc.video_codec,
        )
        await media.start()
        stack.push_async_callback(media.stop)
        app = _application(on, desks, media, authority(on, papers))
        runner = web.AppRunner(
            app,
            access_log=None,
            logger=server_log(),
            keepalive_timeout=30,
            shutdown_timeout=2.0,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(
            runner, config.http.host, config.http.port, ssl_context=_tls(config), backlog=512
        )
        type_guess.learned()  # else the loop stands still for it when the first report comes
        weighing.learned()  # and for this when the first message does
        settle()
        await site.start()
        log.info("web ready", port=config.http.port)
        await wait_for_end(lifeline)


def _application(on: Ground, desks: Office, media: MediaPlane, ours: Authority) -> web.Application:
    app = pages.build(_desks(on, desks, media, ours), _settings(on))
    pushed = callbacks(on.config.wechat, desk=desks.conversations, clock=on.clock)
    app.add_routes(pushed.routes())
    app.on_shutdown.append(lambda _: pushed.close())
    app.add_routes(room_routes(desks.meetings, media, [on.centre.public_url]))
    return app


def _desks(on: Ground, desks: Office, media: MediaPlane, ours: Authority) -> Desks:
    wechat = on.config.wechat

    async def ready() -> Mapping[str, str]:
        troubles: dict[str, str] = {}
        if not media.is_up:
            troubles["media"] = "no media worker answers"
        return troubles

    return Desks(
        identity=desks.identity,
        accounts=desks.accounts,
        operations=desks.operations,
        alarms=desks.alarms,
        reports=desks.reports,
        media=desks.media,
        reading=desks.reading,
        said=desks.said,
        cases=desks.cases,
        parties=desks.parties,
        meetings=desks.meetings,
        manifests=desks.manifests,
        films=desks.films,
        playback=desks.playback,
        agreements=desks.agreements,
        signing=desks.signing,
        originals=desks.originals,
        verifying=desks.verifying,
        followups=desks.followups,
        questions=desks.questions,
        bindings=desks.bindings,
        staff_phones=desks.staff_phones,
        warnings=desks.warnings,
        joining=desks.joining,
        privacy=desks.privacy,
        notices=desks.notices,
        subscriptions=SubscriptionDesk(store=on.store, outreach=desks.outreach),
        hand_overs=desks.hand_overs,
        checks=desks.checks,
        matters=desks.matters,
        objects=on.objects,
        bus=on.bus,
        clock=on.clock,
        wechat=WeChatLogins(
            wechat_client(on, wechat.official), wechat_client(on, wechat.miniprogram)
        ),
        pages=PagePictures(),
        authority=ours,
        ready=ready,
    )


def _settings(on: Ground) -> WebSettings:
    config = on.config
    return WebSettings(
        centre=on.centre,
        open_base=config.wechat.open_base,
        version=VERSION,
        trusted_proxies=tuple(ip_network(one) for one in config.http.trusted_proxies),
        frame_origin=config.clock.url if on.places.demo else "",
    )


def _resume_key(on: Ground) -> bytes:
    """The same after a restart of this process, so that open rooms go on."""
    return hashlib.sha256(b"room-resume" + (on.places.keys / "ledger.keys").read_bytes()).digest()


def _tls(config: Config) -> ssl.SSLContext | None:
    if config.http.tls_cert is None or config.http.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config.http.tls_cert, config.http.tls_key)
    return context
