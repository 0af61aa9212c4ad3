"""Terms of an agreement: who does what, how much, by when, how, and what if not."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import LARGEST_FEN, in_capitals, in_digits


class ClauseKind(enum.StrEnum):
    """What a clause is about."""

    PAY = "pay"  #: 支付
    DO = "do"  #: 作为: repair, return, move, apologise ...
    REFRAIN = "refrain"  #: 不作为: stop a noise, keep a passage free
    STATUS = "status"  #: 婚姻、收养、继承等人身关系: paper and ink only (电子签名法 3)
    OTHER = "other"  #: 其他约定


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One term; ``debtor`` and ``creditor`` are names of parties as printed."""

    kind: ClauseKind
    debtor: str
    creditor: str = ""
    what: str = ""
    amount_fen: int = 0
    due: date | None = None
    how: str = ""
    default: str = ""  #: what happens if it is not done

    def spoken(self) -> str:
        """The clause as one Chinese paragraph; digits and capitals of an amount always agree."""
        parts = [self._duty()]
        if self.how and self.kind is not ClauseKind.PAY:
            parts.append(f"履行方式：{self.how}。")
        if self.default:
            parts.append(f"逾期未履行的，{self.default.rstrip('。')}。")
        return "".join(parts)

    def told(self) -> Mapping[str, object]:
        """The clause as plain values, as programs read it."""
        return {
            "kind": self.kind,
            "debtor": self.debtor,
            "creditor": self.creditor,
            "what": self.what,
            "amount_fen": self.amount_fen,
            "due": self.due.isoformat() if self.due else None,
            "how": self.how,
            "default": self.default,
        }

    def _duty(self) -> str:
        by = f"于{_chinese(self.due)}前" if self.due else ""
        if self.kind is ClauseKind.PAY:
            how = f"以{self.how}方式" if self.how else ""
            subject = f"（{self.what}）" if self.what else ""
            return (
                f"{self.debtor}{by}{how}向{self.creditor}支付人民币{in_digits(self.amount_fen)}元"
                f"（大写：{in_capitals(self.amount_fen)}）{subject}。"
            )
        towards = f"（对{self.creditor}）" if self.creditor else ""
        return f"{self.debtor}{by}{self.what.rstrip('。')}{towards}。"

    @property
    def to_follow(self) -> bool:
        """Does somebody have to do something that can be confirmed as done?"""
        return self.kind in (ClauseKind.PAY, ClauseKind.DO)


class Weight(enum.StrEnum):
    """How much a finding matters."""

    BLOCK = "block"  #: the paper is not frozen before it is mended
    WARN = "warn"  #: shown; the mediator decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One unclear point of one clause; ``clause`` counts from 0, -1 is the whole agreement."""

    clause: int
    code: str
    message: str  #: Chinese, for the mediator
    weight: Weight
    article: str  #: why it matters


STATUS = "status"  #: code of the finding that the paper needs ink
UNCLEAR = "民事诉讼法解释 358(五)：内容不明确"
STATUS_WORDS = re.compile(
    "离婚|离异|结婚|复婚|婚姻|夫妻关系|夫妻财产|夫妻共同财产|收养|送养|过继|养父|养母|养子|养女|"
    "抚养|抚育|探望权|监护|继承|遗产|遗嘱|遗赠|亲子关系"
)
TRADITIONAL = str.maketrans(
    "離異結復關係養過繼撫監護權親遺產囑贈財雙", "离异结复关系养过继抚监护权亲遗产嘱赠财双"
)
SENTENCE_MARKS = frozenset(",;:!?。、")  #: as NFKC writes them; words do not go on behind them
VAGUE_WORDS = re.compile("尽快|尽早|适当|酌情|若干|大约|左右|有关费用|等事项|近期|以后再|协商解决")


def lint(
    clauses: Sequence[Clause], parties: Sequence[str], *, facts: str = ""
) -> tuple[Finding, ...]:
    """Name every point over which a court would refuse, or the parties quarrel again."""
    found = [
        finding
        for index, clause in enumerate(clauses)
        for finding in _lint_clause(index, clause, parties)
    ]
    if speaks_of_status(facts, names=parties) and not _told_of_status(found):
        found.append(_status(-1))
    if not clauses:
        found.append(_block(-1, "no-clause", "还没有任何约定内容"))
    return tuple(found)


