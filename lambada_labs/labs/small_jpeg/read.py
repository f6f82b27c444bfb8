"""Baseline JPEGs read at a quarter of their size.

It comes from the four lowest coefficients of each block of 8 by 8, as scaled decoders do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .terms import BLOCK, DHT, DQT, DRI, SOF, SOI, SOS, Pixel

BASELINE = (SOF, SOF + 1)
SCALE, LAST, LONGEST_RUN = 4, 63, 15
LOWEST = (0, 1, 2, 4)  # where the coefficients (0,0), (0,1), (1,0) and (1,1) stand in a zigzag


@dataclass(slots=True)
class _Plane:
    """One component of a picture that is being read, two by two samples for each block."""

    number: int
    wide: int
    high: int
    quanta: int
    tables: tuple[int, int] = (0, 0)
    before: int = 0
    samples: dict[tuple[int, int], float] = field(default_factory=dict)


@dataclass(slots=True)
class _Picture:
    """What the segments before a scan have told."""

    quanta: dict[int, Sequence[int]] = field(default_factory=dict)
    codes: dict[int, dict[tuple[int, int], int]] = field(default_factory=dict)
    planes: list[_Plane] = field(default_factory=list)
    width: int = 0
    height: int = 0
    restart: int = 0


def quarter(picture: bytes) -> tuple[int, int, list[list[Pixel]]]:
    """Width and height of a JPEG, and its pixels at a quarter of both; raises ValueError for anything else."""
    if picture[:2] != bytes([0xFF, SOI]):
        raise ValueError(f"not a JPEG: it begins with {picture[:8]!r}")
    found, at = _Picture(), 2
    while at + 4 <= len(picture):
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        body, at = picture[at + 4 : at + 2 + length], at + 2 + length
        if marker == SOS:
            _read_scan(found, body, picture[at:])
            return found.width, found.height, _pixels(found)
        _READ.get(marker, _skip)(found, body)
        if marker in range(0xC2, 0xC4) or marker in range(0xC5, 0xD0):
            raise ValueError("a JPEG that is not baseline: progressive ones are not read here")
    raise ValueError("a JPEG without a scan")


def _read_quanta(found: _Picture, body: bytes) -> None:
    while body:
        size = 2 if body[0] >> 4 else 1
        values = [int.from_bytes(body[1 + at * size : 1 + at * size + size], "big") for at in range(64)]
        found.quanta[body[0] & 15] = values
        body = body[1 + 64 * size :]


def _read_codes(found: _Picture, body: bytes) -> None:
    while body:
        counts, symbols = body[1:17], iter(body[17:])
        code, table = 0, {}
        for length, count in enumerate(counts, 1):
            for _ in range(count):
                table[length, code] = next(symbols)
                code += 1
            code <<= 1
        found.codes[body[0]] = table
        body = body[17 + sum(counts) :]


def _read_frame(found: _Picture, body: bytes) -> None:
    found.height, found.width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    for at in range(6, 6 + 3 * body[5], 3):
        number, factors, quanta = body[at : at + 3]
        found.planes.append(_Plane(number, factors >> 4, factors & 15, quanta))


def _read_restart(found: _Picture, body: bytes) -> None:
    found.restart = int.from_bytes(body[:2], "big")


def _skip(_found: _Picture, _body: bytes) -> None:
    """A segment that says nothing about the pixels."""


_READ: dict[int, Callable[[_Picture, bytes], None]] = {
    DQT: _read_quanta,
    DHT: _read_codes,
    DRI: _read_restart,
    **dict.fromkeys(BASELINE, _read_frame),
}


class _Bits:
    """The bits of a scan, from left to right; after its end come zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data.replace(b"\xff\x00", b"\xff")
        self._at, self._kept, self._count = 0, 0, 0

    def take(self, count: int) -> int:
        """So many bits as a number."""
        while self._count < count:
            following = self._data[self._at] if self._at < len(self._data) else 0
            self._kept, self._count, self._at = self._kept << 8 | following, self._count + 8, self._at + 1
        self._count -= count
        value = self._kept >> self._count
        self._kept &= (1 << self._count) - 1
        return value

    def symbol(self, table: dict[tuple[int, int], int]) -> int:
        """The next symbol by a Huffman table; raises ValueError."""
        code = 0
        for length in range(1, 17):
            code = code << 1 | self.take(1)
            if (length, code) in table:
                return table[length, code]
        raise ValueError("a JPEG whose scan is damaged")

    def value(self, size: int) -> int:
        """A coefficient of so many bits."""
        bits = self.take(size) if size else 0
        return bits if not size or bits >> (size - 1) else bits - (1 << size) + 1


