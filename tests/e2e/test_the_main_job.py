"""From a WeChat message to an agreement that anyone can verify, in real browsers."""

import os
from contextlib import AsyncExitStack

import pytest

from tests.e2e.agreeing import agree, verify
from tests.e2e.following import follow
from tests.e2e.looking import look_at_every_other_page
from tests.e2e.meeting import camera, check_recordings, meet
from tests.e2e.people import DESK, Resident, a_browser, somebody
from tests.e2e.reporting import dispatch_and_accept, report
from tests.e2e.running import running_demo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture
async def town(tmp_path):
    """A demo with a dispatcher, a mediator, a supervisor, and two residents with phones."""
    keep = "FENGQIAO_KEEP_PICTURES" in os.environ
    async with AsyncExitStack() as stack:
        demo = stack.enter_context(running_demo(tmp_path))
        browser = await stack.enter_async_context(a_browser())
        people = {
            "dispatcher": await somebody(demo, browser, stack, viewport=DESK),
            "mediator": await somebody(
                demo, browser, stack, viewport=DESK, camera=camera("mediator")
            ),
            "supervisor": await somebody(demo, browser, stack, viewport=DESK),
            "administrator": await somebody(demo, browser, stack, viewport=DESK),
            "wang": await somebody(demo, browser, stack, camera=camera("wang")),
            "liu": await somebody(demo, browser, stack, camera=camera("liu")),
        }
        for one in people.values():
            one.keep_pictures = keep
        people["demo"] = demo
        yield people
        troubles = [t for one in people.values() if one is not demo for t in one.troubles]
    assert troubles == []


async def test_the_whole_way(town):
    wang = Resident(who=town["wang"], name="王秀兰")
    liu = Resident(who=town["liu"], name="刘大勇")

    code_address = await report(wang)
    case_address = await dispatch_and_accept(town)
    recorded = await meet(town, wang, liu, case_address)
    check_recordings(recorded)
    paper = await agree(town, wang, liu, case_address)
    await verify(town, paper)
    await look_at_every_other_page(town, case_address)
    await follow(town, wang, liu, case_address, code_address)
