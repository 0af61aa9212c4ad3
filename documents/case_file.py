"""``case.json`` as it stands in the certified first revision: which paper, who has to sign."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from documents.archive_form import ATTACHMENT, SCHEMA

LARGEST = 2_000_000  #: bytes of the attachment


class NotOurs(Exception):
    """The file carries no case data of ours."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A signature that the paper needs."""

    field: str
    role: str  #: ``platform``, ``party``, ``mediator``, ``committee``
    name: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What the paper says of itself."""

    agreement_id: str
    number: str
    committee: str
    signers: tuple[Signer, ...]
    demo: bool

    @classmethod
    def inside(cls, root: Any) -> Self:
        """Read the attachment of a document whose catalog this is."""
        try:
            names = root["/Names"]["/EmbeddedFiles"]["/Names"]
            files = {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}
            content = bytes(files[ATTACHMENT]["/EF"]["/F"].data)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise NotOurs(ATTACHMENT) from error
        return cls.read(content)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the JSON text."""
        try:
            data = json.loads(content[:LARGEST])
            if data["schema"] != SCHEMA:
                raise NotOurs(str(data["schema"]))
            signers = (Signer(row["field"], row["role"], row["name"]) for row in data["signers"])
            return cls(
                str(data["agreement_id"]),
                str(data["number"]),
                str(data["committee"]),
                tuple(signers),
                bool(data["demo"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotOurs("unreadable") from error

    def signer(self, field: str) -> Signer:
        """Find who signs in a field; raise :class:`KeyError` if nobody does."""
        return {signer.field: signer for signer in self.signers}[field]

    def fields(self, *roles: str) -> set[str]:
        """Name the fields of some roles."""
        return {signer.field for signer in self.signers if signer.role in roles}
