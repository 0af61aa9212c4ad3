"""A small run of the long proof conversation: exactly once, whatever befalls the bot."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from typing_extensions import override

from bot.callback import DEADLINE_SECONDS
from simulator.settings import PushRules
from tests.bot.conversing.machine import Conversations
from tests.bot.conversing.true_scale import slower_than_wechat_waits


def walks(count: int) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def test_every_acknowledged_message_has_one_effect_and_one_answer():
    run_state_machine_as_test(Conversations, settings=walks(4))


def test_so_it_has_over_a_server_s_ledger(postgres):
    class OverAServer(Conversations):
        @override
        def empty_ledger(self) -> str:
            return postgres.emptied()

    run_state_machine_as_test(OverAServer, settings=walks(3))


async def test_what_is_slower_than_wechat_s_five_seconds_has_one_effect_and_one_answer(tmp_path):
    story = await slower_than_wechat_waits(tmp_path)

    assert (DEADLINE_SECONDS, PushRules().limit_seconds) == (4.2, 5.0)
    assert story.answered_after >= 5.0
    assert story.slow_dialogue.outcome == "success"
    assert (story.slow_server.outcome, story.slow_server.attempts > 1) == ("replied", True)
