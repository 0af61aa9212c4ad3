"""Every notice has words for every way, short enough for it, and SMS leave signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from bot.sms import SmsGateway
from bot.words import LONGER_SMS, LONGEST_SMS, NoticeWords
from domain.errors import Unavailable
from domain.notices import NoticeKind
from domain.ports.outside import Refusal
from tests.bot.office import NOON, MovableClock

FACTS = {
    "number": "〔2026〕枫综字第0001号",
    "url": "https://tiaojie.fengxi.example.gov.cn/room/abcdefghijklmnopqrstuvwxyz",
    "when": "11月25日09:30",
    "reason": "对方一直不接电话，也不愿意来调解，" * 9,
    "text": "于2026年12月1日前支付人民币3000元",
    "due": "2026-12-01",
    "code": "123456",
    "turn": "1",
    "person": "id1",
    "name": "王值班",
    "who": "王*明",
    "about": "恭喜您被抽中一等奖",
    "say": "您好，我是王值班，您慢慢说，" * 20,
    "unit": "枫溪街道城市管理综合行政执法中队市容组",
    "instead": "请打95598，供电公司24小时有人接，" * 20,
    "case": "〔2026〕枫综字第0002号",
    "door": "https://tiaojie.fengxi.example.gov.cn/matter/abcdefghijklmnopqrstuvwxyz",
    "words": "下周三上午九点，在家用手机就行",
    "office": "枫溪综治中心",
    "phone": "0575-12345678",
}


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_an_sms_that_the_carriers_take(kind):
    told = NoticeWords().sms(kind, FACTS)

    assert told.startswith("【枫溪综治中心】")
    assert len(told) <= LONGER_SMS.get(kind, LONGEST_SMS)
    assert "{" not in told


def test_who_has_only_sms_reads_there_what_became_of_a_matter():
    answer = (
        "三盏灯都换好了，线也查过了，今天晚上开始会亮，"
        "要是哪一盏还不亮，我们明天上午再来看一次，再把坏的换掉。"
    )
    facts = FACTS | {"number": "枫民2026第12号", "words": answer * 2, "instead": "请打95598报修"}

    answered = NoticeWords().sms(NoticeKind.MATTER_ANSWERED, facts)
    refused = NoticeWords().sms(NoticeKind.MATTER_REFUSED, facts | {"reason": "路灯归供电公司管"})
    taken = NoticeWords().sms(NoticeKind.MATTER_TAKEN_DOWN, facts)

    assert answer[:50] in answered
    assert "路灯归供电公司管 您可以：请打95598报修" in refused
    assert taken.startswith("【枫溪综治中心】工作人员替您反映")
    for told in (answered, refused, taken):
        assert FACTS["phone"] in told
    assert FACTS["door"] in answered
    for told in (refused, taken):
        assert "http" not in told


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_a_title_and_lines(kind):
    title, lines = NoticeWords().notice(kind, FACTS)

    assert title
    assert 1 <= len(lines) <= 4
    assert all(words and "{" not in words for words in lines.values())


def test_addresses_are_never_cut_and_reasons_are():
    told = NoticeWords().sms(NoticeKind.CASE_ENDED, FACTS)

    assert "…" in told
    assert told.endswith("问0575-12345678。")
    assert FACTS["url"] in NoticeWords().sms(NoticeKind.MEETING_FIXED, FACTS)


def test_a_due_day_is_told_as_people_say_it():
    assert "12月1日到期" in NoticeWords().sms(NoticeKind.OBLIGATION_DUE, FACTS)


def test_nothing_of_what_somebody_asked_a_human_leaves_by_sms():
    facts = FACTS | {"text": "我老公打我"}

    assert "老公" not in NoticeWords().sms(NoticeKind.ASKED_FOR_HUMAN, facts)


def test_a_line_without_its_fact_is_left_out():
    _, lines = NoticeWords().notice(NoticeKind.CASE_REFUSED, {"number": "1", "office": "o"})

    assert lines == {"编号": "1"}


@dataclass
class Gateway:
    """A gateway as docs/simulator.md describes it."""

    url: str = ""
    status: int = 200
    said: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers.copy(), await request.read()))
        return web.json_response(self.said, status=self.status)


@pytest.fixture
async def gateway(aiohttp_server):
    played = Gateway()
    app = web.Application()
    app.router.add_post("/sms/send", played.take)
    played.url = str((await aiohttp_server(app)).make_url("/sms/send"))
    return played


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def sms(gateway, session):
    return SmsGateway(session=session, url=gateway.url, key="k", clock=MovableClock())


async def test_a_message_is_signed_over_exactly_its_bytes(gateway, sms):
    await sms.send(key="n1", to="+8612000000001", text="【枫溪】您好")

    ((headers, body),) = gateway.seen
    stamp = str(int(NOON.timestamp()))
    told = hmac.new(b"k", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Timestamp"] == stamp
    assert headers["Authorization"] == f"HMAC-SHA256 {told}"
    assert json.loads(body) == {"id": "n1", "to": "+8612000000001", "text": "【枫溪】您好"}


@pytest.mark.parametrize(
    ("status", "code"), [(400, "malformed"), (401, "signature"), (409, "id-reused")]
)
async def test_what_the_gateway_never_takes_is_a_refusal(gateway, sms, status, code):
    gateway.status, gateway.said = status, {"status": "refused", "code": code}

    with pytest.raises(Refusal) as caught:
        await sms.send(key="n1", to="+8612000000001", text="您好")

    assert caught.value.code == code


async def test_a_gateway_that_fails_is_tried_again(gateway, sms):
    gateway.status = 503

    with pytest.raises(Unavailable):
        await sms.send(key="n1", to="+8612000000001", text="您好")


async def test_a_silent_gateway_is_tried_again(session, unused_tcp_port):
    url = f"http://127.0.0.1:{unused_tcp_port}/sms/send"
    silent = SmsGateway(session=session, url=url, key="k", clock=MovableClock())

    with pytest.raises(Unavailable):
        await silent.send(key="n1", to="+8612000000001", text="您好")


async def test_without_a_gateway_there_is_no_sms(session):
    nobody = SmsGateway(session=session, url="", key="", clock=MovableClock())

    with pytest.raises(Refusal):
        await nobody.send(key="n1", to="+8612000000001", text="您好")
