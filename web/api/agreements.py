"""Agreements: the words, their confirmation, signatures and the seal."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.actors import Resident, Staff
from domain.agreements import Content
from domain.clauses import Clause, ClauseKind, Finding
from domain.ids import AgreementId, CaseId
from domain.money import LARGEST_FEN
from domain.ports.papers import Stroke
from services.aloud import agreement_aloud
from services.evidence import SignInput
from services.views import AgreementView, Receipt
from web.api.operations import Api
from web.api.sessions import Sent
from web.api.shapes import (
    AgreementPath,
    CasePath,
    Code,
    Input,
    Line,
    Made,
    Reason,
    Rung,
    SecretPath,
    Version,
    Words,
)
from web.desks import Desks
from web.keys import PICTURES
from web.ranges import film
from web.versions import agreement_with_version

api = Api("agreements")

MOST_CLAUSES = 50
MOST_STROKES = 200
MOST_POINTS = 4000
PAD_WIDTH, PAD_HEIGHT = 700, 360
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ClauseInput(Input):
    """One term: who does what, for whom, how much, by when, how, and what if not."""

    kind: ClauseKind
    debtor: Line
    creditor: Line = ""
    what: Words = ""
    amount_fen: int = Field(0, ge=0, le=LARGEST_FEN)
    due: date | None = None
    how: Line = ""
    default: Line = ""


class ContentInput(Input):
    """The words of the agreement."""

    facts: Words
    clauses: tuple[ClauseInput, ...] = Field((), max_length=MOST_CLAUSES)

    def as_content(self) -> Content:
        """The words in the trade's shape."""
        clauses = tuple(Clause(**clause.model_dump()) for clause in self.clauses)
        return Content(facts=self.facts, clauses=clauses)


class Revising(Version):
    """New words for a draft."""

    content: ContentInput


class VersionedAgreement(BaseModel):
    """An agreement, and the version that a change of it names."""

    agreement: AgreementView
    version: int


class Findings(BaseModel):
    """What is unclear in the words."""

    items: tuple[Finding, ...]


Point = tuple[
    Annotated[float, Field(ge=0, le=PAD_WIDTH, description="x")],
    Annotated[float, Field(ge=0, le=PAD_HEIGHT, description="y")],
    Annotated[float, Field(ge=0, le=3_600_000, description="t, ms")],
    Annotated[float, Field(ge=0, le=1, description="pressure")],
]


class Signing(Input):
    """A signature by hand with everything that proves how it came about."""

    strokes: tuple[Annotated[tuple[Point, ...], Field(max_length=MOST_POINTS)], ...] = Field(
        max_length=MOST_STROKES
    )
    pages_read: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(max_length=1000)
    seconds_read: float = Field(ge=0, le=86_400)
    consent_version: Line
    code: Code = ""
    device: Line = ""
    shown_sha256: Sha256

    def as_input(self) -> SignInput:
        """The signature in the desk's shape."""
        return SignInput(
            strokes=tuple(Stroke(points=points) for points in self.strokes),
            pages_read=self.pages_read,
            seconds_read=self.seconds_read,
            consent_version=self.consent_version,
            code=self.code,
            device=self.device,
            shown_sha256=self.shown_sha256,
        )


class Sealing(Input):
    """Why the seal is applied, and a fresh one-time code."""

    reason: Annotated[Words, Field(min_length=1)]
    code: Code


class PagePath(AgreementPath):
    """One page of the paper."""

    page: int = Field(ge=1, le=200)


class FieldPath(AgreementPath):
    """One signature of the paper."""

    field: Annotated[str, Field(pattern=r"^(party-[0-9]{1,2}|mediator|committee)$")]


class Evidence(BaseModel):
    """What proves a signature; the hash of the record, in UTF-8, stands in its certificate."""

    record: str
    sha256: str


@api.post("/cases/{case_id}/agreements", "起草协议", status=201)
async def draft(desks: Desks, actor: Staff, path: CasePath, body: ContentInput) -> Made:
    """Begin an agreement."""
    made = await desks.agreements.draft(actor, CaseId(path.case_id), body.as_content())
    return Made(id=made)


@api.post("/cases/{case_id}/agreements/lint", "检查条款哪里说不清")
async def lint(desks: Desks, actor: Staff, path: CasePath, body: ContentInput) -> Findings:
    """Name what is unclear, before anything is kept."""
    found = await desks.agreements.lint(actor, CaseId(path.case_id), body.as_content())
    return Findings(items=tuple(found))


class Aloud(BaseModel):
    """Whether the sound can be heard already; if not, ask again in some seconds."""

    ready: bool


@api.post("/agreements/{agreement_id}/spoken", "请求把协议内容读出来")
async def ask_aloud(desks: Desks, actor: Staff | Resident, path: AgreementPath) -> Aloud:
    """Have the words of the agreement read aloud."""
    view = await desks.agreements.view(actor, AgreementId(path.agreement_id))
    return Aloud(ready=await desks.reading.ask(agreement_aloud(view)))


@api.get(
    "/agreements/{agreement_id}/spoken.mp3",
    "听协议内容（支持 Range）",
    produces="audio/mpeg",
)
async def hear_aloud(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: AgreementPath
) -> web.StreamResponse:
    """Stream the words of the agreement as they are read."""
    view = await desks.agreements.view(actor, AgreementId(path.agreement_id))
    key = await desks.reading.sound(agreement_aloud(view))
    return await film(request, desks.objects, key, "audio/mpeg")


