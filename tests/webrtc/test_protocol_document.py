"""The document cannot lie: every message and state of the room stands in it."""

import re
import typing
from pathlib import Path

import pytest

from webrtc import control, journal, wire

DOCUMENT = (Path(__file__).parents[2] / "docs" / "room-protocol.md").read_text()


def _types(union) -> list[str]:
    members = typing.get_args(typing.get_args(union)[0]) or typing.get_args(union)
    return [member.model_fields["type"].default for member in members]


@pytest.mark.parametrize(
    "name",
    [
        *(m.model_fields["type"].default for m in typing.get_args(wire.FromPage)),
        *_types(wire.News),
        *(m.model_fields["type"].default for m in typing.get_args(control.FromWeb)),
        *(m.model_fields["type"].default for m in typing.get_args(control.FromWorker)),
        *typing.get_args(wire.Roster.model_fields["recording"].annotation),
    ],
)
def test_every_message_and_state_is_documented(name):
    assert re.search(rf"^\| `{name}` \|", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize(
    "message", typing.get_args(wire.FromPage) + typing.get_args(typing.get_args(wire.News)[0])
)
def test_every_field_of_a_page_message_is_documented(message):
    name = message.model_fields["type"].default
    row = re.search(rf"^\| `{name}` \|.*$", DOCUMENT, re.MULTILINE)

    assert row
    assert all(f"`{field}`" in row[0] for field in message.model_fields if field != "type")


def test_every_kind_of_record_is_documented():
    assert {kind.value for kind in journal.Kind} == {1, 2, 3, 4, 5, 6}
    assert all(f"kind{s} {n}" in DOCUMENT for s, n in (("s", 1), ("", 5), ("", 6)))
