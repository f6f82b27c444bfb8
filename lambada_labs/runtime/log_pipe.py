"""The pipe that takes everything a runtime writes, cut into log records in their true order.

Standard output, standard error and AWS's framed log channel share one pipe. A frame begins with
bytes that no UTF-8 text holds, so records of a runtime client keep their exact borders and prints
between them their place; plain text is cut at line ends.
Source of the frame: awslambdaric, FramedTelemetryLogSink.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable

#: (milliseconds since the epoch, text)
Record = tuple[int, str]

_FRAME_START = b"\xa5\x5a\x00"
_HEADER = 16
_READ_SIZE = 65536
_LONGEST_LINE = 256 * 1024
#: Where all pipes are read into: a buffer of this size for each look would go to the kernel and back.
_ROOM = memoryview(bytearray(_READ_SIZE))


class RecordCutter:
    """Bytes in, whole records out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes, now_ms: int) -> list[Record]:
        """The records that `data` completed."""
        self._buffer += data
        records: list[Record] = []
        while self._cut_one(records, now_ms):
            pass
        return records

    def flush(self, now_ms: int) -> list[Record]:
        """What is left without a line end."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return [(now_ms, _text(rest))] if rest else []

    def _cut_one(self, records: list[Record], now_ms: int) -> bool:
        frame = self._buffer.find(_FRAME_START)
        if frame == 0:
            return self._cut_frame(records)
        line = self._buffer.find(b"\n", 0, frame if frame > 0 else len(self._buffer))
        end = line + 1 if line >= 0 else max(frame, 0)
        if not end and len(self._buffer) > _LONGEST_LINE:
            end = _LONGEST_LINE
        if not end:
            return False
        records.append((now_ms, _text(bytes(self._buffer[:end]))))
        del self._buffer[:end]
        return True

    def _cut_frame(self, records: list[Record]) -> bool:
        if len(self._buffer) < _HEADER:
            return False
        end = _HEADER + int.from_bytes(self._buffer[4:8], "big")
        if len(self._buffer) < end:
            return False
        written_ms = int.from_bytes(self._buffer[8:16], "big") // 1000
        records.append((written_ms, _text(bytes(self._buffer[_HEADER:end]))))
        del self._buffer[:end]
        return True


def _text(data: bytes) -> str:
    """Runtimes write a line end inside one record as a carriage return."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


class LogPipe:
    """The reading end, watched by the loop; records go to `sink` as they arrive."""

    def __init__(self, sink: Callable[[list[Record]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._sink = sink
        self._cutter = RecordCutter()
        self._reading, self.writing = os.pipe()
        os.set_blocking(self._reading, False)
        self._loop.add_reader(self._reading, self.drain)
        self._open = True
        self.ended = False

    def close_writing(self) -> None:
        """Once the runtime holds it: our own copy would hide the end."""
        os.close(self.writing)

    def drain(self) -> None:
        """Take what is there now: a runtime writes before it answers, so no line of an answer is missing."""
        while self._open and not self.ended:
            try:
                size = os.readv(self._reading, [_ROOM])
            except BlockingIOError:
                return
            self._take(bytes(_ROOM[:size]))
            if 0 < size < _READ_SIZE:
                return

    def flush(self) -> None:
        """Pass on a last line without an end."""
        if records := self._cutter.flush(_now_ms()):
            self._sink(records)

    def close(self) -> None:
        """Take the rest and let go of the descriptor."""
        if not self._open:
            return
        self.drain()
        self.flush()
        self._open = False
        with contextlib.suppress(ValueError, OSError):
            self._loop.remove_reader(self._reading)
        os.close(self._reading)

    def _take(self, data: bytes) -> None:
        if not data:
            self.ended = True
            self._loop.remove_reader(self._reading)
        elif records := self._cutter.feed(data, _now_ms()):
            self._sink(records)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
