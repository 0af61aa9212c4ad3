"""The words that people agree to; every version is kept, so that what was agreed can be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One text; other words are another version, and the one before stays below."""

    version: str
    words: tuple[str, ...]  #: paragraphs

    @property
    def sha256(self) -> str:
        """What the evidence holds of it, in hex."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()


# 人民法院在线调解规则 22 (as the yardstick), 民事诉讼法解释 107, 个人信息保护法 14 and 15.
RECORDING = Consent(
    version="recording-2026-11",
    words=(
        "录音录像只用于记录本次调解过程，由调解委员会保管，不会公开。",
        (
            "为了谈成而认可的事实，以后打官司不能拿来对您不利，"
            "除非法律另有规定或者各方都同意（民事诉讼法解释第一百零七条）。"
        ),
        (
            "在场的每个人都同意后才会开始。您可以不同意，也可以随时改变主意，不影响调解；"
            "改变主意以前已经录下的，仍会保管。"
        ),
    ),
)

# 在线调解规则 17 and 23 (as the yardstick), 人民调解法 3, 23 and 24, 民事诉讼法 115.
RIGHTS = Consent(
    version="rights-2026-11",
    words=(
        (
            "调解全靠自愿：您可以接受，也可以不接受；可以换调解员，可以要求公开或者不公开；随时可以不谈了，"
            "照样可以去法院（人民调解法第三条、第二十三条）。"
        ),
        "请您说实话，守秩序，尊重调解员和对方（人民调解法第二十四条）。",
        (
            "不能串通起来编造纠纷、编造证据，去害别人。这叫虚假调解：法院不认这样的协议，"
            "可以罚款、拘留；犯罪的，要判刑（在线调解规则第二十三条，民事诉讼法第一百一十五条）。"
        ),
        "开始以前，调解员会核对每个人的身份，请把身份证放在手边（在线调解规则第十七条）。",
    ),
)

# Without the agreement on what is reliable, 电子签名法 14 would promise more than we can prove.
SIGNING = Consent(
    version="esign-2026-11",
    words=(
        "我自愿签这份协议，同意不用纸笔，用手写的电子签名来签（电子签名法第三条）。",
        (
            "我同意这样的签名算可靠：看完全文，亲手写名字，再用一次性的验证码确认是我本人。"
            "这样签了，和在纸上签名一样算数（电子签名法第十三条、第十四条）。"
        ),
        "我已满十八周岁，签的是自己的名字，不是替别人签。做不到的，请在纸上签。",
    ),
)

SIGNING_FOR = Consent(
    version="esign-for-2026-11",
    words=(
        SIGNING.words[0],
        SIGNING.words[1],
        (
            "我已满十八周岁，是协议上写明的代理人，替当事人签，写的是我自己的名字。"
            "交给调解员的代理证明是真的，我有权签这份协议。做不到的，请在纸上签。"
        ),
    ),
)

# 个人信息保护法 14, 15; 反电信网络诈骗法 8.
WARNINGS = Consent(
    version="warnings-2026-11",
    words=("我同意用微信给我发反诈提醒。提醒从来不要我转钱、不要我回电话。我随时可以退订。",),
)

# 个人信息保护法 23: telling another person needs a consent of its own.
GUARDING = Consent(
    version="guarding-2026-11",
    words=(
        "请我们查的消息像诈骗，或者说想不开、起火、救命的时候，按双方选的，告诉守护人有这么一回事。",
        "守护人看不到被守护人说的话。双方随时可以结束守护，回复一句话就行。",
    ),
)

CONSENTS: Mapping[str, Consent] = MappingProxyType(
    {one.version: one for one in (RECORDING, RIGHTS, SIGNING, SIGNING_FOR, WARNINGS, GUARDING)}
)
