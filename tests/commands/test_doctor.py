"""The doctor: what it finds where something is wrong, and what it says to do."""

from __future__ import annotations

import json
import logging
import os
import socket
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import commands.doctor
from commands.checkups import books, machine, papers, people, reach
from commands.finding import Finding, Health
from commands.installing import establish
from commands.ledger import ledger
from commands.places import database_url
from config import Config, load
from documents.authority import make_authority
from documents.fonts import HAN_BLOCKS, Face, count
from domain.actors import Role
from domain.history import Event
from domain.ids import StaffId
from domain.jobs import SendNotice
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import StaffMember
from processes.states import ProcessState, machine_time, write_states
from storage.job_worker import JobWorker
from storage.migrate import head
from tests.commands.calling import FONTS, call, config_of, said
from tests.e2e.running import eventually
from tests.factories import a_person
from tests.storage.samples import a_case


def config_with(folder: Path, **settings: object) -> Config:
    told = {key.replace("__", "."): value for key, value in settings.items()}
    return load(None, {"data.dir": folder, "documents.fonts": FONTS, **told}, environment={})


def worst(findings: Sequence[Finding]) -> Health:
    return max((one.health for one in findings), key=list(Health).index)


def the(findings: Sequence[Finding], what: str) -> Finding:
    (found,) = [one for one in findings if one.what == what]
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Config:
    """An installation that nobody runs."""
    config = config_with(tmp_path)
    establish(config)
    return config


def processes_that(config: Config, **alive: bool) -> None:
    """Leave the state of processes, each this one (alive) or dead."""
    states = [
        ProcessState(
            name=name.replace("_", "-"),
            pid=os.getpid() if lives else None,
            restarts=0,
            since=machine_time(),
            ended=None if lives else "SIGKILL",
        )
        for name, lives in alive.items()
    ]
    write_states(config.data.dir / "run" / "processes.json", states)


def an_administrator() -> StaffMember:
    return StaffMember(
        id=StaffId("boss"),
        login="boss",
        name="孙守一",
        phone="+8612000000001",
        region="999999",
        roles=(Role.ADMINISTRATOR,),
        password="",
        totp_secret="",
    )


def set_revision(config: Config, revision: str) -> None:
    with closing(sqlite3.connect(config.data.dir / "ledger.db")) as book, book:
        book.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_nothing_installed_is_bad_and_says_how_to_begin(tmp_path: Path):
    done = call("doctor", "--json", data__dir=tmp_path / "data")

    told = json.loads(done.out)
    assert (done.status, told["worst"]) == (1, "bad")
    found = {one["what"]: one for one in told["findings"]}
    assert "init" in found["ledger keys"]["do"]
    assert "init" in found["ledger"]["do"]
    assert not (tmp_path / "data" / "ledger.db").exists()


def test_the_table_says_what_to_do(installed: Config, capsys: pytest.CaptureFixture[str]):
    told = said(capsys, lambda: commands.doctor.run(installed, as_json=False))

    assert "to do" in told.out
    assert "server.py" in told.out


def test_nothing_is_cut_off_on_a_narrow_screen(
    installed: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "60")

    told = said(capsys, lambda: commands.doctor.run(installed, as_json=False))

    assert max(map(len, told.out.splitlines())) <= 60
    assert "…" not in told.out


def test_what_is_logged_afterwards_is_as_it_was(
    installed: Config, capsys: pytest.CaptureFixture[str]
):
    before = logging.getLogger().level

    said(capsys, lambda: commands.doctor.run(installed, as_json=True))

    assert logging.getLogger().level == before


async def test_one_look_that_fails_is_a_finding_and_the_others_go_on():
    async def faints(_config: Config) -> Sequence[Finding]:
        raise RuntimeError("王秀兰")

    found = await commands.doctor._looked(faints, config_of(Path("nowhere")))

    assert [(one.what, one.health) for one in found] == [("faints", Health.BAD)]
    assert "RuntimeError" in found[0].says
    assert "王秀兰" not in repr(found)


