"""One case, one code: QR codes as pictures and as runs to draw."""

from __future__ import annotations

import io

import segno


class CodeDrawing:
    """Draws case codes for the desks."""

    def png(self, address: str) -> bytes:
        """Return the address as a QR code."""
        return as_png(address)


def as_png(url: str, *, scale: int = 8) -> bytes:
    """Draw the code as a picture for a message or a poster."""
    out = io.BytesIO()
    code(url).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def as_path(url: str, *, size: float) -> tuple[list[tuple[float, float, float]], float]:
    """Return the dark runs ``(x, y, length)`` and their height, origin at the lower left."""
    rows = list(code(url).matrix_iter(border=0))
    step = size / len(rows)
    runs = [
        (start * step, size - (row + 1) * step, length * step)
        for row, cells in enumerate(rows)
        for start, length in dark_runs(bytes(cells))
    ]
    return runs, step


def dark_runs(cells: bytes) -> list[tuple[int, int]]:
    """Join neighbouring dark cells."""
    runs: list[tuple[int, int]] = []
    for column, cell in enumerate(cells):
        if not cell:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs


def code(url: str) -> segno.QRCode:
    """Make the code; level M survives a crease or a coffee stain."""
    return segno.make(url, error="m", micro=False)
