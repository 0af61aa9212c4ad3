"""The file in which a person takes their data away: for programs, to read, and the files."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType

from domain.privacy import HOLDINGS, Category
from services.personal_copy import PersonalCopy

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "姓名",
        "phone": "电话",
        "gender": "性别",
        "address": "地址",
        "born": "出生日期",
        "app": "公众号或小程序",
        "following": "正在关注",
        "logged_in": "登录时间",
        "how": "怎么登录的",
        "ends": "到什么时候",
        "at": "时间",
        "kind": "种类",
        "said": "说的话",
        "by": "工作人员",
        "topic": "提醒的种类",
        "side": "守护中您是哪一方",
        "told_of": "什么时候告诉家人",
        "answered": "我们回复的",
        "sha256": "校验值（SHA-256）",
        "number": "编号",
        "state": "状态",
        "reported": "上报时间",
        "story": "事情经过",
        "told": "什么事",
        "unit": "哪个单位办",
        "more": "后来补充的",
        "reason": "为什么不办",
        "instead": "该找谁办",
        "place": "地点",
        "parties": "有关的人（别人的名字遮住一部分）",
        "rating": "您的评价",
        "questions": "您问调解员的话",
        "agreed_to": "同意的告知书",
        "agreed_at": "同意的时间",
        "told_rights": "看过的权利告知",
        "told_rights_at": "看过的时间",
        "stage": "办到哪一步",
        "wanted": "要求删除的",
        "done": "办完的时间",
        "copy": "要副本",
    }
)
TITLE = "您的个人信息副本"
LEAD = "{office}把保存着的、关于您的信息抄在这里，{when}整理。有不对的，请打电话{phone}更正。"
WHY = "为什么保存：{purpose}。依据：{basis}。保存多久：{term}。"
NOTHING = "没有。"
FILES = "您发来的原件在“files”文件夹里，共{count}份，校验值在“files.txt”里。"
STYLE = (
    "body{font:18px/1.7 sans-serif;max-width:46em;margin:1em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:.6em 0}"
    "td{border:1px solid #888;padding:.3em .5em;vertical-align:top;overflow-wrap:anywhere}"
    "td:first-child{width:10em;background:#f2f2f2}"
)


class CopyZip:
    """Writes the copy as a ZIP."""

    def write(self, copy: PersonalCopy) -> bytes:
        """Return the ZIP: data.json, a page to read, the files with their hashes."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("data.json", as_json(copy))
            packed.writestr("个人信息.html", as_page(copy))
            packed.writestr("files.txt", "".join(_hashes(copy)))
            for file in copy.files:
                packed.writestr(f"files/{file.name}", file.data)
        return whole.getvalue()


def as_json(copy: PersonalCopy) -> str:
    """Write it for programs."""
    told = {
        "office": copy.office,
        "made_at": copy.made_at.isoformat(timespec="seconds"),
        "data": {category: list(map(dict, rows)) for category, rows in copy.sections.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_page(copy: PersonalCopy) -> str:
    """Write it to be read by anybody, without a network and without scripts."""
    when = copy.made_at.strftime("%Y-%m-%d %H:%M")
    lead = LEAD.format(office=copy.office, when=when, phone=copy.phone)
    parts = [part for category in copy.sections for part in _section(copy, category)]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{TITLE}</title>'
        f"<style>{STYLE}</style><h1>{TITLE}</h1><p>{escape(lead)}</p>"
        f"{''.join(parts)}<p>{FILES.format(count=len(copy.files))}</p></html>"
    )


def _section(copy: PersonalCopy, category: Category) -> Iterator[str]:
    holding, rows = HOLDINGS[category], copy.sections[category]
    why = WHY.format(purpose=holding.purpose, basis=holding.basis, term=holding.term)
    yield f"<h2>{holding.name}</h2><p>{why}</p>"
    if not rows:
        yield f"<p>{NOTHING}</p>"
    for row in rows:
        cells = (
            f"<tr><td>{LABELS[name]}</td><td>{escape(told)}</td></tr>"
            for name, told in row.items()
            if told
        )
        yield f"<table>{''.join(cells)}</table>"


def _hashes(copy: PersonalCopy) -> Iterator[str]:
    """Hash what is handed out; where that differs from what came, both are told."""
    for file in copy.files:
        now = hashlib.sha256(file.data).hexdigest()
        kept = "" if now == file.sha256 else f"  (sha256 when it came: {file.sha256})"
        yield f"{now}  files/{file.name}{kept}\n"
