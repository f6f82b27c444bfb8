"""Public measurements of real functions at several memory sizes, shipped to test the model and to draw.

Each file of `data/measurements/` says what was measured, where the numbers come from, when, and under
which licence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lambada_labs import files
from lambada_labs.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One function: memory in MB → duration in milliseconds (a median or an average, as published).

    `stated` holds what our reference says of the model on it, where it says something: `waiting`, the
    share of the duration at one vCPU that waits, and `error`, the leave-one-out error, each [from, to].
    """

    name: str
    points: Mapping[int, float]
    what: str
    source: str
    date: str
    license: str
    stated: Mapping[str, Any]

    @property
    def measured(self) -> dict[int, list[float]]:
        """The points as `fit` takes them."""
        return {memory: [duration] for memory, duration in self.points.items()}


@cache
def all_series() -> tuple[Series, ...]:
    """Every series that is shipped, by file and then in the order of the file."""
    paths = sorted(files.data("measurements").glob("*.json"))
    return tuple(series for path in paths for series in _read(path.read_text(encoding="utf-8")))


def series(name: str) -> Series:
    """The series of this name; raises `BadInput`, naming those there are."""
    found = next((each for each in all_series() if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in all_series())
        raise BadInput(f"No measurement is called {name!r}", expected=f"one of {known}")
    return found


def _read(text: str) -> list[Series]:
    raw = json.loads(text)
    shared = {key: raw[key] for key in ("what", "source", "date", "license")}
    return [
        Series(
            name=row["name"],
            points={int(memory): duration for memory, duration in row["points"].items()},
            stated=row.get("stated", {}),
            **shared,
        )
        for row in raw.get("series", ())
    ]
