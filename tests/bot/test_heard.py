"""A voice from the chat to its confirmed words, over HTTP to an engine that listens."""

from __future__ import annotations

from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from bot.texts import chat, voices
from domain.actors import Resident
from domain.cases import Party, Report, Side, Spot
from domain.conversations import MessageKind
from domain.errors import Unavailable
from domain.ids import PersonId
from domain.jobs import FetchPicture, HearVoice, MakePlayable
from domain.media import Hearing
from domain.people import Person
from domain.scope import EVERYTHING
from services.voices import PATIENCE, VoiceDesk
from speech.server import ServerTranscriber, SpeechServer
from speech.voices import ChildVoices
from tests.bot.office import an_office, message
from tests.ports import free_port
from tests.storage.samples import an_event
from tests.voices import a_voice

STORY = "隔壁老张欠我三千六百块钱两年没有还"
SAID = {"text": STORY, "duration": 6.0}


class VoicedChat:
    """WeChat whose one medium is a voice; everything else as the office's chat."""

    def __init__(self, chat):
        self._chat = chat

    def __getattr__(self, name):
        return getattr(self._chat, name)

    async def fetch(self, platform_id):
        assert platform_id == "wx-voice"
        return a_voice(0.5), "audio/amr"


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        yield opened


@pytest.fixture
async def engine():
    """An engine that listens; what it answers is the test's."""
    answers: list[web.Response] = []

    async def transcribe(request):
        await request.post()
        return answers.pop(0)

    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", transcribe)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/v1", answers
    await runner.cleanup()


@pytest.fixture
async def listening(office, engine):
    """The office with somebody who listens, and the desk of voices beside it."""
    async with aiohttp.ClientSession() as session:
        server = SpeechServer(session=session, url=engine[0], rests=())
        deeds = office.desk.deeds
        media = replace(
            deeds.media, chats={app: VoicedChat(one) for app, one in deeds.media.chats.items()}
        )
        intake = replace(deeds.reports.intake, media=media)
        alarms = replace(deeds.alarms, intake=intake)
        reports = replace(deeds.reports, intake=intake)
        desk = replace(
            office.desk,
            acquaintance=replace(office.desk.acquaintance, listens=True),
            deeds=replace(deeds, media=media, alarms=alarms, reports=reports),
        )
        ears = VoiceDesk(
            store=office.store,
            clock=office.clock,
            bus=office.bus,
            objects=office.objects,
            voices=ChildVoices(),
            transcriber=ServerTranscriber(server=server, model="m"),
        )
        yield replace(office, desk=desk), ears


async def speaks(office):
    """Send a voice; give our id of it and what was said at once."""
    voice = replace(message(""), kind=MessageKind.VOICE, media_id="wx-voice")
    said = await office.desk.receive(voice)
    async with office.store.read() as work:
        (person,) = [await work.people.by_openid(voice.appid, voice.openid)]
        media = await work.media.of_person(person.id)
    return media[-1].id, said.text


async def worked_off(office, ears, media_id):
    await office.desk.deeds.media.fetch(FetchPicture(media_id))
    await ears.make_playable(MakePlayable(media_id))
    await ears.hear(HearVoice(media_id))


async def medium_of(office, media_id):
    async with office.store.read() as work:
        return await work.media.get(media_id)


async def test_a_story_told_by_voice_counts_once_confirmed(listening, engine):
    office, ears = listening
    engine[1].append(web.json_response(SAID))
    await office.desk.receive(message("我要反映纠纷"))

    media_id, at_once = await speaks(office)
    await worked_off(office, ears, media_id)
    answered = await office.desk.run_pending()
    await office.desk.late.bring(f"heard:{media_id}")
    goes_on = await office.desk.receive(message("对"))

    assert (at_once, answered) == (voices.LISTENING, 1)
    (asked,) = [reply.text for _, reply in office.chat.heard]
    assert STORY in asked
    assert goes_on.text != asked
    medium = await medium_of(office, media_id)
    assert (medium.heard, medium.hearing) == (STORY, Hearing.CONFIRMED)
    async with office.store.read() as work:
        talk = await work.talks.get(message("").appid, message("").openid)
    assert talk.answers["story"] == STORY


async def test_whatever_comes_twice_asks_once(listening, engine):
    office, ears = listening
    engine[1].extend([web.json_response(SAID), web.json_response(SAID)])
    await office.desk.receive(message("我要反映纠纷"))
    media_id, _ = await speaks(office)

    await worked_off(office, ears, media_id)
    await worked_off(office, ears, media_id)
    await office.desk.run_pending()
    await office.desk.run_pending()
    await office.desk.late.bring(f"heard:{media_id}")
    await office.desk.late.bring(f"heard:{media_id}")

    assert len(office.chat.heard) == 1


async def test_an_engine_that_is_away_is_tried_again_until_patience_ends(listening, engine):
    office, ears = listening
    engine[1].extend([web.Response(status=503), web.Response(status=503)])
    await office.desk.receive(message("我要反映纠纷"))
    media_id, _ = await speaks(office)

    with pytest.raises(Unavailable):
        await worked_off(office, ears, media_id)
    office.clock.moves(seconds=PATIENCE.total_seconds() + 1)
    await ears.hear(HearVoice(media_id))
    await office.desk.run_pending()
    await office.desk.late.bring(f"heard:{media_id}")

    (said,) = [reply.text for _, reply in office.chat.heard]
    assert said == f"{voices.NOT_CLEAR}\n\n{chat.WHAT_HAPPENED}"
    assert (await medium_of(office, media_id)).hearing is Hearing.UNCLEAR


async def test_possible_danger_is_heard_in_a_case_of_the_persons_own(listening, engine):
    office, ears = listening
    engine[1].append(web.json_response({"text": "我不想活了", "duration": 3.0}))
    await office.desk.receive(message("您好"))
    async with office.store.begin() as work:
        await work.people.add(Person(id=PersonId("zhang")))
        li = await work.people.by_openid(message("").appid, message("").openid)
    report = Report(story="楼下的人半夜砸墙", spot=Spot(words="枫桥路18号"))
    filed = await office.desk.deeds.reports.file_own(Resident(id=PersonId("zhang")), report)
    async with office.store.begin() as work:
        case = await work.cases.get(filed.case_id, EVERYTHING)
        party = Party(person_id=li.id, side=Side.RESPONDENT)
        both = replace(case, parties=(*case.parties, party))
        await work.cases.save(both, an_event("case.party-added", case.id))
    media_id, _ = await speaks(office)

    await worked_off(office, ears, media_id)
    await office.desk.run_pending()

    medium = await medium_of(office, media_id)
    assert medium.case_id not in (None, filed.case_id)


async def test_possible_danger_in_a_voice_makes_a_case_that_holds_the_voice(listening, engine):
    office, ears = listening
    engine[1].append(web.json_response({"text": "我不想活了", "duration": 3.0}))
    media_id, _ = await speaks(office)

    await worked_off(office, ears, media_id)
    await office.desk.run_pending()

    medium = await medium_of(office, media_id)
    assert medium.case_id is not None
    assert medium.hearing is Hearing.OFFERED
    async with office.store.read() as work:
        history = await work.cases.history(medium.case_id)
    assert "case.reported" in [event.kind for event in history]