def overdue(clauses: Sequence[Clause], *, today: date) -> tuple[Finding, ...]:
    """Name every promise whose day is over before anybody signs; mostly a slip of the year."""
    return tuple(
        _warn(index, "past-date", "最晚日期已经过去了，请核对年月日")
        for index, clause in enumerate(clauses)
        if clause.to_follow and clause.due is not None and clause.due < today
    )


def wet_ink(clauses: Sequence[Clause], *, facts: str = "", names: Sequence[str] = ()) -> bool:
    """Must the agreement be signed on paper? (电子签名法 3: 婚姻、收养、继承等人身关系).

    The law asks what the document is about, so that its facts count like its clauses.
    """
    return speaks_of_status(facts, names=names) or any(
        clause.kind is ClauseKind.STATUS or _clause_speaks_of_status(clause, names)
        for clause in clauses
    )


def speaks_of_status(text: str, *, names: Sequence[str] = ()) -> bool:
    """Say whether a text speaks of marriage, adoption or inheritance, however it is spelled.

    Somebody may be called 王继承: the names of the parties do not count.
    """
    for name in names:
        text = text.replace(name, "、") if name else text
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKC", text)
        if char.isalnum() or char in SENTENCE_MARKS
    )
    return STATUS_WORDS.search(plain.translate(TRADITIONAL)) is not None


def _lint_clause(index: int, clause: Clause, parties: Sequence[str]) -> Iterator[Finding]:
    if clause.debtor not in parties:
        yield _block(index, "unknown-debtor", "没有写清由哪一方履行")
    yield from _lint_names(index, clause, parties)
    if clause.kind is ClauseKind.PAY:
        yield from _lint_payment(index, clause, parties)
    elif not clause.what.strip():
        yield _block(index, "no-deed", "没有写清要做什么")
    if clause.to_follow:
        yield from _lint_performance(index, clause)
    if vague := VAGUE_WORDS.search(clause.what + clause.how + clause.default):
        yield _warn(index, "vague", f"“{vague.group()}”说不清楚，请写具体")
    if clause.kind is not ClauseKind.STATUS and _clause_speaks_of_status(clause, parties):
        yield _status(index)


def _lint_names(index: int, clause: Clause, parties: Sequence[str]) -> Iterator[Finding]:
    for name in dict.fromkeys((clause.debtor, clause.creditor)):
        if parties.count(name) > 1:
            words = f"有两位当事人都叫{name}，请先在姓名后面注明区别，例如{name}（幸福路）"
            yield _block(index, "two-of-that-name", words)


def _lint_payment(index: int, clause: Clause, parties: Sequence[str]) -> Iterator[Finding]:
    if not 0 < clause.amount_fen <= LARGEST_FEN:
        yield _block(index, "no-amount", "没有写清金额")
    if clause.creditor not in parties:
        yield _block(index, "unknown-creditor", "没有写清付给谁")
    elif clause.creditor == clause.debtor:
        yield _block(index, "same-party", "付款人和收款人是同一方")
    if not clause.how.strip():
        yield _warn(index, "no-account", "没有写清付款方式或账户")


def _lint_performance(index: int, clause: Clause) -> Iterator[Finding]:
    if clause.due is None:
        yield _block(index, "no-date", "没有写清最晚在哪一天之前完成")
    if not clause.default.strip():
        yield _warn(index, "no-default", "没有写清到期不履行怎么办")


def _clause_speaks_of_status(clause: Clause, names: Sequence[str]) -> bool:
    return speaks_of_status(clause.what + clause.how + clause.default, names=names)


def _told_of_status(found: Sequence[Finding]) -> bool:
    return any(one.code == STATUS for one in found)


def _status(index: int) -> Finding:
    words = "涉及婚姻、收养、继承等人身关系，需打印后手写签名"
    return _warn(index, STATUS, words, "电子签名法 3")


def _block(index: int, code: str, message: str) -> Finding:
    return Finding(clause=index, code=code, message=message, weight=Weight.BLOCK, article=UNCLEAR)


def _warn(index: int, code: str, message: str, article: str = UNCLEAR) -> Finding:
    return Finding(clause=index, code=code, message=message, weight=Weight.WARN, article=article)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
