"""What a verdict means, in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.ports.papers import Verdict, VerdictKind

_KINDS: Mapping[VerdictKind, str] = MappingProxyType(
    {
        VerdictKind.GENUINE: "这份协议是真的：签名、印章齐全，生效后没有改动过。",
        VerdictKind.INCOMPLETE: "这份文件不完整：它不是最后生效的那一份。",
        VerdictKind.ALTERED: "这份文件被改动过，不能作为凭证。",
        VerdictKind.UNKNOWN: "无法确认这份文件：它不是本中心出具的，或者信息不足。",
        VerdictKind.VOIDED: "这份协议确实由本中心出具，但已经作废。",
    }
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "byte-changed": "文件内容被改动过，不能作为凭证。",
        "overlay": "签署之后有人在页面上又盖了别的内容，不能作为凭证。",
        "annotation": "签署之后有人加了批注，不能作为凭证。",
        "script": "签署之后有人加了程序代码，不能作为凭证。",
        "attachment": "签署之后有人加了附件，不能作为凭证。",
        "appearance": "签名或印章的样子被换过，不能作为凭证。",
        "after-seal": "盖章之后文件又被改动过，不能作为凭证。",
        "rollback": "这是签署过程中的旧版本，不是最后生效的那一份，请索取完整文件。",
        "unsigned": "还没有签完字、盖好章，协议尚未生效。",
        "foreign-certificate": "签名证书不是本中心签发的，无法确认真假。",
        "revoked": "签名证书已被吊销，无法确认真假。",
        "time": "签名时间对不上，无法确认真假。",
        "unregistered": "本中心没有登记过这份文件，无法确认真假。",
        "not-a-paper": "这不是一份调解协议文件。",
        "no-root": "缺少验证所需的根证书，无法确认真假。",
        "superseded": "这份协议已被新版本代替，不再有效。",
        "ink-scan": (
            "这是本中心存档的扫描件，没有改动过。协议是在纸上签名、盖章的："
            "纸上的签名、印章是真是假，要带原件到中心核对。"
        ),
        "ink-blank": "这是打印出来等签字的空白稿，上面没有签名，不能作为凭证。",
        "withdrawn": "这份协议已经撤销，不再有效。",
    }
)


def plain_words(verdict: Verdict) -> str:
    """Say it so that nobody has to ask what it means."""
    return _REASONS.get(verdict.reason, _KINDS[verdict.kind])
