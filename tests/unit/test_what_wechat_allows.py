"""Reply windows and subscriptions, as the platform counts them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.conversations import Incoming, MessageKind
from domain.reply_windows import Deed, ReplyRules, ReplyWindows, deed_of
from domain.subscriptions import Subscription, Teller
from tests.factories import NOON

RULES = ReplyRules()
HEARD = Incoming(key="k", appid="wx", openid="o", kind=MessageKind.TEXT, sent_at=NOON)


@pytest.mark.parametrize(
    ("event", "deed"),
    [
        ("subscribe", Deed.BRIEF),
        ("scan", Deed.BRIEF),
        ("click", Deed.BRIEF),
        ("user_enter_tempsession", Deed.ENTERED),
        ("view", None),
        ("location", None),
        ("unsubscribe", None),
        ("templatesendjobfinish", None),
    ],
)
def test_only_what_a_person_does_lets_us_answer(event: str, deed: Deed | None) -> None:
    happened = Incoming(
        key="k", appid="wx", openid="o", kind=MessageKind.EVENT, sent_at=NOON, event=event
    )

    assert deed_of(happened) is deed
    assert deed_of(HEARD) is Deed.MESSAGE


def test_a_message_allows_five_answers_in_two_days() -> None:
    windows = ReplyWindows(long=RULES.window(Deed.MESSAGE, at=NOON))

    for _ in range(4):
        windows = windows.spent(NOON)

    assert windows.left(NOON) == 1
    assert windows.spent(NOON).spent(NOON).left(NOON) == 0
    assert windows.left(NOON + timedelta(hours=48)) == 0


def test_the_window_that_ends_first_is_spent_first() -> None:
    windows = ReplyWindows(
        long=RULES.window(Deed.MESSAGE, at=NOON), brief=RULES.window(Deed.BRIEF, at=NOON)
    )

    after = windows.spent(NOON)

    assert (after.brief.left, after.long.left) == (2, 5)  # type: ignore[union-attr]  # both were given
    assert after.left(NOON + timedelta(minutes=1)) == 5


def test_each_yes_is_one_message_and_a_no_takes_them_back() -> None:
    asked = Subscription(template_id="T1")

    twice = asked.accepted(Teller.PLATFORM).accepted(Teller.PLATFORM)

    assert (twice.left, twice.used().left, twice.used().used().used().left) == (2, 1, 0)
    assert twice.used().given_back().left == 2
    assert twice.rejected().left == 0
    assert twice.rejected().accepted(Teller.PLATFORM).left == 1


def test_a_yes_told_by_the_phone_and_by_the_platform_is_one_yes() -> None:
    told = Subscription(template_id="T1").accepted(Teller.PHONE, tap="a")

    both = told.accepted(Teller.PLATFORM)

    assert (told.left, both.left) == (1, 1)
    assert both.accepted(Teller.PHONE, tap="a").left == 1  # the phone repeats itself
    assert both.accepted(Teller.PHONE, tap="b").accepted(Teller.PLATFORM).left == 2


def test_a_long_term_yes_lasts_until_it_is_taken_back() -> None:
    told = Subscription(template_id="T1", long_term=True).accepted(Teller.PLATFORM)

    assert told.used().used().left == 1
    assert told.rejected().left == 0
    assert told.emptied().left == 0
    assert told.emptied().accepted(Teller.PLATFORM).left == 1


def test_the_platform_knows_better_what_is_left() -> None:
    counted = Subscription(template_id="T1").accepted(Teller.PHONE).accepted(Teller.PHONE)

    assert counted.emptied().left == 0
    assert counted.emptied().accepted(Teller.PHONE).left == 1
