"""Bringing notices: claimed before they are sent, never silently twice, never silently lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.channels import Choice, Why, choose
from domain.codes import CODE_SPAN
from domain.conversations import Link, Reply
from domain.deadlines import TERMS, DueKind
from domain.errors import NotFound, Stale, Unavailable
from domain.jobs import SendNotice, SendSms
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import WeChatIdentity
from domain.platform import CALLS, Rest
from domain.ports.outside import Chat, Clock, Refusal, Resting, Sms, Uncertain, Words
from domain.ports.store import Store, Work
from domain.templates import Card, Template
from services.outreach import Outreach, Ways

#: After this long a notice is worth nothing, and would only confuse whoever gets it.
USELESS_AFTER: Mapping[NoticeKind, timedelta] = MappingProxyType(
    {
        NoticeKind.LOGIN_CODE: CODE_SPAN,
        NoticeKind.INTENT_CODE: CODE_SPAN,
        NoticeKind.JOIN_CODE: CODE_SPAN,
        NoticeKind.MEETING_SOON: TERMS[DueKind.MEETING_SOON].span,
    }
)
TOO_LATE = "too-late"
WINDOW_CLOSED = frozenset({"45015", "45047"})
USED_UP = "43101"
NOT_FOLLOWING = "43004"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A notice on its way, and everything its sending needs."""

    notice: Notice
    way: Way
    account: WeChatIdentity | None = None
    template: Template | None = None
    phone: str = field(default="", repr=False)

    @property
    def to(self) -> WeChatIdentity:
        """The account in WeChat."""
        if self.account is None:
            raise LookupError(self.way)
        return self.account


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Whoever brings the notices."""

    store: Store
    clock: Clock
    chats: Mapping[str, Chat] = field(repr=False)  #: by appid
    sms: Sms
    words: Words
    outreach: Outreach

    async def send(self, job: SendNotice) -> None:
        """Bring a notice by the best way that is open; what one refuses goes by the next.

        Raises :class:`~domain.errors.Unavailable` while only a way that rests is left: try again.
        """
        while (claimed := await self._claim(job.notice_id)) is not None:
            if await self._bring(claimed):
                return

    async def send_sms(self, job: SendSms) -> None:
        """Bring a notice by SMS; the gateway knows its key, so trying again sends no second one."""
        claimed = await self._claim_sms(job.notice_id)
        if claimed is not None:
            await self._bring(claimed)

    async def let_go(self) -> int:
        """Send on what waits for people who did something; how many people they are."""
        async with self.store.read() as work:
            heard = await work.windows.heard()
        for appid, openid in heard:
            async with self.store.begin() as work:
                account = await work.people.identity(appid, openid)
                await work.windows.let_go(appid, openid)
                if account is not None:
                    await self.outreach.release(work, account.person_id)
        return len(heard)

    async def _claim(self, notice_id: str) -> Claimed | None:
        """Mark the notice as being sent and pay for its way, in one transaction.

        What a dead worker left half-sent is judged here: WeChat knows no key for every message, so
        nobody can know what became of it.
        """
        async with self.store.begin() as work:
            try:
                notice = await work.notices.get(notice_id)
            except NotFound:  # deleted meanwhile, at the wish of whom it was for
                return None
            if notice.way is Way.SMS:
                await self._leave_to_sms(work, notice)
                return None
            if notice.state is Delivery.SENDING:
                await work.notices.save(replace(notice, state=Delivery.UNKNOWN))
            if notice.state is not Delivery.WAITING or await self._dropped(work, notice):
                return None
            ways = await self.outreach.ways(work, notice)
            choice = choose(ways.reach, notice.kind)
            if choice.best is None:
                rests = await self._wait(work, notice, ways, choice)
            else:
                return await self._take(work, notice, ways, choice.best)
        if rests:
            raise Unavailable("the quota of the day or minute is used up")
        return None

    async def _take(
        self, work: Work, notice: Notice, ways: Ways, best: tuple[Way, Why]
    ) -> Claimed | None:
        way, why = best
        chosen = replace(notice, way=way, why=why)
        if way is Way.SMS:
            await work.notices.save(chosen)
            await self._leave_to_sms(work, notice)
            return None
        account = ways.account(self.outreach.appid(way))
        by_chat = way in {Way.CHAT, Way.MINI_CHAT}
        template = None if by_chat else self.outreach.book.find(way, notice.kind)
        await self._pay(work, way, account, template)
        await work.notices.save(replace(chosen, state=Delivery.SENDING))
        sending = replace(chosen, state=Delivery.SENDING, version=notice.version + 1)
        return Claimed(notice=sending, way=way, account=account, template=template)

    async def _pay(
        self, work: Work, way: Way, account: WeChatIdentity, template: Template | None
    ) -> None:
        """Count what the way costs; it was open a moment ago in this same transaction."""
        if template is None:
            await self.outreach.spend_answer(work, account.appid, account.openid)
        elif way is not Way.TEMPLATE:
            known = await self.outreach.subscription(
                work, account.appid, account.openid, template.id
            )
            await work.subscriptions.save(account.appid, account.openid, known.used())

    async def _wait(self, work: Work, notice: Notice, ways: Ways, choice: Choice) -> bool:
        """Put down that no way is open; True if one only rests, and is worth coming back for."""
        why = notice.why if notice.tried else choice.why_not
        if choice.why_not is Why.RESTING:
            await work.notices.save(replace(notice, why=Why.RESTING))
            return True
        if not ways.reach.in_wechat or notice.to_person is None:
            state = Delivery.FAILED if notice.tried else Delivery.UNREACHABLE
            await work.notices.save(replace(notice, state=state, way=Way.NONE, why=why))
            return False
        await work.notices.save(replace(notice, state=Delivery.HELD, way=None, why=why))
        await self.outreach.hold(work, notice.to_person)
        return False

    async def _claim_sms(self, notice_id: str) -> Claimed | None:
        async with self.store.begin() as work:
            try:
                notice = await work.notices.get(notice_id)
            except NotFound:  # deleted meanwhile, at the wish of whom it was for
                return None
            if notice.state not in (Delivery.WAITING, Delivery.SENDING):
                return None
            if notice.state is Delivery.WAITING and await self._dropped(work, notice):
                return None
            ways = await self.outreach.ways(work, notice)
            if not ways.phone:
                gone = replace(notice, way=Way.NONE, state=Delivery.UNREACHABLE, why=Why.NO_PHONE)
                await work.notices.save(gone)
                return None
            sending = replace(notice, state=Delivery.SENDING)
            await work.notices.save(sending)
        kept = replace(sending, version=notice.version + 1)
        return Claimed(notice=kept, way=Way.SMS, phone=ways.phone)

    async def _dropped(self, work: Work, notice: Notice) -> bool:
        """Give up what is worth nothing any more."""
        late = _useless(notice, self.clock())
        if late:
            await work.notices.save(replace(notice, state=Delivery.FAILED, why=TOO_LATE))
        return late

    async def _leave_to_sms(self, work: Work, notice: Notice) -> None:
        await work.jobs.add(SendSms(notice.id), key=f"sms-{notice.id}")

    async def _bring(self, claimed: Claimed) -> bool:
        """Send; False if this way refused it for good and the next one is to be tried."""
        try:
            platform_id = await self._hand_over(claimed)
        except Refusal as refusal:
            return await self._refused(claimed, refusal.code)
        except Resting as resting:
            await self._rest(claimed, resting)
            return False
        except Uncertain:
            await self._keep(replace(claimed.notice, state=Delivery.UNKNOWN))
            return True
        except Unavailable:
            await self._put_back(claimed)
            raise
        await self._sent(claimed, platform_id)
        return True

    async def _hand_over(self, claimed: Claimed) -> str:
        """Make the one call, and give the platform's name for what was sent."""
        notice, facts = claimed.notice, claimed.notice.facts
        if claimed.way is Way.SMS:
            text = self.words.sms(notice.kind, facts)
            await self.sms.send(key=notice.id, to=claimed.phone, text=text)
            return ""
        title, lines = self.words.notice(notice.kind, facts)
        url, chat = facts.get("url", ""), self.chats[claimed.to.appid]
        if claimed.template is None:
            words = "\n".join([title, *(f"{name}：{told}" for name, told in lines.items())])
            links = (Link(title=title, url=url),) if url else ()
            reply = Reply(text=words, links=links)
            await chat.say(key=notice.id, openid=claimed.to.openid, reply=reply)
            return ""
        send = chat.notify if claimed.way is Way.TEMPLATE else chat.remind
        card = Card(template=claimed.template, title=title, lines=lines, url=url)
        number = await send(key=notice.id, openid=claimed.to.openid, card=card)
        return f"{claimed.to.appid}:{number}" if number else ""

    async def _sent(self, claimed: Claimed, platform_id: str) -> None:
        """Put down that it went out; its end may have been told already."""
        try:
            async with self.store.begin() as work:
                sent = replace(claimed.notice, state=Delivery.SENT, platform_id=platform_id)
                await work.notices.save(sent)
                report = await work.notices.report_of(platform_id) if platform_id else None
                if report is not None:
                    await self.outreach.settle(
                        work, replace(sent, version=sent.version + 1), report
                    )
        except Stale:
            return  # another worker has judged it meanwhile; its word stands

    async def _refused(self, claimed: Claimed, code: str) -> bool:
        """Correct the ledger by what the platform said, and let the next way be tried."""
        notice = claimed.notice
        if claimed.way is Way.SMS:
            await self._keep(replace(notice, state=Delivery.FAILED, why=code))
            return True
        async with self.store.begin() as work:
            await self._correct(work, claimed, code)
            tried = (*notice.tried, claimed.way)
            waiting = replace(notice, state=Delivery.WAITING, way=None, why=code, tried=tried)
            await work.notices.save(waiting)
        return False

    async def _correct(self, work: Work, claimed: Claimed, code: str) -> None:
        appid, openid = claimed.to.appid, claimed.to.openid
        if code in WINDOW_CLOSED:
            await self.outreach.close_window(work, appid, openid)
        elif code == USED_UP and claimed.template is not None:
            known = await self.outreach.subscription(work, appid, openid, claimed.template.id)
            await work.subscriptions.save(appid, openid, known.emptied())
        else:
            await self._give_back(work, claimed)
        if code == NOT_FOLLOWING:
            account = await work.people.identity(appid, openid)
            if account is not None:
                await work.people.link(replace(account, following=False))

    async def _rest(self, claimed: Claimed, resting: Resting) -> None:
        """Nothing was sent, and for a while nothing can be this way: another one, or later."""
        rest = Rest(
            appid=claimed.to.appid,
            path=CALLS[claimed.way],
            code=resting.code,
            until=resting.until,
        )
        async with self.store.begin() as work:
            await work.platform.rest(rest)
        await self._put_back(claimed)

    async def _put_back(self, claimed: Claimed) -> None:
        """Nothing was sent: what it cost is given back, and it waits as before."""
        way = Way.SMS if claimed.way is Way.SMS else None
        try:
            async with self.store.begin() as work:
                await self._give_back(work, claimed)
                await work.notices.save(replace(claimed.notice, state=Delivery.WAITING, way=way))
        except Stale:
            return  # another worker has judged it meanwhile; its word stands

    async def _give_back(self, work: Work, claimed: Claimed) -> None:
        if claimed.way in {Way.CHAT, Way.MINI_CHAT}:
            await self.outreach.return_answer(work, claimed.to.appid, claimed.to.openid)
        elif claimed.template is not None and claimed.way is not Way.TEMPLATE:
            appid, openid = claimed.to.appid, claimed.to.openid
            known = await self.outreach.subscription(work, appid, openid, claimed.template.id)
            await work.subscriptions.save(appid, openid, known.given_back())

    async def _keep(self, notice: Notice) -> None:
        try:
            async with self.store.begin() as work:
                await work.notices.save(notice)
        except Stale:
            return


def _useless(notice: Notice, now: datetime) -> bool:
    return now - notice.made_at > USELESS_AFTER.get(notice.kind, timedelta.max)
