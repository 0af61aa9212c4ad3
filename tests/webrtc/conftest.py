import pytest

from tests.webrtc.house import House, Worker


@pytest.fixture
async def house(tmp_path):
    """A house that is open: the worker runs and the web part has reached it."""
    worker = Worker(tmp_path)
    await worker.start()
    opened = House(worker)
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()
        print(*opened.complaints, worker.log, sep="\n")
