"""The way to the test page, and who gets there."""


async def test_a_party_comes_to_the_test_page_from_the_case_and_from_the_room(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    resident = await visitor(resident="o-wang")
    room = f"/m/cases/{case_id}/meetings/{meeting}"
    link = f'href="{room}/test">试一试设备和网络'

    case = await (await resident.get(f"/m/cases/{case_id}")).text()
    entrance = await (await resident.get(room)).text()
    page = await (await resident.get(f"{room}/test")).text()

    assert case.count(link) == 1
    assert entrance.count(link) == 2  # before one enters, and while one waits outside
    assert 'data-ticket="' in page
    assert f'href="{room}">进入调解室' in page
    assert "0999-12345678" in page


async def test_the_mediator_tries_too_and_nobody_else_does(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    room = f"cases/{case_id}/meetings/{meeting}"
    mediator, clerk = await visitor(staff="tiaojie"), await visitor(staff="fenpai")
    stranger, nobody = await visitor(resident="o-zhao"), await visitor()

    case = await (await mediator.get(f"/desk/cases/{case_id}")).text()
    page = await mediator.get(f"/desk/{room}/test")
    refused = [
        (await clerk.get(f"/desk/{room}/test")).status,
        (await stranger.get(f"/m/{room}/test")).status,
        (await nobody.get(f"/m/{room}/test", allow_redirects=False)).status,
    ]

    assert f'href="/desk/{room}/test">试一试设备和网络' in case
    assert page.status == 200
    assert "data-ticket" in await page.text()
    assert refused == [404, 404, 303]


async def test_the_test_page_has_nothing_to_try_once_the_meeting_is_off(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    await office.desks.meetings.cancel(await office.staff("tiaojie"), meeting, reason="改期")
    resident = await visitor(resident="o-wang")

    answer = await resident.get(f"/m/cases/{case_id}/meetings/{meeting}/test")
    case = await (await resident.get(f"/m/cases/{case_id}")).text()

    assert answer.status == 410
    assert "试一试设备和网络" not in case
