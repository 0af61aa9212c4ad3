"""A small run of the long proof conversation: exactly once, whatever befalls the bot."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.bot.conversing.machine import Conversations


def test_every_acknowledged_message_has_one_effect_and_one_answer():
    run_state_machine_as_test(
        Conversations,
        settings=settings(
            max_examples=4,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
