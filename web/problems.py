"""What went wrong, in the words of the web: the one place where errors become statuses.

Programs get a stable ``code`` (RFC 9457 problem details), people a Chinese sentence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp import hdrs, web

from domain import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refusal as the outside sees it; ``ref`` is its number in our log."""

    status: int
    code: str
    title: str
    field: str = ""
    faults: tuple[Mapping[str, str], ...] = ()  #: for bad input: each ``field`` and its ``code``
    retry_after: int = 0  #: seconds
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def as_json(self, ref: str) -> dict[str, Any]:
        """The body of ``application/problem+json``."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "ref": ref,
        }
        if self.field:
            body["field"] = self.field
        if self.faults:
            body["faults"] = [dict(fault) for fault in self.faults]
        return body


class Unacceptable(
    Exception
):  # a request that is no request of ours; the caller's program is at fault
    """The request itself is malformed, before any desk is asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


MISSING = Problem(
    status=404, code="not-found", title="没有找到您要的内容，可能已失效，或者不是给您的"
)
OURS = Problem(status=500, code="internal", title="系统出了点问题，我们已经记录下来，请稍后再试")
TOO_LARGE = Problem(status=413, code="too-large", title="内容太大了，请减小后再试")
TOO_SLOW = Problem(status=408, code="too-slow", title="网络太慢，内容没有传完，请再试一次")
FOREIGN = Problem(status=403, code="foreign-origin", title="请求不是从本网站发出的，已拒绝")
NOT_JSON = Problem(status=415, code="unsupported-media-type", title="请以 application/json 提交")
BAD_INPUT = Problem(status=422, code="bad-input", title="有一项没有填对，请检查")
NO_METHOD = Problem(status=405, code="method-not-allowed", title="不能这样访问这个地址")
MALFORMED = Problem(status=400, code="malformed", title="提交的内容格式不对")

NO_GLYPH = (
    "“{character}”（{point}）这个字没有字体能印。请换一个字，或者请管理员安装字体 fonts-hanazono"
)

_BY_CLASS: Mapping[type[errors.DomainError], tuple[int, str]] = MappingProxyType(
    {
        errors.NotFound: (404, MISSING.title),
        errors.NotAllowed: (404, MISSING.title),
        errors.NotOnePerson: (409, "登记的内容对不上，不能在网上连起来，请打电话，我们替您办"),
        errors.NotLoggedIn: (401, "请先登录"),
        errors.WrongCredentials: (401, "登录信息不正确，请核对后再试"),
        errors.DeskOnly: (409, "这个账号在手机上没有要办的事，请在电脑上打开工作台"),
        errors.TooManyTries: (429, "尝试次数太多，请过几分钟再试"),
        errors.AlreadySigned: (409, "您已经签好了，不用再签一次"),
        errors.AlreadyRated: (409, "您已经评价过了，谢谢。每次调解只评价一次"),
        errors.NotDueYet: (409, "约定的日子还没有过，过了这一天还没有做到再登记"),
        errors.TalkOver: (409, "对话已经结束，这句话没有发出去。还要说，请从案件里再找居民"),
        errors.IllegalMove: (409, "现在不能这样办理，可能已经有人办过了，请刷新页面看看"),
        errors.NotReady: (409, "还差一步才能办理，请先完成前面的事项"),
        errors.BadInput: (422, BAD_INPUT.title),
        errors.WetInkOnly: (
            409,
            "涉及婚姻、收养、继承等人身关系，须打印后手写签名（电子签名法第三条）",
        ),
        errors.UnderAge: (
            409,
            "有一方未满十八周岁，不能自己签，请先登记法定代理人（民法典第十九条）",
        ),
        errors.BothSides: (
            409,
            "这个人是另一方当事人、另一方的代签人或者本案调解员，不能代签（民法典第一百六十八条）",
        ),
        errors.NoGlyph: (422, NO_GLYPH),
        errors.MeetingOver: (410, "这次调解已经结束或者取消了"),
        errors.SigningOver: (410, "这次签字已经结束了"),
        errors.RatingOver: (410, "这次评价已经结束了"),
        errors.TakenOut: (410, "您已被请出这次调解。如有疑问请打电话"),
        errors.DoorLocked: (409, "调解员把门关上了，暂时进不去。请稍等，或者打电话"),
        errors.Expired: (410, "已经过期了，请联系工作人员重新发送"),
        errors.Stale: (409, "刚才有人修改过，请刷新页面后再办理"),
        errors.Unavailable: (503, "服务暂时连不上，请过一会儿再试"),
        errors.Refused: (409, "现在不能这样办理"),
    }
)
_FRAMEWORK: Mapping[int, Problem] = MappingProxyType(
    {
        400: MALFORMED,
        403: FOREIGN,
        404: MISSING,
        413: TOO_LARGE,
    }
)
RETRY_AFTER = {429: 60, 503: 10}
CHALLENGE: Mapping[str, str] = {
    hdrs.WWW_AUTHENTICATE: "Bearer"
}  #: with every 401 (RFC 9110, 15.5.2)


def problem_of(error: Exception) -> Problem:
    """Say how an error looks from outside; whatever is not foreseen is ours."""
    match error:
        case Unacceptable(problem=problem):
            return problem
        case errors.DomainError():
            return _of_domain(error)
        case web.HTTPMethodNotAllowed(allowed_methods=methods):
            # RFC 9110, 15.5.6: the answer names what would have been allowed.
            return dataclasses.replace(NO_METHOD, headers={hdrs.ALLOW: ", ".join(sorted(methods))})
        case web.HTTPClientError(status=status):
            return _FRAMEWORK.get(status, dataclasses.replace(MALFORMED, status=status))
        case _:
            return OURS


def _named(title: str, error: errors.DomainError) -> str:
    """Name the character that cannot be printed; other sentences stand as they are."""
    if isinstance(error, errors.NoGlyph):
        return title.format(character=error.character, point=f"U+{ord(error.character):04X}")
    return title


def _of_domain(error: errors.DomainError) -> Problem:
    for kind in type(error).__mro__:
        if kind in _BY_CLASS:
            status, title = _BY_CLASS[kind]
            return Problem(
                status=status,
                # A thing one may not touch looks exactly like a thing that is not there.
                code=MISSING.code if status == MISSING.status else error.code,
                title=_named(title, error),
                field=getattr(error, "field", ""),
                retry_after=RETRY_AFTER.get(status, 0),
                headers=CHALLENGE if status == HTTPStatus.UNAUTHORIZED else {},
            )
    return OURS
