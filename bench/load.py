"""A load of our own: requests as ready bytes, sent over kept connections, every answer read and judged."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


@dataclass
class Load:
    """What a load measured: seconds of each request, whole seconds, and what failed."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return len(self.seconds) / self.wall


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes, bytes]:
    """Send one request, read one answer: status, head, body."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if (at := lower.find(b"content-length:")) >= 0:
        body = await reader.readexactly(int(lower[at + 15 : lower.find(b"\r\n", at)]))
    elif b"transfer-encoding: chunked" in lower:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = b""
    return int(head[9:12]), head, body


async def _client(port: int, requests: list[bytes], wanted: bytes, good: int, load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    for request in requests:
        start = time.perf_counter()
        status, head, body = await exchange(reader, writer, request)
        took = time.perf_counter() - start
        if status == good and wanted in body and b"function-error" not in head.lower():
            load.seconds.append(took)
        else:
            load.failed.append(f"{status} {body[:200]!r}")
    writer.close()


async def _run(port: int, clients: list[list[bytes]], wanted: bytes, good: int) -> Load:
    load = Load()
    start = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, wanted, good, load) for requests in clients))
    load.wall = time.perf_counter() - start
    return load


def run(port: int, clients: list[list[bytes]], wanted: bytes = b"ok", *, good: int = 200) -> Load:
    """Each client sends its requests one after the other; an answer counts with status `good` and `wanted` in it."""
    return asyncio.run(_run(port, clients, wanted, good))


def invoke_request(
    port: int, name: str, headers: dict[str, str] | None = None, event: bytes = b'{"a": 1}'
) -> bytes:
    """The bytes of one Invoke."""
    return post(port, f"/2015-03-31/functions/{name}/invocations", headers or {}, event)


def post(port: int, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of one POST."""
    lines = {"Host": f"127.0.0.1:{port}", **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
