"""Pictures for lab 05, drawn here so that nothing has to be downloaded, and the layer that makes them smaller."""

from __future__ import annotations

import io
import math
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lambada_labs.errors import BadInput
from lambada_labs.labs import small_jpeg
from lambada_labs.labs.package import DATE

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 256, 192
LAYER_FOLDER = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A landscape: the sky from top to horizon, a sun, hills one behind the other (far to near)."""

    sky: tuple[Colour, Colour]
    sun: tuple[int, int, int]
    light: Colour
    hills: tuple[tuple[Colour, int, int, float], ...]


SCENES = {
    "beach": Scene(
        sky=((64, 160, 226), (205, 235, 248)),
        sun=(196, 46, 22),
        light=(255, 244, 190),
        hills=(((30, 120, 170), 104, 2, 9.0), ((238, 214, 160), 146, 9, 2.1)),
    ),
    "forest": Scene(
        sky=((126, 178, 190), (232, 236, 214)),
        sun=(70, 58, 18),
        light=(255, 252, 226),
        hills=(((86, 138, 118), 96, 16, 3.2), ((48, 104, 78), 118, 12, 5.3), ((24, 68, 48), 150, 9, 8.5)),
    ),
    "evening": Scene(
        sky=((58, 38, 104), (250, 150, 92)),
        sun=(128, 104, 30),
        light=(255, 222, 140),
        hills=(((112, 60, 110), 116, 14, 2.6), ((62, 34, 78), 142, 10, 4.7)),
    ),
    "snow": Scene(
        sky=((150, 186, 220), (236, 244, 250)),
        sun=(60, 44, 16),
        light=(255, 255, 255),
        hills=(
            ((170, 190, 214), 92, 26, 2.3),
            ((222, 232, 242), 124, 16, 1.7),
            ((250, 252, 255), 152, 8, 3.1),
        ),
    ),
    "desert": Scene(
        sky=((240, 178, 104), (252, 226, 170)),
        sun=(190, 62, 26),
        light=(255, 250, 214),
        hills=(((206, 122, 70), 112, 14, 1.6), ((176, 92, 54), 138, 12, 2.4), ((140, 66, 42), 164, 6, 3.8)),
    ),
}


@cache
def picture(name: str) -> bytes:
    """A JPEG of 256 by 192: `beach`, `forest`, `evening`, `snow` or `desert`. Raises `BadInput`."""
    if name not in SCENES:
        raise BadInput(f"No picture is called {name!r}", expected=" or ".join(SCENES))
    scene = SCENES[name]
    lines = [[_line(hill, x) for hill in scene.hills] for x in range(WIDTH)]
    return small_jpeg.encode([[_pixel(scene, x, y, lines[x]) for x in range(WIDTH)] for y in range(HEIGHT)])


@cache
def layer() -> bytes:
    """The zip of the layer: `python/small_jpeg/`, which functions import as `small_jpeg`."""
    buffer, folder = io.BytesIO(), Path(small_jpeg.__file__).parent
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.py")):
            entry = zipfile.ZipInfo(f"{LAYER_FOLDER}/{folder.name}/{path.name}", DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _line(hill: tuple[Colour, int, int, float], x: int) -> float:
    """How far down a hill begins in this column."""
    _, middle, swing, waves = hill
    turn = 2 * math.pi * x / WIDTH
    return middle + swing * math.sin(waves * turn / 2 + middle) * math.cos(turn / 2 + waves)


def _pixel(scene: Scene, x: int, y: int, lines: list[float]) -> Colour:
    near = [hill[0] for hill, line in zip(scene.hills, lines, strict=True) if y >= line]
    if near:
        return near[-1]
    left, top, radius = scene.sun
    if math.hypot(x - left, y - top) < radius:
        return scene.light
    share = min(1.0, y / (0.62 * HEIGHT))
    start, end = scene.sky
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
    return red, green, blue
