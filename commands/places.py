"""Where an installation keeps its things; light, for processes that need nothing else of ours."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from config import Config
from domain.ports.rooms import RECORDINGS

DEMO_MARK = "demo"  #: a file of this name in the data folder: everything in it is invented


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where this installation keeps its things."""

    data: Path

    @property
    def keys(self) -> Path:
        """The key files; whoever has them reads personal data."""
        return self.data / "keys"

    @property
    def files_key(self) -> Path:
        """The key of everything that lies in files: recordings, uploads, papers, codes."""
        return self.keys / "recordings.key"

    @property
    def run(self) -> Path:
        """Sockets, locks and states of running processes."""
        return self.data / "run"

    @property
    def objects(self) -> Path:
        """What this host itself keeps in files: recordings at least, for a while."""
        return self.data / "objects"

    @property
    def recordings(self) -> Path:
        """Journals and playable files, as the media workers write them (object keys begin here)."""
        return self.objects / RECORDINGS

    @property
    def demo(self) -> bool:
        """Is everything here invented?"""
        return (self.data / DEMO_MARK).exists()

    def media_socket(self, number: int) -> Path:
        """Where a media worker listens for the web processes."""
        return self.run / f"media-{number}.sock"


def media_sockets(config: Config, places: Places) -> list[Path]:
    """Where every media worker of this host listens."""
    return [places.media_socket(number) for number in range(media_workers(config))]


def media_workers(config: Config) -> int:
    """How many media workers this host runs: as configured, or one for each core it may use."""
    return config.webrtc.workers or len(os.sched_getaffinity(0))


def database_url(config: Config) -> str:
    """Where the ledger is: as configured, or one SQLite file in the data folder."""
    return config.database.url or f"sqlite:///{(config.data.dir / 'ledger.db').resolve()}"


def pki_dir(config: Config) -> Path:
    """Where the signing keys are."""
    return config.documents.pki_dir or config.data.dir / "pki"
