"""Shapes that several operations take: ids, versions, texts, pages of lists."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")
LINE_BREAKS = "\n\r\t"


def _printable(text: str) -> str:
    """Refuse control characters: no database column and no paper can hold them."""
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in LINE_BREAKS for char in text):
        raise ValueError("control characters")
    return text


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_\-]{1,64}$")]
Code = Annotated[str, StringConstraints(max_length=12), AfterValidator(_printable)]
Moment = Annotated[AwareDatetime, Field(description="RFC 3339, with offset")]


class Input(BaseModel):
    """What a program sends: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Paging(Input):
    """Which part of a list: the next page begins after the key that the last one gave."""

    limit: int = Field(20, ge=1, le=100)
    after: Annotated[Line, Field(description="上一页给出的 next")] = ""


class Page(BaseModel, Generic[T]):
    """One page of a list; ``next`` is empty on the last one."""

    items: tuple[T, ...]
    next: str


class CasePath(Input):
    """The case meant."""

    case_id: Id


class MeetingPath(Input):
    """The meeting meant."""

    meeting_id: Id


class AgreementPath(Input):
    """The agreement meant."""

    agreement_id: Id


class SecretPath(Input):
    """The secret of a code or an invitation."""

    secret: Id


class Version(Input):
    """The version the person saw; somebody else's change since then is never overwritten."""

    version: int = Field(ge=0, le=2**31)


class VersionedReason(Version):
    """With the reason."""

    reason: Words


class Reason(Input):
    """Why."""

    reason: Words


class Made(BaseModel):
    """The id of what was made."""

    id: str


class Rung(BaseModel):
    """What a resident wrote was kept; words of mortal danger in it ring."""

    called: str = ""  #: who hears of an alarm of theirs; empty without one
