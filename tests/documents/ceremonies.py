"""Whole ceremonies for tests: a sheet, the hands that sign it, and every state of the file."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from documents.agreement import print_agreement
from documents.archive_form import for_the_archive
from documents.authority import establish
from documents.ceremony import Frozen, Office
from documents.fonts import FontSet
from domain.ids import AgreementId
from domain.ports.papers import AgreementSheet, PartySheet, SealRequest, SignRequest, Stroke

COMMITTEE = "清溪县枫桥镇人民调解委员会"
WANG, LI, ZHAO = "王𬱖㛃", "李䶮𠅤", "赵明"
NUMBER = "〔2026〕枫调字第0001号"
HANDS = {"party-1": WANG, "party-2": LI, "mediator": ZHAO}


def a_party(name, side, field, **facts):
    filled = {
        "gender": "女",
        "nation": "汉族",
        "age": "41",
        "occupation": "个体工商户",
        "contact": "19912345678",
        "address": "清溪县枫桥镇桥东村3组12号",
    }
    return PartySheet(name=name, side=side, field=field, **{**filled, **facts})


def a_sheet(**changes):
    usual = {
        "agreement_id": AgreementId("a1"),
        "number": NUMBER,
        "version": 1,
        "committee": COMMITTEE,
        "region": "清溪县枫桥镇",
        "parties": (a_party(WANG, "申请人", "party-1"), a_party(LI, "被申请人", "party-2")),
        "mediator": ZHAO,
        "recorder": "孙丽",
        "facts": "2026年10月3日，被申请人翻修房屋时脚手架倒塌，砸坏申请人家东侧围墙约6米。"
        "双方就修复责任和赔偿金额（申请人主张12,800.00元）发生争议。",
        "terms": (
            "被申请人于2026年12月1日前一次性赔偿申请人人民币捌仟元整（￥8,000.00）。",
            "被申请人于2026年12月20日前按原高度、原材料修复围墙。",
        ),
        "performance": "赔偿款以银行转账方式支付；围墙修复后由申请人验收。",
        "copies": 3,
        "date": date(2026, 11, 21),
        "verify_url": "https://fengqiao.example/v/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "demo": True,
        "data": '{"amount_fen":800000}',
    }
    return AgreementSheet(**{**usual, **changes})


def handwriting(seed):
    chance = random.Random(seed)
    return tuple(
        Stroke(
            points=tuple(
                (80 + k * 85 + i * 5.0, 180 + chance.uniform(-60, 60), i * 16.0, chance.random())
                for i in range(14)
            )
        )
        for k in range(7)
    )


def a_request(hand, at, **changes):
    name = HANDS[hand]
    usual = {
        "field": hand,
        "name": name,
        "number": NUMBER,
        "strokes": handwriting(hand),
        "evidence_sha256": hashlib.sha256(name.encode()).hexdigest(),
        "reason": "本人已阅读全文并自愿签署",
        "at": at,
    }
    return SignRequest(**{**usual, **changes})


def a_seal(at):
    return SealRequest(
        field="committee", committee=COMMITTEE, by="钱进", reason="调解成功，双方已签字", at=at
    )


def an_office(folder: Path, fonts: FontSet, at: datetime) -> Office:
    return Office(establish(folder, committee=COMMITTEE, at=at, demo=True), fonts)


def frozen(office: Office, sheet: AgreementSheet, at: datetime) -> Frozen:
    printed = print_agreement(sheet, office.fonts)
    archived = for_the_archive(printed, sheet, at=at)
    return office.certify(office.prepare(archived, printed), at=at)


@dataclass(frozen=True)
class Ceremony:
    """Every revision that was handed out, in order."""

    frozen: bytes
    one_signed: bytes
    parties_signed: bytes
    mediator_signed: bytes
    sealed: bytes
    final: bytes


def hold(office: Office, at: datetime, sheet: AgreementSheet | None = None) -> Ceremony:
    paper = frozen(office, sheet or a_sheet(), at)
    first, _certificate = office.sign(paper, a_request("party-1", at))
    second, _certificate = office.sign(first, a_request("party-2", at))
    third, _certificate = office.sign(second, a_request("mediator", at))
    sealed, _certificate = office.seal(third, a_seal(at))
    final = office.preserve(sealed, at=at)
    return Ceremony(paper.pdf, first.pdf, second.pdf, third.pdf, sealed.pdf, final.pdf)
