"""Telling people: kept with the change that causes it, sent after it, and listed for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actors import Resident
from domain.ids import CaseId, PersonId, StaffId
from domain.jobs import SendNotice, SendSms
from domain.notices import Notice, NoticeKind, Way
from domain.ports.outside import Chance, Clock, Words
from domain.ports.store import Store, Work
from services.settings import Centre
from services.views import MessageLine, MessageList, MessageView
from services.words import doubt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDesk:
    """The desk that tells people."""

    store: Store
    clock: Clock
    chance: Chance
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
            await work.jobs.add(SendSms(notice.id), key=f"sms-{notice.id}")
        else:
            await work.jobs.add(SendNotice(notice.id), key=f"notice-{notice.id}")

    async def list_mine(
        self, resident: Resident, *, limit: int, after: str = ""
    ) -> tuple[MessageList, str]:
        """Show a resident their messages (我的消息), newest first, and where the list goes on."""
        async with self.store.read() as work:
            kept = await work.notices.list_of(resident.id, limit=limit + 1, after=after)
            unread = await work.notices.unread(resident.id)
        page = kept[:limit]
        following = page[-1].id if len(kept) > limit else ""
        return MessageList(items=tuple(self._shown(one) for one in page), unread=unread), following

    async def unread(self, resident: Resident) -> int:
        """Count what a resident has not seen yet."""
        async with self.store.read() as work:
            return await work.notices.unread(resident.id)

    async def see(self, resident: Resident, until: str) -> None:
        """Note that a resident saw this message and those before it; raises NotFound."""
        async with self.store.begin() as work:
            await work.notices.see(resident.id, until, at=self.clock())

    def _shown(self, notice: Notice) -> MessageView:
        title, lines = self.words.notice(notice.kind, notice.facts)
        return MessageView(
            id=notice.id,
            kind=notice.kind,
            title=title,
            lines=tuple(MessageLine(label=label, words=words) for label, words in lines.items()),
            url=notice.facts.get("url", ""),
            case_id=notice.case_id or "",
            at=notice.made_at,
            seen=notice.read_at is not None,
            state=notice.state,
            doubt=doubt_of(notice),
        )
