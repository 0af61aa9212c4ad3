"""What the chat says of voices: that it listens, what it heard, and that it could not."""

from __future__ import annotations

RIGHT = (
    "对", "对的", "是", "是的", "没错", "对了", "是这样", "嗯", "嗯嗯", "确认", "好", "好的", "1",
)  # fmt: skip
WRONG = ("不对", "不是", "错", "错了", "听错了", "不是这样", "不", "否", "重说", "再说一遍", "2")

LISTENING = "语音收到了，我正在听，听完告诉您我听到了什么。也可以直接打字。"
NOT_CLEAR = "语音留下了，不过我没听清。请再说一遍，或者打字告诉我。"
SAY_AGAIN = "好的，请再说一遍，或者打字告诉我。"
VOICE_KEPT = "语音已经留下，工作人员会听。不过我听不懂语音，请您再打字说一遍："
KEPT_BESIDE = "您刚才的语音也留下了，工作人员会听。您接着说就行。"
IS_IT_RIGHT = "您说的是：\n“{heard}”\n对吗？对就回复“对”，不对就再说一遍或者打字。"
NOT_TAKEN = "您刚才那段语音，我听到的是：\n“{heard}”\n要是想告诉我们这件事，请再说一遍或者打字。"

POSSIBLE_DANGER = "语音里可能提到“{words}”（机器听的，本人还没有确认，请马上听录音）"
UNCONFIRMED = "【语音转成的文字，本人还没有确认，请听录音】{heard}"
