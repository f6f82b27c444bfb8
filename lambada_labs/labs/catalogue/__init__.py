"""The course: seventeen labs in the order of the deck; those with a module of their own can be opened."""

from __future__ import annotations

from lambada_labs.errors import BadInput
from lambada_labs.labs.catalogue import (
    course_map,
    lab_00_start,
    lab_01_first_function,
    lab_02_pricing,
    lab_03_synchronous,
    lab_04_asynchronous,
    lab_05_events,
)
from lambada_labs.labs.catalogue.course_map import CourseRow
from lambada_labs.labs.lab import Lab

_WRITTEN = (
    lab_00_start,
    lab_01_first_function,
    lab_02_pricing,
    lab_03_synchronous,
    lab_04_asynchronous,
    lab_05_events,
)
READY = {module.LAB.number: module.LAB for module in _WRITTEN}


def labs() -> tuple[Lab, ...]:
    """All labs, in order; `ready` tells those that can be opened."""
    return tuple(READY.get(lab.number, lab) for lab in course_map.ANNOUNCED)


def find(name: str) -> Lab:
    """The lab of this number (`"01"`, `"1"`), slug or file name; raises `BadInput` where it cannot be opened."""
    wanted = str(name).strip().removesuffix(".ipynb")
    numbered = wanted.zfill(2) if wanted.isdigit() else wanted
    found = next((lab for lab in labs() if numbered in {lab.number, lab.slug, lab.file}), None)
    if found is None or not found.ready:
        openable = ", ".join(lab.number for lab in labs() if lab.ready)
        seen = (
            f"Lab {found.number} ({found.title}) is not written yet"
            if found
            else f"No lab is called {name!r}"
        )
        raise BadInput(
            seen, expected=f"one of {openable}", todo='Open one of these, for instance open_lab("00")'
        )
    return found


__all__ = ["READY", "CourseRow", "course_map", "find", "labs"]
