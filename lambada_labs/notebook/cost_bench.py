"""What a learner works with where cost is the subject: tuning, slips, a workload of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lambada_labs import pricing, ui
from lambada_labs.cloud import power_tuning
from lambada_labs.labs import slips
from lambada_labs.notebook import money
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.workbench import Workbench

SLIP = "slip:"


class CostBench(Workbench):
    """One lab's measurements as money."""

    @calm
    def tune(self, function: str, sizes: Sequence[int], *, runs: int = 5, event: Any = None) -> Any:
        """Run a function at these memory sizes, put its own size back, and recommend one."""
        return ui.tuning(power_tuning.tune(self._cloud, function, sizes=sizes, runs=runs, event=event))

    def workload(self, function: str, requests: int) -> pricing.Scenario:
        """The last call of a function, this many times a month; raises `LambadaError` where nothing has run."""
        return pricing.Scenario(
            workload=money.repeated(self._records(function), requests), region=self._cloud.region
        )

    @calm
    def slips(self, picked: Mapping[str, int] | None = None) -> Any:
        """The gallery of wrong calculators; picks are kept. `picked` gives them without a click."""
        for slip, step in slips.checked(picked or {}).items():
            self._keep_pick(slip, step)
        kept = self._progress.answers(self._lab.file)
        known = {SLIP + slip.id: slip.id for slip in slips.slips()}
        return ui.slips(
            slips.slips(),
            on_pick=self._keep_pick,
            picked={known[name]: step for name, step in kept.items() if name in known},
        )

    def _keep_pick(self, slip: str, step: int) -> None:
        self._progress.keep_answer(self._lab.file, SLIP + slip, step)
