"""Rooms are spread over the workers that live."""

from collections import Counter

from webrtc.placing import choose

WORKERS = ("media-0", "media-1", "media-2", "media-3")
MEETINGS = [f"meeting-{number}" for number in range(400)]


def test_every_worker_gets_its_share():
    shares = Counter(choose(meeting, WORKERS) for meeting in MEETINGS)

    assert set(shares) == set(WORKERS)
    assert min(shares.values()) > 60


def test_when_a_worker_goes_only_its_own_rooms_move():
    before = {meeting: choose(meeting, WORKERS) for meeting in MEETINGS}

    after = {meeting: choose(meeting, WORKERS[1:]) for meeting in MEETINGS}

    assert all(after[m] == before[m] for m in MEETINGS if before[m] != "media-0")
    assert len({after[m] for m in MEETINGS if before[m] == "media-0"}) == 3
