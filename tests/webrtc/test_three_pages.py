"""Three real browsers in one room: everybody sees and hears everybody else."""

import asyncio

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.house import go_in, hears_and_sees

pytestmark = pytest.mark.media


async def test_three_people_see_and_hear_each_other(house):
    mediator = await house.a_page("li", colour="#c00000", pitch=400, role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000", pitch=700)
    zhao = await house.a_page("zhao", colour="#0000c0", pitch=1100)
    pages = (mediator, wang, zhao)

    for page in pages:
        await go_in(page, agree=None)

    await asyncio.gather(*(hears_and_sees(page, others=2) for page in pages))
