"""What people are told by SMS and service notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

#: ``{...}`` are the facts of the notice.
NOTICE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "answer": "我们在聊天里回复了您",
        "case-reported": "有上报等待受理",
        "case-registered": "您反映的事我们接下了",
        "case-refused": "您反映的事我们办不了",
        "case-accepted": "调解员已接单",
        "case-ended": "调解不再继续",
        "meeting-fixed": "调解时间已定",
        "meeting-soon": "调解快开始了",
        "meeting-cancelled": "这次调解取消了",
        "review-terms": "请确认协议内容",
        "sign": "请签署调解协议",
        "sign-on-paper": "请到中心签调解协议",
        "original-awaited": "纸质协议等待登记",
        "original-sent-back": "纸质协议的登记被退回",
        "original-to-check": "纸质协议等待核对",
        "declined": "协议没有签成",
        "effective": "调解协议已生效",
        "confirmation-ends": "请法院确认，快到期了",
        "obligation-due": "约定的事到期了",
        "follow-up": "调解回访",
        "rate": "请给服务打分",
        "medium-lost": "请重新发一次",
        "login-code": "登录验证码",
        "intent-code": "签字验证码",
        "join-code": "连接微信的验证码",
        "alarm": "有人可能有危险",
        "dispatched": "有案件等待接单",
        "copy-ready": "您的一份信息备好了",
        "danger-seen": "有人看到您的消息了",
        "human-came": "工作人员来了",
        "human-said": "工作人员回复您",
        "human-left": "人工对话结束了",
        "checked": "您请查的消息有结果了",
        "guard-begun": "家人守护开始了",
        "guard-ended": "家人守护结束了",
        "guard-fraud": "家人可能遇到诈骗",
        "guard-danger": "家人可能有危险",
        "asked-for-human": "有居民要求人工联系",
        "reported-for": "网格员替您反映了一件事",
        "question-asked": "当事人有话要问",
        "question-answered": "调解员回复您了",
        "matter-taken-down": "工作人员替您反映了一件事",
        "matter-taken": "您反映的事有人办了",
        "matter-answered": "您反映的事有答复了",
        "matter-refused": "您反映的事不归我们办",
        "matter-became-case": "您反映的事转为调解",
        "matter-due": "民生事项快到期了",
        "matter-overdue": "民生事项超期没有答复",
        "matter-told-more": "居民补充了情况",
        "matter-unsatisfied": "有居民对答复不满意",
    }
)

NOTICE_LINES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "answer": (("下一步", "请打开微信查看"),),
        "case-reported": (("编号", "{number}"), ("下一步", "请尽快到工作台受理")),
        "case-registered": (("编号", "{number}"), ("下一步", "安排调解员"), ("电话", "{phone}")),
        "case-refused": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "case-accepted": (("编号", "{number}"), ("下一步", "约定调解时间"), ("电话", "{phone}")),
        "case-ended": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "meeting-fixed": (("编号", "{number}"), ("时间", "{when}"), ("电话", "{phone}")),
        "meeting-soon": (
            ("编号", "{number}"),
            ("时间", "{when}"),
            ("下一步", "打开，或回复“进入调解室”"),
            ("电话", "{phone}"),
        ),
        "meeting-cancelled": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "review-terms": (("编号", "{number}"), ("下一步", "看一遍再确认"), ("电话", "{phone}")),
        "sign": (("编号", "{number}"), ("下一步", "打开签名，或回复“签字”"), ("电话", "{phone}")),
        "sign-on-paper": (
            ("编号", "{number}"),
            ("下一步", "等调解员约时间，带身份证"),
            ("电话", "{phone}"),
        ),
        "original-awaited": (("编号", "{number}"), ("下一步", "签好后到工作台登记原件")),
        "original-sent-back": (("编号", "{number}"), ("原因", "{reason}")),
        "original-to-check": (("编号", "{number}"), ("下一步", "到工作台核对原件")),
        "declined": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "effective": (("编号", "{number}"), ("下一步", "按约定去做"), ("电话", "{phone}")),
        "confirmation-ends": (("编号", "{number}"), ("还剩", "约5天"), ("电话", "{phone}")),
        "obligation-due": (("到期日", "{due}"), ("下一步", "打开看内容"), ("电话", "{phone}")),
        "follow-up": (("编号", "{number}"), ("下一步", "打开说说近况"), ("电话", "{phone}")),
        "rate": (("编号", "{number}"), ("下一步", "打开，或回复“评价”"), ("电话", "{phone}")),
        "medium-lost": (
            ("没有收到", "您{when}发的{what}"),
            ("下一步", "在微信里再发一次"),
            ("电话", "{phone}"),
        ),
        "login-code": (("验证码", "{code}"), ("有效", "5分钟")),
        "intent-code": (("验证码", "{code}"), ("有效", "5分钟")),
        "join-code": (("验证码", "{code}"), ("有效", "5分钟")),
        "alarm": (("第几位值班", "{turn}"), ("下一步", "马上到工作台接手")),
        "dispatched": (("下一步", "请到工作台接单"),),
        "copy-ready": (("下一步", "打开页面取一份"), ("有效", "24小时")),
        "danger-seen": (
            ("值班的人", "{name}看到了，正在联系您"),
            ("下一步", "有话直接写在聊天里"),
            ("电话", "{phone}"),
        ),
        "human-came": (
            ("工作人员", "{name}"),
            ("下一步", "直接在聊天里说，对方看得到。不谈了回复“结束人工”"),
        ),
        "human-said": (("工作人员", "{name}"), ("说", "{say}")),
        "human-left": (("工作人员", "{name}"), ("下一步", "还要找人请回复“人工”")),
        "checked": (("消息", "{about}"), ("结果", "{say}"), ("工作人员", "{name}")),
        "guard-begun": (("家人", "{who}"), ("不要了", "回复“结束守护”")),
        "guard-ended": (("家人", "{who}"),),
        "guard-fraud": (("家人", "{who}"), ("下一步", "马上打电话，先别转账")),
        "guard-danger": (("家人", "{who}"), ("下一步", "马上打电话，急打110")),
        "asked-for-human": (("下一步", "请到工作台联系居民"),),
        "reported-for": (("编号", "{number}"), ("下一步", "打开看进度"), ("电话", "{phone}")),
        "question-asked": (("编号", "{number}"), ("下一步", "请到工作台回复")),
        "question-answered": (("编号", "{number}"), ("回复", "{words}")),
        "matter-taken-down": (("编号", "{number}"), ("最晚答复", "{due}"), ("电话", "{phone}")),
        "matter-taken": (("编号", "{number}"), ("办理单位", "{unit}"), ("电话", "{phone}")),
        "matter-answered": (
            ("编号", "{number}"),
            ("答复", "{words}"),
            ("下一步", "回复“满意”“基本满意”或“不满意”"),
        ),
        "matter-refused": (
            ("编号", "{number}"),
            ("原因", "{reason}"),
            ("您可以", "{instead}"),
            ("电话", "{phone}"),
        ),
        "matter-became-case": (
            ("编号", "{number}"),
            ("新编号", "{case}"),
            ("下一步", "安排调解员"),
            ("电话", "{phone}"),
        ),
        "matter-due": (("编号", "{number}"), ("下一步", "请到工作台答复")),
        "matter-overdue": (("编号", "{number}"), ("下一步", "请到工作台督办")),
        "matter-told-more": (("编号", "{number}"), ("下一步", "请到工作台查看")),
        "matter-unsatisfied": (("编号", "{number}"), ("下一步", "请到工作台查看")),
    }
)

NOTICE_SMS: Mapping[str, str] = MappingProxyType(
    {
        "answer": "我们在微信里回复了您，请打开微信查看。",
        "case-reported": "有一件上报还没有受理，请尽快处理：{url}",
        "case-registered": "您反映的事{number}我们接下了（已受理），会安排调解员。看进度：{url}",
        "case-refused": "您反映的事{number}我们办不了，原因：{reason}。有疑问请打{phone}。",
        "case-accepted": "您反映的事{number}已有调解员接手，会和您约时间。看进度：{url}",
        "case-ended": (
            "{number}的调解不再继续，原因：{reason}。"
            "您可以找有关部门、去仲裁（请专门机构评理），或者去法院打官司。问{phone}。"
        ),
        "meeting-fixed": "{number}定于{when}视频调解，到时打开：{url} 不方便请打{phone}。",
        "meeting-soon": "{number}的视频调解{when}开始，请准备好，打开：{url} 不方便请打{phone}。",
        "meeting-cancelled": "{number}的调解取消了，原因：{reason}。会再约时间，问{phone}。",
        "review-terms": "{number}的协议内容请您看一遍，对就确认，不对就告诉调解员：{url}",
        "sign": "{number}调解协议可以签字了，请打开手写签名：{url}",
        "sign-on-paper": (
            "{number}调解协议要在纸上亲笔签，不能在手机上签。调解员会约您带身份证到中心，问{phone}。"
        ),
        "original-awaited": "{number}纸质协议还没有登记签好的原件，签好了请到工作台登记：{url}",
        "original-sent-back": "{number}纸质协议的登记被退回，原因：{reason}。请补好再登记：{url}",
        "original-to-check": "{number}纸质协议的原件已登记，请核对签名、印章：{url}",
        "declined": "{number}协议没有签成，原因：{reason}。会接着谈，问{phone}。",
        "effective": "{number}调解协议已生效，请按约定去做。看协议、验真假：{url}",
        "confirmation-ends": (
            "{number}：协议生效后30日内，双方可以一起请法院确认（司法确认），还剩约5天。问{phone}。"
        ),
        "obligation-due": "您的协议里有一件约定的事{due}到期，做完了请打开确认：{url}",
        "follow-up": "{number}调解过后还好吗？请打开说说近况：{url}",
        "medium-lost": "您{when}在微信里发的{what}，我们没有收到。请再发一次，或者打{phone}。",
        "rate": "{number}办完了，请给我们的服务打分，只能打一次：{url}",
        "login-code": "登录验证码{code}，5分钟内有效。不要告诉别人，工作人员也不会问您要。",
        "join-code": (
            "验证码{code}，5分钟内有效。填写后，这个号码就和正在办理的微信连在一起。"
            "不是您本人在办，请不要告诉任何人，打{phone}。"
        ),
        "intent-code": (
            "签字验证码{code}，5分钟内有效，填写后协议就签好了。不是您本人在签，请打{phone}。"
        ),
        "alarm": "有人可能有生命危险，请马上接手（值班{turn}）：{url}",
        "dispatched": "有一件案件等待接单，请打开工作台：{url}",
        "copy-ready": "您要的那份信息备好了，24小时内打开、验证手机号码后取，只能取一次：{url}",
        "danger-seen": "工作人员{name}看到您的消息了，正在联系您。急事请打110、120，或打{phone}。",
        "human-came": "工作人员{name}在微信里等您说话，请打开公众号，或打{phone}。",
        "human-said": "工作人员{name}在微信里回复了您，请打开公众号看，或打{phone}。",
        "human-left": "和工作人员{name}的对话结束了。还有事请在微信里回复我们“人工”，或打{phone}。",
        "checked": "您请我们查的消息，工作人员{name}看过了，请打开微信看结果。急事打96110问。",
        "guard-begun": "{who}同意守护您了。不想要了，在微信里回复我们“结束守护”。",
        "guard-ended": "和{who}之间的家人守护已经结束。",
        "guard-fraud": "您守护的{who}请我们查的一条消息像诈骗。请马上打电话，先别转账，可打96110。",
        "guard-danger": "您守护的{who}可能有生命危险。请马上联系家人，紧急打110、120。",
        "asked-for-human": "有居民要求人工联系，请打开工作台接手：{url}",
        "reported-for": (
            "网格员替您反映的事已登记，编号{number}。看进度：{url} 不是您的意思请打{phone}。"
        ),
        "question-asked": "{number}的当事人有话要问，请到工作台回复：{url}",
        "question-answered": "您问的{number}，调解员已经回复，请打开看：{url}",
        # Not everybody opens pages: the message itself says what counts, the address the rest.
        "matter-taken-down": (
            "工作人员替您反映的事已登记，编号{number}，最晚{due}答复您。"
            "问进度，或者不是您的意思，请打{phone}。"
        ),
        "matter-taken": "您反映的{number}有单位办了，办好答复您。问进度请打{phone}。",
        "matter-answered": (
            "您反映的{number}答复：{words} 看全文、说满不满意：{door} 没办好也可以打{phone}。"
        ),
        "matter-refused": (
            "您反映的{number}不归我们办，原因：{reason} 您可以：{instead} 不清楚请打{phone}。"
        ),
        "matter-became-case": "您反映的{number}转为纠纷调解，新编号{case}。看进度：{url}",
        "matter-due": "{number}的答复期限快到了，请到工作台答复：{url}",
        "matter-overdue": "{number}超过期限没有答复，请督办：{url}",
        "matter-told-more": "{number}的居民补充了情况，请到工作台查看：{url}",
        "matter-unsatisfied": "{number}的居民对答复不满意，请查看：{url}",
    }
)

SMS_SIGNATURE = "【{office}】"  # the carriers want the sender's name in these brackets


def notice_day(day: date) -> str:
    """Tell a day of the near future."""
    return f"{day.month}月{day.day}日"
