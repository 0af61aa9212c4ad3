"""The socket between web and media worker: what happens to an end that does not listen."""

import asyncio

from tests.webrtc.house import until
from webrtc import control
from webrtc.control import MAX_UNREAD, Line


async def test_who_leaves_everything_unread_is_cut_off_and_costs_no_more_memory(tmp_path):
    told: list[Line] = []
    deaf = asyncio.Event()

    async def serve(reader, writer):
        told.append(Line(reader, writer))
        await deaf.wait()
        writer.close()

    path = tmp_path / "media.sock"
    server = await asyncio.start_unix_server(serve, path)
    reader, writer = await asyncio.open_unix_connection(path)
    line = Line(reader, writer)
    long = control.Close(meeting="m" * 80)

    for _ in range(2 * MAX_UNREAD // len(long.model_dump_json())):
        line.write(long)

    assert writer.transport.get_write_buffer_size() <= MAX_UNREAD
    await until(writer.transport.is_closing, 5)
    assert await line.read() == b""
    deaf.set()
    server.close()
