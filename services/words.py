"""The centre's words for states and next steps, the same in chat, pages and API."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from domain.agreements import CloseReason, Stage
from domain.capacities import Capacity
from domain.cases import CaseState, EndReason, RefuseGround, Side
from domain.channels import Why
from domain.checks import Check, Review
from domain.conversations import MessageKind
from domain.guarding import Scope
from domain.handovers import Ending, HandOverState
from domain.helping import HowAgreed
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.obligations import ObligationState
from domain.originals import How
from domain.self_told import SelfTold

CASE_STATES: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.REPORTED: "已上报，等待受理",
        CaseState.REGISTERED: "已受理",
        CaseState.REFUSED: "不予受理",
        CaseState.DISPATCHED: "已分派，等待调解员接单",
        CaseState.ACCEPTED: "调解员已接单",
        CaseState.MEDIATING: "调解中",
        CaseState.SIGNING: "签署协议中",
        CaseState.PERFORMING: "协议已生效，履行中",
        CaseState.PERFORMED: "已履行完毕",
        CaseState.BREACHED: "有约定没有履行",
        CaseState.ENDED: "调解已终止",
        CaseState.ARCHIVED: "已归档",
    }
)

NEXT_STEPS: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.REPORTED: "综治中心会查看并决定是否受理",
        CaseState.REGISTERED: "综治中心会安排调解员",
        CaseState.REFUSED: "可以打电话问清原因，或者找有关部门、法院",
        CaseState.DISPATCHED: "等调解员接单",
        CaseState.ACCEPTED: "调解员会约定调解时间",
        CaseState.MEDIATING: "按约定时间参加调解",
        CaseState.SIGNING: "等各方签字、调解员签字、调委会盖章",
        CaseState.PERFORMING: "按协议约定履行",
        CaseState.PERFORMED: "调解员会回访，请给服务打分",
        CaseState.BREACHED: "调解员会督促履行，也可以向法院申请",
        CaseState.ENDED: "可以申请仲裁、找有关部门，或者向法院起诉",
        CaseState.ARCHIVED: "这件事已经办完，没有下一步",
    }
)

OVERDUE = "已经超过期限"
RETURNED_BY_PROPOSED = "原来建议的调解员已经退单，请另选一位"
MEDIATOR_LEFT = "原来的调解员已经不在岗位上"
ANOTHER_MEDIATOR = "综治中心会另派调解员接着办"
BETWEEN_MEETINGS = "调解员会起草协议，或者再约时间谈"
RATED = "调解员会回访"
PAPER_AND_INK = "约好时间到中心，在纸上亲笔签名"
ORIGINAL_TO_CHECK = "纸质协议已经签好、登记，等中心核对"

STAGES: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.DRAFT: "草稿，等各方确认内容",
        Stage.FROZEN: "内容已定，正在生成文件",
        Stage.SIGNING: "签署中",
        Stage.SEALED: "已盖章，已生效",
        Stage.INKED: "要在纸上签，等签好的原件",
        Stage.INK_SIGNED: "已在纸上签名、盖章，已生效",
        Stage.CLOSED: "不再有效",
    }
)

CLOSE_REASONS: Mapping[CloseReason, str] = MappingProxyType(
    {
        CloseReason.SUPERSEDED: "已有新版本",
        CloseReason.WITHDRAWN: "已撤销",
        CloseReason.DECLINED: "有人没有同意",
        CloseReason.EXPIRED: "超过期限没有签完",
    }
)

#: The end of an agreement as the history tells it.
CLOSINGS: Mapping[CloseReason, str] = MappingProxyType(
    {
        CloseReason.SUPERSEDED: "协议换了新版本",
        CloseReason.WITHDRAWN: "撤销协议",
        CloseReason.DECLINED: "不同意这份协议",
        CloseReason.EXPIRED: "超过期限没有签完，协议不再有效",
    }
)

OBLIGATION_STATES: Mapping[ObligationState, str] = MappingProxyType(
    {
        ObligationState.OPEN: "等待履行",
        ObligationState.CLAIMED: "一方说已经做到，等确认",
        ObligationState.DONE: "已经做到",
        ObligationState.BREACHED: "没有做到",
    }
)
CLAIMED_BY_YOU = "您说已经做到，等对方确认"
CLAIMED_BY_YOU_ALONE = "您说已经做到，等调解员确认"
CLAIMED_TO_YOU = "对方说已经做到，请您确认"

HOW: Mapping[How, str] = MappingProxyType(
    {How.SIGNED: "签名", How.STAMPED: "盖章", How.FINGERPRINT: "按指印"}
)

CAPACITIES: Mapping[Capacity, str] = MappingProxyType(
    {
        Capacity.SELF: "本人",
        Capacity.GUARDIAN: "法定代理人",
        Capacity.HEAD: "法定代表人",
        Capacity.AGENT: "委托代理人",
    }
)

SIDES: Mapping[Side, str] = MappingProxyType(
    {Side.APPLICANT: "申请人", Side.RESPONDENT: "被申请人"}
)

REFUSE_GROUNDS: Mapping[RefuseGround, str] = MappingProxyType(
    {
        RefuseGround.OTHER_AUTHORITY: "法律规定由专门机关管辖",
        RefuseGround.ALREADY_TAKEN: "法院、公安机关或者其他机关已经受理",
        RefuseGround.NO_DISPUTE: "不属于民间纠纷",
        RefuseGround.REPORTER_WITHDREW: "申请人撤回",
    }
)

END_REASONS: Mapping[EndReason, str] = MappingProxyType(
    {
        EndReason.SETTLED_THEMSELVES: "自行和解或者撤回",
        EndReason.UNREACHABLE: "期限内联系不上",
        EndReason.UNWILLING: "一方明确不愿意调解",
        EndReason.TOO_FAR_APART: "分歧较大，难以达成协议",
        EndReason.OUT_OF_TIME: "期满没有达成协议",
        EndReason.SIGNATURE_REFUSED: "一方拒绝签字",
        EndReason.OTHER: "其他",
    }
)

#: A case keeps the chosen reason; of a return or a departure it keeps the words themselves.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        code.value: said
        for told in (REFUSE_GROUNDS, END_REASONS, CLOSE_REASONS)
        for code, said in told.items()
    }
)

#: The one button of a page that waits for a party.
PAGES: Mapping[str, str] = MappingProxyType(
    {"room": "进入调解室", "sign": "查看并签署协议", "rate": "给服务打分"}
)

#: What stands in a story or on a paper beside what people wrote.
WAYS: Mapping[Way, str] = MappingProxyType(
    {
        Way.TEMPLATE: "微信服务号通知",
        Way.SUBSCRIBED: "微信订阅通知",
        Way.MINI_SUBSCRIBED: "小程序订阅消息",
        Way.CHAT: "微信聊天",
        Way.MINI_CHAT: "小程序聊天",
        Way.SMS: "短信",
        Way.NONE: "没有联系方式",
    }
)
DELIVERIES: Mapping[Delivery, str] = MappingProxyType(
    {
        Delivery.WAITING: "等待发送",
        Delivery.SENDING: "正在发送",
        Delivery.HELD: "在对方的“我的消息”里，等下一次能发时再发",
        Delivery.SENT: "已发出",
        Delivery.DELIVERED: "已送到",
        Delivery.FAILED: "发送失败",
        Delivery.UNKNOWN: "不知道有没有送到，请打电话核实",
        Delivery.UNREACHABLE: "联系不上，请当面告知",
    }
)
#: What a person reads of a message that may be lost, in their list.
LOST_IN_WECHAT = "这条可能没有送到您的微信。"
LOST_ON_THE_WAY = "这条短信可能没有送到您的手机。"
ASK_AGAIN = "没看到的话，请在聊天里再问一次。"
#: Why a notice waits, failed, or went this way; codes of the platform have no words of their own.
WHYS: Mapping[str, str] = MappingProxyType(
    {
        Why.FREE: "",
        Why.WINDOW: "对方刚来过消息，可以直接回复",
        Why.ALLOWED: "对方同意接收这种消息",
        Why.ONLY_WAY: "对方没有用我们的微信",
        Why.MUST_HEAR: "微信发不了，这件事必须让对方知道",
        Why.NO_ACCOUNT: "对方没有用我们的微信",
        Why.NOT_FOLLOWING: "对方没有关注服务号",
        Why.NO_TEMPLATE: "没有设置消息模板",
        Why.WINDOW_CLOSED: "对方两天内没有来过消息，微信不让发",
        Why.NOT_ALLOWED: "对方同意接收的次数用完了",
        Why.RESTING: "微信今天的发送次数用完了，恢复后自动再发",
        Why.REFUSED: "微信没有收下",
        Why.NO_PHONE: "没有对方的手机号码",
        Why.CAN_WAIT: "这件事不急，不发短信",
        Why.NO_SECRETS: "验证码只发登记的手机",
        "blocked": "对方拒收服务号的消息",
        "not-delivered": "微信说没有送到",
        "too-late": "过了时间，再发没有用了",
        "43101": "对方没有同意接收，或者次数用完了",
        "43004": "对方没有关注服务号",
        "45015": "对方两天内没有来过消息，微信不让发",
        "45047": "这次来消息后能回的条数用完了",
    }
)
#: The same of a colleague, who is no 对方.
WHYS_OF_STAFF: Mapping[str, str] = MappingProxyType(
    {
        Why.ONLY_WAY: "这位同事没有绑定微信，发短信",
        Why.NO_ACCOUNT: "这位同事没有绑定微信",
        Why.NOT_FOLLOWING: "这位同事没有关注服务号",
        Why.NO_PHONE: "没有这位同事的手机号码",
        Why.MUST_HEAR: "微信发不了，改发短信",
    }
)
#: What WeChat thinks of a report: staff read it themselves, whatever it says.
CONTENT_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "risky": "微信提示：这段话里可能有违规的内容。只供参考，案件照常办理。",
        "review": "微信提示：这段话拿不准，请人工看一看。只供参考，案件照常办理。",
    }
)
WHY_REFUSED = "对方的系统没有收下"

OTHERS_TOLD = "涉及的人：{others}"
#: How the history tells that name and number were put down unchecked.
PUT_DOWN_AS_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "case.party-named": "照本人说的登记姓名、电话，还没有核实",
        "case.party-added": "照反映里说的补充当事人，还没有核实",
    }
)
DANGER_TOLD = "是否有人有危险：{told}"
#: How people say on a page or in the chat that nobody is in danger.
TOLD_AS_SAFE = frozenset({"没有", "没", "没有人", "没人", "没有危险", "无", "否", "不", "安全"})
KINDS_OF_MEDIA: Mapping[str, str] = MappingProxyType(
    {"voice": "语音", "image": "图片", "file": "文件"}
)
ALOUD_AGREEMENT = "人民调解协议，{number}。\n纠纷事实：{facts}\n约定内容：\n{clauses}"
ALOUD_CASE = "案件{number}，现在是：{state}。下一步：{step}{by}。"
ALOUD_BY = "，{by}{moment}"
ALOUD_MOMENT = "{month}月{day}日{hour}点{minute:02}分"
ALOUD_OWN = "下面是我们保存着的、关于您的信息。"
ALOUD_OWN_LINE = "{name}：{there}。用来：{purpose}。保存多久：{term}。"
ALOUD_CLAUSE = "第{number}条，{words}"
ALARM_TOLD = "正在通知值班的{name}"
ALARM_UNTAKEN = "已经通知值班的{names}，还没有人接，请不要等，马上打电话求助"
ALARM_UNSENT = "还在通知值班的{name}，没有人接，请不要等，马上打电话求助"
ALARM_TURN = "第{round}轮第{place}位"
ALARMS_OF_A_TURN = "{turn}，共{count}件没人接"
ALARM_SEEN = "已经告诉值班的{name}"
WRITTEN_ON_A_PAGE = "（在网页上写的）{words}"
REACHED_BY_BOTH = "值班的人会在微信服务号里和您说话，或者打您的电话{phone}"
REACHED_BY_CHAT = "值班的人会在微信服务号里和您说话，请留意"
REACHED_BY_PHONE = "值班的人会打您的电话{phone}，请接听"
REACHED_BY_NOTHING = "我们没有您的电话，请打{office}，告诉我们怎么找到您"
NOBODY_ON_DUTY = "现在没有值班的人，请马上打上面的电话"
TOLD_AT = "{words}（{day.month}月{day.day}日{at}）"
TIME_TOLD = re.compile(r"(（\d+月\d+日\d\d:\d\d）)$")  #: as TOLD_AT writes it
PLACE_TOLD_BEFORE = "先前说的地点：{place}"
POINT = "北纬{latitude:.5f}度，东经{longitude:.5f}度"
PLACE_SENT = "发来一个位置"
PLACE_WITH_POINT = "{words}（{point}）"
NO_PLACE_TOLD = "没有说明"
NO_REASON_TOLD = "没有说明原因"
SIGN_REASON = "本人已阅读全文并自愿签署"
PERFORMANCE = "按以上各条约定的方式、时限履行。"
CONTACT_ON_FILE = "存调解卷宗"  #: a party never gets the other's number or address
SIGNING_EXPIRED = "超过期限没有签完"
PARTY_WITHOUT_NAME = "当事人"
STAFF_WITHOUT_NAME = "工作人员"
THE_SYSTEM = "系统"
A_VISITOR = "访客"

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "case.reported": "上报",
        "case.question-asked": "当事人提问",
        "case.question-answered": "回复当事人",
        "case.registered": "受理",
        "case.refused": "决定不予受理",
        "case.dispatched": "分派给调解员",
        "case.accepted": "接单",
        "case.returned": "退单",
        "case.handed-back": "调解员离岗，交回中心",
        "case.entrusted": "另派调解员接着办",
        "case.mediating": "进入调解",
        "case.signing": "开始签署",
        "case.talks-reopened": "回到调解",
        "case.performing": "协议生效",
        "case.performed": "全部履行完毕",
        "case.breached": "有约定没有履行",
        "case.resumed": "补上了没有履行的约定，继续履行",
        "case.ended": "调解终止",
        "case.archived": "归档",
        "case.party-added": "补充当事人",
        "case.party-represented": "登记由谁代签",
        "case.party-named": "登记当事人的姓名、电话",
        "case.danger": "出现危险信号",
        "case.danger-seen": "有人接手处理危险",
        "case.danger-called": "打电话找了说有危险的人",
        "talk.begun": "在微信里找居民说话",
        "talk.ended-staff": "结束了和说有危险的人的对话",
        "talk.ended-person": "说有危险的人自己结束了对话",
        "talk.ended-quiet": "和说有危险的人的对话，很久没人说话，自动结束",
        "case.number-shown": "查看当事人的完整号码",
        "case.nobody-on-duty": "出现危险信号，没有人值班",
        "case.told-more": "又说了一些情况",
        "case.report-confirmed": "说完整了，本人确认",
        "matter.became-case": "由民生事项转来",
        "case.code-reissued": "换了新的一案一码，旧码作废",
        "case.asked-human": "要求人工联系",
        "case.follow-up-due": "到了回访的时间",
        "case.followed-up": "回访",
        "case.rated": "评价服务",
        "person.merged": "确认是同一个人，资料合在一起",
        "person.parted": "号码改了，断开凭原来的号码连上的微信",
        "meeting.fixed": "约定调解时间",
        "meeting.opened": "调解开始",
        "meeting.ended": "调解结束",
        "meeting.cancelled": "取消调解",
        "meeting.joined": "进入调解室",
        "meeting.left": "离开调解室",
        "meeting.admit": "让在门外等的人进调解室",
        "meeting.acknowledged": "看过权利义务和虚假调解后果的告知",
        "meeting.identity-document": "看证件核对了一个人的身份",
        "meeting.identity-known": "调解员本来认识，核对了一个人的身份",
        "meeting.begin": "核对身份、告知完毕，正式开始调解",
        "meeting.pause": "休会",
        "meeting.aside": "和一方单独谈",
        "meeting.companion-noted": "登记了一个同席的人（告知过权利，核对过身份）",
        "meeting.companion-agreed": "同席的人同意录音录像（调解员记）",
        "meeting.companion-refused": "同席的人不同意录音录像（调解员记）",
        "meeting.companion-gone": "同席的人离开了",
        "meeting.together": "请大家回来接着谈",
        "meeting.mute": "关掉一个人的麦克风",
        "meeting.unmute": "打开一个人的麦克风",
        "meeting.remove": "把一个人请出调解室",
        "meeting.readmit": "让请出的人回来",
        "meeting.lock": "锁上调解室，不再让新的人进来",
        "meeting.unlock": "打开调解室的锁",
        "meeting.consented": "同意录音录像",
        "meeting.consent-withdrawn": "撤回录音录像同意",
        "meeting.recording-began": "开始录音录像",
        "meeting.recording-stopped": "停止录音录像",
        "meeting.recording-played": "播放录音录像",
        "meeting.recording-listed": "列出录音录像清单并签名",
        "meeting.aside-listed": "列出单独谈话的录音录像清单并签名",
        "agreement.drafted": "起草协议",
        "agreement.revised": "修改协议",
        "agreement.review-asked": "请各方确认协议内容",
        "agreement.confirmed": "确认协议内容",
        "agreement.frozen": "协议定稿",
        "agreement.printed": "打印协议，手写签名",
        "agreement.original-recorded": "登记签好的纸质原件",
        "agreement.original-sent-back": "退回纸质原件的登记",
        "agreement.ink-signed": "核对纸质原件，协议生效",
        "agreement.opened": "协议文件生成，开始签署",
        "agreement.signature-given": "手写签名",
        "agreement.signed": "签名写入文件",
        "agreement.seal-given": "申请用印",
        "agreement.sealed": "盖章，协议生效",
        "agreement.closed": "协议不再有效",
        "obligation.claimed": "称已履行",
        "obligation.done": "确认已履行",
        "obligation.breached": "记为没有履行",
    }
)

#: What a resident sent to a human that is no text.
NOT_WORDS: Mapping[MessageKind, str] = MappingProxyType(
    {
        MessageKind.IMAGE: "（发来一张图片）",
        MessageKind.VOICE: "（发来一段语音）",
        MessageKind.VIDEO: "（发来一段视频，请对方当面给您看）",
        MessageKind.LINK: "（发来一个链接）",
        MessageKind.EVENT: "（点了菜单）",
    }
)
NOT_READ = "（发来的东西这里看不了，请对方用文字说）"
SHARED = "好的，前面说的话工作人员也能看到了。"
NOBODY_TO_SHARE = "现在没有工作人员在和您说话，要找人请回复“人工”。"
HAND_OVER_STATES: Mapping[HandOverState, str] = MappingProxyType(
    {
        HandOverState.WAITING: "等人接",
        HandOverState.TAKEN: "正在谈",
        HandOverState.ENDED: "已结束",
    }
)
ENDINGS: Mapping[Ending, str] = MappingProxyType(
    {
        Ending.STAFF: "{name}结束的",
        Ending.PERSON: "居民自己结束的",
        Ending.QUIET: "很久没人说话，自动结束的",
    }
)
REVIEWS: Mapping[Review, str] = MappingProxyType(
    {
        Review.FRAUD: "是诈骗。不转账，不点链接，不说验证码；已经转了钱，马上打110。",
        Review.HARMLESS: "没看出问题，不像诈骗。要您转账的，还是先打对方单位的电话问清楚。",
        Review.DOUBTFUL: "光看这些话定不了。先不要转账，用您自己知道的电话问本人或单位。",
    }
)
OTHERS_ASKED = "还有{count}个人发来问过同样的消息。"
REVIEWED_BEFORE = "工作人员{name}看过同样的消息：{say}\n"
OFFICIAL = "里面的{numbers}号码没错，但来电显示可以假冒：挂掉，自己拨过去问。"
BEGINNING = 20
YOUR_FAMILY = "您的家人"
NO_SUCH_CODE = "这个码不对，或者已经过了24小时。请家人重新要一个码。"
GUARD_SCOPES: Mapping[Scope, str] = MappingProxyType(
    {
        Scope.FRAUD: "请我们查的消息像诈骗",
        Scope.DANGER: "说想不开、起火、救命",
    }
)
GUARD_ASKS = (
    "{who}请您守护。以后对方{scopes}的时候，我们会告诉您，您看不到对方说的话。"
    "双方随时可以回复“结束守护”。\n同意请回复“同意守护”，不同意请回复“取消”。"
)
GUARD_AGREED = "好的，从现在起您是守护人，已经告诉对方。不想守护了，随时回复“结束守护”。"
GUARD_OVER = "家人守护已经结束，已经告诉对方。"
GUARD_WHICH = (
    "您有家人守护，您也守护着家人。结束哪一个？\n"
    "不要家人守护您了，回复“不要守护我”。\n您不再守护家人了，回复“我不守护家人”。\n"
    "两个都结束，回复“全部结束守护”。"
)
NO_GUARD = "您现在没有家人守护。"
CASES_THERE = "{count}件"
TOLD_IN_CASES = "；您反映时自己说的{what}写在{told}件里"
NOT_HELD = "没有"
ONLY_TOLD = "没有登记（您反映时说的{what}写在案件里）"
ACCOUNTS_THERE = "{accounts}个微信账号，{log_ins}次登录"
COPY_ASKED = "好的，正在给您整理一份副本，好了会通知您，登录后打开下面的网址取。"
COPIES_ENOUGH = "今天已经要过三次了，请明天再要，或者用下面网址里最近的一份。"
GOING = "会删掉：{going}。"
NOTHING_THERE = "这一项里，我们没有保存您的什么。"
NOTHING_STAYS = "这些都可以删，没有依法要留下的。"
SOME_STAYS = "有的依法要留下：\n{left}"


def reached_by(*, chat: bool, phone: str, office: str) -> str:
    """Tell who is in danger how whoever takes care of it gets in touch with them."""
    if chat:
        said = REACHED_BY_BOTH if phone else REACHED_BY_CHAT
    else:
        said = REACHED_BY_PHONE if phone else REACHED_BY_NOTHING
    return said.format(phone=phone, office=office)


def quoted(told: str) -> str:
    """Quote what was told, and say behind it when: “我不想活了”（11月23日03:10）."""
    words, time, _ = TIME_TOLD.split(told) if TIME_TOLD.search(told) else (told, "", "")
    return f"“{words}”{time}"


def why(notice: Notice) -> str:
    """Say why a message waits, failed, or went this way, to whoever works at the centre."""
    if not notice.why:
        return ""
    known = {**WHYS, **WHYS_OF_STAFF} if notice.to_staff is not None else WHYS
    return known.get(notice.why, WHY_REFUSED)


def own_line(name: str, there: str) -> str:
    """Tell one kind of what is kept about somebody."""
    return f"{name}：{there}"


def what_goes_and_stays(going: Sequence[str], left: Sequence[str], *, happens: str) -> str:
    """Say what is to go and what comes of it, and what must stay, each with its article."""
    if not going and not left:
        return NOTHING_THERE
    stays = SOME_STAYS.format(left="\n".join(left)) if left else NOTHING_STAYS
    goes = (GOING.format(going="、".join(going)), happens) if going else ()
    return "\n".join(filter(None, (*goes, stays)))


def review(check: Check) -> str:
    """Say what a human found a text to be."""
    said = REVIEWS[check.review] if check.review else ""
    return f"{said}{check.remark}"


def reviewed(check: Check) -> str:
    """Say that a human looked at the same text before."""
    return REVIEWED_BEFORE.format(name=check.reviewer, say=review(check))


def official(text: str, numbers: Mapping[str, str]) -> str:
    """Name the official numbers in a text: that they are real proves nothing."""
    found = [f"{number}（{whose}）" for number, whose in numbers.items() if number in text]
    return OFFICIAL.format(numbers="、".join(found)) if found else ""


def beginning(text: str) -> str:
    """Quote a text so that it is known again."""
    flat = " ".join(text.split())
    return flat if len(flat) <= BEGINNING else f"{flat[:BEGINNING]}…"


def guard_asks(who: str, scopes: Sequence[Scope]) -> str:
    """Say what a guardian is asked to agree to."""
    return GUARD_ASKS.format(who=who, scopes="、".join(GUARD_SCOPES[one] for one in scopes))


AGREED: Mapping[HowAgreed, str] = MappingProxyType(
    {
        HowAgreed.IN_PERSON: "当面同意",
        HowAgreed.BY_PHONE: "在电话里同意",
        HowAgreed.IN_WRITING: "写了委托书",
    }
)


def what_was_told(told: Collection[SelfTold]) -> str:
    """Name what somebody told of themselves: 姓名, 电话, or both."""
    kinds = (("姓名", any(one.name for one in told)), ("电话", any(one.phone for one in told)))
    return "、".join(name for name, there in kinds if there)


def helped(by: str, how: HowAgreed) -> str:
    """Say in the history who reported it for the resident, and how they say that was agreed."""
    return f"{by}代为上报，称本人{AGREED[how]}"


def doubt_of(notice: Notice) -> str:
    """Tell a person that a message of theirs may be lost; empty: nothing says so."""
    if notice.state is not Delivery.UNKNOWN:
        return ""
    if notice.way is Way.SMS:
        return LOST_ON_THE_WAY
    return f"{LOST_IN_WECHAT}{ASK_AGAIN}" if notice.kind is NoticeKind.ANSWER else LOST_IN_WECHAT
