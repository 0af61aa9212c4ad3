"""In whose name papers are sealed: the certificate's, whatever the configuration says later."""

from __future__ import annotations

from cryptography.x509.oid import NameOID

from documents.authority import Authority
from documents.distinguished_names import spelled


def is_sealed_as(authority: Authority, committee: str) -> bool:
    """Does the seal's certificate name this committee?"""
    (name,) = authority.seal.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return name.value == spelled(committee)
