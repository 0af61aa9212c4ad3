"""Answers that were not told at once: they are brought later, each piece claimed before it goes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from domain.channels import Why
from domain.conversations import Incoming, Reply
from domain.errors import NotFound, Unavailable
from domain.ids import PersonId
from domain.jobs import AnswerLate
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.ports.outside import Chat, Clock, Refusal, Resting, Uncertain
from domain.ports.store import Store, Work
from services.courier import WINDOW_CLOSED
from services.outreach import INBOX_KEY, Outreach

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswers:
    """Promises within the message's transaction what is brought after it."""

    store: Store
    clock: Clock
    chats: Mapping[str, Chat] = field(repr=False)  #: by appid: an openid belongs to one app
    outreach: Outreach

    async def promise(
        self, work: Work, key: str, reply: Reply, person: PersonId, *, late: bool
    ) -> None:
        """Leave the courier what the passive reply does not carry."""
        pieces = tuple(_pieces(key, reply, late=late))
        for notice_id, _ in pieces:
            await work.notices.add(
                Notice(
                    id=notice_id,
                    kind=NoticeKind.ANSWER,
                    case_id=None,
                    to_person=person,
                    facts={INBOX_KEY: key},
                    made_at=self.clock(),
                    way=Way.CHAT,
                )
            )
        if pieces:
            await work.jobs.add(AnswerLate(key), key=f"answer-late:{key}")

    async def bring(self, key: str) -> None:
        """Bring what was not told at once, piece by piece, each claimed before it is sent.

        What may not be sent now waits until the person writes again.  Raises
        :class:`~domain.errors.Unavailable` if a piece surely did not go out: try again.
        """
        async with self.store.read() as work:
            kept = await work.inbox.find(key)
        if kept is None or kept.reply is None:
            raise NotFound(key)
        if kept.delivered:
            return
        pieces = tuple(_pieces(key, kept.reply, late=kept.late))
        if not all([await self._bring(name, kept.incoming, piece) for name, piece in pieces]):
            return
        async with self.store.begin() as work:
            await work.inbox.delivered(key)

    async def _bring(self, notice_id: str, incoming: Incoming, piece: Reply) -> bool:
        """Send one piece unless somebody did or may have done so; False if it has to wait."""
        if (claimed := await self._claim(notice_id, incoming)) is not Delivery.SENDING:
            return claimed is not Delivery.HELD
        try:
            await self.chats[incoming.appid].say(key=notice_id, openid=incoming.openid, reply=piece)
        except Refusal as refusal:
            return await self._refused(notice_id, incoming, refusal.code)
        except Uncertain:
            await self._settle(notice_id, Delivery.UNKNOWN)
        except (Unavailable, Resting) as error:
            await self._put_back(notice_id, incoming)
            raise Unavailable(f"a late answer has to wait: {error}") from error
        else:
            await self._settle(notice_id, Delivery.SENT)
        return True

    async def _claim(self, notice_id: str, incoming: Incoming) -> Delivery | None:
        """Mark the piece as being sent and pay for it; what a dead worker left so is unknown."""
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            notice = replace(notice, way=self.outreach.chat_of(incoming.appid))
            state = await self._claimable(work, notice, incoming)
            if state is not None:
                await self._say_why(work, notice, state)
            return state

    async def _claimable(self, work: Work, notice: Notice, incoming: Incoming) -> Delivery | None:
        """Say what becomes of a piece now; None: it is settled."""
        if notice.state is Delivery.SENDING:
            return Delivery.UNKNOWN
        if notice.state is Delivery.HELD:
            return Delivery.HELD
        if notice.state is not Delivery.WAITING:
            return None
        open_now = await self.outreach.spend_answer(work, incoming.appid, incoming.openid)
        return Delivery.SENDING if open_now else Delivery.HELD

    async def _say_why(self, work: Work, notice: Notice, state: Delivery) -> None:
        if state is notice.state:
            return
        why = Why.WINDOW_CLOSED if state is Delivery.HELD else Why.WINDOW
        await work.notices.save(replace(notice, state=state, why=why))
        if state is Delivery.HELD and notice.to_person is not None:
            await self.outreach.hold(work, notice.to_person)

    async def _refused(self, notice_id: str, incoming: Incoming, code: str) -> bool:
        """Correct the ledger where the platform knows better; any other refusal is the end."""
        logger.warning("a late answer was refused: %s", code)
        async with self.store.begin() as work:
            if code not in WINDOW_CLOSED:  # it did not go out, so it costs nothing
                await self.outreach.return_answer(work, incoming.appid, incoming.openid)
                notice = await work.notices.get(notice_id)
                await work.notices.save(replace(notice, state=Delivery.FAILED, why=code))
                return True
            await self.outreach.close_window(work, incoming.appid, incoming.openid)
            await self._say_why(work, await work.notices.get(notice_id), Delivery.HELD)
        return False

    async def _put_back(self, notice_id: str, incoming: Incoming) -> None:
        async with self.store.begin() as work:
            await self.outreach.return_answer(work, incoming.appid, incoming.openid)
            notice = await work.notices.get(notice_id)
            await work.notices.save(replace(notice, state=Delivery.WAITING))

    async def _settle(self, notice_id: str, state: Delivery) -> None:
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            await work.notices.save(replace(notice, state=state, why=Why.WINDOW))


def _pieces(key: str, reply: Reply, *, late: bool) -> Iterator[tuple[str, Reply]]:
    """Part what the courier has to bring into messages that are claimed one by one."""
    name = hashlib.sha256(key.encode()).hexdigest()[:26]
    if late and reply.text:
        yield f"answer-{name}", replace(reply, picture="")
    if reply.picture:
        yield f"picture-{name}", Reply(text="", picture=reply.picture)
