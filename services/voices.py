"""Voices: a copy that plays beside the original, and words that count only once confirmed."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.conversations import Incoming, MessageKind
from domain.errors import NotFound, Unavailable
from domain.ids import MediaId
from domain.jobs import HearVoice, MakePlayable
from domain.media import Copy, Hearing, Medium
from domain.ports.outside import Bus, Clock, Objects
from domain.ports.speech import NotPlayable, Transcriber, Unclear, Voices, WhyNot
from domain.ports.store import Store
from services.tidings import medium_changed

logger = logging.getLogger(__name__)

AGAIN = timedelta(minutes=3)  #: while a busy machine may be why no copy could be made
PATIENCE = timedelta(minutes=10)  #: then the person is asked to type instead
HINTS = ("综治中心", "调解员", "欠款", "押金", "工资", "付清", "冻结")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceDesk:
    """The desk that makes voices playable and, where the centre can, listens to them."""

    store: Store
    clock: Clock
    bus: Bus
    objects: Objects
    voices: Voices
    transcriber: Transcriber | None

    async def make_playable(self, job: MakePlayable) -> None:
        """Put a playable copy beside the untouched original, or say why there is none."""
        try:
            medium = await self._medium(job.media_id)
        except NotFound:
            return  # its person has had it deleted meanwhile
        if not medium.object_key or medium.no_copy:
            return
        if medium.copy is None:
            medium = await self._copied(medium)
        try:
            async with self.store.begin() as work:
                fresh = await work.media.get(medium.id)
                await work.media.save(replace(fresh, copy=medium.copy, no_copy=medium.no_copy))
                if self.transcriber is not None and fresh.openid:
                    await work.jobs.add(HearVoice(medium.id), key=f"hear-{medium.id}")
        except NotFound:
            for key in medium.objects:
                await self.objects.drop(key)
            return
        await self._tell(fresh)

    async def hear(self, job: HearVoice) -> None:
        """Write down what is said and ask the person, once, whether that is right.

        Raises :class:`~domain.errors.Unavailable` to be tried again for some minutes.
        """
        try:
            medium = await self._medium(job.media_id)
            if medium.hearing is not Hearing.NONE:
                return
            await self._offer(medium, await self._heard(medium))
        except NotFound:
            return  # its person has had it deleted meanwhile

    async def _offer(self, medium: Medium, heard: str) -> None:
        async with self.store.begin() as work:
            fresh = await work.media.get(medium.id)
            if fresh.hearing is not Hearing.NONE:
                return
            await work.media.save(fresh.offer(heard))
            await work.inbox.postpone(_news(fresh, heard))
        await self._tell(fresh)

    async def _copied(self, medium: Medium) -> Medium:
        original = await self.objects.get(medium.object_key)
        try:
            made = await self.voices.playable(original)
        except NotPlayable as reason:
            young = self.clock() - medium.received_at < AGAIN
            if reason.why is WhyNot.TOO_MUCH and young:
                raise Unavailable("whoever tried was stopped") from reason
            logger.info("a voice cannot be played: %s", reason.why)
            return replace(medium, no_copy=reason.why)
        key = f"media/{medium.id}.webm"
        await self.objects.put(key, made.data)
        return medium.with_copy(
            Copy(
                key=key,
                sha256=hashlib.sha256(made.data).hexdigest(),
                made_from=medium.sha256,
                seconds=made.seconds,
            )
        )

    async def _heard(self, medium: Medium) -> str:
        if medium.copy is None or self.transcriber is None:
            return ""
        sound = await self.objects.get(medium.copy.key)
        try:
            segments = await self.transcriber.transcribe(sound, hints=HINTS)
        except Unclear:
            return ""
        except Unavailable:
            if self.clock() - medium.received_at < PATIENCE:
                raise
            logger.warning("nobody listened to a voice for %s", PATIENCE)
            return ""
        return "".join(one.text for one in segments).strip()

    async def _medium(self, media_id: MediaId) -> Medium:
        async with self.store.read() as work:
            return await work.media.get(media_id)

    async def _tell(self, medium: Medium) -> None:
        await medium_changed(self.bus, medium)


def _news(medium: Medium, heard: str) -> Incoming:
    """Let the dialogue hear it as a message of its own, with all that keeps messages exact."""
    return Incoming(
        key=f"heard:{medium.id}",
        appid=medium.appid,
        openid=medium.openid,
        kind=MessageKind.HEARD,
        sent_at=medium.received_at,
        text=heard,
        media_id=medium.id,
    )
