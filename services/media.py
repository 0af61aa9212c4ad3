"""What people send besides words: fetched in time, kept as it was sent, shown to who may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.access import Action, can
from domain.actors import Actor, Resident
from domain.cases import Case
from domain.deadlines import DueKind
from domain.errors import BadInput, NotFound
from domain.ids import CaseId, MediaId, PersonId
from domain.jobs import FetchPicture, MakePlayable
from domain.media import VOICE, Medium, MediumState
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Chat, Clock, Objects, Refusal
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from services.dues import set_due
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import medium_changed
from services.words import KINDS_OF_MEDIA

LARGEST_UPLOAD = 10 * 1024 * 1024
PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
LARGEST_VOICE = 4 * 1024 * 1024
MP3 = "audio/mpeg"  #: what the mini-program's recorder makes
#: A tag, or a frame of layer III; whether it plays is found out where hostile bytes may be.
MP3_BEGINS = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")
EXPIRED = "expired"  #: nobody could fetch it while it was there


def new_in(case: Case, media: Iterable[MediaId]) -> Sequence[MediaId]:
    """Give what a case has not yet, each once."""
    return [one for one in dict.fromkeys(media) if one not in case.media]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDesk:
    """The desk that keeps pictures and voices: original bytes, their hash and when they came."""

    store: Store
    clock: Clock
    chance: Chance
    objects: Objects
    bus: Bus
    notices: NoticeDesk
    chats: Mapping[str, Chat]  #: by appid: a platform id belongs to one app
    centre: Centre

    async def keep_fetchable(self, work: Work, medium: Medium) -> None:
        """Note a picture or voice that has to be fetched before it expires at the platform."""
        await work.media.add(medium)
        await work.jobs.add(FetchPicture(medium.id), key=f"media-{medium.id}")
        await set_due(work, self.chance, DueKind.MEDIUM_GONE, medium.id, at=medium.ends_at)

    async def fetch(self, job: FetchPicture) -> None:
        """Fetch the original bytes, keep them with their hash; never recompressed.

        Raises :class:`~domain.errors.Unavailable` to be tried again, as long as it is there.
        """
        try:
            async with self.store.read() as work:
                medium = await work.media.get(job.media_id)
        except NotFound:
            return  # its person has had it deleted meanwhile
        chat = self.chats.get(medium.appid)
        if medium.state is not MediumState.AWAITED or chat is None:
            return
        try:
            data, content_type = await chat.fetch(medium.platform_id)
        except Refusal as refusal:
            await self._lose(medium, refusal.code)
        else:
            await self._keep(medium, data, content_type)

    async def give_up(self, work: Work, media_id: MediaId, why: str = EXPIRED) -> None:
        """Show as lost what never came, and tell who sent it; what came is let be."""
        try:
            medium = await work.media.get(media_id)
        except NotFound:
            return  # its person has had it deleted meanwhile
        if medium.state is not MediumState.AWAITED:
            return
        await work.media.save(medium.lose(why))
        await work.dues.drop(DueKind.MEDIUM_GONE, media_id)
        local = medium.received_at.astimezone(self.centre.zone)
        await self.notices.post(
            work,
            NoticeKind.MEDIUM_LOST,
            case_id=medium.case_id,
            to_person=medium.person_id,
            facts={
                "what": KINDS_OF_MEDIA.get(medium.kind, KINDS_OF_MEDIA["file"]),
                "when": f"{local.month}月{local.day}日{local:%H:%M}",
            },
        )

    async def keep_upload(self, resident: Resident, data: bytes, content_type: str) -> MediaId:
        """Keep a picture that a resident sent from a page."""
        signature = PICTURES.get(content_type)
        if signature is None or not data.startswith(signature):
            raise BadInput("picture", "JPEG or PNG")
        if len(data) > LARGEST_UPLOAD:
            raise BadInput("picture", "10 MiB at most")
        return await self._keep_sent(resident, "image", data, content_type)

    async def keep_voice(self, resident: Resident, data: bytes, content_type: str) -> MediaId:
        """Keep a voice that a resident recorded in the mini-program."""
        if content_type != MP3 or not data.startswith(MP3_BEGINS):
            raise BadInput("voice", "MP3")
        if len(data) > LARGEST_VOICE:
            raise BadInput("voice", "4 MiB at most")
        return await self._keep_sent(resident, VOICE, data, content_type)

    async def _keep_sent(
        self, resident: Resident, kind: str, data: bytes, content_type: str
    ) -> MediaId:
        medium = Medium(
            id=MediaId(self.chance.id()),
            person_id=resident.id,
            case_id=None,
            kind=kind,
            appid="",
            platform_id="",
            received_at=self.clock(),
        )
        async with self.store.begin() as work:
            owner = await work.people.hold(resident.id)
            await work.media.add(replace(medium, person_id=owner))
        await self._keep(medium, data, content_type)
        return medium.id

    async def original(self, actor: Actor, case_id: CaseId, media_id: MediaId) -> Medium:
        """Name the original of a case to somebody who may see its story."""
        medium = await self._of_case(actor, case_id, media_id)
        if not medium.object_key:
            raise NotFound(media_id)
        return medium

    async def playable(self, actor: Actor, case_id: CaseId, media_id: MediaId) -> str:
        """Name the object that plays, to somebody who may see the story."""
        medium = await self._of_case(actor, case_id, media_id)
        if medium.copy is None:
            raise NotFound(media_id)
        return medium.copy.key

    async def attach(
        self,
        work: Work,
        case: Case,
        new: Collection[MediaId],
        *,
        sender: PersonId | None = None,
    ) -> None:
        """Take what the reporter sent into the case, or who tells it for them.

        What an alarm took into its case may be shown by the matter or report that it was sent for,
        too: that case may be refused, or in others' hands, before the report is confirmed.
        ``new``: what the case has already is not judged again, nor may it hold up an alarm.
        """
        for media_id in new:
            medium = await work.media.get(media_id)
            theirs = medium.person_id in (case.reporter, sender)
            if not theirs or not await self._is_free(work, medium, case):
                raise NotFound(media_id)
            await work.media.save(replace(medium, case_id=medium.case_id or case.id))

    async def _is_free(self, work: Work, medium: Medium, case: Case) -> bool:
        if medium.case_id in (None, case.id) or medium.matter_id is not None:
            return True
        before = await work.cases.get(medium.case_id, EVERYTHING)
        return before.unfinished and before.reporter == case.reporter

    async def judge(self, work: Work, media_id: MediaId, *, person: PersonId, right: bool) -> None:
        """Keep whether what was made out in a voice is what the person said."""
        medium = await work.media.get(media_id)
        if medium.person_id != person:
            raise NotFound(media_id)
        await work.media.save(medium.judge(right=right))

    async def _of_case(self, actor: Actor, case_id: CaseId, media_id: MediaId) -> Medium:
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            if not can(actor, Action.SEE_STORY, case).allow:
                raise NotFound(case_id)
            if media_id not in case.media:
                raise NotFound(media_id)
            return await work.media.get(media_id)

    async def _lose(self, medium: Medium, why: str) -> None:
        async with self.store.begin() as work:
            await self.give_up(work, medium.id, why)
        await medium_changed(self.bus, medium)

    async def _keep(self, medium: Medium, data: bytes, content_type: str) -> None:
        key, sha256 = f"media/{medium.id}", hashlib.sha256(data).hexdigest()
        await self.objects.put(key, data)
        kept = medium.keep(key=key, sha256=sha256, content_type=content_type)
        try:
            async with self.store.begin() as work:
                fresh = await work.media.get(medium.id)
                kept = fresh.keep(key=key, sha256=sha256, content_type=content_type)
                await work.media.save(kept)
                await work.dues.drop(DueKind.MEDIUM_GONE, medium.id)
                if kept.kind == VOICE:
                    await work.jobs.add(MakePlayable(kept.id), key=f"playable-{kept.id}")
        except NotFound:
            await self.objects.drop(key)  # deleted while it was on its way
        await medium_changed(self.bus, kept)
