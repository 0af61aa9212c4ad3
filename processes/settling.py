"""What a process has loaded when it begins to work is there to stay."""

from __future__ import annotations

import gc

NEW_ONES = (10_000, 5, 5)  #: objects until the next look: those of a hundred messages at once


def settle() -> None:
    """Throw the garbage of the start away, and never again look for garbage in what stays.

    A full look goes through everything that is loaded and stops the event loop meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*NEW_ONES)
