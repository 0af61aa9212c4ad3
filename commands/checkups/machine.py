"""This machine: its disks, its ports, the processes on it, and what playback needs."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from commands import files
from commands.finding import Finding, bad, ok, warn
from commands.places import Places, media_workers
from config import Config
from domain.errors import NotFound, Unavailable
from processes.states import ProcessState, lives, read_states
from webrtc.playable import writes_webm

GIB = 1024**3
PROBE, PROBE_KEY = 64, "doctor/probe"
FULL, TIGHT = 1 * GIB, 10 * GIB
RESTLESS = 5  #: restarts


async def disks(config: Config) -> Sequence[Finding]:
    """Is there room for recordings, papers and logs?"""
    wanted = {"data": config.data.dir, "logs": config.log.dir or config.data.dir}
    if urlsplit(config.objects.url).scheme != "s3":
        wanted["objects"] = Path(config.objects.url.removeprefix("file://"))
    disks = {_existing(folder): name for name, folder in reversed(wanted.items())}
    return [_disk(name, folder) for folder, name in disks.items()]


async def bucket(config: Config) -> Sequence[Finding]:
    """Does the place of recordings, uploads and papers take and give files?"""
    if not files.in_bucket(config):
        return []
    what, probe = "objects", secrets.token_bytes(PROBE)
    try:
        place = files.home(config)
        await place.put(PROBE_KEY, probe)
        back = await place.get(PROBE_KEY)
    except (Unavailable, NotFound) as error:
        do = "check objects.url, endpoint, region, access_key and secret_key, and that it runs"
        return [bad(what, f"the bucket cannot be used ({error})", do)]
    if back != probe:
        return [bad(what, "the bucket gives back something else", "another program writes there?")]
    return [ok(what, "the bucket takes and gives files")]


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there, by the disk it is on."""
    return next(one for one in (folder, *folder.absolute().parents) if one.is_dir())


def _disk(name: str, folder: Path) -> Finding:
    what, free = f"disk of {name}", shutil.disk_usage(folder).free
    says = f"{free / GIB:.1f} GiB free at {folder}"
    if not os.access(folder, os.W_OK):
        return bad(what, f"{folder} cannot be written", "give it to the user that runs this")
    if free < FULL:
        return bad(what, says, "make room: recordings and papers stop when it is full")
    if free < TIGHT:
        return warn(what, says, "an hour of a room with three people takes about 1 GiB")
    return ok(what, says)


async def processes(config: Config) -> Sequence[Finding]:
    """Do the processes live, and how often did they die?"""
    states = read_states(Places(data=config.data.dir).run / "processes.json")
    if not any(lives(state) for state in states):
        return [warn("processes", "nothing runs here now", "`server.py serve`")]
    return [_process(state) for state in states]


def _process(state: ProcessState) -> Finding:
    what = f"process {state.name}"
    ended = f", the last time by {state.ended}" if state.ended else ""
    if not lives(state):
        return bad(what, f"is dead{ended}", f"look into its log, {state.name}.jsonl")
    if state.restarts > RESTLESS:
        says = f"was started again {state.restarts} times{ended}"
        return warn(what, says, f"look into its log, {state.name}.jsonl")
    return ok(what, f"runs since {state.since[:19]}")


def running(config: Config) -> frozenset[str]:
    """Name the processes of this installation that live on this host."""
    states = read_states(Places(data=config.data.dir).run / "processes.json")
    return frozenset(state.name for state in states if lives(state))


async def ports(config: Config) -> Sequence[Finding]:
    """Can the ports be taken, or are they ours already?"""
    return list(_ports(config))


def _ports(config: Config) -> Iterator[Finding]:
    alive, http, rtc = running(config), config.http, config.webrtc
    if http.port:
        yield _port(socket.SOCK_STREAM, http.host, http.port, ours="web" in alive)
    for number in range(media_workers(config) if rtc.port else 0):
        ours = f"media-{number}" in alive
        yield _port(socket.SOCK_DGRAM, rtc.host, rtc.port + number, ours=ours)
    if not rtc.port:
        public = not _is_loopback(rtc.host)
        do = "set webrtc.port, and let that many UDP ports through the firewall"
        yield warn("UDP ports", "free ones", do) if public else ok("UDP ports", "free ones")


def _port(kind: socket.SocketKind, host: str, port: int, *, ours: bool) -> Finding:
    name = "TCP" if kind is socket.SOCK_STREAM else "UDP"
    what = f"{name} port {port}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return _taken(what, host, error, ours=ours)
    if ours:
        return bad(what, "its process lives but does not listen", "look into its log")
    return ok(what, "free")


def _taken(what: str, host: str, error: OSError, *, ours: bool) -> Finding:
    if error.errno == errno.EADDRINUSE:
        if ours:
            return ok(what, "in use by this installation")
        return bad(what, "in use by another program", "end that one, or choose another port")
    if error.errno == errno.EACCES:
        return bad(what, "not for this user", "put a proxy in front, or a port above 1023")
    return bad(what, f"{host} is no address of this machine", "correct it, or 0.0.0.0")


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


async def playback(config: Config) -> Sequence[Finding]:
    """Can recordings be made playable without a program beside this one?"""
    del config
    if writes_webm():
        return [ok("playback", "WebM by the built-in library, no other program needed")]
    return [bad("playback", "the media library writes no WebM", "run `make setup` again")]
