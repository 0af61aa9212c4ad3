"""The main path, from a message to a sealed paper, by people who go on when something dies."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from playwright.async_api import Browser

from tests.e2e.running import eventually, totp
from tests.faults.asking import Asker, Refused, again, persist
from tests.faults.killer import Killer
from tests.faults.phone import COOKIE, Phone, address_in, code_in
from tests.faults.room import Room, a_page
from tests.faults.town import Town
from web.sites.residents import SIGN_CONSENT

API = "/api/v1"
WITHIN = 90.0
SIGNING = {
    "wang": ("sign-reporter", "party-1"),
    "liu": ("sign-respondent", "party-2"),
    "mediator": ("sign-mediator", "mediator"),
}
STORY = "楼上邻居家漏水，把我家卫生间天花板泡坏了，找他几次都不肯修，也不肯赔。"
REPORT = (
    ("我要反映纠纷", "发生了什么事"),
    (STORY, "发生在哪里"),
    ("枫溪花园3幢201室", "姓名、电话"),
    ("我是王秀兰，对方是楼上的刘大勇", "有人有危险吗"),
    ("1", "照片"),
    ("好了", "请您看一遍"),
)
CONTENT = {
    "facts": "刘大勇家卫生间防水失效，漏水损坏王秀兰家天花板，双方就修复和赔偿发生争议。",
    "clauses": [
        {
            "kind": "pay",
            "debtor": "刘大勇",
            "creditor": "王秀兰",
            "what": "天花板维修费",
            "amount_fen": 260_000,
            "due": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
            "how": "转账到王秀兰的银行账户",
            "default": "每逾期一日支付违约金50元",
        }
    ],
}


@dataclass
class Office:
    """The centre's people with their sessions, and the line to the simulator."""

    town: Town
    http: aiohttp.ClientSession
    desks: dict[str, Asker] = field(default_factory=dict)

    @property
    def simulator(self) -> Asker:
        return Asker(self.http, self.town.simulator)

    @property
    def stranger(self) -> Asker:
        return Asker(self.http, self.town.pages + API)

    def resident(self, secret: str) -> Asker:
        return Asker(self.http, self.town.pages + API, secret)

    async def open(self) -> None:
        """Log everybody in, once."""
        for login in ("fenpai", "tiaojie", "duban"):
            facts = self.town.staff(login)
            told = await self.stranger.post(
                "/staff/sessions",
                {
                    "login": login,
                    "password": facts["password"],
                    "code": await self.code(login),
                },
            )
            self.desks[login] = self.resident(told["secret"])

    async def code(self, login: str) -> str:
        """A one-time code that was not used yet: half a minute later there is another one."""
        now = await self.later(31)
        return totp(self.town.staff(login)["totp_secret"], at=now.timestamp())

    async def later(self, seconds: float) -> datetime:
        """Move the centre's clock on; the answer comes when everybody knows."""
        told = await again(lambda: self.simulator.post("/_sim/clock", {"advance_seconds": seconds}))
        return datetime.fromisoformat(told["now"])


