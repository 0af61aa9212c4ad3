"""Makes what an installation needs before it can run: folders, keys, authority, schema."""

from __future__ import annotations

import secrets

from commands.places import Places, database_url, pki_dir
from commands.refusing import CommandRefused
from config import Config
from documents import authority
from processes.clock import machine_clock
from sealing.segments import KEY
from storage import keys, migrate
from storage.engines import is_sqlite
from storage.postgres_copy import holds_anything
from storage.pulse import is_there


def establish(config: Config, *, demo: bool = False) -> None:
    """Make everything that is missing and change nothing that is there."""
    places = Places(data=config.data.dir)
    for folder in (places.data, places.keys, places.run, places.recordings):
        folder.mkdir(parents=True, exist_ok=True)
    places.keys.chmod(0o700)
    places.run.chmod(0o700)
    _refuse_lost_keys(config, places)
    keys.establish(places.keys)
    if not places.files_key.exists():
        keys.keep_once(places.files_key, secrets.token_bytes(KEY))
    authority.establish(
        pki_dir(config),
        committee=config.centre.committee,
        at=machine_clock(),
        demo=demo,
        list_url=f"{config.http.public_url}/ca/issuer.crl",
    )
    migrate.upgrade(database_url(config))


def _refuse_lost_keys(config: Config, places: Places) -> None:
    """Make no new keys beside an old ledger: what the lost ones sealed would be given up unseen.

    A new root would call every paper of the old one foreign.
    """
    needed = (places.keys / keys.FILE, places.files_key, pki_dir(config) / authority.ROOT)
    lost = [one for one in needed if not one.exists()]
    if lost and _holds_a_ledger(database_url(config)):
        names = ", ".join(str(one) for one in lost)
        raise CommandRefused(
            f"The ledger is there, but its keys are not: {names}. Restore them from the backup.",
            f"数据库还在，密钥文件却不见了：{names}。请从备份里恢复，不要重新生成。",
        )


def _holds_a_ledger(url: str) -> bool:
    return is_there(url) and (is_sqlite(url) or holds_anything(url))
