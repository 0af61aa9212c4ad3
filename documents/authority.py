"""The built-in certificate authority: root, issuer, time stamps, platform and committee seal.

It proves who signed what and when; it is **not** a licensed 电子认证服务机构 (电子签名法 16-18),
and every paper says so.  A licensed one joins by configuration, not by changing papers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from documents.distinguished_names import subject
from domain.errors import Unavailable

ROOT = "root.pem"  #: whom to trust, and the mark of a complete authority
#: A random arc under 2.25 (ITU-T X.667) needs no registration and cannot collide.
ARC = "2.25.247164542710400743356786904767866645924"
EVIDENCE = ObjectIdentifier(f"{ARC}.1")  #: extension: SHA-256 of the record of who signed and how
TIME_STAMP_POLICY = f"{ARC}.3"
ROLE_POLICY = {
    "party": ObjectIdentifier(f"{ARC}.2.1"),
    "mediator": ObjectIdentifier(f"{ARC}.2.2"),
    "committee": ObjectIdentifier(f"{ARC}.2.3"),
    "platform": ObjectIdentifier(f"{ARC}.2.4"),
}

ROOT_YEARS, ISSUER_YEARS, LEAF_YEARS = 30, 25, 10
#: An archived paper has to be checkable offline for years; who needs newer facts asks for the list.
LIST_YEARS = 10
EARLY = timedelta(minutes=5)  #: certificates begin a little earlier than the clock says
LEAVES = ("tsa", "platform", "seal")

ROOT_NOTE = """This folder holds the private key of the root certificate.

It is used only when a new issuer is made or a list of revoked issuers is renewed.  Move this
folder to a medium that is kept offline, and keep a second copy elsewhere; the server runs
without it.  Whoever has this key can make papers that look genuine.
"""


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """The keys that the server works with; the root's own key is not among them."""

    folder: Path
    root: x509.Certificate
    issuer: KeyPair
    tsa: KeyPair
    platform: KeyPair
    seal: KeyPair

    @classmethod
    def at(cls, folder: Path) -> Authority:
        """Open the authority that :func:`establish` made."""
        try:
            pairs = {name: load_pair(folder, name) for name in ("issuer", *LEAVES)}
            root = x509.load_pem_x509_certificate((folder / ROOT).read_bytes())
        except OSError as error:
            raise Unavailable(f"no authority in {folder}: run `python server.py init`") from error
        return cls(folder=folder, root=root, **pairs)

    @cached_property
    def chain(self) -> tuple[x509.Certificate, x509.Certificate]:
        """Issuer and root."""
        return self.issuer.certificate, self.root

    def event_pair(
        self, *, role: str, name: str, number: str, evidence_sha256: str, at: datetime
    ) -> KeyPair:
        """Make a key for one signature of one person; it is never stored.

        The certificate lives ten years so that plain validators still accept the paper then; the
        key is gone after its one signature (电子签名法 13: only the signer controlled it).
        """
        key = ec.generate_private_key(ec.SECP256R1())
        plan = LeafPlan(
            name=subject(name, organisation="个人", unit=number),
            role=role,
            evidence=bytes.fromhex(evidence_sha256),
        )
        list_url = (self.folder / "list-url").read_text()
        certificate = leaf_certificate(key, plan, issuer=self.issuer, at=at, list_url=list_url)
        return KeyPair(certificate, key)

    def revoked(self) -> tuple[Revocation, ...]:
        """List what was revoked."""
        return read_revocations(self.folder)

    def fresh_list(self, at: datetime) -> bytes:
        """Issue the list of revoked certificates as of now, DER."""
        return revocation_list(self.issuer, self.revoked(), at=at)

    def root_list(self) -> bytes:
        """The root's list of revoked issuers, as it was made with the root's key, DER."""
        return (self.folder / "root.crl").read_bytes()


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate that no longer counts from an instant on."""

    serial: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPlan:
    """What a leaf certificate is for."""

    name: x509.Name
    role: str = ""
    evidence: bytes = b""
    time_stamps: bool = False


def establish(
    folder: Path, *, committee: str, at: datetime, demo: bool, list_url: str = ""
) -> Authority:
    """Make root, issuer and working keys once; open what is there already.

    ``list_url`` is printed into certificates as the place of the list of revoked ones, unless it
    leads to this machine only: a paper outlives that, and carries its own list anyway.
    """
    if urlsplit(list_url).hostname in {"127.0.0.1", "localhost", "::1"}:
        list_url = ""
    if not (folder / ROOT).is_file():
        make_authority(folder, committee=committee, at=at, demo=demo, list_url=list_url)
    return Authority.at(folder)


def make_authority(
    folder: Path, *, committee: str, at: datetime, demo: bool, list_url: str
) -> None:
    """Make everything; ``root.pem`` comes last and marks the whole as complete."""
    mark = "（演示）" if demo else ""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault = folder / "offline-root"
    vault.mkdir(exist_ok=True, mode=0o700)
    root = own_certificate(subject(f"枫桥根证书{mark}", organisation=committee), at=at)
    issuer = issuer_certificate(
        subject(f"枫桥签名证书机构{mark}", organisation=committee), root=root, at=at
    )
    keep_private(folder / "list-url", list_url.encode())
    names = {"tsa": f"枫桥时间戳{mark}", "platform": f"枫桥平台{mark}", "seal": committee + mark}
    roles = {"tsa": "", "platform": "platform", "seal": "committee"}
    for leaf in LEAVES:
        plan = LeafPlan(
            name=subject(names[leaf], organisation=committee),
            role=roles[leaf],
            time_stamps=leaf == "tsa",
        )
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = leaf_certificate(key, plan, issuer=issuer, at=at, list_url=list_url)
        store_pair(folder, leaf, KeyPair(certificate, key))
    store_pair(folder, "issuer", issuer)
    keep_private(vault / "root-key.pem", as_pem(root.key))
    keep_private(vault / "README.txt", ROOT_NOTE.encode())
    keep_private(folder / "root.crl", revocation_list(root, (), at=at))
    keep_private(folder / ROOT, root.certificate.public_bytes(serialization.Encoding.PEM))


def revoke(folder: Path, serial: int, *, at: datetime) -> None:
    """Declare that a certificate does not count from ``at`` on; earlier stamps stay good."""
    entries = [*read_revocations(folder), Revocation(serial, at)]
    rows = [{"serial": f"{e.serial:x}", "at": e.at.isoformat()} for e in entries]
    keep_private(folder / "revoked.json", json.dumps(rows, indent=1).encode())


def read_revocations(folder: Path) -> tuple[Revocation, ...]:
    """Read what was revoked."""
    file = folder / "revoked.json"
    if not file.is_file():
        return ()
    rows = json.loads(file.read_text())
    return tuple(
        Revocation(int(row["serial"], 16), datetime.fromisoformat(row["at"])) for row in rows
    )


def own_certificate(name: x509.Name, *, at: datetime) -> KeyPair:
    """Make a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = authority_builder(name, key, at=at, years=ROOT_YEARS, depth=1)
    certificate = builder.issuer_name(name).sign(key, hashes.SHA256())
    return KeyPair(certificate, key)


