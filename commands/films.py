"""Who makes the films of meetings: children of the job worker, in idle time."""

from __future__ import annotations

from commands import files
from commands.places import Places
from config import Config
from domain.errors import Unavailable
from domain.ports.montages import FilmMaker
from sealing.keyfile import key_in
from speech import child
from webrtc.montage.maker import ChildFilms, PartFailed

FONT = "NotoSerifSC-Regular.ttf"  #: the papers' own
LONGEST = 6 * 3600.0  #: seconds for a minute of film on a machine that is hardly ever idle
LARGEST = 64 << 20  #: octets; a minute is seven million


def film_maker(config: Config, places: Places) -> FilmMaker:
    """Set up who makes films from the journals."""
    return ChildFilms(
        folder=places.objects,
        place=files.kept(config, places),
        recordings=files.recordings(config, places),
        key=key_in(places.files_key),
        font=config.documents.fonts.resolve() / FONT,
        run=by_child,
    )


async def by_child(module: str, given: bytes, *, longest: float = LONGEST) -> bytes:
    """Run a program of ours in a child.

    Raises PartFailed, or Unavailable if the machine was too busy with everything else: how much
    work the part is, the child counts itself.
    """
    try:
        return await child.run(module, given, seconds=longest, largest=LARGEST)
    except child.TookTooLong as busy:
        raise Unavailable("busy") from busy
    except child.Ended as end:
        raise PartFailed(str(end.status)) from end
