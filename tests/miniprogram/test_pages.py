"""The mini-program's pages, run by Node against a running server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STORIES = sorted(file.name for file in HERE.glob("*.test.js"))
WITHIN = 120  #: seconds


@pytest.mark.parametrize("stories", STORIES)
def test_every_story_of_the_pages_holds(stories, node, centre):
    done = subprocess.run(
        [node, "--test-reporter=spec", stories],
        cwd=HERE,
        env=centre.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=WITHIN,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
