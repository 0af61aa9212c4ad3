"""Words of mortal danger in what people write: self-harm, violence, threats, fire, a child.

A match is judged with the words around it: 我不想活了 is an alarm, 笑死我了 and 杀价 are not.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Danger(enum.StrEnum):
    """What kind of danger the words speak of."""

    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    THREAT = "threat"  #: 扬言
    FIRE = "fire"
    CHILD = "child"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One sign of danger and the words that gave it."""

    kind: Danger
    words: str


_SIGNS: tuple[tuple[Danger, re.Pattern[str]], ...] = (
    (
        Danger.SELF_HARM,
        re.compile(
            r"不想活|活不下去|活着没(?:有)?(?:意思|意义)|活腻|轻生|自杀|自尽|寻短见|跳楼|跳河|跳江|上吊|割腕"
            r"|喝农药|喝药(?:死|了)|吃安眠药|一死了之|死了算了|死给.{0,4}看|不如死|去死了|想死|结束生命|遗书"
        ),
    ),
    (
        Danger.VIOLENCE,
        re.compile(
            r"(?:正在|在)(?:打|砍|捅|追打)|打起来了|动刀|拿着?(?:刀|菜刀|斧|棍|锤)|持刀|砍人|砍伤|捅(?:伤|人|了)"
            r"|打死(?:我|他|她|人)|往死里打|掐(?:我|她|他)?脖子|浑身是血|流了?(?:很多|好多|一地)血|家暴|被打(?:伤|得)"
        ),
    ),
    (
        Danger.THREAT,
        re.compile(
            r"同归于尽|鱼死网破|拼命|弄死|杀了(?:你|他|她|他们|全家)|杀(?:人|死|光|他|你|她)(?:全家)?|要你(?:的)?命|要他(?:的)?命|灭门"
            r"|不得好死的?准备|别想活|砍死|捅死|炸(?:了|掉|死|平)|报复社会|血债血偿|走着瞧.{0,6}(?:刀|命|死)"
        ),
    ),
    (
        Danger.FIRE,
        re.compile(
            r"着火|起火|失火|放火|纵火|点(?:了|着)(?:房子|他家|汽油)|泼汽油|汽油.{0,6}(?:点|烧)|煤气(?:泄漏|漏了|罐)|"
            r"煤气.{0,4}拧开|烧(?:死|了他|房子)"
        ),
    ),
    (
        Danger.CHILD,
        re.compile(
            r"(?:孩子|小孩|女儿|儿子|学生|娃).{0,10}(?:被打|挨打|打得|虐待|关在|没饭吃|被锁|性侵|猥亵|失踪|不见了|跳楼|想死)"
            r"|(?:打|虐待|猥亵|性侵|绑架).{0,3}(?:孩子|小孩|女儿|儿子|学生|娃)"
        ),
    ),
)

_HARMLESS = re.compile(
    r"笑死|累死|热死|冷死|饿死我|气死|急死|吓死|烦死|吵死|困死|杀价|杀毒|必杀|杀青|拼命(?:工作|干活|学习|赚钱|加班|找)"
    r"|死机|死角|死胡同|灯火|火气大|发火|上火|火爆|没(?:有)?(?:着火|起火|失火|动刀|动手)|不会自杀|没想(?:过)?自杀|不是想死"
    r"|没有家暴|没有打|吵得?想死(?:机)|电视剧|电影里|小说里|游戏里"
)


def alarms(text: str) -> tuple[Alarm, ...]:
    """Find the signs of mortal danger, the harmless turns of phrase taken out first."""
    told = _HARMLESS.sub("", re.sub(r"\s+", "", text))
    return tuple(
        Alarm(kind=kind, words=match.group())
        for kind, sign in _SIGNS
        if (match := sign.search(told)) is not None
    )
