"""Is this paper genuine? One verdict, one stable reason, and what each signature proves.

Signatures alone do not tell: other programs call a paper valid over which a page was painted, or
of which the last signatures were cut off.  So the verdict joins the signatures, the analysis of
everything added since, the list of signers fixed in the certified first revision, and, where the
registry is at hand, what it knows of this very file.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.agreement import COMMITTEE, PLATFORM
from documents.archive_form import ATTACHMENT
from documents.bounds import LARGEST_FILE, bounded, hush
from documents.case_file import CaseFile, NotOurs, Signer
from documents.changes import name_of_change
from documents.examination import SLACK, Archive, Examiner, Seen
from documents.masking import masked
from documents.verdicts import verdict_of
from domain.ids import AgreementId
from domain.ports.papers import SignatureStory, Verdict

logger = logging.getLogger(__name__)

AHEAD = timedelta(minutes=5)  #: a stamp may be this much ahead of the verifier's clock


@dataclass(frozen=True)
class Trust:
    """What the verifier believes in, from outside the file."""

    roots: tuple[x509.Certificate, ...]
    lists: tuple[bytes, ...] = ()  #: newer lists of revoked certificates than the file's own

    @classmethod
    def in_pem(cls, pem: bytes, lists: tuple[bytes, ...] = ()) -> Trust:
        """Read ``root.pem``: our root first, then those of outside time-stamp services."""
        return cls(tuple(x509.load_pem_x509_certificates(pem)), lists)


@dataclass(frozen=True)
class Paper:
    """A file that could be read, with its signatures examined."""

    reader: PdfFileReader
    signatures: tuple[Seen, ...]
    archive: Archive
    case: CaseFile
    trust: Trust
    at: datetime

    @cached_property
    def good(self) -> dict[str, Seen]:
        """The believable signatures by field, the time stamps left out."""
        return {seen.field: seen for seen in self.signatures if seen.good and not seen.stamp}

    @property
    def believed(self) -> list[Seen]:
        """The believable signatures and time stamps."""
        return [seen for seen in self.signatures if seen.good]

    def reason(self) -> str:
        """Find the first thing that is wrong, the gravest first; empty if nothing is."""
        return (
            self.damage()
            or self.change()
            or self.stranger()
            or self.revoked()
            or self.wrong_time()
            or self.missing()
            or self.loose_end()
        )

    def damage(self) -> str:
        """Signed bytes that are not what was signed."""
        return "" if all(seen.intact for seen in self.signatures) else "byte-changed"

    def change(self) -> str:
        """Something added that the signatures before it do not allow."""
        if all(seen.permitted for seen in self.believed):
            return ""
        if self.signed_after_seal():
            return "after-seal"
        return name_of_change(self.reader, max(seen.revision for seen in self.believed))

    def signed_after_seal(self) -> bool:
        """A signature, by whomever, younger than the seal."""
        sealed = self.good.get(COMMITTEE)
        return sealed is not None and any(
            not seen.stamp and seen.revision > sealed.revision for seen in self.signatures
        )

    def stranger(self) -> str:
        """A signature by a certificate that is not ours, or not for this field."""
        for seen in self.signatures:
            role = "" if seen.stamp else self.role_of(seen.field)
            if not seen.trusted or (not seen.stamp and role != seen.role):
                return "foreign-certificate"
        return "" if PLATFORM in self.good or not self.signatures else "foreign-certificate"

    def role_of(self, field: str) -> str:
        """The role that the certified list of signers gives to a field."""
        return next((each.role for each in self.case.signers if each.field == field), "stranger")

    def revoked(self) -> str:
        """A certificate that no longer counted when it was used."""
        lists = read_lists((*self.archive.lists, *self.trust.lists), self.authorities())
        gone = any(was_revoked(seen, lists) for seen in self.signatures)
        return "revoked" if gone else ""

    def authorities(self) -> list[x509.Certificate]:
        """The roots and the issuers that the file carries."""
        inside = (x509.load_der_x509_certificate(each.dump()) for each in self.archive.certificates)
        return [*self.trust.roots, *inside]

    def wrong_time(self) -> str:
        """A time stamp that is missing, in the future, or out of the ceremony's order."""
        times = [seen.at for seen in self.signatures]
        known = [time for time in times if time is not None]
        late = any(time > self.at + AHEAD for time in known)
        mixed = any(later + SLACK < earlier for earlier, later in pairwise(known))
        return "time" if late or mixed or len(known) < len(times) else ""

    def missing(self) -> str:
        """Signatures that the certified list wants and the file lacks, or the last step."""
        persons = self.case.fields("party", "mediator")
        if not persons & self.good.keys():
            return "unsigned"
        wanted = persons | self.case.fields("committee")
        closed = any(seen.stamp and seen.good for seen in self.signatures)
        return "" if wanted <= self.good.keys() and closed else "rollback"

    def loose_end(self) -> str:
        """Bytes behind the last signature."""
        return "" if self.signatures[-1].last else "byte-changed"

    def effective_at(self) -> datetime | None:
        """When the seal made it binding (人民调解法 29)."""
        return self.good[COMMITTEE].at if COMMITTEE in self.good else None

    def stories(self) -> tuple[SignatureStory, ...]:
        """Tell each signature, with names as strangers may see them."""
        return tuple(self.story(seen) for seen in self.signatures if not seen.stamp)

    def story(self, seen: Seen) -> SignatureStory:
        """Tell one signature; whose it is only where it proves that."""
        listed = next((each for each in self.case.signers if each.field == seen.field), None)
        ours = listed if listed and seen.good and seen.role == listed.role else None
        return SignatureStory(
            field=seen.field,
            name=_shown(ours) if ours else "",
            role=ours.role if ours else "",
            at=seen.at,
            intact=seen.intact,
            trusted=seen.trusted,
            reason=seen.reason if ours else "",
        )


