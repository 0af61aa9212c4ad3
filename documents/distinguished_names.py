"""Names inside certificates, where not every Chinese character may stand."""

from __future__ import annotations

import stringprep

from cryptography import x509
from cryptography.x509.oid import NameOID

LONGEST = 64  #: RFC 5280, ub-common-name; counted in octets by cryptography, so by us

FORBIDDEN = (
    stringprep.in_table_a1,  # unassigned in Unicode 3.2, on which RFC 4518 still stands
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_d1,  # written from right to left
)


def spelled(name: str) -> str:
    """Spell characters that validators refuse in a name: 王𬱖㛃 becomes 王〔U+2CC56〕㛃.

    The true name stands on the page and in the attached data.
    """
    text = "".join(
        f"〔U+{ord(one):04X}〕" if any(test(one) for test in FORBIDDEN) else one for one in name
    )
    octets = text.encode()
    return text if len(octets) <= LONGEST else octets[: LONGEST - 3].decode("utf-8", "ignore") + "…"


def subject(common_name: str, *, organisation: str, unit: str = "") -> x509.Name:
    """Compose a subject; ``unit`` carries the number of the paper."""
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, spelled(organisation)),
    ]
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, spelled(unit)))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, spelled(common_name))])
