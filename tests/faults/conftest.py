import pytest

from tests.faults.town import Town


@pytest.fixture
async def town(tmp_path):
    """The whole demo, as long as a test lasts."""
    opened = Town(tmp_path)
    opened.start()
    try:
        yield opened
    finally:
        opened.end()
