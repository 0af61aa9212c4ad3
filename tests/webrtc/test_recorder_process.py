"""The recorder's process: fed without waiting, even when its disk stands still or it dies."""

import asyncio
import json
import os
import signal
import time

import pytest

from sealing.keyfile import NoKey
from tests.webrtc.house import until
from tests.webrtc.packets import START, speaking
from webrtc import journal
from webrtc.journal import Kind, verify
from webrtc.pipe import OPEN, SHUT, Frames, frame
from webrtc.recorder_process import RecorderProcess


@pytest.fixture
async def process(tmp_path):
    started = RecorderProcess(tmp_path, None, unsealed=True)
    await started.start()
    yield started
    await started.close(2)


def opened(process: RecorderProcess, told) -> int:
    channel = process.new_channel(told)
    whose = {"meeting": "m1", "participant": "wang", "source": "camera", "codec": "VP8"}
    process.send(channel, OPEN, START, json.dumps(whose).encode())
    return channel


def its(process: RecorderProcess) -> int:
    assert process.pid
    return process.pid


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m1" / "wang" / "0001.journal"


async def test_what_is_sent_is_on_disk_when_it_is_acknowledged(process, path):
    told: list[dict] = []
    channel = opened(process, told.append)
    for record in speaking(2):
        process.send(channel, record.kind, record.arrival, record.data)
    process.flush()

    await until(lambda: told, 10)

    assert verify(path).stored.seconds >= told[-1]["segment"]["seconds"] > 1.9
    process.send(channel, SHUT, START, b"stopped")
    process.flush()
    await until(lambda: "over" in told[-1], 10)
    last = told[-2]["segment"]
    assert (last["journal"], last["closed"]) == ("m1/wang/0001.journal", False)
    assert (last["sha256"], last["ended"]) == (verify(path).stored.sha256, "stopped")


async def test_a_disk_that_stands_still_never_keeps_the_room_waiting(process, path):
    told: list[dict] = []
    channel = opened(process, told.append)
    process.flush()
    await until(path.exists, 10)
    os.kill(its(process), signal.SIGSTOP)

    began = time.monotonic()
    for number in range(14_000):
        process.send(channel, Kind.VIDEO, START + number, bytes(1000))
        if number % 100 == 0:
            process.flush()
    process.flush()
    assert time.monotonic() - began < 3
    assert process.dropped > 0

    os.kill(its(process), signal.SIGCONT)
    process.send(channel, SHUT, START, b"stopped")
    for _ in range(400):
        process.flush()
        if told and "over" in told[-1]:
            break
        await asyncio.sleep(0.02)
    kinds = {record.kind for record in journal.read(path)}
    assert {Kind.VIDEO, Kind.DROPPED, Kind.CLOSED} <= kinds
    assert verify(path).broken_at is None


async def test_a_backlog_is_not_copied_at_each_tick(process):
    """Eight megabytes wait for a disk that stands still: a tick costs what is new, not those."""
    os.kill(its(process), signal.SIGSTOP)
    for number in range(7_000):
        process.send(1, Kind.VIDEO, START + number, bytes(1000))
    process.flush()

    began = time.process_time()
    for number in range(2_000):
        process.send(1, Kind.AUDIO, START + number, b"")
        process.flush()

    assert time.process_time() - began < 1
    os.kill(its(process), signal.SIGCONT)


async def test_behind_a_disk_that_stands_still_not_even_notes_pile_up(process):
    os.kill(its(process), signal.SIGSTOP)
    for number in range(12_000):
        process.send(1, Kind.VIDEO, START + number, bytes(1000))
        if number % 100 == 0:
            process.flush()
    behind = process.behind

    for number in range(2_000):
        process.send(1, Kind.VIDEO, START + number, bytes(1000))
        process.flush()

    assert process.behind == behind
    os.kill(its(process), signal.SIGCONT)


async def test_without_a_key_no_recorder_is_made_unless_that_is_said(tmp_path):
    with pytest.raises(NoKey):
        RecorderProcess(tmp_path, None)


async def test_a_disk_that_refuses_is_told_with_its_reason(process, tmp_path):
    told: list[dict] = []
    (tmp_path / "m1").write_text("a file where a folder has to be")

    opened(process, told.append)
    process.flush()

    await until(lambda: told, 10)
    assert told == [{"channel": 1, "failed": "disk-failed"}]


async def test_a_recorder_that_does_not_end_is_killed_in_time(tmp_path):
    process = RecorderProcess(tmp_path, None, unsealed=True)
    await process.start()
    opened(process, lambda _: None)
    process.flush()
    os.kill(its(process), signal.SIGSTOP)

    began = time.monotonic()
    await process.close(0.5)

    assert time.monotonic() - began < 1.5


async def test_a_recorder_that_dies_is_started_again_and_said_to_be_away_meanwhile(process):
    seen: list[bool] = []
    process.on_change = lambda: seen.append(process.runs)
    first = its(process)

    os.kill(first, signal.SIGKILL)

    await until(lambda: seen == [False, True], 10)
    assert process.pid != first


def test_frames_come_out_of_the_pipe_however_it_cuts_them():
    whole = b"".join(frame(n, 1, START + n, bytes(n)) for n in range(20))
    frames = Frames()

    found = [one for at in range(0, len(whole), 7) for one in frames.take(whole[at : at + 7])]

    assert found == [(n, 1, START + n, bytes(n)) for n in range(20)]
