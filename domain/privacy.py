"""What is kept about a person, why and how long, and what goes when they no longer want it.

个人信息保护法 (2021) 44 to 50: to know, to have a copy, to withdraw and to have deleted.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.ids import PersonId

YOUNG = timedelta(hours=48)  #: WeChat may repeat a message, and takes its answer, for so long
COPY_SPAN = timedelta(hours=24)  #: how long a copy of one's data can be fetched
#: 个人信息保护法 13(1)(3): needed for what the law makes the centre's duty; nobody is said to have
#: agreed who was not asked.
NEEDED = "个人信息保护法第十三条第一款第三项"
MOST_COPIES = 3  #: a day, for one person


class Category(enum.StrEnum):
    """A kind of what is kept about a person."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    TALKS = "talks"
    MEDIA = "media"
    CHECKS = "checks"
    WARNINGS = "warnings"
    MATTERS = "matters"
    CASES = "cases"
    MEETINGS = "meetings"
    PAPERS = "papers"
    NOTICES = "notices"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Why a kind of data is kept, by which article, and for how long."""

    name: str
    purpose: str
    basis: str
    term: str
    columns: frozenset[str]  #: ``table.column``: where it is kept


HOLDINGS: Mapping[Category, Holding] = MappingProxyType(
    {
        Category.IDENTITY: Holding(
            name="姓名、电话、地址",
            purpose="办您的事时知道您是谁，能联系到您",
            basis=f"{NEEDED}；人民调解法第二十七条",
            term="案件没办完以前一直保管；立了案卷的，姓名和地址随案卷保管；其余的您要求删就删",
            columns=frozenset(
                {"people.name", "people.phone", "people.address", "people.gender", "people.born"}
            ),
        ),
        Category.ACCOUNT: Holding(
            name="微信账号和登录",
            purpose="认出是您本人，把进展发给您",
            basis=f"{NEEDED}（办您的事要用）",
            term="您要求删就删；登录最多三十天，自己会失效",
            columns=frozenset(
                {
                    "wechat_identities.person_id",
                    "wechat_identities.openid",
                    "wechat_identities.unionid",
                    "reply_windows.openid",
                    "subscriptions.openid",
                    "sessions.person_id",
                    "staff.person_id",
                    "renewals.person_id",
                    "login_codes.person_id",
                    "tokens.person_id",
                    "tokens.text",
                    "people.merged_into",
                }
            ),
        ),
        Category.TALKS: Holding(
            name="聊天记录（和机器、和工作人员）和发来的位置",
            purpose="接着往下问，不让您说第二遍；同一条消息不办两次",
            basis=f"{NEEDED}（办您的事要用）",
            term="您要求删，两天内删完",
            columns=frozenset(
                {
                    "inbox.openid",
                    "inbox.incoming",
                    "inbox.reply",
                    "talks.openid",
                    "talks.talk",
                    "leases.openid",
                    "hand_overs.person_id",
                    "hand_overs.body",
                }
            ),
        ),
        Category.MEDIA: Holding(
            name="发来的图片和语音，语音转成的文字",
            purpose="作为您反映的事情的材料",
            basis=f"{NEEDED}；人民调解法第二十七条",
            term="没有交到案件里的，您要求删就删；交到案件里的，随案卷保管",
            columns=frozenset({"media.person_id", "media.openid", "media.heard"}),
        ),
        Category.CHECKS: Holding(
            name="您请我们查过的消息",
            purpose="告诉您是不是诈骗；有人问过同样的，让后来的人也知道",
            basis=f"{NEEDED}；反电信网络诈骗法第八条",
            term="您要求删就删",
            columns=frozenset({"checks.person_id", "checks.body"}),
        ),
        Category.WARNINGS: Holding(
            name="订阅的反诈提醒和家人守护",
            purpose="发您要的提醒；您遇到骗子、危险时告诉您选的家人",
            basis="个人信息保护法第十三条第一款第一项、第二十三条（您和家人都同意）",
            term="您退订、结束守护就停；撤回同意就删",
            columns=frozenset(
                {
                    "warning_subscriptions.person_id",
                    "guards.guarded_person",
                    "guards.guardian_person",
                    "guards.body",
                }
            ),
        ),
        Category.MATTERS: Holding(
            name="您反映的民生事项",
            purpose="交给有关单位办，把结果答复您",
            basis=NEEDED,
            term="没办完以前保管；办完了，您要求删就删，图片和语音一起删",
            columns=frozenset({"matters.reporter", "matters.body"}),
        ),
        Category.CASES: Holding(
            name="您的案件",
            purpose="办理您反映的或者您参加的纠纷",
            basis=f"{NEEDED}；人民调解法第二十七条",
            term="随案卷保管，按档案规定的年限",
            columns=frozenset(
                {
                    "cases.reporter",
                    "cases.story",
                    "cases.spot",
                    "cases.proposal",
                    "cases.danger",
                    "cases.reason",
                    "case_parties.person_id",
                    "case_parties.represented",
                    "events.detail",
                    "questions.asked_by",
                    "questions.text",
                    "questions.answer",
                    "ratings.person_id",
                    "ratings.words",
                }
            ),
        ),
        Category.MEETINGS: Holding(
            name="调解会和录音录像的同意",
            purpose="安排调解；录音录像只在每个人都同意以后",
            basis="人民调解法第二十七条；个人信息保护法第十四条",
            term="随案卷保管，按档案规定的年限",
            columns=frozenset({"meetings.companions"}),
        ),
        Category.PAPERS: Holding(
            name="调解协议、签名和约定的事",
            purpose="证明协议是真的，是您本人签的；提醒履行",
            basis="人民调解法第二十七条、第三十一条；电子签名法第十三条",
            term="随案卷保管，按档案规定的年限",
            columns=frozenset(
                {
                    "agreements.body",
                    "signature_evidence.record",
                    "signature_evidence.strokes",
                    "obligations.debtor",
                    "obligations.creditor",
                    "obligations.text",
                }
            ),
        ),
        Category.NOTICES: Holding(
            name="发给您的通知",
            purpose="知道通知有没有送到，不重复打扰您",
            basis=NEEDED,
            term="案件里的随案卷保管；其余的和聊天记录一起删",
            columns=frozenset({"notices.to_person", "notices.facts"}),
        ),
        Category.REQUESTS: Holding(
            name="您要过副本、撤回过同意的记录",
            purpose="证明您的要求办到了；里面没有被删掉的内容",
            basis="个人信息保护法第五十条、第五十五条、第五十六条",
            term="三年",
            columns=frozenset({"erasures.person_id", "copies.person_id"}),
        ),
    }
)


class Datum(enum.StrEnum):
    """A kind of data that may be deleted, if nothing speaks against it."""

    CHAT = "chat"
    LOCATION = "location"
    PICTURES = "pictures"
    VOICES = "voices"
    CHECKS = "checks"
    WARNINGS = "warnings"
    MATTERS = "matters"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    ACCOUNT = "account"


DATA: Mapping[Datum, str] = MappingProxyType(
    {
        Datum.CHAT: "聊天记录",
        Datum.LOCATION: "发来的位置",
        Datum.PICTURES: "没有交到案件里的图片",
        Datum.VOICES: "没有交到案件里的语音",
        Datum.CHECKS: "请我们查过的消息",
        Datum.WARNINGS: "订阅的提醒和家人守护",
        Datum.MATTERS: "反映的民生事项",
        Datum.NAME: "姓名、性别、出生日期",
        Datum.PHONE: "电话",
        Datum.ADDRESS: "地址",
        Datum.ACCOUNT: "微信账号和登录",
    }
)


class Wish(enum.StrEnum):
    """What a person can take their consent back for."""

    TALKS = "talks"
    MEDIA = "media"
    CONTACT = "contact"
    ACCOUNT = "account"
    WARNINGS = "warnings"
    MATTERS = "matters"
    EVERYTHING = "everything"


WISHES: Mapping[Wish, frozenset[Datum]] = MappingProxyType(
    {
        Wish.TALKS: frozenset({Datum.CHAT, Datum.LOCATION, Datum.CHECKS}),
        Wish.MEDIA: frozenset({Datum.PICTURES, Datum.VOICES}),
        Wish.CONTACT: frozenset({Datum.NAME, Datum.PHONE, Datum.ADDRESS}),
        # Without the account nobody could ask for the messages of it any more: they go with it.
        Wish.ACCOUNT: frozenset({Datum.ACCOUNT, Datum.CHAT, Datum.LOCATION}),
        Wish.WARNINGS: frozenset({Datum.WARNINGS}),
        Wish.MATTERS: frozenset({Datum.MATTERS}),
        Wish.EVERYTHING: frozenset(Datum),
    }
)

#: What each is called, and what is said before the person confirms.
TAKE_BACK: Mapping[Wish, tuple[str, str]] = MappingProxyType(
    {
        Wish.TALKS: ("聊天记录、位置和查过的消息", "没有说完的反映也会删掉。"),
        Wish.MEDIA: ("没有交到案件里的图片、语音", "删掉以后找不回来。"),
        Wish.CONTACT: ("姓名、电话、地址", "以后我们不能打电话、发短信联系您。"),
        Wish.ACCOUNT: (
            "微信账号和登录",
            "所有登录马上退出，收不到微信通知；聊天记录和发来的位置也会删掉。",
        ),
        Wish.WARNINGS: ("订阅和家人守护", "不再发提醒，家人守护也结束。"),
        Wish.MATTERS: ("反映的民生事项", "连同图片和答复一起删，没办完的等办完再删。"),
        Wish.EVERYTHING: ("全部能删的", "所有登录马上退出，删掉以后找不回来。"),
    }
)

#: What WeChat's RevokeInfo asks to delete (授权用户信息变更). We keep no nickname, avatar, plate,
#: invoice, e-mail or step count; a code that is not here names nothing that we keep.
REVOKED: Mapping[str, frozenset[Datum]] = MappingProxyType(
    {
        "2": frozenset({Datum.ADDRESS}),
        "5": frozenset({Datum.VOICES}),
        "7": frozenset({Datum.PICTURES}),
        "8": frozenset({Datum.PHONE}),
        "13": frozenset({Datum.LOCATION}),
        "14": frozenset({Datum.PICTURES}),
        "18": frozenset({Datum.LOCATION}),
        "201": frozenset({Datum.ADDRESS}),
        "204": frozenset({Datum.VOICES}),
        "206": frozenset({Datum.LOCATION}),
        "207": frozenset({Datum.PICTURES}),
    }
)


class Cause(enum.StrEnum):
    """Why data is to go."""

    ASKED = "asked"  #: the person said so to us (个人信息保护法 15, 47)
    REVOKED = "revoked"  #: user_authorization_revoke
    CANCELLED = "cancelled"  #: user_authorization_cancellation: the account was closed
    MODIFIED = "modified"  #: user_info_modified: nothing that we keep, noted only


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a person's affairs speaks against deleting."""

    in_a_case: bool
    in_an_open_case: bool
    in_an_open_matter: bool
    held: frozenset[Datum] = frozenset(Datum)  #: what there is of theirs at all


