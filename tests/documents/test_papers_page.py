"""docs/papers.md says what the code does."""

import re
from pathlib import Path

from documents.authority import EVIDENCE
from documents.verdicts import KIND
from domain.ports.papers import VerdictKind
from services.verifying import INK_BLANK, INK_SCAN

PAGE = (Path(__file__).parents[2] / "docs" / "papers.md").read_text("utf-8")


def test_every_verdict_and_reason_is_explained():
    rows = re.findall(r"^\| `([a-z]+)` \| (?:`([a-z-]+)`)? ?\|", PAGE, re.MULTILINE)

    coded = {(kind.value, reason) for kind, reasons in KIND.items() for reason in reasons}

    of_ink = {(kind.value, reason) for kind, reason in (INK_SCAN, INK_BLANK)}
    assert set(rows) == coded | of_ink | {(VerdictKind.GENUINE.value, "")}


def test_the_evidence_extension_is_the_one_in_certificates():
    assert f"`{EVIDENCE.dotted_string}`" in PAGE