def _read_scan(found: _Picture, header: bytes, data: bytes) -> None:
    planes = {plane.number: plane for plane in found.planes}
    for at in range(1, 1 + 2 * header[0], 2):
        planes[header[at]].tables = (header[at + 1] >> 4, 16 + (header[at + 1] & 15))
    wide, high = (BLOCK * max(getattr(plane, side) for plane in found.planes) for side in ("wide", "high"))
    columns, rows = -(-found.width // wide), -(-found.height // high)
    parts, number = _parts(data, found.restart), 0
    bits = _Bits(next(parts))
    for row in range(rows):
        for column in range(columns):
            if found.restart and number and number % found.restart == 0:
                bits = _Bits(next(parts))
                for plane in found.planes:
                    plane.before = 0
            number += 1
            for plane in found.planes:
                for y in range(plane.high):
                    for x in range(plane.wide):
                        _read_block(found, plane, bits, (column * plane.wide + x, row * plane.high + y))


def _parts(data: bytes, restart: int) -> Iterator[bytes]:
    """The scan's data between its restart marks, and nothing of what follows it."""
    start = at = 0
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] == 0:
            at += 2
            continue
        yield data[start:at]
        if not (restart and data[at + 1] in range(0xD0, 0xD8)):
            return
        start = at = at + 2
    yield data[start:]


def _read_block(found: _Picture, plane: _Plane, bits: _Bits, place: tuple[int, int]) -> None:
    direct, alternating = (found.codes[table] for table in plane.tables)
    plane.before += bits.value(bits.symbol(direct))
    values = {0: plane.before}
    at = 1
    while at <= LAST:
        symbol = bits.symbol(alternating)
        run, size = symbol >> 4, symbol & 15
        if not size and run < LONGEST_RUN:
            break
        at += run
        values[at] = bits.value(size)
        at += 1
    quanta = found.quanta[plane.quanta]
    mean, across, down, both = (values.get(one, 0) * quanta[one] / BLOCK for one in LOWEST)
    x, y = 2 * place[0], 2 * place[1]
    plane.samples[x, y], plane.samples[x + 1, y] = mean + across + down + both, mean - across + down - both
    plane.samples[x, y + 1], plane.samples[x + 1, y + 1] = (
        mean + across - down - both,
        mean - across - down + both,
    )


def _pixels(found: _Picture) -> list[list[Pixel]]:
    wide, high = (max(getattr(plane, side) for plane in found.planes) for side in ("wide", "high"))

    def pixel(x: int, y: int) -> Pixel:
        light, *colours = (
            plane.samples[x * plane.wide // wide, y * plane.high // high] for plane in found.planes
        )
        blue, red = colours or (0.0, 0.0)
        light += 128
        return (
            _byte(light + 1.402 * red),
            _byte(light - 0.34414 * blue - 0.71414 * red),
            _byte(light + 1.772 * blue),
        )

    width, height = -(-found.width // SCALE), -(-found.height // SCALE)
    return [[pixel(x, y) for x in range(width)] for y in range(height)]


def _byte(value: float) -> int:
    return min(255, max(0, round(value)))
