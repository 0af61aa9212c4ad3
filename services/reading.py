"""Texts that people listen to: read aloud once, kept by their words, played ever after."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from domain.deadlines import TERMS, Due, DueKind
from domain.errors import BadInput, NotFound
from domain.jobs import DropObject, ReadAloud
from domain.ports.outside import Chance, Clock, Objects
from domain.ports.speech import Reader
from domain.ports.store import Store, Work
from services.dues import set_due

logger = logging.getLogger(__name__)

LONGEST = 12_000  #: characters; a job reads them in some minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDesk:
    """The desk that has texts read aloud, if the centre has somebody who can."""

    store: Store
    clock: Clock
    chance: Chance
    objects: Objects
    reader: Reader | None

    @property
    def reads(self) -> bool:
        """Is there anybody who reads?"""
        return self.reader is not None

    async def ask(self, words: str) -> bool:
        """Have the words read aloud; True once they can be heard.

        Raises :class:`~domain.errors.NotFound` where nobody reads.
        """
        if len(words) > LONGEST:
            raise BadInput("words", "too long to be read aloud")
        name = self._name(words)
        if await self._is_there(_sound(name)):
            return True
        if not await self._is_there(_words(name)):
            await self.objects.put(_words(name), words.encode())
        async with self.store.begin() as work:
            await work.jobs.add(ReadAloud(name), key=f"read-{name}-{self.clock():%Y%m%d}")
        return False

    async def sound(self, words: str) -> str:
        """Name the object that is heard; raises NotFound until it is there."""
        key = _sound(self._name(words))
        await self.objects.size(key)
        return key

    async def read(self, job: ReadAloud) -> None:
        """Read a text aloud, once; its sound may be personal, so it goes after its time."""
        if self.reader is None or await self._is_there(_sound(job.name)):
            return
        try:
            words = (await self.objects.get(_words(job.name))).decode()
        except NotFound:
            return  # read by another worker, which needs the words no more
        await self.objects.put(_sound(job.name), await self.reader.read(words))
        await self.objects.drop(_words(job.name))
        ends = self.clock() + TERMS[DueKind.SOUND_ENDS].span
        async with self.store.begin() as work:
            await set_due(work, self.chance, DueKind.SOUND_ENDS, job.name, at=ends)

    async def act(self, work: Work, due: Due) -> None:
        """Have a sound deleted; whoever wants to hear it again has it read again."""
        await work.jobs.add(DropObject(_sound(due.subject)), key=f"drop-{due.id}")

    def _name(self, words: str) -> str:
        """Name a text in a voice: the same words in another voice are another sound."""
        if self.reader is None:
            raise NotFound("nobody reads aloud here")
        return hashlib.sha256(f"{self.reader.voice}\0{words}".encode()).hexdigest()

    async def _is_there(self, key: str) -> bool:
        try:
            await self.objects.size(key)
        except NotFound:
            return False
        return True


def _sound(name: str) -> str:
    return f"spoken/{name}.mp3"


def _words(name: str) -> str:
    return f"spoken/{name}.txt"