@api.get("/agreements/{agreement_id}", "一份协议")
async def see_agreement(
    desks: Desks, actor: Staff | Resident, path: AgreementPath
) -> VersionedAgreement:
    """Show an agreement."""
    view, version = await agreement_with_version(desks, actor, AgreementId(path.agreement_id))
    return VersionedAgreement(agreement=view, version=version)


@api.put("/agreements/{agreement_id}", "修改协议")
async def revise(desks: Desks, actor: Staff, path: AgreementPath, body: Revising) -> None:
    """Change the words; the confirmations are taken back."""
    await desks.agreements.revise(
        actor,
        AgreementId(path.agreement_id),
        version=body.version,
        content=body.content.as_content(),
    )


@api.post("/agreements/{agreement_id}/review", "请各方确认内容")
async def ask_review(desks: Desks, actor: Staff, path: AgreementPath) -> None:
    """Ask the parties to confirm the words."""
    await desks.agreements.ask_review(actor, AgreementId(path.agreement_id))


@api.post("/agreements/{agreement_id}/confirm", "确认内容就是谈好的内容")
async def confirm(desks: Desks, actor: Resident, path: AgreementPath, body: Version) -> None:
    """Confirm the words as a party."""
    await desks.agreements.confirm(actor, AgreementId(path.agreement_id), version=body.version)


@api.post("/agreements/{agreement_id}/freeze", "定稿")
async def freeze(desks: Desks, actor: Staff, path: AgreementPath, body: Version) -> None:
    """Fix the words; the paper is made."""
    await desks.agreements.freeze(actor, AgreementId(path.agreement_id), version=body.version)


@api.post("/agreements/{agreement_id}/withdraw", "撤销协议")
async def withdraw(desks: Desks, actor: Staff, path: AgreementPath, body: Version) -> None:
    """Take the agreement back."""
    await desks.agreements.withdraw(actor, AgreementId(path.agreement_id), version=body.version)


@api.get("/agreements/{agreement_id}/paper.pdf", "协议文件", produces="application/pdf")
async def see_paper(desks: Desks, actor: Staff | Resident, path: AgreementPath) -> web.Response:
    """Give the paper as it stands."""
    pdf = await desks.agreements.pdf(actor, AgreementId(path.agreement_id))
    return web.Response(body=pdf, content_type="application/pdf")


@api.get("/agreements/{agreement_id}/preview.pdf", "打印预览", produces="application/pdf")
async def see_preview(desks: Desks, actor: Staff, path: AgreementPath) -> web.Response:
    """Print a draft without fields or signatures."""
    pdf = await desks.agreements.preview(actor, AgreementId(path.agreement_id))
    return web.Response(body=pdf, content_type="application/pdf")


@api.get("/agreements/{agreement_id}/pages/{page}.png", "协议的一页", produces="image/png")
async def see_page(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: PagePath
) -> web.Response:
    """Draw one page of the paper."""
    pictures = request.app[PICTURES]
    picture = await pictures.page(desks, actor, AgreementId(path.agreement_id), path.page)
    return web.Response(body=picture, content_type="image/png")


@api.get("/invitations/sign/{secret}/agreement", "邀请签的是哪份协议（登录后）")
async def see_invited_agreement(desks: Desks, actor: Resident, path: SecretPath) -> Made:
    """Say to the invited person, logged in, which agreement it is."""
    return Made(id=await desks.signing.from_invitation(actor, path.secret))


@api.post("/agreements/{agreement_id}/intent-code", "发送签字验证码", status=202)
async def ask_intent_code(desks: Desks, actor: Staff | Resident, path: AgreementPath) -> Sent:
    """Send the code that shows the wish to sign."""
    masked = await desks.signing.ask_intent_code(actor, AgreementId(path.agreement_id))
    return Sent(masked_phone=masked)


@api.post("/agreements/{agreement_id}/signature", "手写签名", status=201)
async def sign(
    desks: Desks, actor: Staff | Resident, path: AgreementPath, body: Signing
) -> Receipt:
    """Sign by hand."""
    return await desks.signing.sign(actor, AgreementId(path.agreement_id), body.as_input())


@api.get("/agreements/{agreement_id}/evidence/{field}", "一个签名的证据记录（调解员、督办）")
async def see_evidence(desks: Desks, actor: Staff, path: FieldPath) -> Evidence:
    """Give the record of who signed and how, without the handwriting."""
    kept = await desks.signing.evidence(actor, AgreementId(path.agreement_id), path.field)
    return Evidence(record=kept.record, sha256=kept.sha256)


@api.post("/agreements/{agreement_id}/decline", "不同意签字，并说明理由")
async def decline(desks: Desks, actor: Staff | Resident, path: AgreementPath, body: Reason) -> Rung:
    """Refuse to sign; words of mortal danger ring."""
    await desks.signing.decline(actor, AgreementId(path.agreement_id), reason=body.reason)
    if not isinstance(actor, Resident):
        return Rung()
    return Rung(called=await desks.alarms.who_was_called(actor))


@api.post("/agreements/{agreement_id}/seal", "用印（盖章）")
async def seal(desks: Desks, actor: Staff, path: AgreementPath, body: Sealing) -> None:
    """Apply the committee's seal."""
    await desks.signing.seal(
        actor, AgreementId(path.agreement_id), reason=body.reason, code=body.code
    )
