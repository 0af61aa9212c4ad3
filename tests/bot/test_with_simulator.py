"""The bot and the simulated platform, each in its own process, over real HTTP."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import secrets
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from bot.callback import Callbacks
from bot.chat import WeChatChat
from bot.client import Bases, WeChatClient
from bot.sms import SmsGateway
from bot.texts import chat as texts
from bot.tokens import SharedTokens
from bot.wechat import Account
from bot.words import NoticeWords
from domain.conversations import MessageKind, Reply
from domain.errors import Unavailable
from domain.jobs import SendNotice
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.ports.cases import CaseFilter
from domain.ports.outside import Refusal, Uncertain
from domain.scope import EVERYTHING
from domain.templates import EVERY, Card, Template, TemplateBook, TemplateUse
from services.courier import Courier
from tests.bot.office import APPID, DrawnCodes, Office, an_office
from tests.fakes import FakeSms
from tests.ports import free_port
from tests.stores import sqlite_url

TOKEN = "AAAAA"
AES_KEY = "0fficialAccountKeyOfTheTests0000000000000AA"[:42] + "A"
SECRET = "tests-secret"
ACCOUNT = Account(appid=APPID, token=TOKEN, encoding_aes_key=AES_KEY)


@dataclass
class World:
    """The simulated platform and our side of it."""

    url: str
    office: Office
    chat: WeChatChat
    http: aiohttp.ClientSession

    async def control(self, path: str, **asked: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/_sim/{path}", json=asked) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def openid(self) -> str:
        number = f"+86120{secrets.randbelow(10**8):08d}"
        somebody = await self.control("users", name="张三", phone=number)
        return str(somebody["openids"]["official"])

    async def follower(self) -> str:
        openid = await self.openid()
        await self.control("follow", openid=openid)
        return openid

    async def says(self, openid: str, text: str) -> str:
        outcome = await self.control("send", openid=openid, type="text", text=text)
        assert outcome["outcome"] == "replied", outcome
        return str(outcome["reply"]["text"])

    async def sends(self, openid: str, **wanted: Any) -> str:
        outcome = await self.control("send", openid=openid, **wanted)
        assert outcome["outcome"] == "replied", outcome
        return str(outcome["reply"]["text"])

    async def inbox(self, openid: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/_sim/users/{openid}/inbox") as answer:
            return list((await answer.json())["inbox"])


@pytest.fixture
async def office(tmp_path):
    async with an_office(sqlite_url(tmp_path)) as opened:
        opened.clock.now = datetime.now(UTC)
        yield opened


@pytest.fixture
async def product(office, product_port, aiohttp_server):
    callbacks = Callbacks(
        desk=office.desk,
        clock=office.clock,
        official=ACCOUNT,
        miniprogram=replace(ACCOUNT, appid="wx-none"),
        deadline=0.6,
    )
    app = web.Application()
    app.add_routes(callbacks.routes())

    async def close(_app):
        await callbacks.close()

    app.on_cleanup.append(close)
    return await aiohttp_server(app, port=product_port)


@pytest.fixture(scope="module")
def product_port():
    return free_port()


@pytest.fixture(scope="module")
def simulator_url(product_port, tmp_path_factory):
    """One simulated platform for every test; each test brings its own resident and ledger."""
    wanted = {
        "official.appid": APPID,
        "official.secret": SECRET,
        "official.token": TOKEN,
        "official.encoding_aes_key": AES_KEY,
        "official.callback_url": f"http://127.0.0.1:{product_port}/wechat/official",
        "push.limit_seconds": "1.0",
        "push.job_finish_seconds": "0",
    }
    options = [part for name, value in wanted.items() for part in ("--set", f"{name}={value}")]
    data = str(tmp_path_factory.mktemp("simulator"))
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", "--data", data, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        process.wait(10)


@pytest.fixture
async def world(office, product, simulator_url):
    async with aiohttp.ClientSession() as http:
        client = WeChatClient(
            session=http,
            appid=APPID,
            secret=SECRET,
            clock=office.clock,
            bases=Bases(api=simulator_url, open=simulator_url, mp=simulator_url),
            tokens=SharedTokens(store=office.store, clock=office.clock),
        )
        chat = WeChatChat(client=client, pictures=DrawnCodes())
        office.desk.late.chats.update({APPID: chat})
        raised = World(simulator_url, office, chat, http)
        await raised.control("faults")
        yield raised


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return drawn.getvalue()


async def test_a_resident_follows_and_reports_the_whole_way(world):
    openid = await world.openid()

    welcome = await world.control("follow", openid=openid)
    told = [
        await world.says(openid, text)
        for text in ("我要反映纠纷", "楼上漏水]]></Content>，说了两次不管 🙂")
    ]
    told.append(
        await world.sends(
            openid, type="location", latitude=29.71, longitude=120.24, label="枫桥镇政府"
        )
    )
    told += [await world.says(openid, text) for text in ("王大哥", "1")]
    told.append(
        await world.sends(openid, type="image", content_base64=base64.b64encode(picture()).decode())
    )
    told += [await world.says(openid, text) for text in ("好了", "确认")]

    async with world.office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert welcome["reply"]["text"] == texts.WELCOME
    assert told[:4] == [
        texts.WHAT_HAPPENED,
        texts.WHERE_WAS_IT,
        f"{texts.place_noted('枫桥镇政府', cell='')}\n\n{texts.WHO_WITH_YOU}",
        texts.IN_DANGER,
    ]
    assert "＜/Content＞" in told[-2]
    assert case.number in told[-1]
    assert case.story.startswith("楼上漏水]]></Content>")
    assert (case.spot.latitude, case.spot.longitude) == pytest.approx((29.71, 120.24), abs=1e-5)
    assert len(case.media) == 1


async def test_the_picture_of_the_code_follows_as_a_message(world):
    openid = await world.follower()
    for text in ("我要反映纠纷", "楼上漏水，不管", "枫桥路18号", "跳过", "1", "跳过", "确认"):
        await world.says(openid, text)

    await world.office.desk.late.bring(world.office.thinker.thought[-1])

    last = (await world.inbox(openid))[-1]
    assert (last["side"], last["kind"]) == ("them", "image")


async def test_an_evidence_picture_is_fetched_in_its_original_bytes(world):
    openid = await world.follower()
    await world.says(openid, "我要反映纠纷")
    await world.sends(openid, type="image", content_base64=base64.b64encode(picture()).decode())
    key = world.office.thinker.thought[-1]

    async with world.office.store.read() as work:
        kept = await work.inbox.find(key)
    data, _ = await world.chat.fetch(kept.incoming.media_id)

    assert kept.incoming.kind is MessageKind.IMAGE
    assert data == picture()


async def test_a_lost_answer_is_told_again_and_nothing_done_twice(world):
    openid = await world.follower()
    for text in ("我要反映纠纷", "楼上漏水，不管", "枫桥路18号", "跳过", "1", "跳过"):
        await world.says(openid, text)
    await world.control("faults", drop_answer_percent=100, times=1)

    told = await world.says(openid, "确认")

    async with world.office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert case.number in told


async def test_a_message_delivered_twice_at_once_is_one_message(world):
    openid = await world.follower()
    await world.control("faults", duplicate_percent=100, concurrent=True, times=1)
    before = len(world.office.thinker.thought)

    told = await world.says(openid, "我要反映纠纷")

    assert told == texts.WHAT_HAPPENED
    assert len(world.office.thinker.thought) == before + 1


async def test_an_answer_that_takes_long_comes_as_a_message(world):
    openid = await world.follower()
    going_on = asyncio.Event()
    world.office.thinker.gates.append(going_on.wait)

    outcome = await world.control("send", openid=openid, type="text", text="我要反映纠纷")
    going_on.set()
    await asyncio.wait_for(all_done(world.office), 5)
    await world.office.desk.late.bring(world.office.thinker.thought[-1])

    assert outcome["outcome"] == "success"
    last = (await world.inbox(openid))[-1]
    assert texts.WHAT_HAPPENED in json.dumps(last, ensure_ascii=False).replace("\\n", "\n")


async def all_done(office: Office) -> None:
    while True:
        async with office.store.read() as work:
            kept = await work.inbox.find(office.thinker.thought[-1])
        if kept is not None and kept.reply is not None:
            return
        await asyncio.sleep(0.02)


async def test_nobody_is_answered_who_never_wrote(world):
    openid = await world.openid()

    with pytest.raises(Refusal) as caught:
        await world.chat.say(key="k", openid=openid, reply=Reply(text="您好"))

    assert caught.value.code == "45015"


async def test_a_notice_reaches_a_follower_once(world):
    openid = await world.follower()

    for _ in range(2):
        await world.chat.notify(
            key="n1",
            openid=openid,
            card=Card(
                template=Template(id="T1"),
                title="调解时间已定",
                lines={"时间": "明天"},
                url="http://x",
            ),
        )

    notices = [one for one in await world.inbox(openid) if one["kind"] == "template"]
    assert len(notices) == 1


async def test_a_revoked_token_is_renewed(world):
    openid = await world.follower()
    await world.chat.say(key="k1", openid=openid, reply=Reply(text="一"))
    await world.control("tokens/revoke", account="official")

    await world.chat.say(key="k2", openid=openid, reply=Reply(text="二"))

    assert "二" in json.dumps(await world.inbox(openid), ensure_ascii=False)


@pytest.mark.parametrize(
    "fault",
    [{"reset_after_effect_percent": 100}, {"server_error_percent": 100}],
)
async def test_a_send_without_an_answer_is_uncertain(world, fault):
    openid = await world.follower()
    await world.control("faults", **fault, paths=["/cgi-bin/message/custom/send"])

    with pytest.raises(Uncertain):
        await world.chat.say(key="k", openid=openid, reply=Reply(text="您好"))


async def test_a_page_log_in_tells_who_it_is(world):
    openid = await world.follower()
    handed = await world.control("codes", openid=openid, kind="oauth")

    known = await world.chat.client.login(handed["code"])

    assert known.openid == openid
    with pytest.raises(Refusal):
        await world.chat.client.login(handed["code"])


async def test_menu_code_and_follower_are_taken_by_the_platform(world):
    openid = await world.follower()

    await world.chat.client.set_menu(texts.MENU)
    address = await world.chat.client.make_code("c_abcdefghijklmnopqrstuvwxyz")
    known = await world.chat.client.user(openid)

    async with world.http.get(address) as answer:
        assert answer.status == 200
        assert (await answer.read()).startswith((b"\x89PNG", b"\xff\xd8"))
    assert known is not None
    assert known.openid == openid
    assert await world.chat.unionid(openid) == known.unionid != ""
    assert await world.chat.unionid(await world.openid()) == ""


async def test_an_sms_arrives_once_though_it_was_handed_over_twice(world):
    sms = SmsGateway(
        session=world.http,
        url=f"{world.url}/sms/send",
        key="simulated-sms-key",
        clock=world.office.clock,
    )

    await world.control("faults", reset_after_effect_percent=100, times=1, paths=["/sms/send"])
    with pytest.raises(Unavailable):
        await sms.send(key="n1", to="+8612000000009", text="【枫溪】您好")
    await sms.send(key="n1", to="+8612000000009", text="【枫溪】您好")

    async with world.http.get(f"{world.url}/_sim/phones/%2B8612000000009/sms") as answer:
        found = (await answer.json())["sms"]
    assert [one["text"] for one in found] == ["【枫溪】您好"]


def a_courier(world: World, *uses: TemplateUse) -> Courier:
    """The courier over the real client; the ledger is the one that the callback fills."""
    outreach = replace(world.office.desk.late.outreach, book=TemplateBook(uses))
    return Courier(
        store=world.office.store,
        clock=world.office.clock,
        chats={APPID: world.chat},
        sms=FakeSms(),
        words=NoticeWords(),
        outreach=outreach,
    )


async def posted(world: World, openid: str, kind: NoticeKind = NoticeKind.RATE) -> str:
    """Somebody is to hear of something; its courier comes by hand."""
    notice_id = secrets.token_hex(8)
    async with world.office.store.begin() as work:
        person = await work.people.by_openid(APPID, openid)
        assert person is not None
        await work.notices.add(
            Notice(
                id=notice_id,
                kind=kind,
                case_id=None,
                to_person=person.id,
                facts={"number": "〔2026〕枫综字第0001号", "phone": "0575-12345678"},
                made_at=world.office.clock(),
            )
        )
    return notice_id


async def state_of(world: World, notice_id: str) -> tuple[Delivery, str]:
    async with world.office.store.read() as work:
        notice = await work.notices.get(notice_id)
    return notice.state, notice.why


async def test_we_know_before_sending_how_often_the_platform_lets_us_answer(world):
    openid = await world.follower()
    await world.says(openid, "您好")
    courier = a_courier(world)

    # three for following, five for writing, one of them kept for what is asked next
    notices = [await posted(world, openid) for _ in range(8)]
    for notice_id in notices:
        await courier.send(SendNotice(notice_id))

    states = [(await state_of(world, one))[0] for one in notices]
    assert states == [Delivery.SENT] * 7 + [Delivery.HELD]
    await world.chat.say(key="last", openid=openid, reply=Reply(text="留给您下一次问的"))
    with pytest.raises(Refusal, match="45047"):
        await world.chat.say(key="more", openid=openid, reply=Reply(text="再多一条"))


async def test_what_waits_goes_out_once_the_person_writes(world):
    openid = await world.follower()
    courier = a_courier(world)
    for notice_id in [await posted(world, openid) for _ in range(3)]:
        await courier.send(SendNotice(notice_id))
    waiting = await state_of(world, notice_id)

    await world.says(openid, "您好")
    released = await courier.let_go()
    await courier.send(SendNotice(notice_id))

    assert waiting == (Delivery.HELD, "window-closed")
    assert released == 1
    assert await state_of(world, notice_id) == (Delivery.SENT, "window")
    assert "请给服务打分" in json.dumps(await world.inbox(openid), ensure_ascii=False)


async def test_the_platform_tells_that_a_template_message_arrived(world):
    openid = await world.follower()
    template = TemplateUse(way=Way.TEMPLATE, kind=EVERY, template=Template(id="T1"))
    courier, notice_id = a_courier(world, template), await posted(world, openid)

    await courier.send(SendNotice(notice_id))

    assert await until(world, notice_id, Delivery.DELIVERED)


async def test_a_yes_in_wechat_lets_one_message_out(world):
    openid = await world.follower()
    allowed = TemplateUse(
        way=Way.SUBSCRIBED,
        kind="rate",
        template=Template(id="S1", fields=("thing1", "thing2")),
    )
    courier, notice_id = a_courier(world, allowed), await posted(world, openid)
    for _ in range(3):  # what following allowed
        await world.chat.say(key="k", openid=openid, reply=Reply(text="您好"))
    async with world.office.store.begin() as work:
        await courier.outreach.close_window(work, APPID, openid)

    await world.control("subscriptions", openid=openid, template_id="S1", choice="accept")
    await courier.send(SendNotice(notice_id))

    assert await until(world, notice_id, Delivery.DELIVERED)


async def test_what_is_turned_off_in_wechat_is_off_for_us(world):
    openid = await world.follower()

    await world.control("subscriptions", openid=openid, choices={"S1": "accept", "S2": "accept"})
    before = await allowed(world, openid)
    await world.control("subscriptions/off", openid=openid, template_ids=["S1", "S2"])

    assert before == {"S1": 1, "S2": 1}
    assert await allowed(world, openid) == {"S1": 0, "S2": 0}


async def allowed(world: World, openid: str) -> dict[str, int]:
    """How many messages somebody still allows by each template, as we count."""
    async with world.office.store.read() as work:
        known = await work.subscriptions.of(APPID, openid)
    return {one.template_id: one.left for one in known}


async def until(world: World, notice_id: str, wanted: Delivery) -> bool:
    """Wait until the platform's event has come by the callback."""
    async with asyncio.timeout(10):
        while (await state_of(world, notice_id))[0] is not wanted:
            await asyncio.sleep(0.05)
    return True