class Stays(enum.StrEnum):
    """Why something could not go yet."""

    CASE_FILE = "case-file"  #: 人民调解法 27: the file of a case
    OPEN_CASE = "open-case"  #: 个人信息保护法 13(1)(3): needed until the case is done
    OPEN_MATTER = "open-matter"  #: 个人信息保护法 13(1)(3): needed until it is done
    YOUNG = "young"  #: two days, so that no message has its effect twice


STAYS: Mapping[Stays, str] = MappingProxyType(
    {
        Stays.CASE_FILE: "写进了案卷，依照人民调解法第二十七条要立卷归档，不能删",
        Stays.OPEN_CASE: "您还有案件在办，联系不上您就办不了，办完就删（个人信息保护法第十三条）",
        Stays.OPEN_MATTER: "您还有民生事项没办完，要答复您，办完就删（个人信息保护法第十三条）",
        Stays.YOUNG: "最近两天的，留两天是怕同一条消息办两次，到时自动删",
    }
)


def stays(datum: Datum, standing: Standing) -> Stays | None:
    """Say why a kind of data has to stay, if there is any and it has to."""
    if datum not in standing.held:
        return None
    if datum in (Datum.NAME, Datum.ADDRESS) and standing.in_a_case:
        return Stays.CASE_FILE
    if datum in (Datum.PHONE, Datum.ACCOUNT) and standing.in_an_open_case:
        return Stays.OPEN_CASE
    needed = (Datum.PHONE, Datum.ACCOUNT, Datum.MATTERS)
    if datum in needed and standing.in_an_open_matter:
        return Stays.OPEN_MATTER
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One request to delete, and what became of it; it holds none of the data."""

    id: str
    person_id: PersonId
    cause: Cause
    codes: tuple[str, ...] = ()  #: of RevokeInfo, as they came
    wanted: tuple[Datum, ...]
    left: Mapping[Datum, Stays] | None = None  #: what is still there and why; None: not tried yet
    asked_at: datetime
    done_at: datetime | None = None
    version: int = 0

    @property
    def open(self) -> tuple[Datum, ...]:
        """What is still to be tried: everything at first, later only what had to stay."""
        return self.wanted if self.left is None else tuple(self.left)

    def tried(self, left: Mapping[Datum, Stays], *, at: datetime) -> Erasure:
        """Note what could not go; done unless something may go later."""
        waiting = any(why is not Stays.CASE_FILE for why in left.values())
        return replace(self, left=dict(left), done_at=None if waiting else at)


def revoked(codes: Collection[str]) -> frozenset[Datum]:
    """Give everything that these codes of RevokeInfo ask to delete."""
    return frozenset().union(*(REVOKED.get(code, frozenset()) for code in codes))


class CopyState(enum.StrEnum):
    """Where a copy of somebody's data stands."""

    MAKING = "making"
    READY = "ready"
    TAKEN = "taken"  #: fetched once; its file is gone
    OVER = "over"  #: nobody fetched it in time; its file is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCopy:
    """A copy of somebody's data (个人信息保护法 45), to be fetched once."""

    id: str
    person_id: PersonId
    state: CopyState = CopyState.MAKING
    asked_at: datetime
    ends_at: datetime | None = None
    sha256: str = ""
    version: int = 0

    @property
    def object_key(self) -> str:
        """Where its file lies while it is ready."""
        return f"copies/{self.id}.zip"

    def made(self, sha256: str, *, at: datetime) -> DataCopy:
        """Make it ready to be fetched for a while."""
        return replace(self, state=CopyState.READY, sha256=sha256, ends_at=at + COPY_SPAN)
