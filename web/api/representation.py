"""Who signs for a party: a guardian, the head of a legal entity, an agent by mandate."""

from __future__ import annotations

from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, StringConstraints

from domain.actors import Staff
from domain.capacities import Capacity
from domain.ids import CaseId, PersonId
from services.scans import LARGEST_SCAN
from web.api.agreements import Sha256
from web.api.cases import PersonPath
from web.api.operations import Api
from web.api.originals import SCAN_SECONDS
from web.api.sessions import counted
from web.api.shapes import CasePath, Line, Version
from web.bodies import read
from web.desks import Desks
from web.rates import Rate

api = Api("representation")


class ProofPath(CasePath):
    """One document that says who may sign for a party."""

    sha256: Sha256


class KeptProof(BaseModel):
    """Under which name the document is kept."""

    sha256: str


class Represented(Version):
    """Who signs, as what, and the document that says so; ``self``: the party signs."""

    capacity: Capacity
    name: Line = ""
    proof: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""


@api.post(
    "/cases/{case_id}/proofs",
    "上传代理证明（授权委托书、监护证明、法定代表人身份证明）",
    status=201,
    consumes="application/octet-stream",
)
async def keep_proof(request: web.Request, desks: Desks, actor: Staff, path: CasePath) -> KeptProof:
    """Keep the document under its hash."""
    await counted(request, Rate.UPLOAD)
    data = await read(request, limit=LARGEST_SCAN, seconds=SCAN_SECONDS)
    return KeptProof(sha256=await desks.parties.keep_proof(actor, CaseId(path.case_id), data))


@api.get("/cases/{case_id}/proofs/{sha256}", "一份代理证明", produces="*/*")
async def see_proof(desks: Desks, actor: Staff, path: ProofPath) -> web.Response:
    """Give the document to whoever may know the parties."""
    data, kind = await desks.parties.proof(actor, CaseId(path.case_id), path.sha256)
    return web.Response(
        body=data, content_type=kind, headers={hdrs.CONTENT_DISPOSITION: "attachment"}
    )


@api.post("/cases/{case_id}/parties/{person_id}/representation", "登记由谁代当事人签")
async def represent(desks: Desks, actor: Staff, path: PersonPath, body: Represented) -> None:
    """Put down who signs for a party."""
    await desks.parties.represent(
        actor, CaseId(path.case_id), PersonId(path.person_id), **body.model_dump()
    )
