"""Is this a fraud? What people type to ask, and what the bot says to it."""

from __future__ import annotations

from domain.fraud import Finding, Verdict
from domain.fraud_words import SCRIPTS

CHECK = ("查一查", "查一下", "查", "帮我查", "帮我查查", "是不是诈骗", "这是诈骗吗", "查诈骗")
PREFIXES = ("查一查", "查一下", "帮我查查", "帮我查", "查")
SEND_IT = "请把收到的消息转发过来，或者把内容打给我，我帮您看是不是诈骗。"
NO_PICTURE = "图片里的字我还看不懂。请把里面的话打给我，或者回复“人工”请工作人员看。"
SHOWN_WORDS = 5

_VERDICTS = {
    Verdict.FRAUD: "像诈骗！",
    Verdict.MAYBE: "可能是诈骗，要小心。",
    Verdict.UNSURE: "这个我看不准，已经请工作人员看，看过了在这里告诉您。",
}
_DO = {
    Verdict.FRAUD: (
        "现在请您：不转账，不点链接，不说验证码，不共享屏幕，把对方电话挂掉。\n"
        "不放心打96110（反诈专线）问；已经转了钱，马上打110。"
    ),
    Verdict.MAYBE: "先不要转账、不要点链接。用您自己知道的电话问本人或单位，也可以打96110问。",
    Verdict.UNSURE: "工作人员回话以前，先不要转账，不要点链接，不要说验证码。急的话打96110问。",
}
GONE = "钱或者验证码已经给出去了？马上打110报警，越快越可能追回来；再打银行电话把卡冻结。"


def answer(finding: Finding) -> str:
    """Say what it looks like, why, and what to do now."""
    lines = ["{reviewed}"]
    if finding.gone:
        lines.append(GONE)
    lines.append(_VERDICTS[finding.verdict])
    if finding.verdict is not Verdict.UNSURE and finding.script:
        shown = "、".join(f"“{words}”" for words in finding.words[:SHOWN_WORDS])
        lines.append(f"这种做法叫：{SCRIPTS[finding.script]}。\n里面有这些话：{shown}")
    lines += [_DO[finding.verdict], "{others}", "{official}"]
    return "\n".join(lines)
