"""A record that the centre signed: canonical JSON, the platform's signature and its certificates.

The file is written in one way only, so that any octet that was changed is found; where, is said as
far as the record itself tells (``seals``: a hash of each of its sections).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

from documents.authority import ROLE_POLICY, Authority
from domain.canonical import canonical
from domain.errors import BadInput
from domain.manifests import seals_of

_ALGORITHM = ec.ECDSA(hashes.SHA256())
_PROOF = "certificates or signature"
_PARTS = {"manifest", "certificates", "signature"}


class NotAsSigned(BadInput):
    """The file is not what the centre signed; :attr:`field` says where."""


class Attestor:
    """Signs records with the platform's key (:class:`domain.ports.papers.Attestor`)."""

    def __init__(self, pki: Path) -> None:
        self._pki = pki

    def attest(self, record: Mapping[str, object]) -> bytes:
        """Give the signed file."""
        authority = Authority.at(self._pki)
        own = (authority.platform.certificate, authority.issuer.certificate)
        signed = {
            "manifest": record,
            "certificates": [one.public_bytes(Encoding.DER).hex() for one in own],
        }
        signature = authority.platform.key.sign(_written(signed), _ALGORITHM)
        return _written(signed | {"signature": signature.hex()})


def attested(file: bytes, root: x509.Certificate) -> Mapping[str, Any]:
    """Give the record that the centre of this root signed; raises :class:`NotAsSigned`."""
    told = _read(file)
    record: Mapping[str, Any] = told["manifest"]
    platform = _certified(told["certificates"], root, record)
    signed = {"manifest": record, "certificates": told["certificates"]}
    try:
        platform.verify(_one_spelling(told["signature"]), _written(signed), _ALGORITHM)
    except (InvalidSignature, ValueError, TypeError) as reason:
        raise NotAsSigned(_altered_part(record), "not what the centre signed") from reason
    return record


def _written(told: Mapping[str, object]) -> bytes:
    return canonical(told).encode()


def _read(file: bytes) -> dict[str, Any]:
    try:
        told = json.loads(file.decode())
        written = _written(told)
    except ValueError as reason:
        at = getattr(reason, "pos", None) or getattr(reason, "start", 0)
        raise NotAsSigned(f"near octet {at}", "no JSON") from reason
    if not isinstance(told, dict) or set(told) != _PARTS or not isinstance(told["manifest"], dict):
        raise NotAsSigned("the outermost names", "no signed record")
    if written != file:
        raise NotAsSigned(f"octet {_first_other(written, file)}", "not as the centre writes it")
    return told


def _octets(text: str) -> bytes:
    """Read hex as it is written here: each value has one spelling.  Raises ValueError."""
    octets = bytes.fromhex(text)
    if octets.hex() != text:
        raise ValueError("not our hex")
    return octets


def _one_spelling(text: str) -> bytes:
    """Read a signature that is written as DER demands.  Raises ValueError."""
    octets = _octets(text)
    if encode_dss_signature(*decode_dss_signature(octets)) != octets:
        raise ValueError("not DER")
    return octets


def _first_other(written: bytes, file: bytes) -> int:
    pairs = zip(written, file, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), len(written))


def _certified(
    told: Any, root: x509.Certificate, record: Mapping[str, object]
) -> ec.EllipticCurvePublicKey:
    """Give the platform's key, if the root vouches for it at the time of the record."""
    try:
        platform, issuer = (x509.load_der_x509_certificate(_octets(one)) for one in told)
        platform.verify_directly_issued_by(issuer)
        issuer.verify_directly_issued_by(root)
        policies = platform.extensions.get_extension_for_class(x509.CertificatePolicies).value
        ours = {policy.policy_identifier for policy in policies}
    except Exception as why:  # the library answers broken certificates with many kinds of errors
        raise NotAsSigned("certificates", "not of this centre") from why
    if ROLE_POLICY["platform"] not in ours:
        raise NotAsSigned("certificates", "not the platform's")
    at = _made_at(record)
    if at and not platform.not_valid_before_utc <= at <= platform.not_valid_after_utc:
        raise NotAsSigned("certificates", "not valid when the record was made")
    key = platform.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotAsSigned("certificates", "another kind of key")
    return key


def _made_at(record: Mapping[str, object]) -> datetime | None:
    made = record.get("made")
    try:
        return datetime.fromisoformat(made["at"]) if isinstance(made, dict) else None
    except (KeyError, ValueError, TypeError):
        return None  # the signature will not fit either


def _altered_part(record: Mapping[str, object]) -> str:
    """Name the sections that do not fit their own seal."""
    seals = record.get("seals")
    sections = {name: part for name, part in record.items() if name != "seals"}
    found = seals_of(sections)
    known = seals if isinstance(seals, dict) else {}
    names = sorted(name for name in {*found, *known} if found.get(name) != known.get(name))
    return ", ".join(f"manifest/{name}" for name in names) or _PROOF
