"""Wires adapters to desks and desks to ports: what every process of the product stands on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import TypedDict

import aiohttp

from bot.answering import Bot
from bot.chat import WeChatChat
from bot.client import Bases, WeChatClient
from bot.sms import SmsGateway
from bot.tokens import SharedTokens
from bot.words import NoticeWords
from commands import files
from commands.films import film_maker
from commands.holidays import working_days
from commands.outreach import reply_rules, template_book
from commands.places import Places, database_url, media_sockets, pki_dir
from commands.speech import reader, transcriber
from config import Config, MiniProgram, Official
from documents import case_code
from documents.attesting import Attestor
from documents.paper_place import Place
from documents.paper_room import PaperRoom
from documents.personal_copy import CopyZip
from domain.office_hours import OfficeHours
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers
from domain.ports.running import ProcessLife
from domain.ports.store import Store
from processes.clock import clock_for, machine_clock
from processes.states import lives, read_states
from services.accounts import AccountDesk
from services.agreements import AgreementDesk
from services.bindings import BindingDesk
from services.care import CareDesk
from services.cases import CaseDesk
from services.checks import CheckDesk
from services.content import ContentDesk, Opinion
from services.conversations import ConversationDesk
from services.courier import Courier
from services.deadlines import DeadlineDesk
from services.departures import DepartureDesk
from services.films import FilmDesk
from services.followups import FollowUpDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.identity import IdentityDesk
from services.invitations import Invitations
from services.joining import JoiningDesk
from services.manifests import ManifestDesk
from services.matters import MatterDesk
from services.media import MediaDesk
from services.meetings import MeetingDesk
from services.notices import NoticeDesk
from services.operations import OperationsDesk
from services.originals import OriginalDesk
from services.outreach import Outreach
from services.paperwork import Paperwork
from services.parties import PartyDesk
from services.persons import PersonDesk
from services.playback import PlaybackDesk
from services.privacy import PrivacyDesk
from services.questions import QuestionDesk
from services.reading import ReadingDesk
from services.reports import ReportDesk
from services.rounds import Rounds
from services.said import SaidDesk
from services.settings import Centre, LoginTerms
from services.signing import SigningDesk
from services.staff_phones import StaffPhoneDesk
from services.verifying import VerifyDesk
from services.voices import VoiceDesk
from services.warnings import WarningDesk
from speech.voices import ChildVoices
from storage import keys
from storage.bus import BusHub, LiveBus, SocketBus
from storage.chance import SystemChance
from storage.passwords import Argon2Passwords
from storage.store import SqlStore
from webrtc.commands import RoomCommands


class WordsLookedAt:
    """WeChat's content check, by the mini-program's API."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    async def words(self, openid: str, text: str) -> Opinion:
        """Ask what WeChat thinks of words."""
        trace_id, advice, label = await self._client.check_words(openid, text)
        return Opinion(trace_id=trace_id, advice=advice, label=label)


