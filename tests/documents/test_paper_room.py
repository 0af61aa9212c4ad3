"""The paper room: the whole ceremony through its port, and what happens when a process dies."""

import asyncio
import os
import select
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from documents.authority import establish
from documents.paper_place import Place
from documents.paper_room import PaperRoom, end
from domain.errors import BadInput, IllegalMove, NoGlyph, NotReady, Unavailable, WetInkOnly
from domain.ids import AgreementId
from domain.ports.papers import Registered, VerdictKind
from tests.documents.ceremonies import (
    COMMITTEE,
    HANDS,
    a_party,
    a_request,
    a_seal,
    a_sheet,
)
from tests.fakes import FakePapers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def room(tmp_path_factory, fonts_folder, now):
    """One room for all stories: it has to outlive the killed processes anyway."""
    pki = tmp_path_factory.mktemp("pki")
    establish(pki, committee=COMMITTEE, at=now - timedelta(days=1), demo=True)
    opened = PaperRoom(Place(pki, fonts_folder))
    yield opened
    end(opened.pool)


@pytest.fixture(params=["real", "fake"])
def papers(request):
    """The port: what the room keeps, the fake of everybody's tests keeps too."""
    return request.getfixturevalue("room") if request.param == "real" else FakePapers()


def known(revision, *, final):
    return Registered(
        agreement_id=AgreementId("a1"),
        final=final,
        head=revision.sha256,
        sealed=final,
        voided="",
    )


async def test_a_paper_goes_from_draft_to_archive(papers, now):
    head = await papers.freeze(a_sheet(), at=now)
    serials: set[str] = set()
    for field in HANDS:
        signed = await papers.sign(head.pdf, a_request(field, now))
        head, serials = signed.revision, serials | {signed.certificate_serial}
    sealed = await papers.seal(head.pdf, a_seal(now))
    final = await papers.preserve(sealed.revision.pdf, at=now)

    verdict = await papers.verify(final.pdf, known(final, final=True), at=now)
    half = await papers.verify(head.pdf, known(head, final=False), at=now)
    strange = await papers.verify(final.pdf, None, at=now)

    assert verdict.kind is VerdictKind.GENUINE
    assert (half.kind, half.reason) == (VerdictKind.INCOMPLETE, "rollback")
    assert (strange.kind, strange.reason) == (VerdictKind.UNKNOWN, "unregistered")
    assert final.pages == 2
    assert len(serials) == 3
    assert len(sealed.certificate_sha256) == 64


async def test_the_ceremony_keeps_its_order(papers, now):
    head = await papers.freeze(a_sheet(), at=now)
    one = (await papers.sign(head.pdf, a_request("party-1", now))).revision

    with pytest.raises(NotReady):
        await papers.sign(one.pdf, a_request("mediator", now))
    with pytest.raises(IllegalMove):
        await papers.sign(one.pdf, a_request("party-1", now))
    with pytest.raises(IllegalMove):
        await papers.sign(one.pdf, a_request("party-1", now, field="committee"))
    with pytest.raises(NotReady):
        await papers.seal(one.pdf, a_seal(now))
    with pytest.raises(NotReady):
        await papers.seal(head.pdf, a_seal(now))
    with pytest.raises(NotReady):
        await papers.preserve(one.pdf, at=now)


async def test_what_was_never_frozen_cannot_be_signed(papers, now):
    printed = await papers.print(a_sheet())

    with pytest.raises(NotReady):
        await papers.sign(printed.pdf, a_request("party-1", now))
    with pytest.raises(WetInkOnly):
        await papers.freeze(a_sheet(wet_ink=True), at=now)


async def test_refusals_keep_their_words_on_the_way_between_processes(room, now):
    sheet = a_sheet(parties=(a_party("王𰻝", "申请人", "party-1"),))

    with pytest.raises(NoGlyph) as no_glyph:
        await room.freeze(sheet, at=now)
    with pytest.raises(BadInput) as bad_input:
        await room.freeze(a_sheet(data="{"), at=now)

    assert no_glyph.value.character == "𰻝"
    assert bad_input.value.field == "data"


def workers_of(room):
    return list(room.pool._processes)


async def test_a_killed_process_costs_no_job_and_the_next_one_works(room, now):
    await room.warm()
    (victim,) = workers_of(room)

    job = asyncio.ensure_future(room.freeze(a_sheet(), at=now))
    os.kill(victim, signal.SIGKILL)
    revision = await job
    next_one = await room.print(a_sheet())

    assert revision.pages == next_one.pages == 2
    assert victim not in workers_of(room)


def die(_place):
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_job_that_kills_its_process_twice_is_given_up_and_the_next_one_works(room):
    with pytest.raises(Unavailable):
        await room.run(die, room.place)

    assert (await room.print(a_sheet())).pages == 2


async def test_many_jobs_at_once_survive_one_death(room, now):
    await room.warm()
    (victim,) = workers_of(room)

    jobs = [asyncio.ensure_future(room.freeze(a_sheet(), at=now)) for _number in range(6)]
    os.kill(victim, signal.SIGKILL)
    revisions = await asyncio.gather(*jobs)

    assert len({revision.pages for revision in revisions}) == 1


async def test_the_room_stamps_time_for_others(room, now):
    answer = await room.stamp(b"not a request", at=now)

    assert answer[:1] == b"\x30"


async def test_without_keys_the_room_says_what_to_do(tmp_path, fonts_folder, now):
    async with PaperRoom.open(tmp_path / "nothing", fonts_folder) as room:
        with pytest.raises(Unavailable, match="init"):
            await room.freeze(a_sheet(), at=now)


async def test_no_process_stays_behind_when_the_room_closes(tmp_path, fonts_folder):
    room = PaperRoom(Place(tmp_path, fonts_folder))
    await room.run(os.getpid)
    workers = workers_of(room)

    await room.close()

    assert workers
    assert not [worker for worker in workers if is_alive(worker)]


OWNER = """
import asyncio, os, sys
from pathlib import Path
from documents.paper_place import Place
from documents.paper_room import PaperRoom, end

async def main():
    room = PaperRoom(Place(Path("nowhere"), Path("nowhere")))
    print(await room.run(os.getpid), flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.faults
async def test_a_paper_process_dies_with_its_owner_even_if_that_was_killed(tmp_path):
    (tmp_path / "owner.py").write_text(OWNER)
    owner = await asyncio.create_subprocess_exec(
        *(sys.executable, str(tmp_path / "owner.py")),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert owner.stdout is not None
    worker = int(await asyncio.wait_for(owner.stdout.readline(), 60))
    watch = os.pidfd_open(worker)

    owner.kill()
    await owner.wait()
    ended, _writable, _broken = await asyncio.to_thread(select.select, [watch], [], [], 20)
    os.close(watch)

    assert ended == [watch]


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
