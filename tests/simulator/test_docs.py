"""The page about the simulator names everything that can be set, asked and called."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from simulator import control, gateway
from simulator.api import accounts, assets, checks, credentials, links, masses, sending, tags
from simulator.faults import Faults
from simulator.settings import (
    Account,
    Assumed,
    CodeRules,
    MassRules,
    Product,
    PushRules,
    Settings,
    SmsSettings,
)

PARTS = (accounts, assets, checks, credentials, links, masses, sending, tags)
PAGE = Path("docs/simulator.md").read_text("utf-8")


@pytest.mark.parametrize("fault", [one.name for one in fields(Faults)])
def test_every_fault_is_described(fault):
    assert f"`{fault}`" in PAGE


@pytest.mark.parametrize(
    "key",
    [f"product.{one.name}" for one in fields(Product)]
    + [f"push.{one.name}" for one in fields(PushRules)]
    + [f"mass.{one.name}" for one in fields(MassRules)]
    + [f"codes.{one.name}" for one in fields(CodeRules)]
    + [f"assumed.{one.name}" for one in fields(Assumed)]
    + [f"sms.{one.name}" for one in fields(SmsSettings)]
    + ["people", "seed"],
)
def test_every_setting_is_described(key):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("key", [one.name for one in fields(Account) if one.name != "kind"])
def test_every_setting_of_an_account_is_described(key):
    assert re.search(rf"`(official|miniprogram)?\.{key}`", PAGE)


def test_there_is_no_other_setting():
    names = {one.name for one in fields(Settings)}

    assert names == {
        "official",
        "miniprogram",
        "sms",
        "product",
        "push",
        "mass",
        "codes",
        "assumed",
        "people",
        "seed",
        "open_platform",
    }


@pytest.mark.parametrize(
    "path",
    [one.path for part in PARTS for one in part.APIS]
    + [one.path.replace(":\\d+", "") for face in (control, gateway) for one in face.routes],
)
def test_every_path_is_described(path):
    assert path in PAGE
