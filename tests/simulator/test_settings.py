"""Settings: strict keys, loopback only."""

from __future__ import annotations

import json

import pytest

from simulator.settings import BadSettings, Person, is_loopback_host, read_settings


def test_the_file_is_laid_over_the_defaults_and_pairs_over_the_file(tmp_path):
    config = tmp_path / "simulator.json"
    config.write_text(
        json.dumps({"official": {"token": "t"}, "people": [{"name": "甲", "phone": "+861"}]})
    )

    settings = read_settings(config, ["official.secret=s", "push.attempts=2"])

    assert (settings.official.token, settings.official.secret) == ("t", "s")
    assert settings.push.attempts == 2
    assert settings.people == (Person("甲", "+861"),)
    assert settings.miniprogram.format == "json"


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        ("official.colour=red", "official.colour: unknown key"),
        ("colour=red", "colour: unknown key"),
        ("official=x", "official.: an object"),
        ("official.mode=open", "official.mode: one of"),
        ("official.format=yaml", "official.format: one of"),
        ("official.kind=miniprogram", "official.kind: cannot"),
        ("official.encoding_aes_key=short", "official.encoding_aes_key: 43"),
        ("official.callback_url=http://example.com/", "official.callback_url: only this machine"),
        ("product.url=https://example.com", "product.url: only this machine"),
        ("miniprogram.appid=wx5100000000000a01", "miniprogram.appid: must differ"),
        ("push.attempts=0", "push: at least one"),
        ("push.attempts=many", "push.attempts: a number"),
    ],
)
def test_what_cannot_be_used_is_named(pair, why):
    with pytest.raises(BadSettings, match=why.replace(".", r"\.")):
        read_settings(None, [pair])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_this_machine(host):
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", ""])
def test_everything_else_is_not(host):
    assert not is_loopback_host(host)
