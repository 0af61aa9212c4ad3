"""Is this paper genuine? Asked by anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from domain import masking
from domain.ports.papers import SignatureStory, Verdict, VerdictKind
from services.views import PublicPaper
from web.api.operations import Api
from web.api.sessions import counted
from web.api.shapes import SecretPath
from web.bodies import read
from web.desks import Desks
from web.guesses import counting_misses
from web.problems import Problem, Unacceptable
from web.rates import Rate
from web.verdicts import plain_words

api = Api("papers")
PDF = "application/pdf"
PEOPLE = frozenset({"party", "mediator"})  #: whose names are masked
LARGEST_PDF = 20 * 1024 * 1024
NOT_PDF = Problem(status=415, code="unsupported-media-type", title="请上传 PDF 文件")


class VerdictView(BaseModel):
    """What the paper is, in one sentence and in its details."""

    verdict: VerdictKind
    reason: str
    words: str
    sha256: str
    number: str
    committee: str
    effective_at: datetime | None
    checked_at: datetime | None
    signatures: tuple[SignatureStory, ...]


@api.get("/papers/{secret}", "扫协议上的码看到的内容")
async def see_public_paper(request: web.Request, desks: Desks, path: SecretPath) -> PublicPaper:
    """Say which paper it is, and its state; no name."""
    async with counting_misses(request):
        return await desks.verifying.public(path.secret)


@api.post("/verify", "核验一份协议文件是否真实", consumes=PDF)
async def verify(request: web.Request, desks: Desks) -> VerdictView:
    """Judge the file that is sent as the body."""
    await counted(request, Rate.VERIFY)
    if request.content_type not in (PDF, "application/octet-stream"):
        raise Unacceptable(NOT_PDF)
    return _view(await desks.verifying.check(await read(request, limit=LARGEST_PDF)))


def _view(verdict: Verdict) -> VerdictView:
    return VerdictView(
        verdict=verdict.kind,
        reason=verdict.reason,
        words=plain_words(verdict),
        sha256=verdict.sha256,
        number=verdict.number,
        committee=verdict.committee,
        effective_at=verdict.effective_at,
        checked_at=verdict.checked_at,
        signatures=tuple(_masked(one) for one in verdict.signatures),
    )


def _masked(story: SignatureStory) -> SignatureStory:
    if story.role in PEOPLE:
        return replace(story, name=masking.name(story.name))
    return story
