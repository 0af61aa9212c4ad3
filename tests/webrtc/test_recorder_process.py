"""The recorder's process: fed without waiting, even when its disk stands still or it dies."""

import asyncio
import json
import os
import signal
import time

import pytest

from tests.webrtc.house import until
from tests.webrtc.packets import ABOUT, START, speaking
from webrtc import journal
from webrtc.journal import Kind, vars_of, verify
from webrtc.pipe import OPEN, SHUT, Frames, frame
from webrtc.recorder_process import RecorderProcess


@pytest.fixture
async def process():
    started = RecorderProcess()
    await started.start()
    yield started
    await started.close(2)


def opened(process: RecorderProcess, path, told) -> int:
    channel = process.new_channel(told)
    wanted = {"path": str(path), "about": json.dumps(vars_of(ABOUT)), "film": "recordings/1.webm"}
    process.send(channel, OPEN, START, json.dumps(wanted).encode())
    return channel


def its(process: RecorderProcess) -> int:
    assert process.pid
    return process.pid


async def test_what_is_sent_is_on_disk_when_it_is_acknowledged(process, tmp_path):
    told: list[dict] = []
    path = tmp_path / "0001.journal"
    channel = opened(process, path, told.append)
    for record in speaking(2):
        process.send(channel, record.kind, record.arrival, record.data)
    process.flush()

    await until(lambda: told, 10)

    assert verify(path).stored.seconds >= told[-1]["seconds"] > 1.9
    process.send(channel, SHUT, START, b"")
    process.flush()
    await until(lambda: told[-1]["closed"], 10)
    assert verify(path).stored.sha256 == told[-1]["sha256"]


async def test_a_disk_that_stands_still_never_keeps_the_room_waiting(process, tmp_path):
    told: list[dict] = []
    path = tmp_path / "0001.journal"
    channel = opened(process, path, told.append)
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
    process.send(channel, SHUT, START, b"")
    for _ in range(400):
        process.flush()
        if told and told[-1]["closed"]:
            break
        await asyncio.sleep(0.02)
    kinds = {record.kind for record in journal.read(path)}
    assert {Kind.VIDEO, Kind.DROPPED, Kind.CLOSED} <= kinds
    assert verify(path).broken_at is None


async def test_a_recorder_that_does_not_end_is_killed_in_time(tmp_path):
    process = RecorderProcess()
    await process.start()
    opened(process, tmp_path / "0001.journal", lambda _: None)
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
