"""An invented district for the demo: nobody here exists, no number can be called.

ID area 999999 and mobile numbers beginning with 120 are not assigned to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import Role
from domain.ids import CellId, StaffId
from domain.people import StaffMember
from domain.places import Cell, Point
from domain.ports.outside import Passwords
from domain.ports.store import Store

REGION = "999999001000"
CENTRE = "枫溪街道综治中心（演示）"
COMMITTEE = "枫溪街道人民调解委员会"
PHONE = "0999-12345678"
#: These passwords are printed: to hash them slowly protects nobody and delays every start.
HASHING_KIB = 1024
UNITS = ("枫溪街道市政所", "枫溪街道环卫所", "枫溪街道综合行政执法队", "枫溪街道物业管理办公室")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How somebody of the demo logs in; printed, so worthless outside of it."""

    login: str
    name: str
    roles: tuple[Role, ...]
    password: str
    totp: str
    seal_right: bool = False
    skills: tuple[str, ...] = ()


STAFF = (
    Login(
        login="fenpai",
        name="陈晓分",
        roles=(Role.DISPATCHER,),
        password="fengqiao-demo-1",
        totp="MZSW443JNZTW6ZDPNZTG6ZDF",
    ),
    Login(
        login="tiaojie",
        name="李春和",
        roles=(Role.MEDIATOR,),
        password="fengqiao-demo-2",
        totp="NRUWG2DVNZUGKZLMNFRWQ5LO",
        skills=("02", "03", "13"),
    ),
    Login(
        login="tiaojie2",
        name="周平安",
        roles=(Role.MEDIATOR,),
        password="fengqiao-demo-3",
        totp="PJUG65LQNFXGOYLOPJUG65LQ",
        skills=("04", "07", "15"),
    ),
    Login(
        login="duban",
        name="赵明德",
        roles=(Role.SUPERVISOR,),
        password="fengqiao-demo-4",
        totp="PJUGC3ZNNVUW4Z3EMVUW4Z3E",
        seal_right=True,
    ),
    Login(
        login="shenji",
        name="钱公正",
        roles=(Role.AUDITOR,),
        password="fengqiao-demo-5",
        totp="OFUWC3RNM5XW4Z32NBSW4ZZN",
    ),
    Login(
        login="guanli",
        name="孙守一",
        roles=(Role.ADMINISTRATOR,),
        password="fengqiao-demo-6",
        totp="ON2W4LLTNBXXKLLZNEWXG5LO",
    ),
    Login(
        login="wangge",
        name="吴小格",
        roles=(Role.GRID_WORKER,),
        password="fengqiao-demo-7",
        totp="O5QW4Z3HMUWXO5LYNFQW6Z3F",
    ),
)


def _box(west: float, south: float, east: float, north: float) -> tuple[Point, ...]:
    return ((west, south), (east, south), (east, north), (west, north))


CELLS = (
    Cell(
        id=CellId("cell-fengxi-1"),
        name="枫溪社区第一网格",
        region="999999001001",
        words=("枫溪路", "枫溪花园", "桂花弄", "枫溪菜市场"),
        outline=_box(120.560, 30.115, 120.575, 30.130),
        mediators=(StaffId("staff-tiaojie"),),
    ),
    Cell(
        id=CellId("cell-fengxi-2"),
        name="枫溪社区第二网格",
        region="999999001001",
        words=("石桥头", "荷花新村", "老码头"),
        outline=_box(120.575, 30.115, 120.590, 30.130),
        mediators=(StaffId("staff-tiaojie2"),),
    ),
    Cell(
        id=CellId("cell-qingshan-1"),
        name="青山村第一网格",
        region="999999001201",
        words=("青山村", "晒谷场", "东头水塘"),
        outline=_box(120.560, 30.130, 120.590, 30.150),
        mediators=(StaffId("staff-tiaojie"), StaffId("staff-tiaojie2")),
    ),
)

RESIDENTS = (
    ("王秀兰", "+8612000000001"),
    ("刘大勇", "+8612000000002"),
    ("王𬱖㛃", "+8612000000003"),
)


async def settle(store: Store, passwords: Passwords) -> bool:
    """Fill an empty ledger with the district; False if it is settled already."""
    async with store.read() as work:
        if await work.staff.all():
            return False
    hashed = {one.login: passwords.hash(one.password) for one in STAFF}
    async with store.begin() as work:
        for number, one in enumerate(STAFF, start=1):
            await work.staff.add(
                StaffMember(
                    id=StaffId(f"staff-{one.login}"),
                    login=one.login,
                    name=one.name,
                    phone=f"+861200000010{number}",
                    region="999999001",
                    roles=one.roles,
                    password=hashed[one.login],
                    totp_secret=one.totp,
                    seal_right=one.seal_right,
                    skills=one.skills,
                )
            )
        for cell in CELLS:
            await work.cells.add(cell)
    return True
