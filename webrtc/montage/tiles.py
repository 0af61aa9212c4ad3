"""Who is where on the picture, and what each place shows at a moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import av
from av.codec.context import Flags
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from services.film_words import LINE_BROKEN, NO_PICTURE
from webrtc.codecs import VP8, VideoCodec
from webrtc.montage.canvas import HEIGHT, WIDTH, Box, Canvas
from webrtc.montage.sources import Timed

HEAD = 44  #: the clock's height
_NAME, _NAME_SIZE, _CARD_SIZE = 36, 22, 30
_QUIET, _SPEAKING = 40, 200  # luma behind a name
_STALE, _STALE_SCREEN = 3.0, 6.0  # seconds after which a picture that stands still is none
_BROKEN, _BROKEN_SCREEN = 1.0, 3.0  # seconds without a packet


@dataclass(frozen=True, slots=True)
class Card:
    """Words in the place of a picture, from when to when in seconds of the part."""

    begin: float
    end: float
    text: str


def places(count: int) -> list[Box]:
    """Share the picture out, row by row."""
    columns = next(one for one in range(1, count + 2) if one * one >= count)
    rows = -(-count // columns)
    width, height = (WIDTH // columns) & ~1, ((HEIGHT - HEAD) // rows) & ~1
    return [
        (at % columns * width, HEAD + at // columns * height, width, height) for at in range(count)
    ]


class Camera:
    """The decoded pictures of one person, one after the other; the latest is kept."""

    def __init__(self, journals: Sequence[Sequence[Timed]]) -> None:
        self._frames = _pictures(journals)
        self._next: Timed | None = next(self._frames, None)
        self._codec = VP8
        self._decoder = _decoder(VP8)
        self.picture: av.VideoFrame | None = None
        self.at = float("-inf")

    def turn_to(self, moment: float) -> bool:
        """Decode up to this moment and say whether there is another picture."""
        before = self.at
        while self._next is not None and self._next.at <= moment:
            self._take(self._next)
            self._next = next(self._frames, None)
        return self.at > before

    def _take(self, one: Timed) -> None:
        if one.frame.codec is not self._codec:
            self._begin(one.frame.codec or VP8)
        try:
            for picture in self._decoder.decode(av.Packet(one.frame.data)):
                self.picture, self.at = picture, one.at
        except FFmpegError:  # what a stranger's browser sent is no picture
            self._begin(self._codec)

    def _begin(self, codec: VideoCodec) -> None:
        self._codec, self._decoder = codec, _decoder(codec)


@dataclass(slots=True)
class Tile:
    """One person's place."""

    name: str
    box: Box
    camera: Camera
    heard: Sequence[float]  #: when packets came, in order
    cards: Sequence[Card]
    shown: bool = False
    speaking: Sequence[tuple[float, float]] = ()
    _shown: str | None = field(default=None, init=False)
    _bar: bool | None = field(default=None, init=False)
    _size: tuple[int, int] = field(default=(0, 0), init=False)

    def draw(self, canvas: Canvas, moment: float) -> bool:
        """Bring the place up to date; say whether anything changed."""
        bar = self._draw_name(canvas, moment)
        moved = self.camera.turn_to(moment)
        words = self._words(moment)
        if words:
            return self._draw_words(canvas, words) or bar
        if moved or self._shown:
            self._draw_picture(canvas)
            return True
        return bar

    def _words(self, moment: float) -> str:
        for card in self.cards:
            if card.begin <= moment < card.end:
                return card.text
        last = bisect_right(self.heard, moment)
        if not last or moment - self.heard[last - 1] > (_BROKEN_SCREEN if self.shown else _BROKEN):
            return LINE_BROKEN
        stale = _STALE_SCREEN if self.shown else _STALE
        return "" if moment - self.camera.at < stale else NO_PICTURE

    @property
    def _screen(self) -> Box:
        left, top, width, height = self.box
        return left, top, width, height - _NAME

    def _draw_words(self, canvas: Canvas, words: str) -> bool:
        if words == self._shown:
            return False
        canvas.words(self._screen, words, _CARD_SIZE)
        self._shown = words
        return True

    def _draw_picture(self, canvas: Canvas) -> None:
        picture = self.camera.picture
        assert picture is not None
        size = (picture.width, picture.height)
        if self._shown != "" or size != self._size:
            canvas.clear(self._screen)
        canvas.picture(self._screen, picture)
        self._shown, self._size = "", size

    def _draw_name(self, canvas: Canvas, moment: float) -> bool:
        speaks = any(begin <= moment < end for begin, end in self.speaking)
        if speaks == self._bar:
            return False
        left, top, width, height = self.box
        box = (left, top + height - _NAME, width, _NAME)
        canvas.words(box, self.name, _NAME_SIZE, _SPEAKING if speaks else _QUIET)
        self._bar = speaks
        return True


def _pictures(journals: Sequence[Sequence[Timed]]) -> Iterator[Timed]:
    """Give the pictures of one journal after the other, each from a whole one on, by their time."""
    for journal in journals:
        whole, latest = False, float("-inf")
        for one in journal:
            whole = whole or one.frame.key
            if whole:
                latest = max(latest, one.at)
                yield Timed(latest, one.frame)


def _decoder(codec: VideoCodec) -> VideoCodecContext:
    made = VideoCodecContext.create(codec.name.lower(), "r")
    assert isinstance(made, VideoCodecContext)
    made.thread_count = 1
    made.flags |= Flags.low_delay  # a picture is shown when it came, not when the next one comes
    return made
