"""Tags of followers, by which an account chooses whom a mass message reaches, and its black list.

Source: developers.weixin.qq.com, 用户标签管理 and 黑名单管理.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from simulator import people
from simulator.errors import Refusal
from simulator.store import Db

OWN: Final = (0, 1, 2)  #: the platform's own tags, which nobody changes
MOST_TAGS: Final = 100
MOST_PER_PERSON: Final = 20
MOST_AT_ONCE: Final = 50
_FIRST = 100
_LONGEST_NAME: Final = 30
_NAME = re.compile(r"\S(?:.*\S)?")


def create(db: Db, appid: str, name: str) -> int:
    """Make a tag; gives its id."""
    _check_name(db, appid, name)
    row = db.execute(
        "SELECT COUNT(*) AS count, COALESCE(MAX(id), ?) AS last FROM tags WHERE appid = ?",
        (_FIRST - 1, appid),
    ).fetchone()
    if row["count"] >= MOST_TAGS:
        raise Refusal(45056)
    tag = int(row["last"]) + 1
    db.execute("INSERT INTO tags VALUES (?, ?, ?)", (appid, tag, name))
    return tag


def rename(db: Db, appid: str, tag: int, name: str) -> None:
    """Give a tag another name."""
    check(db, appid, tag)
    _check_name(db, appid, name)
    db.execute("UPDATE tags SET name = ? WHERE appid = ? AND id = ?", (name, appid, tag))


def delete(db: Db, appid: str, tag: int) -> None:
    """Take a tag away, from everybody who has it too."""
    check(db, appid, tag)
    db.execute("DELETE FROM tagged WHERE appid = ? AND tag = ?", (appid, tag))
    db.execute("DELETE FROM tags WHERE appid = ? AND id = ?", (appid, tag))


def every(db: Db, appid: str) -> list[dict[str, Any]]:
    """List the tags with the number of people who have them."""
    rows = db.execute(
        "SELECT id, name, (SELECT COUNT(*) FROM tagged WHERE tagged.appid = tags.appid"
        " AND tag = id) AS count FROM tags WHERE appid = ? ORDER BY id",
        (appid,),
    )
    return [dict(row) for row in rows]


def put_on(db: Db, appid: str, tag: int, openids: Sequence[str]) -> None:
    """Give a tag to followers, fifty at once and twenty a person at most."""
    check(db, appid, tag)
    _check_people(db, appid, openids)
    for openid in openids:
        if tag not in of_person(db, openid) and len(of_person(db, openid)) >= MOST_PER_PERSON:
            raise Refusal(45059)
        db.execute("INSERT OR IGNORE INTO tagged VALUES (?, ?, ?)", (appid, tag, openid))


def take_off(db: Db, appid: str, tag: int, openids: Sequence[str]) -> None:
    """Take a tag from followers."""
    check(db, appid, tag)
    _check_people(db, appid, openids)
    db.executemany(
        "DELETE FROM tagged WHERE appid = ? AND tag = ? AND openid = ?",
        [(appid, tag, openid) for openid in openids],
    )


def of_person(db: Db, openid: str) -> list[int]:
    """List somebody's tags."""
    rows = db.execute("SELECT tag FROM tagged WHERE openid = ? ORDER BY tag", (openid,))
    return [row["tag"] for row in rows]


def people_with(db: Db, appid: str, tag: int) -> list[str]:
    """List who has a tag and still follows."""
    check(db, appid, tag)
    rows = db.execute(
        "SELECT openid FROM tagged JOIN identities USING (appid, openid)"
        " WHERE appid = ? AND tag = ? AND subscribed ORDER BY openid",
        (appid, tag),
    )
    return [row["openid"] for row in rows]


def check(db: Db, appid: str, tag: int) -> None:
    """Refuse a tag that is the platform's own or not there."""
    if tag in OWN:
        raise Refusal(45058)
    if db.execute("SELECT 1 FROM tags WHERE appid = ? AND id = ?", (appid, tag)).fetchone() is None:
        raise Refusal(45159)


def blacklist(db: Db, appid: str, openids: Sequence[str]) -> None:
    """Let the account hear and reach these people no more (拉黑)."""
    _check_people(db, appid, openids, at_most=20)
    db.executemany("INSERT OR IGNORE INTO blacklist VALUES (?)", [(one,) for one in openids])


def forgive(db: Db, appid: str, openids: Sequence[str]) -> None:
    """Take people off the black list."""
    _check_people(db, appid, openids, at_most=20)
    db.executemany("DELETE FROM blacklist WHERE openid = ?", [(one,) for one in openids])


def is_blacklisted(db: Db, openid: str) -> bool:
    """Tell whether the account has put this person on its black list."""
    found = db.execute("SELECT 1 FROM blacklist WHERE openid = ?", (openid,)).fetchone()
    return found is not None


def blacklisted(db: Db, appid: str) -> list[str]:
    """List whom the account has put on its black list."""
    rows = db.execute(
        "SELECT openid FROM blacklist JOIN identities USING (openid) WHERE appid = ?"
        " ORDER BY openid",
        (appid,),
    )
    return [row["openid"] for row in rows]


def _check_name(db: Db, appid: str, name: str) -> None:
    if not _NAME.fullmatch(name) or len(name.encode()) > _LONGEST_NAME:
        raise Refusal(45158)
    same = "SELECT 1 FROM tags WHERE appid = ? AND name = ?"
    if db.execute(same, (appid, name)).fetchone() is not None:
        raise Refusal(45157)


def _check_people(
    db: Db, appid: str, openids: Sequence[str], *, at_most: int = MOST_AT_ONCE
) -> None:
    if not 1 <= len(openids) <= at_most:
        raise Refusal(40032)
    for openid in openids:
        try:
            known = people.identity(db, openid)
        except people.NoSuchUser as error:
            raise Refusal(40003) from error
        if known.appid != appid:
            raise Refusal(49003)
        if not known.subscribed:
            raise Refusal(40003)
