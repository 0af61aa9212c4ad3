"""By which way somebody is told something now: the rule as a table."""

from __future__ import annotations

import pytest

from domain.channels import App, Reach, Why, choose
from domain.notices import NoticeKind, Way

FOLLOWER = App(follows=True, template=True, window=5)
LEFT = App(follows=False, template=True)
QUIET = App(follows=True)
REMINDED = App(follows=True, subscribed=1)
LONG = App(follows=True, subscribed=1, long_term=True)
USED_UP = App(follows=True, subscribed=0)

MUST, MAY = NoticeKind.MEETING_FIXED, NoticeKind.RATE
TABLE = [
    (Reach(official=FOLLOWER, phone=True), MUST, (Way.TEMPLATE, Way.CHAT, Way.SMS)),
    (Reach(official=FOLLOWER, phone=True), MAY, (Way.TEMPLATE, Way.CHAT)),
    (Reach(official=LEFT, phone=True), MUST, (Way.SMS,)),
    (Reach(official=LEFT, phone=True), MAY, ()),
    (Reach(official=QUIET, mini=REMINDED), MUST, (Way.MINI_SUBSCRIBED,)),
    (Reach(official=QUIET, mini=LONG), MAY, (Way.MINI_SUBSCRIBED,)),
    (Reach(official=FOLLOWER, mini=LONG), MAY, (Way.TEMPLATE, Way.MINI_SUBSCRIBED, Way.CHAT)),
    (Reach(official=REMINDED, mini=App(window=3)), MAY, (Way.MINI_CHAT, Way.SUBSCRIBED)),
    (Reach(mini=USED_UP, phone=True), MUST, (Way.SMS,)),
    (Reach(mini=USED_UP, phone=True), MAY, ()),
    (Reach(mini=App(window=1)), MAY, ()),  # the last answer is kept for what they ask next
    (Reach(mini=App(window=1)), NoticeKind.ANSWER, (Way.MINI_CHAT,)),
    (Reach(official=FOLLOWER), NoticeKind.QUESTION_ANSWERED, (Way.CHAT, Way.TEMPLATE)),
    (Reach(phone=True), MAY, (Way.SMS,)),  # nothing of ours in WeChat: SMS is their only way
    (Reach(), MUST, ()),
    (Reach(official=FOLLOWER, phone=True), NoticeKind.LOGIN_CODE, (Way.SMS,)),
    (
        Reach(official=FOLLOWER, phone=True, tried=frozenset({Way.TEMPLATE})),
        MUST,
        (Way.CHAT, Way.SMS),
    ),
    (
        Reach(official=FOLLOWER, phone=True, resting=frozenset({Way.TEMPLATE, Way.CHAT})),
        MUST,
        (Way.SMS,),
    ),
]


@pytest.mark.parametrize(("reach", "kind", "ways"), TABLE)
def test_the_ways_come_in_this_order(reach: Reach, kind: NoticeKind, ways: tuple[Way, ...]) -> None:
    assert tuple(way for way, _ in choose(reach, kind).open) == ways


REASONS = [
    (Reach(official=QUIET, resting=frozenset({Way.CHAT})), Why.RESTING),
    (Reach(official=QUIET), Why.WINDOW_CLOSED),
    (Reach(mini=USED_UP), Why.WINDOW_CLOSED),
    (Reach(), Why.NO_ACCOUNT),
]


@pytest.mark.parametrize(("reach", "why"), REASONS)
def test_what_waits_says_why(reach: Reach, why: Why) -> None:
    choice = choose(reach, MAY)

    assert choice.best is None
    assert choice.why_not is why


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_way_is_judged_for_every_kind(kind: NoticeKind) -> None:
    choice = choose(Reach(official=FOLLOWER, mini=LONG, phone=True), kind)

    judged = {way for way, _ in choice.open} | set(choice.closed)
    assert judged == set(Way) - {Way.NONE}
