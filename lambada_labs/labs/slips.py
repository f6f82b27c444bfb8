"""Small calculators with one wrong step each, beside AWS's bill: data, with a reason behind every step.

A slip is read from `data/slips.json`; AWS's amount is computed here from its workloads, never typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import DEFAULT_REGION, bill, price_book


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a calculator and what it comes to; `feedback` is what a learner reads who picks it."""

    code: str
    value: str
    feedback: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A wrong calculator: its steps, the step as AWS would do it, both totals in dollars; `hint` says where to look."""

    id: str
    title: str
    story: str
    seen_in: str
    hint: str
    steps: tuple[Step, ...]
    mended: Step
    total: Decimal
    aws: Decimal

    @property
    def wrong(self) -> int:
        """The index of the wrong step."""
        return next(index for index, step in enumerate(self.steps) if step.wrong)

    @property
    def off_by(self) -> Decimal:
        """How far the calculator is off, as a share of AWS's bill; negative is too cheap."""
        return self.total / self.aws - 1


@cache
def slips() -> tuple[Slip, ...]:
    """Every slip of the gallery, in its order."""
    raw = json.loads(files.data("slips.json").read_text(encoding="utf-8"))
    return tuple(_slip(row) for row in raw["slips"])


def found(picked: Mapping[str, int], known: Iterable[Slip] | None = None) -> frozenset[str]:
    """The slips whose wrong step is the one picked last; `picked` maps ids to step indices."""
    return frozenset(slip.id for slip in known or slips() if picked.get(slip.id) == slip.wrong)


def checked(picked: Mapping[str, int]) -> dict[str, int]:
    """The same picks; raises `BadInput` for a slip or a step that there is not."""
    known = {slip.id: len(slip.steps) for slip in slips()}
    for name, index in picked.items():
        if name not in known:
            raise BadInput(f"No slip is called {name!r}", expected=", ".join(known))
        if not 0 <= index < known[name]:
            raise BadInput(f"{name} has no step {index}", expected=f"0 to {known[name] - 1}")
    return dict(picked)


def _slip(row: Mapping[str, Any]) -> Slip:
    steps = tuple(Step(**step) for step in row["steps"])
    if sum(step.wrong for step in steps) != 1:
        raise BadInput(f"{row['id']} has not exactly one wrong step", expected='one step with "wrong": true')
    return Slip(
        id=row["id"],
        title=row["title"],
        story=row["story"],
        seen_in=row["seen_in"],
        hint=row["hint"],
        steps=steps,
        mended=Step(**row["mended"]),
        total=_dollars(steps[-1].value),
        aws=_aws(row["workloads"]),
    )


def _dollars(value: str) -> Decimal:
    return Decimal(value.removeprefix("$").replace(",", ""))


def _aws(workloads: Sequence[Mapping[str, Any]]) -> Decimal:
    """AWS's total for these workloads of one account; Region and free tier are those of the first."""
    plain = [{key: each[key] for key in each if key not in {"region", "free_tier"}} for each in workloads]
    book = price_book("aws", region=workloads[0].get("region", DEFAULT_REGION))
    free_tier = workloads[0].get("free_tier", True)
    return bill([Workload(**each) for each in plain], book, free_tier=free_tier).total
