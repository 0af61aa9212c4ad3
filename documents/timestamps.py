"""Time stamps (RFC 3161): our own service, and how signing asks it or another one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from typing_extensions import override

from documents.authority import TIME_STAMP_POLICY, Authority

LARGEST_REQUEST = 4096  #: bytes; a request with a nonce has about 70
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
CONTENT_TYPE = "application/timestamp-reply"


class Unreadable(Exception):
    """A time-stamp request that is refused; carries RFC 3161's failure name."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """Hand a certificate from one library to the other."""
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


@dataclass(frozen=True)
class TimeStampService:
    """Answers requests with tokens signed by the authority's own time-stamp key."""

    authority: Authority

    def respond(self, request: bytes, at: datetime) -> bytes:
        """Answer one DER request with a DER reply; a bad request gets a reply that says so."""
        try:
            return bytes(self.grant(read_request(request), at).dump())
        except Unreadable as refusal:
            return refuse(refusal.failure)

    def grant(self, request: tsp.TimeStampReq, at: datetime) -> tsp.TimeStampResp:
        """Stamp a request that was read."""
        token = self.token(request, at.replace(microsecond=0))
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def token(self, request: tsp.TimeStampReq, at: datetime) -> cms.ContentInfo:
        """Sign imprint, time and number."""
        info = {
            "version": "v1",
            "policy": TIME_STAMP_POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(127),
            "gen_time": at,
            "accuracy": {"seconds": 1},
        }
        if request["nonce"].native is not None:
            info["nonce"] = request["nonce"].native
        content = tsp.TSTInfo(info).dump()
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": cms.ParsableOctetString(content),
            },
            "signer_infos": [self.signer_info(self.attributes(content, at))],
        }
        if request["cert_req"].native:
            signed["certificates"] = [self.certificate, as_asn1(self.authority.issuer.certificate)]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})

    @cached_property
    def certificate(self) -> asn1.Certificate:
        """The service's certificate."""
        return as_asn1(self.authority.tsa.certificate)

    def attributes(self, content: bytes, at: datetime) -> cms.CMSAttributes:
        """Compose what is signed (RFC 5816: the certificate by its SHA-256)."""
        own = {"cert_hash": hashlib.sha256(self.certificate.dump()).digest()}
        identifier = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": "sha256"}, **own})
        values = {
            "content_type": "tst_info",
            "signing_time": cms.Time({"utc_time": at}),
            "message_digest": hashlib.sha256(content).digest(),
            "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [identifier]}),
        }
        return cms.CMSAttributes(
            [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()]
        )

    def signer_info(self, attributes: cms.CMSAttributes) -> cms.SignerInfo:
        """Sign the attributes."""
        sid = {
            "issuer": self.certificate.issuer,
            "serial_number": self.certificate.serial_number,
        }
        key = self.authority.tsa.key
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
                "digest_algorithm": {"algorithm": "sha256"},
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signed_attrs": attributes,
                "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )


def read_request(data: bytes) -> tsp.TimeStampReq:
    """Read a request strictly: size, whole structure, digest, policy, no unknown extension."""
    if len(data) > LARGEST_REQUEST:
        raise Unreadable("bad_data_format")
    try:
        request = tsp.TimeStampReq.load(data, strict=True)
        algorithm = request["message_imprint"]["hash_algorithm"]["algorithm"].native
        length = len(request["message_imprint"]["hashed_message"].native)
        version, policy = request["version"].native, request["req_policy"].native
        extensions = request["extensions"].native
        int(request["nonce"].native or 0)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("bad_data_format") from error
    if algorithm not in DIGESTS:
        raise Unreadable("bad_alg")
    if length != DIGESTS[algorithm] or version != "v1":
        raise Unreadable("bad_data_format")
    if policy not in {None, TIME_STAMP_POLICY}:
        raise Unreadable("unaccepted_policy")
    if extensions:
        raise Unreadable("unaccepted_extensions")
    return request


def refuse(failure: str) -> bytes:
    """Say no, and why (RFC 3161, 2.4.2): a reply without a token."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {failure}}).dump()
    return bytes((0x30, len(status))) + bytes(status)  # asn1crypto believes that a token is a must


class OwnTimeStamper(TimeStamper):
    """Asks our service in the same process, at the time that was handed in."""

    def __init__(self, service: TimeStampService, at: datetime) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        self.service, self.at = service, at

    @override
    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return self.service.grant(req, self.at)


def time_stamper(authority: Authority, *, at: datetime, url: str = "") -> TimeStamper:
    """Choose who stamps: the service at ``url``, otherwise our own."""
    if url:
        return HTTPTimeStamper(url)
    return OwnTimeStamper(TimeStampService(authority), at)


def imprint(data: bytes) -> bytes:
    """Write a request for some data, as a client would."""
    digest = hashlib.sha256(data).digest()
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    body = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest})
    nonce = core.Integer(secrets.randbits(63))
    request = {"version": 1, "message_imprint": body, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(request).dump())
