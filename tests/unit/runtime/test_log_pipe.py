"""Bytes of a log pipe, cut into records."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from lambada_labs.runtime.log_pipe import LogPipe, RecordCutter


def frame(text: str, at_ms: int = 1000) -> bytes:
    data = text.encode()
    return b"\xa5\x5a\x00\x03" + len(data).to_bytes(4, "big") + (at_ms * 1000).to_bytes(8, "big") + data


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"one\ntwo\n", [(7, "one\n"), (7, "two\n")]),
        (frame("a\nb"), [(1000, "a\nb")]),
        (b"before\n" + frame("framed") + b"after\n", [(7, "before\n"), (1000, "framed"), (7, "after\n")]),
        (b"no end" + frame("framed"), [(7, "no end"), (1000, "framed")]),
        (b"a\rb\r\nc\n", [(7, "a\nb\n"), (7, "c\n")]),
        (b"\xff\xfe\n", [(7, "\ufffd\ufffd\n")]),
        (frame("") + b"x\n", [(1000, ""), (7, "x\n")]),
        (b"\n\n", [(7, "\n"), (7, "\n")]),
        ("grün €\n".encode(), [(7, "grün €\n")]),
    ],
)
def test_records(data, records):
    assert RecordCutter().feed(data, 7) == records
    cutter = RecordCutter()
    by_the_byte = [record for n in range(len(data)) for record in cutter.feed(data[n : n + 1], 7)]
    assert by_the_byte == records


def test_a_last_line_without_an_end():
    cutter = RecordCutter()
    assert cutter.feed(b"one\nand", 1) == [(1, "one\n")]
    assert cutter.flush(2) == [(2, "and")]
    assert cutter.flush(3) == []


def test_a_line_without_end_does_not_grow_for_ever():
    cutter = RecordCutter()
    records = [record for _ in range(100) for record in cutter.feed(b"x" * 65536, 1)]
    assert sum(len(text) for _, text in records) > 6_000_000


def test_the_pipe_gives_what_was_written_and_frees_its_descriptors():
    async def story():
        before = len(list(Path("/proc/self/fd").iterdir()))
        records = []
        pipe = LogPipe(records.extend)
        os.write(pipe.writing, b"a\nb")
        pipe.drain()
        early = [text for _, text in records]
        pipe.close_writing()
        pipe.close()
        pipe.close()
        return early, [text for _, text in records], len(list(Path("/proc/self/fd").iterdir())) - before

    assert asyncio.run(story()) == (["a\n"], ["a\n", "b"], 0)