async def test_work_that_nobody_could_do_and_messages_nobody_knows_of_are_counted(
    installed: Config,
):
    healthy = await books.troubles(installed)
    async with ledger(installed, jobs=True) as store:
        async with store.begin() as work:
            await work.people.add(a_person())
            await work.notices.add(a_lost_notice())
            await work.jobs.add(SendNotice("n1"), key="notice-n1")
        worker = JobWorker(database_url(installed), "w0", {SendNotice: refuse}, attempts=1)
        await worker.start()
        await eventually(store.failed_jobs)
        await worker.stop()

    found = await books.troubles(installed)

    assert worst(healthy) is Health.OK
    assert [(one.health, one.says) for one in found] == [
        (Health.WARN, "1 given up"),
        (Health.WARN, "1 sent or not, nobody knows"),
    ]
    assert "/desk/operations" in found[0].do


async def refuse(job: SendNotice) -> None:
    raise ValueError(job.notice_id)


def a_lost_notice() -> Notice:
    return Notice(
        id="n1",
        kind=NoticeKind.RATE,
        case_id=None,
        to_person=a_person().id,
        made_at=datetime.now(UTC),
        state=Delivery.UNKNOWN,
        way=Way.SMS,
    )


async def test_fonts_tell_their_coverage_and_the_first_missing_character(tmp_path: Path):
    whole = await papers.fonts(config_with(tmp_path))
    none = await papers.fonts(config_with(tmp_path, documents__fonts=tmp_path))

    assert the(whole, "characters, URO").says == "20976 of 20976"
    assert worst(none) is Health.BAD
    assert "make setup" in none[0].do


def test_without_rare_fonts_the_missing_character_is_named():
    everyday = Face(FONTS / "NotoSerifSC-Regular.ttf")

    found = papers.covered(count("Ext F", HAN_BLOCKS["Ext F"], everyday.characters))

    assert found.health is Health.WARN
    assert "U+2CEB0" in found.says
    assert "fonts-hanazono" in found.do


async def test_keys_that_others_may_read_or_that_are_spoilt_are_bad(installed: Config):
    folder = installed.data.dir / "keys"
    assert worst(await books.key_files(installed)) is Health.OK

    (folder / "recordings.key").chmod(0o644)
    (folder / "ledger.keys").write_text("{}")
    found = await books.key_files(installed)

    assert "chmod 600" in the(found, "key of files").do
    assert "restore" in the(found, "ledger keys").do


async def test_the_authority_is_looked_at_before_it_ends(tmp_path: Path):
    def made(years: int) -> Config:
        config = config_with(tmp_path / str(years))
        at = datetime.now(UTC) - timedelta(days=365.25 * years - 30)
        folder = config.data.dir / "pki"
        make_authority(folder, committee="人民调解委员会", at=at, demo=False, list_url="")
        return config

    fresh, last_days, over, early = [await papers.authority(made(n)) for n in (1, 10, 11, -1)]

    assert the(fresh, "certificates").health is Health.OK
    assert "offline" in the(fresh, "root key").do
    assert the(last_days, "certificates").health is Health.WARN
    assert the(over, "certificates").health is Health.BAD
    assert "future" in the(early, "certificates").says


async def test_a_seal_in_another_name_is_said(installed: Config):
    other = config_with(installed.data.dir, centre__committee="石桥镇人民调解委员会")

    found = await papers.authority(other)

    assert the(found, "seal").health is Health.WARN
    assert "seal" not in [one.what for one in await papers.authority(installed)]


async def test_a_ledger_opens_with_its_own_keys_only(installed: Config, tmp_path: Path):
    found = await books.books(installed)
    assert the(found, "ledger").health is Health.OK
    assert "--again" in the(found, "staff").do

    establish(config_with(tmp_path / "other"))
    foreign = (tmp_path / "other" / "keys" / "ledger.keys").read_bytes()
    async with ledger(installed) as store, store.begin() as work:
        await work.staff.add(an_administrator())
    assert worst(await books.books(installed)) is Health.OK
    (installed.data.dir / "keys" / "ledger.keys").write_bytes(foreign)

    assert the(await books.books(installed), "ledger").health is Health.BAD


async def test_a_newer_or_older_ledger_says_which_program(installed: Config):
    set_revision(installed, "9999")
    newer = the(await books.books(installed), "ledger")
    set_revision(installed, "0001")
    older = the(await books.books(installed), "ledger")

    assert "newer" in newer.says
    assert "migrate" in older.do
    assert head() not in ("9999", "0001")


async def test_a_clock_behind_what_happened_is_bad(installed: Config):
    assert worst(await books.time(installed)) is Health.OK
    later = datetime.now(UTC) + timedelta(hours=1)
    told = Event(subject="c", case_id="c", kind="case.reported", by="system", at=later)
    async with ledger(installed) as store, store.begin() as work:
        await work.cases.add(a_case("c"), told)

    assert "future" in the(await books.time(installed), "clock").says


