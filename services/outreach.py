"""What is known of the ways to somebody: windows, subscriptions, numbers; and what opens them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from domain.channels import App, Reach
from domain.conversations import Incoming
from domain.happenings import (
    Fate,
    Happening,
    MediaChecked,
    SubscribedSent,
    SubscriptionChosen,
    TemplateSent,
)
from domain.ids import PersonId
from domain.jobs import AnswerLate, SendNotice, SendSms
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import WeChatIdentity
from domain.platform import CALLS
from domain.ports.ahead import DeliveryReport
from domain.ports.outside import Clock
from domain.ports.store import Work
from domain.reply_windows import ReplyRules, ReplyWindows
from domain.subscriptions import Subscription, Teller
from domain.templates import TemplateBook
from services.settings import Centre

INBOX_KEY = "inbox"  #: the fact of a late answer that names the message it answers
BEFORE_ALL = datetime.fromtimestamp(0, UTC)  #: of whoever never wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Everything the courier has to know of one person: how to reach them, and at which account."""

    reach: Reach
    accounts: tuple[WeChatIdentity, ...] = ()
    phone: str = field(default="", repr=False)

    def account(self, appid: str) -> WeChatIdentity:
        """The person's account with one of our apps."""
        return next(one for one in self.accounts if one.appid == appid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """The ledgers of what WeChat allows; every deed joins the caller's transaction."""

    clock: Clock
    centre: Centre
    rules: ReplyRules = field(default_factory=ReplyRules)
    book: TemplateBook = field(default_factory=TemplateBook)

    def appid(self, way: Way) -> str:
        """The app a way in WeChat belongs to."""
        mini = way in {Way.MINI_CHAT, Way.MINI_SUBSCRIBED}
        return self.centre.miniprogram_appid if mini else self.centre.official_appid

    def chat_of(self, appid: str) -> Way:
        """The chat of an app."""
        return Way.MINI_CHAT if appid == self.centre.miniprogram_appid else Way.CHAT

    async def ways(self, work: Work, notice: Notice) -> Ways:
        """Say how whoever the notice is for can be reached now."""
        tried = frozenset(notice.tried)
        if notice.to_staff is not None:
            phone = (await work.staff.get(notice.to_staff)).phone
            return Ways(reach=Reach(phone=bool(phone), tried=tried), phone=phone)
        if notice.to_person is None:
            return Ways(reach=Reach(tried=tried))
        person = await work.people.get(notice.to_person)
        accounts = tuple(await work.people.identities(person.id))
        reach = Reach(
            official=await self._app(work, accounts, _OFFICIAL, notice.kind),
            mini=await self._app(work, accounts, _MINI, notice.kind),
            phone=bool(person.phone),
            tried=tried,
            resting=await self.resting(work),
        )
        return Ways(reach=reach, accounts=accounts, phone=person.phone)

    async def resting(self, work: Work) -> frozenset[Way]:
        """Name the ways whose quota is used up for now."""
        rests = {(one.appid, one.path) for one in await work.platform.rests(at=self.clock())}
        return frozenset(way for way, path in CALLS.items() if (self.appid(way), path) in rests)

    async def windows(self, work: Work, appid: str, openid: str) -> ReplyWindows:
        """Return the reply windows of an account, caught up with what the person did last."""
        kept = await work.windows.of(appid, openid)
        return kept.heard(await work.inbox.last_deeds(appid, openid), self.rules)

    async def spend_answer(self, work: Work, appid: str, openid: str) -> bool:
        """Use up one answer, or say that none is left."""
        windows = await self.windows(work, appid, openid)
        if not windows.left(self.clock()):
            return False
        await work.windows.save(appid, openid, windows.spent(self.clock()))
        return True

    async def return_answer(self, work: Work, appid: str, openid: str) -> None:
        """Give one answer back that surely did not go out."""
        windows = await self.windows(work, appid, openid)
        await work.windows.save(appid, openid, windows.given_back(self.clock()))

    async def close_window(self, work: Work, appid: str, openid: str) -> None:
        """Correct the ledger: the platform says that no answer is left (45015, 45047)."""
        windows = await self.windows(work, appid, openid)
        await work.windows.save(appid, openid, windows.closed())

    async def subscription(
        self, work: Work, appid: str, openid: str, template: str
    ) -> Subscription:
        """Return what an account allows by one template."""
        own = await work.subscriptions.of(appid, openid)
        known = next((one for one in own if one.template_id == template), None)
        if known is not None:
            return known
        in_book = self.book.by_id(template)
        return Subscription(
            template_id=template, long_term=in_book is not None and in_book.long_term
        )

    async def chosen(
        self, work: Work, account: WeChatIdentity, template: str, *, yes: bool, tap: str = ""
    ) -> None:
        """Count an answer about a template: the phone's if it names a tap, else the platform's."""
        known = await self.subscription(work, account.appid, account.openid, template)
        teller = Teller.PHONE if tap else Teller.PLATFORM
        told = known.accepted(teller, tap=tap) if yes else known.rejected()
        await work.subscriptions.save(account.appid, account.openid, told)
        if yes and told != known:
            await self.release(work, account.person_id)

    async def hold(self, work: Work, person: PersonId) -> None:
        """Note that something waits for the person to write, follow or scan."""
        for account in await work.people.identities(person):
            deeds = await work.inbox.last_deeds(account.appid, account.openid)
            since = max(deeds.values(), default=BEFORE_ALL)
            await work.windows.hold(account.appid, account.openid, since=since)

    async def release(self, work: Work, person: PersonId) -> None:
        """Let everything that waits for this person be tried again, the oldest first."""
        for account in await work.people.identities(person):
            await work.windows.let_go(account.appid, account.openid)
        answers: dict[str, Notice] = {}
        for notice in reversed(await work.notices.held_for(person)):
            await work.notices.save(replace(notice, state=Delivery.WAITING, tried=(), why=""))
            if notice.kind is NoticeKind.ANSWER:
                answers.setdefault(notice.facts[INBOX_KEY], notice)
            else:
                await hand_over(work, notice)
        for notice in answers.values():  # one job brings all pieces of an answer, in their order
            await hand_over(work, notice)

    async def take_note(self, work: Work, incoming: Incoming) -> None:
        """Keep what an event of WeChat tells; each event comes here once, in any order."""
        for happening in incoming.happenings:
            await self._note(work, incoming, happening)

    async def _note(self, work: Work, incoming: Incoming, happening: Happening) -> None:
        match happening:
            case SubscriptionChosen(template_id=template, accepted=yes):
                account = await work.people.identity(incoming.appid, incoming.openid)
                if account is not None:
                    await self.chosen(work, account, template, yes=yes)
            case TemplateSent(message_id=name, fate=fate, status=status):
                report = DeliveryReport(fate=fate, status=status)
                await self._reported(work, f"{incoming.appid}:{name}", report)
            case SubscribedSent(message_id=name, error_code=code):
                report = DeliveryReport(fate=happening.fate, status=code)
                await self._reported(work, f"{incoming.appid}:{name}", report)
            case MediaChecked(trace_id=trace, advice=advice, label=label):
                await work.hints.answer(trace, advice or "none", label)

    async def _reported(self, work: Work, platform_id: str, report: DeliveryReport) -> None:
        notice = await work.notices.by_platform_id(platform_id)
        if notice is None:
            await work.notices.keep_report(platform_id, report, at=self.clock())
        else:
            await self.settle(work, notice, report)

    async def settle(self, work: Work, notice: Notice, report: DeliveryReport) -> None:
        """Put down what became of a sent notice; what did not arrive goes another way."""
        if notice.state is not Delivery.SENT or notice.way is None:
            return
        if report.fate == Fate.DELIVERED:
            await work.notices.save(replace(notice, state=Delivery.DELIVERED))
            return
        why = "blocked" if report.fate == Fate.BLOCKED else "not-delivered"
        again = replace(
            notice, state=Delivery.WAITING, why=why, tried=(*notice.tried, notice.way), way=None
        )
        await work.notices.save(again)
        await hand_over(work, again)

    async def _app(
        self, work: Work, accounts: Collection[WeChatIdentity], ways: _AppWays, kind: NoticeKind
    ) -> App | None:
        appid = self.appid(ways.chat)
        account = next((one for one in accounts if one.appid == appid), None)
        if account is None or not appid:
            return None
        follows = account.following or ways.chat is Way.MINI_CHAT
        windows = await self.windows(work, appid, account.openid)
        template = self.book.find(ways.subscribed, kind)
        left = None
        if template is not None:
            left = (await self.subscription(work, appid, account.openid, template.id)).left
        return App(
            follows=follows,
            template=self.book.find(Way.TEMPLATE, kind) is not None,
            window=windows.left(self.clock()) if follows else 0,
            subscribed=left,
            long_term=template is not None and template.long_term,
        )


@dataclass(frozen=True, slots=True)
class _AppWays:
    """The ways of one app."""

    chat: Way
    subscribed: Way


_OFFICIAL = _AppWays(Way.CHAT, Way.SUBSCRIBED)
_MINI = _AppWays(Way.MINI_CHAT, Way.MINI_SUBSCRIBED)


async def hand_over(work: Work, notice: Notice) -> None:
    """Leave a waiting notice to its job; each version of it is one job."""
    key = f"{notice.id}-{notice.version + 1}"
    if notice.kind is NoticeKind.ANSWER:
        await work.jobs.add(AnswerLate(notice.facts[INBOX_KEY]), key=f"answer-{key}")
    elif notice.way is Way.SMS:
        await work.jobs.add(SendSms(notice.id), key=f"sms-{key}")
    else:
        await work.jobs.add(SendNotice(notice.id), key=f"notice-{key}")
