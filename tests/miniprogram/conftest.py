"""Node with its few packages, and a whole demo that the mini-program's pages talk to."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.running import Demo, running_demo, totp


@dataclass(frozen=True)
class Centre:
    """The running demo, with staff logged in."""

    demo: Demo
    dispatcher: str
    mediator: str
    supervisor: str

    @property
    def environment(self) -> dict[str, str]:
        """What the pages' tests have to know; the rest of the environment stays outside."""
        return {
            "PATH": os.environ["PATH"],
            "MINI_SERVER": self.demo.pages,
            "MINI_SIMULATOR": self.demo.simulator,
            "MINI_DISPATCHER": self.dispatcher,
            "MINI_MEDIATOR": self.mediator,
            "MINI_SUPERVISOR": self.supervisor,
            "MINI_MEDIATOR_TOTP": self.demo.staff("tiaojie")["totp_secret"],
            "MINI_SUPERVISOR_TOTP": self.demo.staff("duban")["totp_secret"],
            "MINI_STAFF": json.dumps(self.demo.facts["staff"]),
        }


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("miniprogram")
    # Each phone has an address of its own, told as by the centre's proxy: limits count by address.
    with running_demo(folder, HTTP__TRUSTED_PROXIES="127.0.0.1") as demo:
        yield Centre(
            demo=demo,
            dispatcher=asyncio.run(staff_session(demo, "fenpai")),
            mediator=asyncio.run(staff_session(demo, "tiaojie")),
            supervisor=asyncio.run(staff_session(demo, "duban")),
        )


async def staff_session(demo: Demo, login: str) -> str:
    facts = demo.staff(login)
    asked = {
        "login": login,
        "password": facts["password"],
        "code": totp(facts["totp_secret"]),
    }
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{demo.pages}/api/v1/staff/sessions", json=asked) as answer,
    ):
        answer.raise_for_status()
        session = await answer.json()
    return str(session["secret"])
