"""Connectivity checks: only the browser that knows our password is answered and bound."""

import hmac
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webrtc import stun
from webrtc.agent import LiteAgent
from webrtc.port import MediaPort

FINGERPRINT = 72  # where the part begins that the signature does not cover
PASSWORD = b"correct-horse-battery-staple"


def a_check(
    username: bytes = b"ufrag:theirs", password: bytes = PASSWORD, *, nominates=True
) -> bytes:
    """A binding request as a browser sends it (RFC 8445)."""
    attributes = struct.pack("!HH", 6, len(username)) + username + bytes(-len(username) % 4)
    attributes += struct.pack("!HHI", 0x24, 4, 1853817087)
    if nominates:
        attributes += struct.pack("!HH", 0x25, 0)
    head = struct.pack("!HH", 1, len(attributes) + 24) + b"\x21\x12\xa4\x42" + b"t" * 12
    signed = head + attributes
    signed += struct.pack("!HH", 8, 20) + hmac.digest(password, signed, "sha1")
    signed = signed[:2] + struct.pack("!H", len(signed) - 20 + 8) + signed[4:]
    return signed + struct.pack("!HHI", 0x8028, 4, zlib.crc32(signed) ^ 0x5354554E)


@pytest.fixture
async def port():
    opened = MediaPort("127.0.0.1")
    opened.open()
    yield opened
    opened.close()


def test_a_signed_check_is_understood():
    check = stun.read_check(a_check())

    assert check is not None
    assert (check.ufrag, check.nominates) == ("ufrag", True)
    assert check.is_signed_with(PASSWORD)
    assert not check.is_signed_with(b"guess")


@pytest.mark.parametrize("source", [("192.0.2.7", 40000), ("2001:db8::7", 40000)])
def test_the_answer_tells_the_browser_its_address_and_is_signed(source):
    check = stun.read_check(a_check())
    assert check is not None

    answer = stun.answer(check, password=PASSWORD, source=source)

    assert answer[:2] == b"\x01\x01"
    assert answer[4:20] == check.transaction
    port = struct.unpack_from("!H", answer, 26)[0] ^ 0x2112
    assert port == 40000
    at = answer.index(b"\x00\x08\x00\x14")
    signed = answer[:2] + struct.pack("!H", at + 4) + answer[4:at]
    assert answer[at + 4 : at + 24] == hmac.digest(PASSWORD, signed, "sha1")
    assert answer[-4:] == struct.pack("!I", zlib.crc32(answer[:-8]) ^ 0x5354554E)


def test_who_comes_over_ipv4_to_a_port_of_both_families_is_told_the_plain_address():
    check = stun.read_check(a_check())
    assert check is not None

    mapped = stun.answer(check, password=PASSWORD, source=("::ffff:192.0.2.7", 40000))

    assert mapped == stun.answer(check, password=PASSWORD, source=("192.0.2.7", 40000))


@given(st.binary(max_size=200))
def test_any_datagram_is_read_without_an_error(data):
    assert stun.read_check(data) is None


@given(st.integers(0, 107), st.binary(min_size=1, max_size=4))
def test_a_check_that_was_tampered_with_is_not_signed(at, change):
    data = bytearray(a_check())
    data[at : at + len(change)] = change

    check = stun.read_check(bytes(data))

    untouched = bytes(data) == a_check()
    assert check is None or untouched or at >= FINGERPRINT or not check.is_signed_with(PASSWORD)


@given(st.integers(0, 107))
def test_a_check_cut_anywhere_is_read_without_an_error(length):
    stun.read_check(a_check()[:length])


async def test_an_address_is_rebound_only_by_a_signed_check(port):
    agent = LiteAgent(port, local_username="ufrag", local_password=PASSWORD.decode())
    home, cafe, thief = ("127.0.0.1", 5001), ("127.0.0.1", 5002), ("127.0.0.1", 5003)

    _arrives(port, a_check(), home)
    assert agent.address == home

    _arrives(port, a_check(password=b"guess"), thief)
    assert agent.address == home
    assert port.drops["check"] == 1

    _arrives(port, a_check(), cafe)
    assert agent.address == cafe
    await agent.close()


async def test_nobody_takes_the_address_of_a_browser_that_is_there(port):
    here = LiteAgent(port, local_username="ufrag", local_password=PASSWORD.decode())
    other = LiteAgent(port, local_username="other", local_password=PASSWORD.decode())
    address = ("127.0.0.1", 5001)
    _arrives(port, a_check(), address)

    _arrives(port, a_check(b"other:theirs"), address)
    assert (port._by_address[address], other.address) == (here, None)
    assert port.drops["taken"] == 1

    here.last_check -= 6
    _arrives(port, a_check(b"other:theirs"), address)
    assert (port._by_address[address], other.address) == (other, address)
    await here.close()
    await other.close()


async def test_after_an_ice_restart_old_and_new_credentials_are_good(port):
    agent = LiteAgent(port, local_username="ufrag", local_password=PASSWORD.decode())

    agent.restart()
    _arrives(port, a_check(), ("127.0.0.1", 5001))
    fresh = f"{agent.local_username}:x".encode()
    _arrives(port, a_check(fresh, agent.local_password.encode()), ("127.0.0.1", 5002))

    assert agent.address == ("127.0.0.1", 5002)
    assert agent.local_username != "ufrag"
    await agent.close()


async def test_a_browser_cannot_fill_the_table_of_addresses(port):
    agent = LiteAgent(port, local_username="ufrag", local_password=PASSWORD.decode())

    for number in range(100):
        _arrives(port, a_check(), ("127.0.0.1", 6000 + number))

    assert len(port._by_address) <= 5
    await agent.close()
    assert not port._by_address


async def test_a_flood_before_the_handshake_is_bounded(port):
    agent = LiteAgent(port, local_username="ufrag", local_password=PASSWORD.decode())
    _arrives(port, a_check(), ("127.0.0.1", 5001))

    for _ in range(10_000):
        _arrives(port, b"\x16" + bytes(1199), ("127.0.0.1", 5001))

    assert agent._handshake.qsize() <= 64
    await agent.close()
    assert port._by_ufrag == {}


def _arrives(port: MediaPort, datagram: bytes, source) -> None:
    port.take(datagram, source)
