"""Pictures written as baseline JPEG, with Huffman codes of one length."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from .terms import BLOCK, DHT, DQT, EOI, SOF, SOI, SOS, Pixel

ZIGZAG = tuple(
    row * BLOCK + column
    for row, column in sorted(
        ((row, column) for row in range(BLOCK) for column in range(BLOCK)),
        key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
    )
)
QUANTA = tuple(3 + 2 * (at // BLOCK + at % BLOCK) for at in ZIGZAG)
DC_SYMBOLS = tuple(range(12))
AC_SYMBOLS = (0x00, 0xF0, *(16 * run + size for run in range(16) for size in range(1, 11)))
LAST, LONGEST_RUN = 63, 15
FLAT = (0.0,) * (BLOCK - 1)
COSINES = tuple(
    tuple(math.cos((2 * x + 1) * u * math.pi / 16) * (0.5 if u else 0.5 / math.sqrt(2)) for x in range(BLOCK))
    for u in range(BLOCK)
)


def encode(rows: Sequence[Sequence[Pixel]]) -> bytes:
    """A picture as JPEG; every row holds the red, green and blue (0 to 255) of its pixels."""
    height, width = len(rows), len(rows[0])
    frame = [8, *_two(height), *_two(width), 3, *chain(*((number, 0x11, 0) for number in (1, 2, 3)))]
    codes = [_lengths(0x00, 4, DC_SYMBOLS), _lengths(0x10, 8, AC_SYMBOLS)]
    parts = [
        _segment(DQT, [0, *QUANTA]),
        _segment(SOF, frame),
        *(_segment(DHT, table) for table in codes),
        _segment(SOS, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
        _scan(rows, width, height),
    ]
    return bytes([0xFF, SOI]) + b"".join(parts) + bytes([0xFF, EOI])


def _two(number: int) -> tuple[int, int]:
    return number >> 8, number & 0xFF


def _lengths(place: int, length: int, symbols: Sequence[int]) -> list[int]:
    """A Huffman table in which every code is as long: a symbol's code is its place."""
    return [place, *(len(symbols) if one == length else 0 for one in range(1, 17)), *symbols]


def _segment(marker: int, body: Sequence[int]) -> bytes:
    return bytes([0xFF, marker, *_two(len(body) + 2), *body])


def _scan(rows: Sequence[Sequence[Pixel]], width: int, height: int) -> bytes:
    bits: list[str] = []
    before = [0, 0, 0]
    places = {symbol: f"{place:08b}" for place, symbol in enumerate(AC_SYMBOLS)}
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            lines = [rows[min(top + y, height - 1)] for y in range(BLOCK)]
            pixels = [line[min(left + x, width - 1)] for line in lines for x in range(BLOCK)]
            for number, samples in enumerate(_colours(pixels)):
                first, *others = _coefficients(samples)
                size, extra = _magnitude(first - before[number])
                before[number] = first
                bits += (f"{size:04b}", extra)
                bits += _others(others, places)
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")


def _colours(pixels: Sequence[Pixel]) -> tuple[list[float], ...]:
    """Brightness and two colour differences, each around 0."""
    return (
        [0.299 * r + 0.587 * g + 0.114 * b - 128 for r, g, b in pixels],
        [-0.1687 * r - 0.3313 * g + 0.5 * b for r, g, b in pixels],
        [0.5 * r - 0.4187 * g - 0.0813 * b for r, g, b in pixels],
    )


def _coefficients(samples: Sequence[float]) -> list[int]:
    """Quantised cosine coefficients of 64 samples, in zigzag order."""
    lines = [samples[at : at + BLOCK] for at in range(0, LAST + 1, BLOCK)]
    half = [_waves(line) for line in lines]
    columns = [_waves(column) for column in zip(*half, strict=True)]
    return [
        round(columns[at % BLOCK][at // BLOCK] / quantum) for at, quantum in zip(ZIGZAG, QUANTA, strict=True)
    ]


def _waves(line: Sequence[float]) -> tuple[float, ...]:
    """Eight samples as eight cosine waves; those that are all alike, as most of a picture, need no sums."""
    first = line[0]
    if all(one == first for one in line):
        return (first * BLOCK * COSINES[0][0], *FLAT)
    return tuple(sum(map(float.__mul__, wave, line)) for wave in COSINES)


def _magnitude(value: int) -> tuple[int, str]:
    """How many bits a value has, and these bits."""
    size = abs(value).bit_length()
    return size, f"{value if value > 0 else value + (1 << size) - 1:0{size}b}" if size else ""


def _others(values: Sequence[int], places: dict[int, str]) -> Iterator[str]:
    run = 0
    last = max((at for at, value in enumerate(values) if value), default=-1)
    for value in values[: last + 1]:
        if not value:
            run += 1
            continue
        while run > LONGEST_RUN:
            yield places[0xF0]
            run -= 16
        size, extra = _magnitude(value)
        yield places[16 * run + size] + extra
        run = 0
    if last < len(values) - 1:
        yield places[0x00]
