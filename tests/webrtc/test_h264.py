"""Pictures in H.264: read from their packets, put together, kept and played without an encoder."""

import shutil
import subprocess
from dataclasses import replace

import av
import pytest

from tests.webrtc.films import watch
from tests.webrtc.packets import ABOUT, START, marks, sound
from tests.webrtc.plain_h264 import Bits, parameters, pictures, pieces, same, together, whole
from webrtc import h264
from webrtc.codecs import H264, size_of_whole_picture
from webrtc.journal import NANOSECONDS, Journal
from webrtc.mending import Mending
from webrtc.montage.sources import Source
from webrtc.montage.tiles import Camera
from webrtc.shelf import Report, Shelf
from webrtc.tape import Tape

OTHERS = bytes.fromhex("6742c00cd901419f9e1000000300100000030328f142a480")  # 320x180


@pytest.mark.parametrize("size", [(160, 90), (640, 360), (1280, 720), (16, 16)])
def test_the_size_of_a_picture_is_read_from_its_parameters(size):
    assert h264.size(together(*parameters(*size))) == size
    assert h264.size(parameters(*size)[0]) == size


def test_parameters_with_escaped_zeros_and_words_on_timing_are_read():
    assert h264.size(OTHERS) == (320, 180)


def test_a_phone_that_sends_the_high_profile_is_recorded_with_its_picture():
    plain = Bits().fixed(100, 8).fixed(0, 8).fixed(31, 8).code(0, 1, 0, 0).fixed(0, 2)
    plain.code(0, 2, 1).fixed(0).code(79, 44).fixed(0b110, 3).fixed(0)

    assert h264.size(plain.unit(0x67)) == (1280, 720)


@pytest.mark.parametrize("cut", range(1, 12))
def test_parameters_that_are_cut_tell_no_size(cut):
    assert h264.size(parameters(640, 360)[0][:-cut]) in {None, (640, 360)}
    assert h264.size(OTHERS[:5]) is None


def test_only_parameters_begin_a_whole_picture():
    assert h264.begins(together(*parameters(64, 64)))
    assert h264.begins(parameters(64, 64)[0])
    assert not h264.begins(parameters(64, 64)[1])
    assert not any(map(h264.begins, pieces(whole(64, 64, 60))))
    assert not h264.begins(same(64, 64, 1))
    assert not h264.begins(b"")


def test_pieces_and_bundles_become_what_a_decoder_takes():
    packets = [together(*parameters(160, 90)), *pieces(whole(160, 90, 200))]
    assert len(packets) > 10

    decoder = av.CodecContext.create("h264", "r")
    (shown,) = [*decoder.decode(av.Packet(h264.joined(packets))), *decoder.decode(None)]

    assert (shown.width, shown.height) == (160, 90)
    assert (shown.to_ndarray()[:90, :160] == 200).all()


def test_the_film_is_matroska_and_plays_from_end_to_end(tmp_path):
    told = _recorded(tmp_path, 3)

    film = watch(tmp_path / told.playback)
    assert told.playback.endswith("0001.mkv")
    assert film.frames == 60
    assert film.colour[0] == pytest.approx(50, abs=15)
    assert len(film.flashes) == 3
    assert max(abs(a - b) for a, b in zip(film.flashes, film.beeps, strict=True)) < 0.1
    shown = subprocess.run(
        [
            *(shutil.which("ffprobe") or "ffprobe", "-v", "error", "-count_frames"),
            *("-show_entries", "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0"),
            tmp_path / told.playback,
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert shown.stdout.split() == ["h264,160,90,60", "opus,151"] or shown.stderr == ""
    with av.open(tmp_path / told.playback) as played:
        assert played.format.name == "matroska,webm"


def test_the_film_of_everybody_shows_each_picture_when_it_came():
    source = Source()
    for record in [*marks(), *pictures(3)]:
        source.take(record)
    camera = Camera([source.timed(START / NANOSECONDS)])

    shades = []
    for moment in (0.1, 0.5, 1.1, 1.9):
        assert camera.turn_to(moment)
        assert camera.picture is not None
        shades.append(camera.picture.to_ndarray()[:90, :160].mean())

    assert shades == [235, 60, 235, 60]


def test_the_encoder_under_another_licence_is_never_opened(tmp_path):
    """PyAV's wheel carries x264 (GPL); it tells in FFmpeg's log when it begins."""
    av.logging.set_level(av.logging.INFO)
    try:
        with av.logging.Capture() as said:
            _recorded(tmp_path, 1)
        with av.logging.Capture() as known:
            _open_x264()
    finally:
        av.logging.set_level(None)

    assert not any("x26" in name for _, name, _ in said)
    assert any("x264" in name for _, name, _ in known)


def _open_x264():
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 64, 64, "yuv420p"
    encoder.open()


def test_a_picture_of_another_size_begins_a_new_segment(tmp_path):
    reports: list[Report] = []
    tape = Tape(Shelf(tmp_path), None, ("m1", "wang"), START, reports.append, codec=H264.name)
    first = list(pictures(3))
    larger = [one._replace(arrival=one.arrival + 3 * 10**9) for one in pictures(1, size=(320, 180))]
    for record in [*marks(), *first, *larger]:
        tape.take(record)
    tape.store()
    tape.close(larger[-1].arrival, "stopped")

    assert {one.journal for one in reports} == {"m1/wang/0001.journal", "m1/wang/0002.journal"}
    assert size_of_whole_picture(larger[0].data) == (320, 180)


def _recorded(folder, seconds):
    """Record somebody and make the film."""
    path = folder / "m1/wang/0001.journal"
    path.parent.mkdir(parents=True)
    journal = Journal(path, replace(ABOUT, codec=H264.name))
    records = [*marks(), *pictures(seconds), *sound(seconds)]
    for record in sorted(records, key=lambda one: one.arrival):
        journal.add(record)
    journal.close(records[-1].arrival, "stopped")
    return Mending(Shelf(folder)).mend(path)
