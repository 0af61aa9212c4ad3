"""The media worker's command."""

from __future__ import annotations

from commands.places import Places
from config import Config
from processes.clock import clock_for, machine_clock
from webrtc.worker import WorkerSettings
from webrtc.worker import run as run_worker


async def run(config: Config, number: int, lifeline: int | None) -> None:
    """Relay and record whole rooms on one UDP port until told to stop."""
    places = Places(data=config.data.dir)
    rtc = config.webrtc
    settings = WorkerSettings(
        socket=places.media_socket(number),
        recordings=places.recordings,
        host=rtc.host,
        public_ip=rtc.public_ip,
        port=rtc.port + number if rtc.port else 0,
        lifeline=lifeline,
        key_file=places.files_key,
    )
    async with clock_for(config.clock.url) as followed:
        await run_worker(settings, followed or machine_clock)
