"""Makes what an installation needs before it can run: folders, keys, authority, schema."""

from __future__ import annotations

import secrets

from commands.places import Places, database_url, pki_dir
from config import Config
from documents import authority
from processes.clock import machine_clock
from storage import keys, migrate

KEY_OCTETS = 32


def establish(config: Config, *, demo: bool = False) -> None:
    """Make everything that is missing and change nothing that is there."""
    places = Places(data=config.data.dir)
    for folder in (places.data, places.keys, places.run, places.recordings):
        folder.mkdir(parents=True, exist_ok=True)
    places.keys.chmod(0o700)
    places.run.chmod(0o700)
    keys.establish(places.keys)
    _recording_key(places)
    authority.establish(
        pki_dir(config),
        committee=config.centre.committee,
        at=machine_clock(),
        demo=demo,
        list_url=f"{config.http.public_url}/ca/issuer.crl",
    )
    migrate.upgrade(database_url(config))


def _recording_key(places: Places) -> None:
    file = places.files_key
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(KEY_OCTETS))
