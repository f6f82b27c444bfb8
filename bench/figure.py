"""One figure of the bench: ours, the peer's, their ratio and the bound it must keep."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """One figure: ours, the peer's, their ratio and the bound it must keep."""

    name: str
    ours: float
    peer: float
    unit: str
    bound: str
    ratio: float

    @property
    def kept(self) -> bool:
        """Whether the ratio is on the right side of the bound."""
        sign, limit = self.bound[0], float(self.bound[1:].split()[0])
        return self.ratio <= limit if sign == "≤" else self.ratio >= limit

    def __str__(self) -> str:
        """One line of the Markdown table."""
        verdict = "kept" if self.kept else "**MISSED**"
        numbers = f"{self.ours:.2f} | {self.peer:.2f} | {self.unit} | {self.ratio:.2f}"
        return f"| {self.name} | {numbers} | {self.bound} | {verdict} |"


def in_turn(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured A B A B …, after one round that does not count."""
    pairs = [(ours(), peer()) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def ratio_row(name: str, unit: str, bound: str, pair: tuple[float, float]) -> Row:
    """The row of two medians."""
    return Row(name, *pair, unit=unit, bound=bound, ratio=pair[0] / pair[1])


def limit_row(name: str, value: float, limit: float, unit: str) -> Row:
    """The row of a value with a stated limit; where nothing at all is allowed, the value itself counts."""
    if not limit:
        return Row(name, value, limit, unit, f"≤ {limit:g}", value)
    return Row(name, value, limit, unit, "≤ 1", value / limit)


def table(rows: list[Row]) -> str:
    """The whole table as Markdown, with the load of the machine."""
    head = "| figure | ours | peer or limit | unit | ratio | bound | |\n|---|---|---|---|---|---|---|\n"
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    machine = f"Load average at the end: {load} on {os.cpu_count()} processors; Python {python}"
    note = f"\n{machine}; medians of {ROUNDS} rounds in turn.\n"
    return head + "\n".join(map(str, rows)) + "\n" + note