def _shown(signer: Signer) -> str:
    """Give a signer's name as strangers may see it; an office hides behind no stars."""
    return signer.name if signer.role in {COMMITTEE, PLATFORM} else masked(signer.name)


def read_lists(
    encoded: Sequence[bytes], issuers: Sequence[x509.Certificate]
) -> list[x509.CertificateRevocationList]:
    """Read the lists of revoked certificates that one of the issuers really signed."""
    lists = [x509.load_der_x509_crl(each) for each in encoded]
    return [
        each
        for each in lists
        if any(
            each.issuer == issuer.subject and each.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # an issuer of ours has an EC key
            for issuer in issuers
        )
    ]


def was_revoked(seen: Seen, lists: Sequence[x509.CertificateRevocationList]) -> bool:
    """Say whether a certificate was revoked before it was used, or used at no proven time."""
    issuer = x509.load_der_x509_certificate(seen.certificate.dump()).issuer
    for each in lists:
        entry = each.get_revoked_certificate_by_serial_number(seen.certificate.serial_number)
        if each.issuer == issuer and entry is not None:
            return seen.at is None or entry.revocation_date_utc <= seen.at
    return False


def read_paper(pdf: bytes, trust: Trust, *, at: datetime) -> Paper:
    """Read a file and examine its signatures.

    Raises :class:`NotOurs` for a file that is no paper of ours.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    archive = Archive.inside(reader)
    signatures = Examiner(trust.roots, archive).look(reader)
    certified = [seen.revision for seen in signatures if seen.field == PLATFORM]
    root = reader.get_historical_root(certified[0]) if certified else reader.root
    return Paper(reader, signatures, archive, CaseFile.inside(root), trust, at)


def looks_like_ours(pdf: bytes) -> bool:
    """Say whether the bytes of an unreadable file remind of a paper of ours."""
    return b"ETSI.CAdES.detached" in pdf and ATTACHMENT.encode() in pdf


def examine(pdf: bytes, trust: Trust | None, *, at: datetime) -> Verdict:
    """Judge a file by itself: no registry, no network; only in a process's main thread."""
    empty = verdict_of("not-a-paper", pdf, at=at)
    if len(pdf) > LARGEST_FILE or not pdf.startswith(b"%PDF-"):
        return empty
    if trust is None:
        return replace(empty, reason="no-root")
    with bounded():
        try:
            paper = read_paper(pdf, trust, at=at)
            return verdict_on(paper, paper.reason(), pdf)
        except NotOurs:
            return empty
        except ImportError:  # a broken installation says nothing about the file
            raise
        except Exception as error:  # noqa: BLE001 - hostile files break readers in every way there is
            logger.info("unreadable file", extra={"kind": type(error).__name__})
            return verdict_of("byte-changed", pdf, at=at) if looks_like_ours(pdf) else empty


def verdict_on(paper: Paper, reason: str, pdf: bytes) -> Verdict:
    """Give a verdict on a paper; what it says of itself counts only once certified."""
    verdict = replace(
        verdict_of(reason, pdf, at=paper.at),
        signatures=paper.stories(),
        effective_at=paper.effective_at(),
    )
    if PLATFORM not in paper.good:
        return verdict
    return replace(
        verdict,
        agreement_id=AgreementId(paper.case.agreement_id),
        number=paper.case.number,
        committee=paper.case.committee,
    )


def trust_in(root_pem: Path) -> Trust | None:
    """Read a root file; one that holds no certificate is as good as none."""
    try:
        return Trust.in_pem(root_pem.read_bytes())
    except ValueError:
        return None


def verify_file(path: Path, root_pem: Path | None, *, at: datetime) -> Verdict:
    """Judge a file on disk, offline: no configuration, no database, trust only from ``root_pem``.

    That a paper was voided can be seen only online.
    """
    hush()
    trust = trust_in(root_pem) if root_pem is not None else None
    with path.open("rb") as file:
        pdf = file.read(LARGEST_FILE + 1)
    return examine(pdf, trust, at=at)
