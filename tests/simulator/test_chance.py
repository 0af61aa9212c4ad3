"""What happens by chance: delays of a distribution, faults that a seed repeats."""

from __future__ import annotations

import pytest

from simulator.faults import Dice, read_faults
from simulator.settings import Settings
from tests.simulator.stage import on_stage, until

SPEED = "/cgi-bin/message/mass/speed/set"


@pytest.mark.parametrize(
    "late", [{"push_delay_seconds": 600}, {"push_delay_quantiles": [600, 600.5, 601]}]
)
async def test_a_delayed_push_travels_once_the_simulated_clock_is_there(stage, late):
    openid = await stage.follower()
    stage.product.seen.clear()
    await stage.control("faults", **late)

    sent = await stage.control("send", openid=openid, type="text", text="慢", wait=False)
    await stage.advance(540)
    await stage.control("faults")
    await stage.control("send", openid=openid, type="text", text="快")
    before = [one.message.content for one in stage.product.seen]
    still = await stage.ask("GET", f"/_sim/deliveries/{sent['delivery']}")
    await stage.advance(62)
    await until(lambda: _heard(stage, 2))

    assert (before, still["state"], still["attempts"]) == (["快"], "pending", 0)
    late_one, on_time = stage.product.seen[1], stage.product.seen[0]
    assert late_one.message.content == "慢"
    assert int(late_one.query["timestamp"]) - int(on_time.query["timestamp"]) >= 60


async def _heard(stage, count):
    return len(stage.product.seen) == count


def test_delays_are_drawn_from_the_distribution_that_was_asked_for():
    quantiles = [0.1, 0.2, 0.3, 0.5, 40.0]
    dice = Dice(read_faults({"push_delay_quantiles": quantiles}), seed="a")

    drawn = sorted(dice.delay() for _ in range(4000))

    assert drawn[0] >= 0.1
    assert drawn[-1] <= 40.0
    quarters = [drawn[1000], drawn[2000], drawn[3000]]
    assert quarters == pytest.approx([0.2, 0.3, 0.5], abs=0.1)
    assert drawn[3500] == pytest.approx(20, abs=3)  # the middle of the long tail


async def drawn_by(stage, calls=24):
    """Tell which of so many calls are struck by a fault of even chance."""
    await stage.control("faults", system_error_percent=50, paths=[SPEED])
    return [(await stage.call(SPEED, speed=1))["errcode"] for _ in range(calls)]


async def test_the_same_seed_gives_the_same_people_and_faults_and_another_gives_others(tmp_path):
    told = []
    for name, seed in (("a", "枫溪"), ("b", "枫溪"), ("c", "柳塘")):
        async with on_stage(tmp_path / name, settings=Settings(seed=seed)) as stage:
            users = (await stage.ask("GET", "/_sim/users"))["users"]
            told.append(([one["openids"] for one in users], await drawn_by(stage)))

    first, again, other = told
    assert first == again
    assert {*first[1]} == {-1, 0}
    assert other[1] != first[1]
    assert not {*map(str, other[0])} & {*map(str, first[0])}