async def test_dead_and_restless_processes_are_named(installed: Config):
    assert worst(await machine.processes(installed)) is Health.WARN

    processes_that(installed, web=True, worker_w0=False)
    found = await machine.processes(installed)

    assert the(found, "process web").health is Health.OK
    assert "SIGKILL" in the(found, "process worker-w0").says


async def test_a_port_of_another_program_is_bad_and_our_own_is_fine(installed: Config):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = config_with(installed.data.dir, http__port=port)
        foreign = the(await machine.ports(config), f"TCP port {port}")
        processes_that(config, web=True)
        ours = the(await machine.ports(config), f"TCP port {port}")
    silent = the(await machine.ports(config), f"TCP port {port}")

    assert (foreign.health, ours.health, silent.health) == (Health.BAD, Health.OK, Health.BAD)


async def test_udp_ports_are_looked_at_one_by_one(installed: Config):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = await machine.ports(config_with(installed.data.dir, webrtc__port=port))

    assert the(found, f"UDP port {port}").health is Health.BAD


async def test_there_is_room_and_a_library_for_recordings(installed: Config):
    assert {one.what for one in await machine.disks(installed)} == {
        "disk of data",
        "disk of objects",
    }
    assert worst(await machine.playback(installed)) is Health.OK


@pytest.mark.parametrize(
    ("url", "health", "words"),
    [
        ("http://mediate.example", Health.BAD, "a phone could not open the camera"),
        ("http://127.0.0.1:8080", Health.WARN, "this machine"),
        ("https://mediate.example", Health.WARN, "everybody seems to come from"),
    ],
)
async def test_without_https_a_phone_could_not_open_the_camera(
    tmp_path: Path, url: str, health: Health, words: str
):
    found = await reach.https(config_with(tmp_path, http__public_url=url))

    assert worst(found) is health
    assert words in " ".join(one.says for one in found)


@pytest.mark.parametrize(
    ("host", "public_ip", "health"),
    [
        ("127.0.0.1", "", Health.BAD),
        ("0.0.0.0", "", Health.BAD),
        ("0.0.0.0", "203.0.113.7", Health.OK),
        ("203.0.113.7", "", Health.OK),
    ],
)
async def test_browsers_elsewhere_need_an_address_for_media(
    tmp_path: Path, host: str, public_ip: str, health: Health
):
    config = config_with(
        tmp_path,
        http__public_url="https://mediate.example",
        webrtc__host=host,
        webrtc__public_ip=public_ip,
    )

    assert worst(await reach.media(config)) is health


async def test_a_turn_server_is_asked_for_a_relay(tmp_path: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"turn:127.0.0.1:{closed.getsockname()[1]}?transport=tcp"
        asked = config_with(tmp_path, webrtc__turn_urls=[url], webrtc__turn_secret="s")
        silent = await reach.turn(asked)
    secretless = await reach.turn(config_with(tmp_path, webrtc__turn_urls=[url]))
    none = await reach.turn(config_with(tmp_path, http__public_url="https://mediate.example"))

    assert "does not answer" in silent[0].says
    assert "turn_secret" in secretless[0].do
    assert (silent[0].health, secretless[0].health, none[0].health) == (
        Health.BAD,
        Health.BAD,
        Health.WARN,
    )


async def test_an_app_that_is_half_set_up_names_its_keys(tmp_path: Path):
    found = await people.wechat(config_with(tmp_path, wechat__official__appid="wx1"))

    assert "wechat.official.secret" in the(found, "official account").do
    assert "template" in the(found, "template").do
    assert the(found, "mini-program").health is Health.WARN


async def test_sms_needs_a_gateway_a_key_and_an_answer(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as gateway:
        url = f"http://127.0.0.1:{gateway.getsockname()[1]}/sms"
        there = await people.sms(config_with(tmp_path, sms__url=url, sms__key="k"))
        keyless = await people.sms(config_with(tmp_path, sms__url=url))
    gone = await people.sms(config_with(tmp_path, sms__url=url, sms__key="k"))
    none = await people.sms(config_with(tmp_path))

    assert there[0].health is Health.OK
    assert [one[0].health for one in (keyless, gone, none)] == [Health.BAD] * 3
