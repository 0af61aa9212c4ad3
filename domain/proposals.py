"""What the system proposes for a new case: type, cell and mediator, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.cases import Proposal, Spot, Suggestion
from domain.ids import StaffId
from domain.people import StaffMember
from domain.places import Cell, propose_cell
from domain.taxonomy import DISPUTE_TYPES, OTHER, TypeCode

SURE_LEAD = 2  #: weight by which the first type must lead the second to be called sure

#: Words that speak for a type, with their weight.
WORDS: Mapping[TypeCode, Mapping[str, int]] = MappingProxyType(
    {
        TypeCode("01"): {
            "离婚": 4,
            "老公": 2,
            "老婆": 2,
            "丈夫": 2,
            "妻子": 2,
            "婆婆": 2,
            "赡养": 4,
            "抚养": 4,
            "继承": 4,
            "遗产": 4,
            "家暴": 4,
            "彩礼": 4,
            "夫妻": 3,
            "养老": 2,
            "兄弟分家": 4,
            "分家": 3,
        },
        TypeCode("02"): {
            "邻居": 3,
            "楼上": 3,
            "楼下": 3,
            "隔壁": 3,
            "漏水": 3,
            "噪音": 2,
            "噪声": 2,
            "吵": 1,
            "采光": 3,
            "排水": 2,
            "公共楼道": 3,
            "楼道": 2,
            "宠物": 2,
            "狗叫": 3,
            "半夜": 1,
            "装修": 1,
            "空调外机": 3,
            "油烟": 2,
            "跳舞": 2,
        },
        TypeCode("03"): {
            "宅基地": 5,
            "建房": 3,
            "围墙": 3,
            "房产": 2,
            "房屋产权": 4,
            "翻建": 3,
            "滴水": 2,
            "地界": 3,
        },
        TypeCode("04"): {
            "合同": 3,
            "借钱": 4,
            "欠钱": 3,
            "借款": 4,
            "借条": 4,
            "还钱": 3,
            "租房": 4,
            "房东": 4,
            "租客": 4,
            "押金": 3,
            "租金": 4,
            "房租": 4,
            "违约金": 3,
            "定金": 2,
            "货款": 4,
            "返佣": 4,
        },
        TypeCode("05"): {
            "摊位": 3,
            "门面": 2,
            "合伙": 4,
            "生意": 2,
            "加盟": 3,
            "养殖": 3,
            "鱼塘": 3,
            "承包经营": 3,
        },
        TypeCode("06"): {
            "赔偿": 2,
            "撞伤": 2,
            "打伤": 3,
            "摔伤": 3,
            "咬伤": 4,
            "医药费": 3,
            "医疗费": 2,
            "损坏": 3,
            "砸坏": 3,
            "赔": 1,
            "受伤": 2,
        },
        TypeCode("07"): {
            "工资": 5,
            "欠薪": 5,
            "老板": 2,
            "加班": 3,
            "辞退": 5,
            "工伤": 5,
            "社保": 4,
            "劳动合同": 5,
            "包工头": 5,
            "工地": 3,
            "裁员": 5,
            "工钱": 5,
        },
        TypeCode("08"): {
            "村委": 4,
            "村务": 5,
            "村支书": 4,
            "低保": 3,
            "分红": 3,
            "村集体": 4,
            "选举": 3,
        },
        TypeCode("09"): {
            "山林": 5,
            "林地": 5,
            "承包地": 5,
            "土地流转": 5,
            "田埂": 4,
            "责任田": 5,
            "果园": 3,
        },
        TypeCode("10"): {"拆迁": 5, "征地": 5, "安置": 4, "补偿款": 3, "征收": 4},
        TypeCode("11"): {
            "污染": 5,
            "臭味": 4,
            "废气": 5,
            "污水": 4,
            "粉尘": 5,
            "噪声污染": 5,
            "垃圾场": 4,
            "养猪场": 4,
        },
        TypeCode("12"): {
            "车祸": 5,
            "撞车": 5,
            "追尾": 5,
            "交通事故": 6,
            "电动车撞": 5,
            "肇事": 5,
            "剐蹭": 5,
            "刮擦": 4,
        },
        TypeCode("13"): {
            "物业": 5,
            "物业费": 6,
            "业委会": 5,
            "停车位": 3,
            "车位": 3,
            "电梯": 3,
            "小区保安": 4,
        },
        TypeCode("14"): {
            "医院": 4,
            "医生": 4,
            "手术": 4,
            "误诊": 6,
            "医疗事故": 6,
            "护士": 3,
            "看病": 3,
        },
        TypeCode("15"): {
            "退款": 3,
            "退货": 4,
            "商家": 3,
            "假货": 5,
            "健身房": 5,
            "会员卡": 4,
            "预付卡": 5,
            "超市": 3,
            "餐馆": 3,
            "美容院": 5,
            "培训班": 4,
            "商店": 3,
            "保修": 4,
        },
        TypeCode("16"): {"旅游": 5, "导游": 5, "旅行社": 6, "景区": 5, "民宿": 4, "酒店": 3},
        TypeCode("17"): {
            "网购": 5,
            "网店": 5,
            "微信群骂": 5,
            "网上骂": 5,
            "直播": 4,
            "抖音": 4,
            "造谣": 4,
            "发帖": 4,
            "名誉": 4,
        },
        TypeCode("18"): {
            "学校": 4,
            "老师": 4,
            "同学": 4,
            "校园": 5,
            "欺凌": 5,
            "幼儿园": 4,
            "班主任": 4,
        },
        TypeCode("19"): {
            "男朋友": 5,
            "女朋友": 5,
            "前男友": 5,
            "前女友": 5,
            "分手": 5,
            "恋爱": 5,
            "情侣": 5,
        },
        TypeCode("20"): {
            "喝酒": 3,
            "醉酒": 4,
            "酒后": 4,
            "打架": 4,
            "斗殴": 5,
            "酒疯": 5,
            "骂人": 1,
        },
    }
)


def propose_type(story: str) -> Suggestion:
    """Propose the dispute type by the words that speak for it; unsure where two are close."""
    scores = {
        code: sum(weight for word, weight in words.items() if word in story)
        for code, words in WORDS.items()
    }
    (first, best), (_, second) = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    if not best:
        return Suggestion(value=OTHER, reason="没有找到能判断类型的词，请人工选择", sure=False)
    said = "、".join(f"“{word}”" for word in WORDS[first] if word in story)
    reason = f"提到{said}，像是{DISPUTE_TYPES[first]}纠纷"
    return Suggestion(value=first, reason=reason, sure=best - second >= SURE_LEAD)


def propose_mediator(
    mediators: Sequence[StaffMember],
    *,
    cell: Cell | None,
    type_code: TypeCode,
    open_cases: Mapping[StaffId, int],
) -> Suggestion:
    """Propose who answers for the cell, is good at the type, and has the fewest open cases."""
    if not mediators:
        return Suggestion(value="", reason="没有可用的调解员", sure=False)
    own = cell.mediators if cell else ()

    def rank(member: StaffMember) -> tuple[bool, bool, int, str]:
        busy = open_cases.get(member.id, 0)
        return member.id not in own, type_code not in member.skills, busy, member.id

    best = min(mediators, key=rank)
    reasons = [f"负责{cell.name}"] if cell and best.id in own else []
    if type_code in best.skills:
        reasons.append(f"擅长{DISPUTE_TYPES[type_code]}纠纷")
    reasons.append(f"手上有{open_cases.get(best.id, 0)}件在办")
    return Suggestion(value=best.id, reason=f"{best.name}：{'，'.join(reasons)}", sure=bool(own))


def propose(
    story: str,
    spot: Spot,
    *,
    cells: Sequence[Cell],
    mediators: Sequence[StaffMember],
    open_cases: Mapping[StaffId, int],
) -> Proposal:
    """Propose everything a dispatcher has to decide for a new report."""
    type_code = propose_type(story)
    where = propose_cell(cells, spot)
    cell = next((cell for cell in cells if cell.id == where.value), None)
    mediator = propose_mediator(
        mediators, cell=cell, type_code=TypeCode(type_code.value), open_cases=open_cases
    )
    return Proposal(type_code=type_code, cell=where, mediator=mediator)
