"""One way of writing for what people write: width, old characters, dialect, evasions, slips."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

_OLD = (
    "們個來時後說話這過還會沒對長從點給與爲為東車馬門問間開關實錢買賣電機樓頂陽臺橋農藥殺燒氣"
    "燈燭頭臉腦髮發傷斷壓災濃煙爐員醫護讓讀誰該請謝難國學園區兒孫媽爺嬸嬰妳嗎邊繩頸喪遺書絕語"
    "訴訟債務罵嚇負騙強姦輪褻視頻聽見聞響應淚繼續動靜體溫熱凍餓飯無沖進鎖綁網聯繫處離結係現畫"
    "夢號碼幫寫誤彈槍劍斬"
)
_NEW = (
    "们个来时后说话这过还会没对长从点给与为为东车马门问间开关实钱买卖电机楼顶阳台桥农药杀烧气"
    "灯烛头脸脑发发伤断压灾浓烟炉员医护让读谁该请谢难国学园区儿孙妈爷婶婴你吗边绳颈丧遗书绝语"
    "诉讼债务骂吓负骗强奸轮亵视频听见闻响应泪继续动静体温热冻饿饭无冲进锁绑网联系处离结系现画"
    "梦号码帮写误弹枪剑斩"
)
_SIMPLE = str.maketrans(_OLD, _NEW)

#: As written, as meant: evasions and slips (自sha, 4了, 同规于尽), then words of the dialects.
_PAIRS = (Path(__file__).parent / "meant.txt").read_text("utf-8").split()
_MEANT = dict(pair.split("=") for pair in _PAIRS)
_MEANT_SIGN = re.compile("|".join(map(re.escape, sorted(_MEANT, key=len, reverse=True))))
_WITHIN_WORDS = re.compile(r"[\u200b-\u200f\ufeff\u2060\s·•*_~`^|\-—/\\]+")
_LINES = re.compile(r"\s*\n\s*")
_AGAIN = re.compile(r"(.)\1{2,}")
_MARKS = (
    (re.compile(r"[;。.!]+"), "."),
    (re.compile(r"[,、:]+"), ","),
    (re.compile(r"[?]+"), "?"),
    (re.compile(r"[\"“”'‘’()【】《》\[\]]"), ""),
    (re.compile(r"\d+"), "0"),
)


def plainly(text: str) -> str:
    """Write a text as the signs expect it: 俺 唔 想活咗 becomes 我不想活了."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLE)
    plain = _LINES.sub(".", plain.strip())
    plain = _MEANT_SIGN.sub(lambda told: _MEANT[told.group()], _WITHIN_WORDS.sub("", plain))
    plain = _AGAIN.sub(r"\1\1", plain)
    for mark, one in _MARKS:
        plain = mark.sub(one, plain)
    return plain
