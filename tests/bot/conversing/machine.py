"""What may befall a conversation, in any order; at its end every effect and answer is counted."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from typing_extensions import override

from bot.texts import chat as texts
from tests.bot.conversing.town import Town, a_town, key_of, mark, notice_of
from tests.stores import sqlite_url

PEOPLE = 2
REPORT = ("我要反映纠纷", "楼上漏水，不管", "枫桥路18号", "跳过", "1", "跳过", "确认")
SENTENCES = (*REPORT, "人工", "帮助", "我的案件", "取消", "继续", "修改", "🙂")

letters = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(SENTENCES)), min_size=1, max_size=3
)
on_the_way = st.sampled_from(
    [
        {},
        {"duplicate_percent": 100},
        {"duplicate_percent": 100, "concurrent": True},
        {"drop_answer_percent": 100, "times": 1},
        {"drop_answer_percent": 50},
        {"push_jitter_seconds": 0.2},
        {"push_jitter_seconds": 0.2, "duplicate_percent": 100, "concurrent": True},
    ]
)
SENDING = {"paths": ["/cgi-bin/message/custom/send"]}
at_the_platform = st.sampled_from(
    [
        {},
        {"reset_after_effect_percent": 100, **SENDING},
        {"reset_before_effect_percent": 100, **SENDING},
        {"server_error_percent": 50, **SENDING},
        {"system_error_percent": 50, **SENDING},
        {"server_error_percent": 50},
    ]
)
transactions = st.none() | st.integers(0, 12)  #: half of them, until a process dies


class Conversations(RuleBasedStateMachine):
    """People write; networks repeat, lose and reorder; processes are slow and die."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="fengqiao-talk-"))

    @initialize()
    def raise_town(self) -> None:
        """Begin with people who follow."""
        town = a_town(self.folder, self.empty_ledger(), people=PEOPLE)
        self.town = self.run(self.stack.enter_async_context(town))

    def empty_ledger(self) -> str:
        """Say where a walk may begin."""
        return sqlite_url(self.folder)

    def run(self, awaitable: Any) -> Any:
        """Do it in the town's loop."""

        async def done() -> Any:
            return await awaitable

        return self.runner.run(done())

    @rule(letters=letters, faults=on_the_way)
    def people_write(self, letters: list[tuple[int, str]], faults: dict[str, Any]) -> None:
        """Over a network that repeats, loses answers and lets messages overtake one another."""
        self.run(self.town.write(letters, **faults))

    @rule(who=st.integers(0, PEOPLE - 1), yes=st.sampled_from(("确认", "1")), faults=on_the_way)
    def somebody_reports(self, who: int, yes: str, faults: dict[str, Any]) -> None:
        """The whole way to a case, one message after the other."""
        for text in (*REPORT[:-1], yes):
            self.run(self.town.write([(who, text)], **faults))

    @rule(letters=letters, faults=on_the_way)
    def people_write_to_a_slow_bot(
        self, letters: list[tuple[int, str]], faults: dict[str, Any]
    ) -> None:
        """The deadline passes before the bot has thought."""
        self.town.process.clerk.slow = True
        self.run(self.town.write(letters, **faults))

    @rule(letters=letters, faults=at_the_platform, after=transactions)
    def people_are_answered_late(
        self, letters: list[tuple[int, str]], faults: dict[str, Any], after: int | None
    ) -> None:
        """By a courier who may be killed, over a platform that may give no answer."""
        self.town.process.clerk.slow = True
        self.run(self.town.write(letters))
        self.run(self.town.all_thought())
        self.run(self.town.bring_answers(dies_after=after, **faults))

    @rule()
    def the_bot_has_thought(self) -> None:
        """What was slow goes on."""
        self.run(self._open_doors())

    async def _open_doors(self) -> None:
        self.town.open_doors()
        await asyncio.sleep(0)

    @rule(letters=letters, faults=on_the_way, after=st.integers(0, 16))
    def people_write_to_a_dying_process(
        self, letters: list[tuple[int, str]], faults: dict[str, Any], after: int
    ) -> None:
        """It is killed before, within or after any of its transactions."""
        self.town.process = self.town.start(dies_after=after)
        self.run(self.town.write(letters, **faults))

    @rule(letters=letters)
    def a_process_is_killed_while_it_thinks(self, letters: list[tuple[int, str]]) -> None:
        """What it had promised with success is pending, the rest comes again."""
        self.run(self.town.kill_while_thinking(letters))

    @rule(after=transactions)
    def a_worker_answers_what_is_pending(self, after: int | None) -> None:
        """And may be killed at it."""
        self.run(self.town.answer_pending(dies_after=after))

    @rule(faults=at_the_platform, after=transactions)
    def a_courier_brings_answers(self, faults: dict[str, Any], after: int | None) -> None:
        """To a platform that fails, and may be killed at it."""
        self.run(self.town.bring_answers(dies_after=after, **faults))

    def counted(self, town: Town) -> None:
        """Take part in what comes after a walk that was found right."""

    @override
    def teardown(self) -> None:
        """Let everything end well, and count."""
        try:
            if hasattr(self, "town"):
                self.run(self.town.end())
                self.run(audit(self.town))
                self.counted(self.town)
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder, ignore_errors=True)


async def audit(town: Town) -> None:
    """Every acknowledged message has one effect; its answer came once, or its person reads why."""
    effects, answers = await town.effects(), await town.answers()
    doubted = await town.doubted()
    assert doubted == await town.unknown(), "a person reads of a doubt what the ledger knows of it"
    for delivery in await town.deliveries():
        key = key_of(delivery)
        acknowledged = delivery.outcome in {"replied", "success", "empty"}
        shown, fate = answers[mark(key)], await town.fate(key)
        story = (delivery.fields.get("Content"), delivery.outcome, delivery.detail, shown, fate)
        assert delivery.state == "done", story
        assert effects[key] <= 1, story
        assert shown <= 1, story
        if acknowledged:
            assert effects[key] == 1, story
            assert shown == 1 or notice_of(key) in doubted, story
    await _audit_cases(town)


async def _audit_cases(town: Town) -> None:
    """Every case was told of as filed to one message, whichever way its yes was said."""
    told = [
        (kept.incoming.text, kept.reply.text)
        for kept in await town.kept()
        if kept.reply is not None
    ]
    for number in await town.case_numbers():
        filed = texts.FILED.format(case_number=number)
        assert sum(filed in reply for _, reply in told) == 1, (number, told)
