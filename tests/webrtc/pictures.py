"""Whether pages show new pictures, and after how long."""

import time

from tests.webrtc.house import FIGURES, until


async def back(pages, shown) -> float:
    """Give the seconds until every page shows new pictures of the other."""
    began = time.monotonic()

    async def moving():
        now = [await frames(page) for page in pages]
        return all(
            any(count > before.get(track, 0) for track, count in there.items())
            for there, before in zip(now, shown, strict=True)
        )

    await until(moving, 30, "new pictures")
    took = time.monotonic() - began
    print(f"pictures again after {took:.2f} s")
    return took


async def frames(page) -> dict[str, int]:
    """Count the pictures of each track that is shown."""
    figures = await page.evaluate(FIGURES)
    return {one["track"]: one["frames"] for one in figures["seen"] if one["kind"] == "video"}