class CodeDrawing:
    """Draws case codes for the desks."""

    def png(self, address: str) -> bytes:
        """Return the address as a QR code."""
        return case_code.as_png(address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the desks stand on in one process."""

    config: Config
    places: Places
    centre: Centre
    clock: Clock
    chance: Chance
    store: SqlStore
    objects: Objects
    bus: Bus
    session: aiohttp.ClientSession
    tokens: SharedTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Every desk of the centre."""

    conversations: ConversationDesk
    reports: ReportDesk
    media: MediaDesk
    voices: VoiceDesk
    reading: ReadingDesk
    said: SaidDesk
    cases: CaseDesk
    parties: PartyDesk
    meetings: MeetingDesk
    manifests: ManifestDesk
    films: FilmDesk
    playback: PlaybackDesk
    agreements: AgreementDesk
    signing: SigningDesk
    originals: OriginalDesk
    paperwork: Paperwork
    verifying: VerifyDesk
    followups: FollowUpDesk
    questions: QuestionDesk
    bindings: BindingDesk
    staff_phones: StaffPhoneDesk
    warnings: WarningDesk
    joining: JoiningDesk
    deadlines: DeadlineDesk
    identity: IdentityDesk
    persons: PersonDesk
    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    checks: CheckDesk
    matters: MatterDesk
    accounts: AccountDesk
    operations: OperationsDesk
    departures: DepartureDesk
    notices: NoticeDesk
    courier: Courier
    outreach: Outreach
    content: ContentDesk


def centre_of(config: Config, *, demo: bool) -> Centre:
    """Who we are, for the desks."""
    return Centre(
        name=config.centre.name,
        committee=config.centre.committee,
        phone=config.centre.phone,
        region=config.centre.region,
        zone=config.centre.zone,
        public_url=config.http.public_url,
        number_word=config.centre.number_word,
        official_appid=config.wechat.official.appid,
        miniprogram_appid=config.wechat.miniprogram.appid,
        check_content=config.wechat.check_content,
        demo=demo,
        hours=OfficeHours(
            opens=time.fromisoformat(config.centre.office_opens),
            closes=time.fromisoformat(config.centre.office_closes),
            days=frozenset(int(day) for day in config.centre.office_days),
        ),
        answer_within=timedelta(minutes=config.centre.answer_minutes),
        official_numbers=dict(one.split(" ", 1) for one in config.centre.official_numbers),
        next_alarm_after=timedelta(seconds=config.danger.next_after_seconds),
        quiet_after=timedelta(minutes=config.centre.quiet_minutes),
        matter_days=config.centre.matter_days,
        units=config.centre.units,
        matter_closes_after=timedelta(days=config.centre.matter_closes_days),
        matter_reopens_within=timedelta(days=config.centre.matter_reopens_days),
        working_days=working_days([int(day) for day in config.centre.office_days]),
    )


@asynccontextmanager
async def ground(config: Config, *, hub: bool = False) -> AsyncIterator[Ground]:
    """Open everything a process needs; with ``hub`` this process also carries live updates."""
    places = Places(data=config.data.dir)
    store = await SqlStore.open(database_url(config), keys.load(places.keys))
    try:
        async with (
            clock_for(config.clock.url) as followed,
            aiohttp.ClientSession() as session,
            _bus(config, places, hub=hub) as bus,
        ):
            clock = followed or machine_clock
            yield Ground(
                config=config,
                places=places,
                centre=centre_of(config, demo=places.demo),
                clock=clock,
                tokens=SharedTokens(store=store, clock=clock),
                chance=SystemChance(),
                store=store,
                objects=files.objects(config, places),
                bus=bus,
                session=session,
            )
    finally:
        await store.close()


@asynccontextmanager
async def _bus(config: Config, places: Places, *, hub: bool) -> AsyncIterator[LiveBus]:
    """Live updates by Redis if there is one, else by a socket whose hub is in the web process."""
    socket = places.run / "bus.sock"
    centre = BusHub(socket) if hub and not config.redis.url else None
    if centre is not None:
        await centre.start()
    bus = _redis(config.redis.url) if config.redis.url else SocketBus(socket)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.close()
        if centre is not None:
            await centre.close()


def _redis(url: str) -> LiveBus:
    from storage.redis_bus import RedisBus  # noqa: PLC0415  # most run without, and start sooner

    return RedisBus(url)


@asynccontextmanager
async def paper_room(on: Ground) -> AsyncIterator[PaperRoom]:
    """Open a pool of paper processes; its fonts are read while the first work is still coming."""
    place = Place(
        pki=pki_dir(on.config),
        fonts=on.config.documents.fonts,
        tsa_url=on.config.documents.tsa_url,
    )
    room = PaperRoom(place)
    warming = asyncio.create_task(room.warm())
    try:
        yield room
    finally:
        warming.cancel()
        await room.close()


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


def login_terms(config: Config) -> LoginTerms:
    """How long residents stay logged in."""
    return LoginTerms(
        access=timedelta(minutes=config.login.access_minutes),
        renewal=timedelta(days=config.login.renewal_days),
        page=timedelta(days=config.login.page_days),
    )


def accounts(store: Store, clock: Clock, centre: Centre) -> AccountDesk:
    """Set up the desk that gives log-ins; commands need nothing else."""
    return AccountDesk(
        store=store,
        clock=clock,
        chance=SystemChance(),
        passwords=Argon2Passwords(),
        pictures=CodeDrawing(),
        centre=centre,
    )


class _Core(TypedDict):
    """What every desk stands on."""

    store: SqlStore
    clock: Clock
    centre: Centre


class _Told(_Core):
    """What a desk needs whose deeds people hear of."""

    chance: Chance
    bus: Bus
    notices: NoticeDesk


class _Written(_Told):
    """What a desk needs that makes papers."""

    objects: Objects
    papers: Papers


def office(on: Ground, papers: Papers) -> Office:
    """Set up every desk."""
    by_app, drawing = chats(on), CodeDrawing()
    core: _Core = {"store": on.store, "clock": on.clock, "centre": on.centre}
    ways = outreach(on)
    notices = NoticeDesk(**core, chance=on.chance, words=NoticeWords())
    told: _Told = {**core, "chance": on.chance, "bus": on.bus, "notices": notices}
    written: _Written = {**told, "objects": on.objects, "papers": papers}
    invitations = Invitations(chance=on.chance, clock=on.clock, public_url=on.centre.public_url)
    identity = IdentityDesk(
        **core,
        chance=on.chance,
        passwords=Argon2Passwords(),
        notices=notices,
        terms=login_terms(on.config),
    )
    media = MediaDesk(**told, objects=on.objects, chats=by_app)
    reading = ReadingDesk(
        store=on.store,
        clock=on.clock,
        chance=on.chance,
        objects=on.objects,
        reader=reader(on.session, on.config.speech),
    )
    listener = transcriber(on.session, on.config.speech)
    guards = GuardDesk(clock=on.clock, chance=on.chance, notices=notices)
    hand_overs = HandOverDesk(**told)
    reports = ReportDesk(
        **told,
        hand_overs=hand_overs,
        media=media,
        guards=guards,
        listens=listener is not None,
    )
    meetings = MeetingDesk(
        **told,
        invitations=invitations,
        rooms=RoomCommands(media_sockets(on.config, on.places)),
        recordings=files.recordings(on.config, on.places),
    )
    manifests = ManifestDesk(
        **core,
        objects=on.objects,
        recordings=files.recordings(on.config, on.places),
        attestor=Attestor(pki_dir(on.config)),
    )
    films = FilmDesk(
        **core,
        objects=on.objects,
        maker=film_maker(on.config, on.places),
    )
    agreements = AgreementDesk(**written, invitations=invitations)
    privacy = PrivacyDesk(
        **core,
        chance=on.chance,
        objects=on.objects,
        notices=notices,
        guards=guards,
        writer=CopyZip(),
    )
    followups = FollowUpDesk(
        **core, bus=on.bus, notices=notices, invitations=invitations, reports=reports
    )
    questions = QuestionDesk(**told)
    checks = CheckDesk(**told)
    matters = MatterDesk(**told, reports=reports)
    bindings = BindingDesk(store=on.store, clock=on.clock, chance=on.chance)
    return Office(
        conversations=ConversationDesk(
            store=on.store,
            dialogues=Bot(on.chance),
            clock=on.clock,
            chance=on.chance,
            bus=on.bus,
            reports=reports,
            care=CareDesk(
                privacy=privacy,
                hand_overs=hand_overs,
                checks=checks,
                guards=guards,
                matters=matters,
            ),
            followups=followups,
            questions=questions,
            media=media,
            bindings=bindings,
            chats=by_app,
            rounds=Rounds(on.store, on.clock),
            outreach=ways,
        ),
        courier=Courier(
            store=on.store,
            clock=on.clock,
            chats=by_app,
            sms=SmsGateway(
                session=on.session, url=on.config.sms.url, key=on.config.sms.key, clock=on.clock
            ),
            words=NoticeWords(),
            outreach=ways,
        ),
        outreach=ways,
        content=ContentDesk(
            **core, check=WordsLookedAt(wechat_client(on, on.config.wechat.miniprogram))
        ),
        reports=reports,
        media=media,
        said=SaidDesk(store=on.store),
        reading=reading,
        voices=VoiceDesk(
            store=on.store,
            clock=on.clock,
            bus=on.bus,
            objects=on.objects,
            voices=ChildVoices(),
            transcriber=listener,
        ),
        cases=CaseDesk(**told, objects=on.objects, meetings=meetings, pictures=drawing),
        parties=PartyDesk(**core, chance=on.chance, bus=on.bus, objects=on.objects),
        meetings=meetings,
        manifests=manifests,
        films=films,
        playback=PlaybackDesk(store=on.store, clock=on.clock),
        departures=DepartureDesk(store=on.store, clock=on.clock, bus=on.bus, meetings=meetings),
        agreements=agreements,
        signing=SigningDesk(
            store=on.store,
            clock=on.clock,
            bus=on.bus,
            notices=notices,
            identity=identity,
            invitations=invitations,
            agreements=agreements,
            reports=reports,
        ),
        originals=OriginalDesk(**written, identity=identity, agreements=agreements),
        paperwork=Paperwork(**written, invitations=invitations),
        verifying=VerifyDesk(**core, papers=papers),
        followups=followups,
        questions=questions,
        bindings=bindings,
        staff_phones=StaffPhoneDesk(
            store=on.store,
            clock=on.clock,
            chance=on.chance,
            identity=identity,
            bindings=bindings,
        ),
        warnings=WarningDesk(store=on.store, checks=checks, guards=guards, reports=reports),
        joining=JoiningDesk(**core, identity=identity),
        deadlines=DeadlineDesk(
            **told,
            agreements=agreements,
            privacy=privacy,
            hand_overs=hand_overs,
            invitations=invitations,
            media=media,
            matters=matters,
            reading=reading,
        ),
        identity=identity,
        persons=PersonDesk(store=on.store, clock=on.clock, chats=by_app, centre=on.centre),
        privacy=privacy,
        hand_overs=hand_overs,
        checks=checks,
        matters=matters,
        accounts=accounts(on.store, on.clock, on.centre),
        operations=OperationsDesk(
            store=on.store, clock=on.clock, jobs=on.store, processes=partial(_processes, on.places)
        ),
        notices=notices,
    )


def _processes(places: Places) -> Sequence[ProcessLife]:
    """How the processes of this host fare, as their supervisor tells."""
    return [
        ProcessLife(
            name=state.name,
            alive=lives(state),
            restarts=state.restarts,
            since=datetime.fromisoformat(state.since),
            ended=state.ended or "",
        )
        for state in read_states(places.run / "processes.json")
    ]
