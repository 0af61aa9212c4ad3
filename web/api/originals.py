"""Agreements on paper: printed for ink, recorded once they are signed, found complete."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from domain.actors import Resident, Staff
from domain.ids import AgreementId
from domain.originals import LONGEST_WITNESSES, MOST_SCANS, How, Mark
from services.originals import Recorded
from services.scans import LARGEST_SCAN
from web.api.agreements import Sha256
from web.api.operations import Api
from web.api.sessions import counted
from web.api.shapes import AgreementPath, Code, Input, Line, Version, VersionedReason, Words
from web.bodies import read
from web.desks import Desks
from web.rates import Rate

api = Api("originals")
SCAN_SECONDS = 120.0  #: 20 MB over a slow line
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class ScanPath(AgreementPath):
    """One file of the scan."""

    sha256: Sha256


class KeptScan(BaseModel):
    """Under which name a file of the scan is kept."""

    sha256: str
    kind: str
    size: int


class MarkInput(Input):
    """What stands in one place of the paper."""

    field: Annotated[str, Field(pattern=r"^(party-[0-9]{1,2}|mediator|committee)$")]
    how: How


class OriginalInput(Version):
    """What the signed paper shows, and its scan."""

    scans: tuple[Sha256, ...] = Field(max_length=MOST_SCANS)
    marks: tuple[MarkInput, ...] = Field(max_length=100)
    signed_on: date
    witnesses: Annotated[Line, Field(max_length=LONGEST_WITNESSES)] = ""

    def as_recorded(self) -> Recorded:
        """The record in the desk's shape."""
        return Recorded(
            scans=self.scans,
            marks=tuple(Mark(field=one.field, how=one.how) for one in self.marks),
            signed_on=self.signed_on,
            witnesses=self.witnesses,
        )


class Completing(Version):
    """Why the original counts as complete, and a fresh one-time code."""

    reason: Annotated[Words, Field(min_length=1)]
    code: Code


@api.post("/agreements/{agreement_id}/print", "定稿为纸质协议，手写签名")
async def print_for_ink(desks: Desks, actor: Staff, path: AgreementPath, body: Version) -> None:
    """Fix the words for paper and ink."""
    await desks.originals.print(actor, AgreementId(path.agreement_id), version=body.version)


@api.post(
    "/agreements/{agreement_id}/scans",
    "上传签好的纸质协议的扫描件（PDF、JPEG 或 PNG）",
    status=201,
    consumes="application/octet-stream",
)
async def keep_scan(
    request: web.Request, desks: Desks, actor: Staff, path: AgreementPath
) -> KeptScan:
    """Keep one file of the scan under its hash."""
    await counted(request, Rate.UPLOAD)
    data = await read(request, limit=LARGEST_SCAN, seconds=SCAN_SECONDS)
    kept = await desks.originals.keep_scan(actor, AgreementId(path.agreement_id), data)
    return KeptScan(sha256=kept.sha256, kind=kept.kind, size=kept.size)


@api.post("/agreements/{agreement_id}/original", "登记签好的纸质原件；登记错了再登记一次")
async def record(desks: Desks, actor: Staff, path: AgreementPath, body: OriginalInput) -> None:
    """Record who signed the paper, how, on which day, with its scan."""
    await desks.originals.record(
        actor, AgreementId(path.agreement_id), version=body.version, told=body.as_recorded()
    )


@api.post("/agreements/{agreement_id}/original/return", "原件不齐，退回调解员")
async def send_back(desks: Desks, actor: Staff, path: AgreementPath, body: VersionedReason) -> None:
    """Refuse what was recorded."""
    await desks.originals.send_back(
        actor, AgreementId(path.agreement_id), version=body.version, reason=body.reason
    )


@api.post("/agreements/{agreement_id}/original/complete", "核对原件，协议生效")
async def complete(desks: Desks, actor: Staff, path: AgreementPath, body: Completing) -> None:
    """Find the original complete; the agreement is in effect since its last mark."""
    await desks.originals.take_effect(
        actor,
        AgreementId(path.agreement_id),
        version=body.version,
        reason=body.reason,
        code=body.code,
    )


@api.get("/agreements/{agreement_id}/scans/{sha256}", "扫描件的一个文件", produces="*/*")
async def see_scan(desks: Desks, actor: Staff | Resident, path: ScanPath) -> web.Response:
    """Give one file of the scan, to be kept: it is never shown inside our pages."""
    data, scan = await desks.originals.scan(actor, AgreementId(path.agreement_id), path.sha256)
    name = quote(f"纸质协议-{scan.sha256[:8]}.{ENDINGS[scan.kind]}")
    return web.Response(
        body=data,
        content_type=scan.kind,
        headers={hdrs.CONTENT_DISPOSITION: f"attachment; filename*=UTF-8''{name}"},
    )
