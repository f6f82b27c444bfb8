"""The Regions of the menu by their names, and real workloads to start from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lambada_labs import files
from lambada_labs.pricing import Scenario, regions, scenario_from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A workload that somebody really has; `story` says in a sentence what it is."""

    key: str
    title: str
    story: str
    scenario: Scenario


@cache
def region_names() -> Mapping[str, str]:
    """Every Region with a price list: its code and AWS's name for it."""
    raw = json.loads(files.data("region_names.json").read_text(encoding="utf-8"))["names"]
    return {code: raw.get(code, code) for code in regions()}


@cache
def presets() -> tuple[Preset, ...]:
    """The workloads of `data/presets.json`, in their order."""
    raw: list[dict[str, Any]] = json.loads(files.data("presets.json").read_text(encoding="utf-8"))["presets"]
    return tuple(
        Preset(
            key=each["key"],
            title=each["title"],
            story=each["story"],
            scenario=scenario_from_json(each["inputs"]),
        )
        for each in raw
    )
