"""One peer connection of the load: a socket, checks that keep it open, DTLS, and SRTP."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import struct
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

from tests.bench.load.checks import answer, check, is_answer, is_request
from tests.bench.load.descriptions import Description, Own

DATAGRAM = 2048
_ROOM = 160  # for what SRTP adds
_BUFFER = 4 << 20
_CHECK_AGAIN, _CHECK_EVERY = 0.1, 2.5  # seconds: until the first answer, and then
_RETRY = 0.05  # seconds between two looks at DTLS's own timer
_LABEL = b"EXTRACTOR-dtls_srtp"  # RFC 5764, 4.2
_STUN, _DTLS = range(4), range(20, 64)
#: OpenSSL's name, libsrtp's number, octets of key and salt
PROFILES = {
    "gcm": (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    "cm": (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}

#: Everything is read and written here: the load has one thread, and libsrtp works in place.
OCTETS = bytearray(DATAGRAM + _ROOM)
VIEW = memoryview(OCTETS)
POINTER = ffi.from_buffer(OCTETS)
LENGTH = ffi.new("int*")


@dataclass(frozen=True)
class Identity:
    """The certificate that all peers of the load share: making one costs more than a call."""

    fingerprint: str
    context: SSL.Context


def new_identity(profile: str) -> Identity:
    """Make a certificate and what DTLS needs, for one SRTP profile."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "load")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    certificate = built.sign(key, hashes.SHA256())
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    context.set_tlsext_use_srtp(PROFILES[profile][0])
    return Identity(certificate.fingerprint(hashes.SHA256()).hex(":").upper(), context)


class Peer:
    """A connection to a server that only answers checks (ICE-lite)."""

    def __init__(self, identity: Identity, profile: str) -> None:
        self.own = Own(identity.fingerprint)
        self.secured = asyncio.Event()
        self.forged = 0
        self.transmit: Any = None  #: libsrtp's context for what we send, once there are keys
        self._receive: Any = None
        self._identity, self._profile = identity, profile
        self._sessions: tuple[Session, Session] | None = None
        self.theirs: Description | None = None
        self._ssl: SSL.Connection | None = None
        self._active = self._checked = self._controls = False
        self._next_check = self._next_retry = 0.0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)  # noqa: FBT003 (the standard library's own signature)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)

    def bind(self, host: str) -> tuple[str, int]:
        """Take an address before it is known who is met; give it."""
        self.socket.bind((host, 0))
        name = self.socket.getsockname()
        return str(name[0]), int(name[1])

    def meet(self, theirs: Description, *, active: bool, controls: bool = True) -> None:
        """Begin with checks; ``active`` if we begin DTLS, ``controls`` if we nominate."""
        if self.theirs is not None:
            return
        self.theirs, self._active, self._controls = theirs, active, controls
        self.socket.connect(theirs.address)
        self._ssl = SSL.Connection(self._identity.context, None)
        self._ssl.set_ciphertext_mtu(1200)
        if active:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()

    def tick(self, now: float) -> None:
        """Check and retry what is due."""
        if self.theirs is None or self._ssl is None:
            return
        if now >= self._next_check:
            self._next_check = now + (_CHECK_EVERY if self._checked else _CHECK_AGAIN)
            ours, theirs = self.own.credentials, self.theirs.credentials
            self.send(check(ours, theirs, controls=self._controls))
        if self._checked and not self.secured.is_set() and now >= self._next_retry:
            self._next_retry = now + _RETRY
            with contextlib.suppress(SSL.Error):  # nobody answers any more; who waits will notice
                self._ssl.DTLSv1_handle_timeout()
            self._flush()

    def drain(self, now: float) -> int:
        """Read what has arrived; give how many datagrams."""
        receive = self.socket.recv_into
        for count in range(256):
            try:
                length = receive(OCTETS, DATAGRAM)
            except BlockingIOError:
                return count
            except OSError:  # the server is gone, and ICMP says so
                continue
            if length and 127 < OCTETS[0] < 192 and self._receive is not None:
                if 191 < OCTETS[1] < 224:
                    self._open_rtcp(length, now)
                else:
                    LENGTH[0] = length
                    if lib.srtp_unprotect(self._receive, POINTER, LENGTH):
                        self.forged += 1
                    else:
                        self.take_rtp(LENGTH[0], now)
            elif length:
                self._greet(bytes(VIEW[:length]))
        return 256

    def take_rtp(self, length: int, now: float) -> None:
        """Take the opened packet that lies in the buffer."""

    def take_rtcp(self, compound: bytes, now: float) -> None:
        """Take an opened control packet."""

    def send(self, datagram: bytes | memoryview) -> None:
        """Send; a full buffer loses it, as a network does."""
        try:
            self.socket.send(datagram)
        except OSError:
            return

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send a control packet."""
        if self._sessions is not None:
            self.send(self._sessions[0].protect_rtcp(packet))

    def close(self) -> None:
        """Go without a word, as a phone does whose battery is empty."""
        self.socket.close()

    def _open_rtcp(self, length: int, now: float) -> None:
        LENGTH[0] = length
        if lib.srtp_unprotect_rtcp(self._receive, POINTER, LENGTH):
            self.forged += 1
        else:
            self.take_rtcp(bytes(VIEW[: LENGTH[0]]), now)

    def _greet(self, datagram: bytes) -> None:
        if self._ssl is None or self.theirs is None:
            return
        if datagram[0] in _STUN and is_request(datagram):
            self.send(answer(datagram, self.own.credentials, self.theirs.address))
        elif datagram[0] in _STUN and is_answer(datagram) and not self._checked:
            self._checked = True
            if self._active:
                self._shake()
        elif datagram[0] in _DTLS:
            self._ssl.bio_write(datagram)
            if not self.secured.is_set():
                self._shake()

    def _shake(self) -> None:
        assert self._ssl is not None
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return
        self._flush()
        self._take_keys()

    def _flush(self) -> None:
        """Send each record as the datagram that it is."""
        assert self._ssl is not None
        while True:
            try:
                flight = self._ssl.bio_read(DATAGRAM)
            except SSL.WantReadError:
                return
            for record in _records(flight):
                self.send(record)

    def _take_keys(self) -> None:
        assert self._ssl is not None
        _, number, key, salt = PROFILES[self._profile]
        material = self._ssl.export_keying_material(_LABEL, 2 * (key + salt))
        sides = [
            material[at * key :][:key] + material[2 * key + at * salt :][:salt] for at in (0, 1)
        ]
        client, server = sides
        ours, theirs = (client, server) if self._active else (server, client)
        self._sessions = (
            _session(ours, Policy.SSRC_ANY_OUTBOUND, number),
            _session(theirs, Policy.SSRC_ANY_INBOUND, number),
        )
        self.transmit, self._receive = (session._srtp[0] for session in self._sessions)
        self.secured.set()


def _session(key: bytes, kind: int, profile: int) -> Session:
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


def _records(flight: bytes):
    """Take a flight apart, so that no datagram is longer than a network carries."""
    at = 0
    while at + 13 <= len(flight):
        end = at + 13 + struct.unpack_from("!H", flight, at + 11)[0]
        yield flight[at:end]
        at = end
