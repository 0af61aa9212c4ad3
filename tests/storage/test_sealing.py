from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from domain.codes import Purpose, Token
from domain.conversations import Reply, Talk
from domain.errors import Unavailable
from domain.ids import CaseId
from storage.columns import Encrypted
from storage.keys import FILE, establish, load
from storage.schema import SCHEMA
from storage.store import SqlStore
from storage.words import pairs
from tests.factories import a_matter
from tests.storage.samples import (
    NOW,
    STORY,
    a_case,
    a_draft,
    a_member,
    a_message,
    a_person,
    an_event,
)
from tests.stores import keys_of_this_run, sqlite_url

PERSONAL = {
    "people.name",
    "people.phone",
    "people.address",
    "people.born",
    "case_parties.represented",
    "staff.phone",
    "staff.totp_secret",
    "signature_evidence.strokes",
    "signature_evidence.record",
    "talks.talk",
    "meetings.companions",
    "media.heard",
    "tokens.text",
    "checks.body",
    "guards.body",
    "hand_overs.body",
    "matters.body",
    "inbox.incoming",
    "inbox.reply",
    "cases.story",
    "cases.spot",
    "cases.proposal",
    "cases.danger",
    "cases.reason",
    "events.detail",
    "agreements.body",
    "obligations.text",
    "notices.facts",
    "platform_tokens.token",
    "questions.text",
    "questions.answer",
    "ratings.words",
}


def test_the_keys_are_made_once_and_readable_by_the_owner_only(tmp_path: Path):
    first = establish(tmp_path / "keys")
    sealed = first.seal("王小明", "people.name")

    again = establish(tmp_path / "keys")

    assert again.open(sealed, "people.name") == "王小明"
    assert again.blind("1", "people.phone") == first.blind("1", "people.phone")
    assert stat.S_IMODE((tmp_path / "keys" / FILE).stat().st_mode) == 0o600
    assert [one.name for one in (tmp_path / "keys").iterdir()] == [FILE]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: establish(tmp_path), range(16)))

    sealed = made[0].seal("李四", "people.name")
    assert {one.open(sealed, "people.name") for one in made} == {"李四"}


def test_a_value_opens_only_in_its_own_place(tmp_path: Path):
    keys = establish(tmp_path)
    sealed = keys.seal("+8613800138000", "people.phone")

    with pytest.raises(Unavailable):
        keys.open(sealed, "people.name")
    with pytest.raises(Unavailable):
        keys.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "people.phone")
    assert keys.seal("+8613800138000", "people.phone") != sealed


def test_a_blind_index_tells_nothing_across_places(tmp_path: Path):
    keys = establish(tmp_path)

    assert keys.blind("a", "people.phone") != keys.blind("a", "tokens.secret")


@pytest.mark.parametrize("spoilt", ["", "{}", '{"sealing": {}, "index": "x"}', "not json"])
def test_spoilt_keys_are_named_not_replaced(tmp_path: Path, spoilt: str):
    (tmp_path / FILE).write_text(spoilt)

    with pytest.raises(Unavailable, match=FILE):
        establish(tmp_path)
    assert (tmp_path / FILE).read_text() == spoilt


def test_missing_keys_are_an_error_where_they_must_exist(tmp_path: Path):
    with pytest.raises(Unavailable):
        load(tmp_path)


def test_every_personal_column_is_sealed_for_its_own_place():
    sealed = {
        f"{table.name}.{column.name}": column.type.place
        for table in SCHEMA.tables.values()
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }

    assert set(sealed) == PERSONAL
    assert all(column == place for column, place in sealed.items())


async def test_no_personal_word_is_in_the_file(tmp_path: Path):
    store = await SqlStore.open(sqlite_url(tmp_path), keys_of_this_run())
    async with store.begin() as work:
        noted = replace(an_event("case.followed-up"), detail={"words": "回访说还在吵"})
        await work.cases.add(a_case(danger=("不想活",), reason="搬走了"), noted)
        await work.people.add(a_person())
        await work.staff.add(a_member())
        await work.agreements.add(a_draft())
        await work.inbox.finish(a_message(text="隔壁打人"), Reply(text="已登记"))
        await work.talks.save("wx1", "o-li", Talk(answers={"story": "隔壁打人"}))
        await work.matters.add(a_matter(told="公厕旁的阴沟堵了"))
        await work.tokens.add("s3cr3t-ticket", a_ticket())
        await work.tokens.add("s3cr3t-code", a_ticket(), keep_text=True)
    await store.close()

    on_disk = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())

    told = (
        STORY,
        "天花板",
        "枫桥社区3幢",
        "不想活",
        "搬走了",
        "李小龙女",
        "和平路",
        "隔壁打人",
        "回访",
        "阴沟",
    )
    secret = ("+8613800138000", "13800138000", "JBSWY3DPEHPK3PXP", "s3cr3t", "王五", "已登记")
    words = [*told, *secret]
    assert [one for one in words if one.encode() in on_disk] == []
    assert [one for one in words if json.dumps(one)[1:-1].encode() in on_disk] == []


def a_ticket() -> Token:
    return Token(purpose=Purpose.CASE, subject="case-1", case_id=CaseId("case-1"), expires_at=NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("漏水了", {"漏水", "水了"}),
        ("漏", {"漏"}),
        ("3幢 A座，Wifi", {"3", "幢", "a", "座", "wifi"}),
        ("", set()),
        ("𠮷野家", {"𠮷野", "野家"}),
    ],
)
def test_a_text_is_cut_into_pairs_and_words(text: str, found: set[str]):
    assert pairs(text) == found
