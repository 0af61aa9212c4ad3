"""A resident who is there by WeChat shows by an SMS code that a number is theirs too."""

from __future__ import annotations

from aiohttp import web

from domain.actors import Resident
from web.api.operations import Api
from web.api.sessions import Sent, counted
from web.api.shapes import Code, Input, Line
from web.desks import Desks
from web.rates import Rate

api = Api("joining")


class Number(Input):
    """A telephone number as people type it."""

    phone: Line


class Proof(Number):
    """The number again, and the code that went there."""

    code: Code


@api.post("/my/phone/code", "往中心登记过的号码发验证码，好把它和微信连在一起", status=202)
async def ask_joining_code(
    request: web.Request, desks: Desks, actor: Resident, body: Number
) -> Sent:
    """Send a code if the centre has the number; the answer is the same for any other."""
    await counted(request, Rate.CODE)
    return Sent(masked_phone=await desks.joining.ask_code(actor, body.phone))


@api.post("/my/phone/proof", "填写验证码，把号码和微信连在一起")
async def prove_number(request: web.Request, desks: Desks, actor: Resident, body: Proof) -> None:
    """Make the resident one with whose number it is."""
    await counted(request, Rate.CODE)
    await desks.joining.prove(actor, body.phone, body.code)
