"""Where a log comes from: a path, a binary file or pieces of bytes, handed on in blocks and known to be text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from lambada_labs.errors import BadInput

Source = str | os.PathLike[str] | bytes | BinaryIO | Iterable[bytes]
BLOCK = 1 << 18
_CONTROL = bytes({*range(0x20)} - set(b"\a\b\t\n\f\r\x1b"))
_MOST_ODD = 0.1
_GZIP = b"\x1f\x8b"


def blocks(source: Source) -> Iterator[tuple[bytes, bool]]:
    """The source in blocks of at least `BLOCK` bytes, the last one marked as such.

    Raises `BadInput` for what cannot be read, is empty, compressed or no text.
    """
    return _blocks(_chunks(source), name_of(source))


def name_of(source: Source) -> str:
    """What to call it in a sentence."""
    return str(source) if isinstance(source, str | os.PathLike) else str(getattr(source, "name", "The log"))


def _chunks(source: Source) -> Iterator[bytes]:
    """The bytes of the source, piece by piece."""
    if isinstance(source, str | os.PathLike):
        try:
            with Path(source).open("rb") as file:
                yield from _chunks(file)
        except OSError as error:
            raise BadInput(
                f"{source} cannot be read ({error.strerror})", "a file with REPORT lines"
            ) from error
    elif isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        while chunk := source.read(BLOCK):
            yield chunk
    else:
        yield from source


def _blocks(chunks: Iterable[bytes], name: str) -> Iterator[tuple[bytes, bool]]:
    """Pieces of at least `BLOCK` bytes, the last one marked as such; raises `BadInput` for what is no text."""
    waiting: list[bytes] = []
    size, checked = 0, False
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= BLOCK:
            data, waiting, size = b"".join(waiting), [], 0
            checked = checked or _must_be_text(data, name)
            yield data, False
    data = b"".join(waiting)
    if not checked:
        _must_be_text(data, name)
    yield data, True


def _must_be_text(data: bytes, name: str) -> bool:
    head = data[:BLOCK]
    if not head:
        raise BadInput(f"{name} is empty", "a log of AWS Lambda, as text or JSON")
    if head.startswith(_GZIP):
        raise BadInput(f"{name} is compressed", "text or JSON", "Unpack it with gunzip first")
    control = len(head) - len(head.translate(None, _CONTROL))
    broken = len(head) - len(head.decode("utf-8", "ignore").encode())
    if control + broken > len(head) * _MOST_ODD:
        raise BadInput(f"{name} is no text", "UTF-8 text or JSON", "Export it from the log group again")
    return True
