"""Where the files of an installation are: a folder or a bucket, everything in it sealed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from commands.places import Places
from config import Config
from domain.ports.outside import Objects
from domain.ports.rooms import Recordings
from sealing.keyfile import key_in
from storage.objects import FolderObjects, StoredObjects, open_objects
from storage.recordings import LocalRecordings, StayingRecordings
from storage.sealed_objects import SealedObjects
from storage.two_places import TwoPlaces


def in_bucket(config: Config) -> bool:
    """Are they in a bucket?"""
    return urlsplit(config.objects.url).scheme == "s3"


def folder_of(config: Config) -> Path:
    """The folder, if they are in one."""
    return Path(config.objects.url.removeprefix("file://")).resolve()


def home(config: Config) -> StoredObjects:
    """The place itself, as it is configured."""
    own = config.objects
    settings = {
        "endpoint": own.endpoint,
        "region": own.region,
        "access_key_id": own.access_key,
        "secret_access_key": own.secret_key,
    }
    return open_objects(own.url, **{name: value for name, value in settings.items() if value})


def recordings_are_home(config: Config, places: Places) -> bool:
    """Do media workers write where all files are kept?"""
    return not in_bucket(config) and places.objects.resolve() == folder_of(config)


def objects(config: Config, places: Places) -> Objects:
    """Every file, opened by the key; recordings may still lie on this host."""
    return SealedObjects(kept(config, places), key_in(places.files_key))


def kept(config: Config, places: Places) -> Objects:
    """Give every file as it is kept, sealed; recordings may still lie on this host."""
    if recordings_are_home(config, places):
        return home(config)
    return TwoPlaces(FolderObjects(places.objects), home(config))


def recordings(config: Config, places: Places) -> Recordings:
    """What brings finished recordings to the other files."""
    if recordings_are_home(config, places):
        return StayingRecordings(home(config))
    return LocalRecordings(places.objects, home(config))
