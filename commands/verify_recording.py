"""`server.py verify-recording manifest.json FOLDER`: is a recording whole, and where not?

Needs no configuration, no database, no network and no key: files are compared as they are kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from cryptography import x509

from commands.refusing import CommandRefused
from documents.attesting import NotAsSigned, attested
from webrtc.inspecting import Alteration, alterations

ALTERED = 1


def run(manifest: Path, folder: Path, *, root: Path, as_json: bool) -> int:
    """Say what was altered; ``folder`` holds the meeting's own folder."""
    for needed in (manifest, root):
        if not needed.is_file():
            raise CommandRefused(f"{needed}: no such file", f"没有这个文件：{needed}")
    if not folder.is_dir():
        raise CommandRefused(f"{folder}: no such folder", f"没有这个文件夹：{folder}")
    trusted = x509.load_pem_x509_certificate(root.read_bytes())
    try:
        told = attested(manifest.read_bytes(), trusted)
    except NotAsSigned as wrong:
        what = f"{wrong.field}: {wrong.why}"
        found = [Alteration(file=manifest.name, first=0, last=0, what=what)]
        sys.stdout.write(_as_json(found) if as_json else _as_words(found, segments=0))
        return ALTERED
    found = list(alterations(told, folder))
    whole = len(told["segments"])
    sys.stdout.write(_as_json(found) if as_json else _as_words(found, segments=whole))
    return ALTERED if found else 0


def _as_json(found: Sequence[Alteration]) -> str:
    told = {"whole": not found, "alterations": [asdict(one) for one in found]}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_words(found: Sequence[Alteration], *, segments: int) -> str:
    if not found:
        return (
            f"Whole: {segments} segments are what the centre signed.\n"
            f"完好：{segments} 段录音录像都和中心签名的清单一致。\n"
        )
    lines = [f"  {one.file}  octets {one.first}-{one.last}  {one.what}" for one in found]
    return "\n".join(["ALTERED, at these places: 被改动过，位置如下：", *lines]) + "\n"
