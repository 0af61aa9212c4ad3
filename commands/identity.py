"""The centre's identity in the configuration file: its lines are changed, nothing else is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from commands.refusing import CommandRefused
from config import Centre, Config, load, variable

IDENTITY = ("name", "committee", "phone", "region")  #: what a centre says of itself first
SECTION = re.compile(r"centre:\s*(#.*)?$")
VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^#\s][^#]*?|)"""


def settle(file: Path, wanted: Mapping[str, str], *, force: bool) -> None:
    """Write who the centre is; the file changes whole or not at all.

    Raises CommandRefused for another identity than the one that is set (unless ``force``), for a
    file that cannot be changed line by line, and where the environment says something else; and
    ConfigError for a value that cannot be.
    """
    text = file.read_text("utf-8")
    present = _centre(text)
    _refuse_change(present, wanted, force=force)
    changed = {key: value for key, value in wanted.items() if present.get(key) != value}
    if not changed:
        return
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(with_identity(text, changed), "utf-8")
    try:
        draft.chmod(file.stat().st_mode)
        _refuse_other_words(load(draft), wanted)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def with_identity(text: str, wanted: Mapping[str, str]) -> str:
    """Give the text of a configuration with these values under ``centre:``, comments kept."""
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if SECTION.fullmatch(line)), len(lines))
    if start == len(lines):
        lines.append("" if "centre" in _parsed(text) else "centre:")
    for key, value in wanted.items():
        _put(lines, start, key, json.dumps(value, ensure_ascii=False))
    whole = "\n".join(lines) + "\n"
    if _parsed(whole) != _expected(text, wanted):
        raise CommandRefused(
            "The lines under centre: cannot be changed one by one; write them by hand.",
            "配置文件里 centre 一节的写法无法逐行修改，请手工填写。",
        )
    return whole


def _put(lines: list[str], start: int, key: str, value: str) -> None:
    known = re.compile(rf"(\s+{key}:\s*){VALUE}(\s+#.*|\s*)")
    end = start + 1
    while end < len(lines) and not re.match(r"[^\s#]", lines[end]):
        if found := known.fullmatch(lines[end]):
            lines[end] = f"{found[1].rstrip()} {value}{found[2].rstrip()}"
            return
        end += 1
    lines.insert(start + 1, f"  {key}: {value}")


def _expected(text: str, wanted: Mapping[str, str]) -> Mapping[str, object]:
    tree = _parsed(text)
    return {**tree, "centre": {**_centre(text), **wanted}}


def _centre(text: str) -> Mapping[str, object]:
    found = _parsed(text).get("centre") or {}
    return found if isinstance(found, Mapping) else {}


def _parsed(text: str) -> Mapping[str, object]:
    try:
        tree = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        return {}
    return tree if isinstance(tree, Mapping) else {}


def _refuse_change(
    present: Mapping[str, object], wanted: Mapping[str, str], *, force: bool
) -> None:
    shipped = Centre()
    for key, value in wanted.items():
        known = present.get(key)
        if force or known in (None, "", value, getattr(shipped, key)):
            continue
        raise CommandRefused(
            f"centre.{key} is set to {known!r} already; --force changes it.",
            f"centre.{key} 已经设置过，要更改请加 --force。",
        )


def _refuse_other_words(config: Config, wanted: Mapping[str, str]) -> None:
    for key, value in wanted.items():
        if getattr(config.centre, key) != value:
            name = variable(f"centre.{key}")
            raise CommandRefused(
                f"{name} in the environment says something else; change or remove it.",
                f"环境变量 {name} 的值不同，请先改掉或去掉。",
            )
