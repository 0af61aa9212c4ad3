"""Telling people: kept with the change that causes it, sent after it, never silently twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.codes import CODE_SPAN
from domain.deadlines import TERMS, DueKind
from domain.errors import Stale, Unavailable
from domain.ids import CaseId, PersonId, StaffId
from domain.jobs import SendNotice, SendSms
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.ports.outside import Chance, Chat, Clock, Refusal, Sms, Uncertain, Words
from domain.ports.store import Store, Work
from services.settings import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How somebody can be reached now."""

    openid: str = ""
    phone: str = ""


#: After this long a notice is worth nothing, and would only confuse whoever gets it.
USELESS_AFTER: Mapping[NoticeKind, timedelta] = MappingProxyType(
    {
        NoticeKind.LOGIN_CODE: CODE_SPAN,
        NoticeKind.INTENT_CODE: CODE_SPAN,
        NoticeKind.MEETING_SOON: TERMS[DueKind.MEETING_SOON].span,
    }
)

Bringing = Callable[[Notice, Address], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDesk:
    """The desk that tells people."""

    store: Store
    clock: Clock
    chance: Chance
    chat: Chat
    sms: Sms
    words: Words
    centre: Centre

    async def post(
        self,
        work: Work,
        kind: NoticeKind,
        *,
        case_id: CaseId | None,
        to_person: PersonId | None = None,
        to_staff: StaffId | None = None,
        facts: Mapping[str, str] | None = None,
        by_sms: bool = False,
    ) -> None:
        """Keep a notice and its sending with the running transaction."""
        notice = Notice(
            id=self.chance.id(),
            kind=kind,
            case_id=case_id,
            to_person=to_person,
            to_staff=to_staff,
            facts={"office": self.centre.name, "phone": self.centre.phone, **(facts or {})},
            made_at=self.clock(),
            way=Way.SMS if by_sms else None,
        )
        await work.notices.add(notice)
        if by_sms:
            await self._leave_to_sms(work, notice)
        else:
            await work.jobs.add(SendNotice(notice.id), key=f"notice-{notice.id}")

    async def send(self, job: SendNotice) -> None:
        """Bring a notice by WeChat; who does not follow, or whom WeChat refuses, gets an SMS."""
        claimed = await self._claim(job.notice_id)
        if claimed is None:
            return
        notice, address = claimed
        outcome = await self._try(self._by_chat, notice, address)
        if outcome is Delivery.FAILED and address.phone:
            await self._turn_to_sms(notice)
        else:
            await self._keep(notice, outcome)

    async def send_sms(self, job: SendSms) -> None:
        """Bring a notice by SMS; the gateway knows its key, so trying again sends no second one."""
        claimed = await self._claim_sms(job.notice_id)
        if claimed is not None:
            notice, address = claimed
            await self._keep(notice, await self._try(self._by_sms, notice, address))

    async def _claim(self, notice_id: str) -> tuple[Notice, Address] | None:
        """Mark the notice as being sent; what a dead worker left half-sent is judged here."""
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            if notice.way is Way.SMS:
                await self._leave_to_sms(work, notice)
                return None
            if notice.state is Delivery.SENDING:
                # WeChat keeps no idempotency key for every message: nobody can know
                await work.notices.save(replace(notice, state=Delivery.UNKNOWN))
                return None
            if notice.state is not Delivery.WAITING:
                return None
            address = await self._address(work, notice)
            if not address.openid:
                await self._keep_way(work, notice, Way.SMS if address.phone else Way.NONE)
                return None
            return await self._claimed(work, replace(notice, way=Way.TEMPLATE), address)

    async def _claim_sms(self, notice_id: str) -> tuple[Notice, Address] | None:
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            if notice.state not in (Delivery.WAITING, Delivery.SENDING):
                return None
            address = await self._address(work, notice)
            if not address.phone:
                await self._keep_way(work, notice, Way.NONE)
                return None
            return await self._claimed(work, notice, address)

    async def _claimed(
        self, work: Work, notice: Notice, address: Address
    ) -> tuple[Notice, Address] | None:
        """Mark the notice as being sent, unless it is worth nothing any more."""
        useless = notice.state is Delivery.WAITING and _useless(notice, self.clock())
        state = Delivery.FAILED if useless else Delivery.SENDING
        claimed = replace(notice, state=state)
        await work.notices.save(claimed)
        return None if useless else (replace(claimed, version=claimed.version + 1), address)

    async def _keep_way(self, work: Work, notice: Notice, way: Way) -> None:
        """Note that there is no way by WeChat, and hand the notice on to the other."""
        state = Delivery.UNREACHABLE if way is Way.NONE else notice.state
        await work.notices.save(replace(notice, way=way, state=state))
        if way is Way.SMS:
            await self._leave_to_sms(work, notice)

    async def _leave_to_sms(self, work: Work, notice: Notice) -> None:
        await work.jobs.add(SendSms(notice.id), key=f"sms-{notice.id}")

    async def _try(self, way: Bringing, notice: Notice, address: Address) -> Delivery:
        try:
            await way(notice, address)
        except Refusal:
            return Delivery.FAILED
        except Uncertain:
            return Delivery.UNKNOWN
        except Unavailable:
            await self._keep(notice, Delivery.WAITING)
            raise
        return Delivery.SENT

    async def _by_chat(self, notice: Notice, address: Address) -> None:
        title, lines = self.words.notice(notice.kind, notice.facts)
        url = notice.facts.get("url", "")
        await self.chat.notify(
            key=notice.id, openid=address.openid, title=title, lines=lines, url=url
        )

    async def _by_sms(self, notice: Notice, address: Address) -> None:
        text = self.words.sms(notice.kind, notice.facts)
        await self.sms.send(key=notice.id, to=address.phone, text=text)

    async def _turn_to_sms(self, notice: Notice) -> None:
        """What WeChat refused for good goes out by SMS."""
        async with self.store.begin() as work:
            await self._keep_way(work, replace(notice, state=Delivery.WAITING), Way.SMS)

    async def _keep(self, notice: Notice, state: Delivery) -> None:
        try:
            async with self.store.begin() as work:
                await work.notices.save(replace(notice, state=state))
        except Stale:
            return  # another worker has judged it meanwhile; its word stands

    async def _address(self, work: Work, notice: Notice) -> Address:
        if notice.to_staff is not None:
            return Address(phone=(await work.staff.get(notice.to_staff)).phone)
        if notice.to_person is None:
            return Address()
        person = await work.people.get(notice.to_person)
        accounts = await work.people.identities(notice.to_person)
        openid = next(
            (
                account.openid
                for account in accounts
                if account.following and account.appid == self.centre.official_appid
            ),
            "",
        )
        return Address(openid=openid, phone=person.phone)


def _useless(notice: Notice, now: datetime) -> bool:
    return now - notice.made_at > USELESS_AFTER.get(notice.kind, timedelta.max)