@dataclass
class Walk:
    """One case on its way."""

    office: Office
    killer: Killer
    browser: Browser
    number: int
    pages: int = 1
    case_id: str = ""
    agreement_id: str = ""
    room: Room | None = None
    paper: bytes = b""
    verdict: dict[str, Any] = field(default_factory=dict)
    acknowledged: Counter[str] = field(default_factory=Counter)  #: kinds of history by number
    wang: Phone = field(init=False)
    liu: Phone = field(init=False)
    _sessions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        town = self.office.town
        self.wang = Phone(town, "王秀兰", f"+86120{1000 + self.number:05d}001")
        self.liu = Phone(town, "刘大勇", f"+86120{1000 + self.number:05d}002")

    @property
    def mediator(self) -> Asker:
        return self.office.desks["tiaojie"]

    async def whole(self) -> None:
        """Go the whole path."""
        await self.report()
        await self.register()
        await self.dispatch()
        await self.meet()
        await self.agree()
        await self.sign(*SIGNING)
        await self.seal()

    async def report(self) -> None:
        """Follow, tell, confirm."""
        simulator = self.office.simulator
        for phone in (self.wang, self.liu):
            await phone.enrol(simulator)
        async with self.killer.during("follow"):
            await self.wang.follow(simulator)
        async with self.killer.during("report"):
            for words, answer in REPORT:
                await self.wang.say(simulator, words, until=answer)
        async with self.killer.during("confirm"):
            await self.wang.say(simulator, "确认", until="枫综字")
        self.acknowledged["case.reported"] += 1
        self._sessions["wang"] = await self.wang.log_in(simulator)
        mine = await self.resident("wang").get("/my/cases")
        self.case_id = mine["items"][0]["id"]

    async def register(self) -> None:
        """Take the case on as proposed."""
        desk = self.office.desks["fenpai"]
        proposed = (await self.case(desk))["proposed_type"]["value"]
        async with self.killer.during("register"):
            await self._move(
                desk, "register", "registered", type_code=proposed, cell="cell-fengxi-1"
            )

    async def dispatch(self) -> None:
        """Dispatch, accept, name the parties."""
        desk, case = self.office.desks["fenpai"], f"/cases/{self.case_id}"
        async with self.killer.during("dispatch"):
            await self._move(desk, "dispatch", "dispatched", mediator="staff-tiaojie")
        async with self.killer.during("accept"):
            await self._move(self.mediator, "accept", "accepted")
        async with self.killer.during("parties"):
            first = (await self.case())["parties"][0]["person_id"]
            named = {"name": self.wang.name, "phone": self.wang.number}
            await again(lambda: self.mediator.put(f"{case}/parties/{first}", named))
            await persist(self._add_party, lambda: self._parties(2))
        self.acknowledged["case.party-added"] += 1

    async def meet(self) -> None:
        """Fix the meeting, go in, record, end."""
        room = await self.invite()
        async with AsyncExitStack() as pages:
            async with self.killer.during("enter"):
                await self.enter(room, pages)
            async with self.killer.during("record"):
                await room.record(2.0)
            await room.record(1.0)  # it goes on after whatever happened
            async with self.killer.during("end"):
                await room.end(self._over)
        self.acknowledged["meeting.ended"] += 1

    async def invite(self) -> Room:
        """Fix the meeting; the respondent, who follows nothing, comes in by SMS."""
        async with self.killer.during("meeting"):
            await persist(self._fix, self._meeting)
            self.acknowledged["meeting.fixed"] += 1
            invited = await self.liu.sms(self.office.simulator, "/room/")
        async with self.killer.during("log-in"):
            self._sessions["liu"] = await self._by_invitation(address_in(invited))
        self.room = Room(self.mediator, (await self._meeting())["id"])
        return self.room

    async def enter(self, room: Room, stack: AsyncExitStack) -> None:
        """The mediator, and with a second page the respondent, go into the room."""
        base = self.office.town.pages
        path = f"cases/{self.case_id}/meetings/{room.meeting}"
        seats = [
            ("fengqiao-staff", self.mediator.secret, f"{base}/desk/{path}", "#c00000", 400),
            (COOKIE, self._sessions["liu"], f"{base}/m/{path}", "#0000c0", 1100),
        ]
        for cookie, secret, address, colour, pitch in seats[: self.pages]:
            page = await stack.enter_async_context(
                a_page(self.browser, base, cookie, secret, colour=colour, pitch=pitch)
            )
            await room.enter(page, address)

    async def agree(self) -> None:
        """Draft, ask the parties, let them confirm, freeze."""
        case = f"/cases/{self.case_id}/agreements"
        async with self.killer.during("draft"):
            await persist(lambda: self.mediator.post(case, CONTENT), self._drafted)
        self.agreement_id = (await self._drafted())[0]["id"]
        self.acknowledged["agreement.drafted"] += 1
        paper = f"/agreements/{self.agreement_id}"
        async with self.killer.during("review"):
            # Asking once more is allowed, so what may not have been heard is not looked for.
            await again(lambda: self.mediator.post(f"{paper}/review"))
            for who in ("wang", "liu"):
                await persist(partial(self._confirm, who), partial(self._agreed, who))
                self.acknowledged["agreement.confirmed"] += 1
        async with self.killer.during("freeze"):
            await persist(self._freeze, lambda: self._stage_is("frozen", "signing"))
            self.acknowledged["agreement.frozen"] += 1
            await eventually(lambda: self._stage_is("signing"), within=WITHIN)
        self.acknowledged["agreement.opened"] += 1

    async def sign(self, *signers: str) -> None:
        """These people sign, one after the other."""
        for who in signers:
            step, place = SIGNING[who]
            async with self.killer.during(step):
                await persist(partial(self._give, who), partial(self._given, place))
                self.acknowledged["agreement.signature-given"] += 1
                await eventually(partial(self.in_the_file, place), within=WITHIN)
            self.acknowledged["agreement.signed"] += 1

    async def seal(self) -> None:
        """The seal is applied; anybody can verify."""
        async with self.killer.during("seal"):
            await persist(self._seal, self._sealing)
            self.acknowledged["agreement.seal-given"] += 1
            await eventually(lambda: self._stage_is("sealed"), within=WITHIN)
        self.acknowledged["agreement.sealed"] += 1
        async with self.killer.during("verify"):
            self.paper = await self.mediator.get(f"/agreements/{self.agreement_id}/paper.pdf")
            self.verdict = await again(lambda: self.office.stranger.post("/verify", self.paper))

    def resident(self, who: str) -> Asker:
        return self.mediator if who == "mediator" else self.office.resident(self._sessions[who])

    async def case(self, desk: Asker | None = None) -> dict[str, Any]:
        return await (desk or self.mediator).get(f"/cases/{self.case_id}")

    async def agreement(self, asker: Asker | None = None) -> dict[str, Any]:
        return await (asker or self.mediator).get(f"/agreements/{self.agreement_id}")

    async def _move(self, desk: Asker, deed: str, state: str, **facts: str) -> None:
        async def move():
            version = (await self.case(desk))["version"]
            await desk.post(f"/cases/{self.case_id}/{deed}", {"version": version, **facts})

        async def moved():
            return (await self.case(desk))["line"]["state"] == state

        await persist(move, moved)
        self.acknowledged[f"case.{state}"] += 1

    async def _add_party(self) -> None:
        body = {
            "name": self.liu.name,
            "phone": self.liu.number,
            "version": (await self.case())["version"],
        }
        await self.mediator.post(f"/cases/{self.case_id}/parties", body)

    async def _parties(self, count: int) -> bool:
        return len((await self.case())["parties"]) == count

    async def _fix(self) -> None:
        told = await self.office.simulator.get("/_sim/clock")
        starts = datetime.fromisoformat(told["now"]) + timedelta(minutes=10)
        body = {"version": (await self.case())["version"], "starts_at": starts.isoformat()}
        await self.mediator.post(f"/cases/{self.case_id}/meetings", body)

    async def _meeting(self) -> dict[str, Any]:
        found = (await self.case())["meetings"]
        return found[0] if found else {}

    async def _over(self) -> bool:
        return (await self._meeting())["state"] == "ended"

    async def _by_invitation(self, address: str) -> str:
        """Ask for a code, read it in the SMS, enter it; ask again if it got lost."""
        invitation = f"/invitations/room/{address.rsplit('/', 1)[-1]}"
        opened: list[str] = []

        async def enter():
            code = await self._sms_code(
                lambda: self.office.stranger.post(f"{invitation}/code"), self.liu, "登录验证码"
            )
            told = await self.office.stranger.post(f"{invitation}/session", {"code": code})
            opened.append(told["secret"])

        async def inside():
            return opened

        await persist(enter, inside)
        return opened[0]

    async def _sms_code(self, ask, phone: Phone, words: str) -> str:
        simulator = self.office.simulator
        before = len(await phone.all_sms(simulator))
        await ask()
        return code_in(await phone.sms(simulator, words, after=before))

    async def _drafted(self) -> list[dict[str, Any]]:
        return (await self.case())["agreements"]

    async def _confirm(self, who: str) -> None:
        seen = await self.agreement(self.resident(who))
        body = {"version": seen["version"]}
        await self.resident(who).post(f"/agreements/{self.agreement_id}/confirm", body)

    async def _agreed(self, who: str) -> bool:
        seen = (await self.agreement(self.resident(who)))["agreement"]
        return next(s["confirmed"] for s in seen["signers"] if s["field"] == seen["my_field"])

    async def _freeze(self) -> None:
        body = {"version": (await self.agreement())["version"]}
        await self.mediator.post(f"/agreements/{self.agreement_id}/freeze", body)

    async def _stage_is(self, *stages: str) -> bool:
        return (await self.agreement())["agreement"]["stage"] in stages

    async def signature(self, who: str) -> dict[str, Any]:
        """What this person's page would send now, with a fresh code."""
        asker, path = self.resident(who), f"/agreements/{self.agreement_id}"
        if who == "mediator":
            code = await self.office.code("tiaojie")
        else:
            phone = self.wang if who == "wang" else self.liu
            code = await self._sms_code(
                lambda: asker.post(f"{path}/intent-code"), phone, "签字验证码"
            )
        pages = (await self.agreement(asker))["agreement"]["pages"]
        return _signature(await asker.get(f"{path}/paper.pdf"), pages, code)

    async def give(self, who: str, signature: dict[str, Any]) -> None:
        await self.resident(who).post(f"/agreements/{self.agreement_id}/signature", signature)

    async def _give(self, who: str) -> None:
        await self.give(who, await self.signature(who))

    async def _signer(self, place: str) -> dict[str, Any]:
        signers = (await self.agreement())["agreement"]["signers"]
        return next(one for one in signers if one["field"] == place)

    async def _given(self, place: str) -> bool:
        signer = await self._signer(place)
        return bool(signer["signed_at"]) or signer["waiting"]

    async def in_the_file(self, place: str) -> bool:
        signer = await self._signer(place)
        return bool(signer["signed_at"]) and not signer["waiting"]

    async def _seal(self) -> None:
        body = {"reason": "各方已签字，予以盖章", "code": await self.office.code("duban")}
        await self.office.desks["duban"].post(f"/agreements/{self.agreement_id}/seal", body)

    async def _sealing(self) -> bool:
        """The desk does not show a seal that is on its way; a second wish is refused as such."""
        if await self._stage_is("sealed"):
            return True
        try:
            await self._seal()
        except Refused as refused:
            return refused.code == "illegal-move"
        return True


def _signature(shown: bytes, pages: int, code: str) -> dict[str, Any]:
    strokes = [
        [
            (120 + 150 * s + 8 * n, 150 + 60 * math.sin(n * 0.9 + s), 400 * s + 12 * n, 0.5)
            for n in range(14)
        ]
        for s in range(3)
    ]
    return {
        "strokes": strokes,
        "pages_read": list(range(1, pages + 1)),
        "seconds_read": 20.0,
        "consent_version": SIGN_CONSENT,
        "code": code,
        "device": "tests/faults",
        "shown_sha256": hashlib.sha256(shown).hexdigest(),
    }
