"""docs/privacy.md says what the code does, and no personal column is without a purpose."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from domain.privacy import (
    DATA,
    HOLDINGS,
    REVOKED,
    STAYS,
    TAKE_BACK,
    WISHES,
    Category,
    Datum,
    Standing,
    Stays,
    Wish,
    revoked,
    stays,
)
from storage import merging
from storage.columns import Encrypted
from storage.schema import SCHEMA

PAGE = (Path(__file__).parent.parent / "docs" / "privacy.md").read_text()
#: sealed, and of no resident
UNSEALED = frozenset({"meetings.attendees"})  #: of residents, by their ids alone
OF_OTHERS = {"staff.phone", "staff.totp_secret", "platform_tokens.token"}
#: Every code of RevokeInfo that WeChat documents (授权用户信息变更); of H5 from 201 on.
CODES_OF_WECHAT = "1 2 3 4 5 6 7 8 12 13 14 15 16 18 19 20 201 204 205 206 207"


def tables() -> list[list[list[str]]]:
    blocks = re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
        for block in blocks
    ]


KINDS, WISHED, STAYING, CODES = tables()


def test_every_kind_of_data_is_on_the_page_with_purpose_article_and_term():
    written = [
        (row[0], row[1], frozenset(re.findall(r"`([\w.]+)`", row[2])), *row[3:]) for row in KINDS
    ]

    assert written == [
        (
            category.value,
            held.name,
            held.columns | (UNSEALED if category is Category.MEETINGS else frozenset()),
            held.purpose,
            held.basis,
            held.term,
        )
        for category, held in HOLDINGS.items()
    ]


def test_every_column_that_holds_something_personal_has_one_purpose():
    sealed = {
        f"{table.name}.{column.name}"
        for table in SCHEMA.tables.values()
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }
    accounts = {
        f"{table.name}.{column.name}"
        for table in SCHEMA.tables.values()
        for column in table.columns
        if column.name in ("openid", "unionid")
    }
    gender = {"people.gender"}  # no name and no number, and personal all the same
    placed = [column for held in HOLDINGS.values() for column in held.columns]

    assert set(placed) == (sealed | merging.HANDED_OVER | accounts | gender) - OF_OTHERS
    assert len(placed) == len(set(placed))


def test_every_wish_is_on_the_page_with_what_it_deletes():
    written = {row[0]: set(row[2].split(", ")) for row in WISHED}
    assert {row[0]: row[1] for row in WISHED} == {one: TAKE_BACK[one][0] for one in Wish}

    assert written == {wish.value: {one.value for one in WISHES[wish]} for wish in Wish}


@pytest.mark.parametrize("row", STAYING, ids=[row[0] for row in STAYING])
def test_what_stays_and_why_is_on_the_page(row: list[str]):
    datum = Datum(row[0])
    everything = Standing(in_a_case=True, in_an_open_case=True, in_an_open_matter=True)
    why = stays(datum, everything) or (Stays.YOUNG if row[2] == "two days" else None)

    assert row[1] == DATA[datum]
    assert row[3] == (STAYS[why] if why else "-")


def test_every_datum_is_on_the_page_and_free_without_a_case():
    nothing = Standing(in_a_case=False, in_an_open_case=False, in_an_open_matter=False)

    assert [row[0] for row in STAYING] == [one.value for one in Datum]
    assert [one for one in Datum if stays(one, nothing)] == []


@pytest.mark.parametrize("datum", [Datum.PHONE, Datum.ACCOUNT, Datum.MATTERS])
def test_what_the_answer_to_a_matter_needs_stays_until_it_is_done(datum: Datum):
    waiting = Standing(in_a_case=False, in_an_open_case=False, in_an_open_matter=True)

    assert stays(datum, waiting) is Stays.OPEN_MATTER


def test_every_code_of_wechat_is_on_the_page():
    never = PAGE.split("Never kept", 1)[1]
    named = set(re.findall(r"\b\d+\b", never.split("(", 1)[1].split(")", 1)[0]))

    assert {row[0]: {Datum(one) for one in row[1].split(", ")} for row in CODES} == REVOKED
    assert named | set(REVOKED) == set(CODES_OF_WECHAT.split())


@pytest.mark.parametrize(("first", "second"), [*product(["8", "13"], ["99", "14"])])
def test_several_codes_delete_what_each_deletes(first: str, second: str):
    assert revoked((first, second)) == revoked((first,)) | revoked((second,))
