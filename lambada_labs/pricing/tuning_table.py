"""A power tuning as CSV and JSON: every size that was measured, none left out."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from decimal import Decimal
from typing import Any

from lambada_labs.pricing.tuning import Tuning
from lambada_labs.pricing.tuning_level import Level
from lambada_labs.units import plain

COLUMNS = tuple(field.name for field in fields(Level))
_PLACES = 6


def tuning_csv(tuning: Tuning) -> str:
    """One line for each size, with the names of `Level`'s fields as the first line; money in plain digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(level, name)) for name in COLUMNS] for level in tuning.levels)
    return text.getvalue()


def tuning_json(tuning: Tuning) -> dict[str, Any]:
    """The sizes, the recommended ones by their memory, and what was assumed; money as strings of plain digits."""
    curve = tuning.curve
    return {
        "levels": [{name: _value(getattr(level, name)) for name in COLUMNS} for level in tuning.levels],
        "cheapest": tuning.cheapest.memory_mb,
        "fastest": tuning.fastest.memory_mb,
        "balanced": tuning.balanced.memory_mb,
        "weight": tuning.weight,
        "mode": tuning.mode,
        "architecture": tuning.architecture,
        "region": tuning.book.region,
        "book": tuning.book.id,
        "as_of": tuning.book.as_of,
        "currency": tuning.book.currency,
        "init_ms": tuning.init_ms,
        "curve": curve
        and {
            "waiting_ms": curve.waiting_ms,
            "computing_ms": curve.computing_ms,
            "error": curve.error,
            "good": curve.good,
            "sentence": curve.sentence,
        },
        "sentence": tuning.sentence,
        "caution": tuning.caution,
    }


def _cell(value: Any) -> str:
    return "" if value is None else str(_value(value))


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(round(value, 12))
    return round(value, _PLACES) if isinstance(value, float) else value
