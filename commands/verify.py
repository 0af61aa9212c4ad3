"""`server.py verify FILE.pdf`: the verdict on a paper, without configuration or database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from commands.refusing import CommandRefused
from documents.verifying import verify_file
from domain.ports.papers import Verdict, VerdictKind
from processes.clock import machine_clock
from web.verdicts import plain_words

NOT_GENUINE = 1
ROOT_WANTED = (
    "Trust needs --root root.pem: take it from the centre's /ca/root.pem, compare fingerprints.\n"
    "请用 --root 指明中心的根证书：从中心网站的 /ca/root.pem 下载，并向中心核对指纹。\n"
)


def run(file: Path, *, root: Path | None, data: Path, as_json: bool) -> int:
    """Say what the file is; trust comes from ``root`` or from ``root.pem`` beside the data."""
    for needed in (file, root):
        if needed is not None and not needed.is_file():
            raise CommandRefused(f"{needed}: no such file", f"没有这个文件：{needed}")
    verdict = verify_file(file, root or _beside(data), at=machine_clock())
    sys.stdout.write(_as_json(verdict) if as_json else _as_words(verdict))
    if verdict.reason == "no-root":
        sys.stderr.write(ROOT_WANTED)
    return 0 if verdict.kind is VerdictKind.GENUINE else NOT_GENUINE


def _beside(data: Path) -> Path | None:
    places = (data / "root.pem", data / "pki" / "root.pem")
    return next((place for place in places if place.is_file()), None)


def _as_json(verdict: Verdict) -> str:
    told = {
        "verdict": verdict.kind,
        "reason": verdict.reason,
        "words": plain_words(verdict),
        "sha256": verdict.sha256,
        "number": verdict.number,
        "committee": verdict.committee,
        "signatures": [
            {
                "field": one.field,
                "name": one.name,
                "role": one.role,
                "at": one.at.isoformat() if one.at else None,
                "intact": one.intact,
                "trusted": one.trusted,
                "reason": one.reason,
            }
            for one in verdict.signatures
        ],
        "note": "voided papers are known online only",
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_words(verdict: Verdict) -> str:
    lines = [f"{verdict.kind}{f' ({verdict.reason})' if verdict.reason else ''}"]
    lines.append(plain_words(verdict))
    if verdict.number:
        lines += [f"number     {verdict.number}", f"committee  {verdict.committee}"]
    for one in verdict.signatures:
        state = "ok" if one.intact and one.trusted else "NOT VALID"
        at = one.at.isoformat() if one.at else "no time"
        lines.append(f"  {one.role:10} {one.name or '?':10} {at}  {state}")
    lines.append("Whether a paper was voided can be seen online only. 是否已作废，只能上网核验。")
    return "\n".join(lines) + "\n"
