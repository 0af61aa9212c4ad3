"""What is sealed opens again, here and with Tink; what was changed does not."""

import io
import os
import random
import resource
import signal

import pytest
import tink
from tink import proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2 as hkdf
from tink.proto import common_pb2, tink_pb2
from typing_extensions import override

from sealing.growing import SealedFile
from sealing.segments import FIRST, OTHER, SEGMENT, Damaged, plain_size, segments_of
from sealing.whole import opened, sealed

KEY = bytes(range(32))
NAME = "recordings/m1/wang/0001.webm"
SIZES = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + OTHER, FIRST + OTHER + 1, 300_000]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_again_and_says_its_size(size):
    plain = os.urandom(size)

    whole = sealed(KEY, NAME, plain)

    assert opened(KEY, NAME, whole) == plain
    assert plain_size(len(whole)) == size
    assert size < 16 or plain[:16] not in whole


@pytest.mark.parametrize("size", SIZES)
def test_tink_opens_what_we_sealed_and_we_open_what_tink_sealed(size):
    plain = os.urandom(size)
    primitive = tinks_own()

    with primitive.new_decrypting_stream(io.BytesIO(sealed(KEY, NAME, plain)), NAME.encode()) as it:
        assert it.read() == plain
    target = Kept()
    with primitive.new_encrypting_stream(target, NAME.encode()) as it:
        it.write(plain)
    assert opened(KEY, NAME, target.octets) == plain


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_grows_is_the_same_format(tmp_path, size):
    plain = os.urandom(size)
    chance = random.Random(size)
    path = tmp_path / "film"

    with SealedFile(path, KEY, NAME) as file:
        at = 0
        while at < size:
            step = chance.randint(1, 90_000)
            file.write(plain[at : at + step])
            at += step

    assert opened(KEY, NAME, path.read_bytes()) == plain


def test_a_muxer_may_change_the_beginning_until_the_end_and_nothing_else(tmp_path):
    path = tmp_path / "film"
    with SealedFile(path, KEY, NAME) as file:
        file.write(bytes(200_000))
        file.seek(10)
        file.write(b"length")
        file.seek(0, os.SEEK_END)
        file.write(b"index")
        file.seek(FIRST + 3)
        with pytest.raises(OSError, match="sealed already"):
            file.write(b"x")

    plain = opened(KEY, NAME, path.read_bytes())
    assert plain == bytes(10) + b"length" + bytes(200_000 - 16) + b"index"


def test_a_file_that_was_never_closed_does_not_open(tmp_path):
    path = tmp_path / "film"
    file = SealedFile(path, KEY, NAME)
    file.write(os.urandom(200_000))

    with pytest.raises(Damaged):
        opened(KEY, NAME, path.read_bytes())
    file.close()


def test_a_disk_that_was_full_for_a_while_leaves_a_whole_file(tmp_path):
    path, plain = tmp_path / "film", os.urandom(3 * SEGMENT)
    file = SealedFile(path, KEY, NAME)
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SEGMENT, room[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            file.write(plain)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)

    file.close()

    assert opened(KEY, NAME, path.read_bytes()) == plain


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
        lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        lambda whole: whole[: 2 * SEGMENT],
        lambda whole: whole[:SEGMENT] + whole[2 * SEGMENT : 3 * SEGMENT] + whole[SEGMENT:],
        lambda whole: bytes([41]) + whole[1:],
        lambda whole: whole[:30],
        lambda whole: whole + b"more",
    ],
)
def test_a_changed_cut_or_lengthened_file_does_not_open(change):
    whole = sealed(KEY, NAME, os.urandom(3 * SEGMENT))

    with pytest.raises(Damaged):
        opened(KEY, NAME, change(whole))


def test_neither_another_key_nor_another_name_opens_it():
    whole = sealed(KEY, NAME, b"secret")

    with pytest.raises(Damaged):
        opened(bytes(32), NAME, whole)
    with pytest.raises(Damaged):
        opened(KEY, "papers/a1.pdf", whole)


def test_a_size_that_no_file_can_have_is_refused():
    for size in (0, 55, SEGMENT + 3):
        with pytest.raises(Damaged):
            segments_of(size)


class Kept(io.BytesIO):
    """Octets that stay when the stream is closed."""

    octets = b""

    @override
    def close(self) -> None:
        self.octets = self.getvalue()
        super().close()


def tinks_own():
    """Tink's streaming AEAD with the same key and parameters."""
    streaming_aead.register()
    params = hkdf.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=SEGMENT, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
    )
    key = hkdf.AesGcmHkdfStreamingKey(version=0, params=params, key_value=KEY)
    data = tink_pb2.KeyData(
        type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
        value=key.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    one = tink_pb2.Keyset.Key(
        key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW
    )
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[one]).SerializeToString()
    handle = proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
    assert isinstance(handle, tink.KeysetHandle)
    return handle.primitive(streaming_aead.StreamingAead)
