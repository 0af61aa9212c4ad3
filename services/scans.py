"""What a scanner or a phone makes of a paper: PDF, JPEG or PNG, told by its first bytes."""

from __future__ import annotations

from domain.errors import BadInput

LARGEST_SCAN = 20 * 1024 * 1024
KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
LONGEST_START = max(len(start) for start in KINDS)


def kind_of(data: bytes) -> str:
    """Give the content type of a scan; anything else is bad input."""
    if len(data) > LARGEST_SCAN:
        raise BadInput("scan", "20 MB at most")
    for start, kind in KINDS.items():
        if data.startswith(start):
            return kind
    raise BadInput("scan", "no PDF, JPEG or PNG")