def issuer_certificate(name: x509.Name, *, root: KeyPair, at: datetime) -> KeyPair:
    """Make the issuer under the root."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = authority_builder(name, key, at=at, years=ISSUER_YEARS, depth=0)
    builder = builder.issuer_name(root.certificate.subject).add_extension(above(root), False)  # noqa: FBT003  # positional in the library
    return KeyPair(builder.sign(root.key, hashes.SHA256()), key)


def authority_builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, *, at: datetime, years: int, depth: int
) -> x509.CertificateBuilder:
    """Begin a certificate that signs certificates and lists (RFC 5280, 4.2.1.3 and 4.2.1.9)."""
    usage = key_usage(signs_certificates=True)
    return (
        dated(x509.CertificateBuilder().subject_name(name), at=at, years=years)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def leaf_certificate(
    key: ec.EllipticCurvePrivateKey,
    plan: LeafPlan,
    *,
    issuer: KeyPair,
    at: datetime,
    list_url: str = "",
) -> x509.Certificate:
    """Make the certificate of a signer or of the time-stamp service."""
    usage = key_usage(signs_certificates=False, binding=not plan.time_stamps)
    builder = (
        dated(x509.CertificateBuilder().subject_name(plan.name), at=at, years=LEAF_YEARS)
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(above(issuer), critical=False)
    )
    for extension, critical in purposes(plan, list_url):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer.key, hashes.SHA256())


def purposes(plan: LeafPlan, list_url: str) -> Iterable[tuple[x509.ExtensionType, bool]]:
    """Say what a leaf is for, each with whether a validator has to understand it."""
    if plan.role:
        policy = x509.PolicyInformation(ROLE_POLICY[plan.role], None)
        yield x509.CertificatePolicies([policy]), False
    if plan.evidence:
        octets = b"\x04" + bytes([len(plan.evidence)]) + plan.evidence  # DER OCTET STRING
        yield x509.UnrecognizedExtension(EVIDENCE, octets), False
    if plan.time_stamps:
        yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True  # RFC 3161, 2.3
    if list_url:
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(list_url)], None, None, None)
        yield x509.CRLDistributionPoints([place]), False


def key_usage(*, signs_certificates: bool, binding: bool = False) -> x509.KeyUsage:
    """Compose the key usage: certificates and lists, or signatures that bind their signer."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=binding,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def dated(builder: x509.CertificateBuilder, *, at: datetime, years: int) -> x509.CertificateBuilder:
    """Give a certificate its time and a random number."""
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(at - EARLY)
        .not_valid_after(at + timedelta(days=365 * years))
    )


def above(issuer: KeyPair) -> x509.AuthorityKeyIdentifier:
    """Point to the issuer's key."""
    public = issuer.key.public_key()
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def revocation_list(issuer: KeyPair, entries: Iterable[Revocation], *, at: datetime) -> bytes:
    """Sign a list of revoked certificates; its number grows with the clock."""
    now = at.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=365 * LIST_YEARS))
        .add_extension(above(issuer), critical=False)
        .add_extension(x509.CRLNumber(int(at.timestamp() * 1000)), critical=False)
    )
    for entry in entries:
        revoked = x509.RevokedCertificateBuilder().serial_number(entry.serial)
        builder = builder.add_revoked_certificate(revoked.revocation_date(entry.at).build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def as_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Write a private key."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def store_pair(folder: Path, name: str, pair: KeyPair) -> None:
    """Keep a certificate and its key, the key for this user only."""
    keep_private(folder / f"{name}-key.pem", as_pem(pair.key))
    pem = pair.certificate.public_bytes(serialization.Encoding.PEM)
    keep_private(folder / f"{name}.pem", pem)


def load_pair(folder: Path, name: str) -> KeyPair:
    """Read a certificate and its key."""
    certificate = x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{name}-key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return KeyPair(certificate, key)


def keep_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by this user only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
