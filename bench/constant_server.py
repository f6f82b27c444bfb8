"""`python constant_server.py PORT BODY`: answers BODY to whatever is asked, as fast as asyncio can."""

from __future__ import annotations

import asyncio
import re
import sys

LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Constant(asyncio.Protocol):
    """Reads one request after the other and answers each with the same bytes."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete by now."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            size = LENGTH.search(self.buffer, 0, end)
            whole = end + 4 + (int(size.group(1)) if size else 0)
            if len(self.buffer) < whole:
                return
            self.buffer = self.buffer[whole:]
            self.transport.write(self.answer)  # type: ignore[attr-defined]


async def main(port: int, body: bytes) -> None:
    """Serve for ever."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    Constant.answer = head.encode() + body
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2].encode()))
