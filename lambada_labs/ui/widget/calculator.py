"""The cost calculator: a preview in the browser while a slider moves, the kernel's exact bill on release."""

from __future__ import annotations

from typing import Any

import traitlets

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, why_books_differ
from lambada_labs.ui import estimate
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.widget.base import Live, script


class Calculator(Live):
    """`workload` is what the sliders say, `priced` its bill by both books (AWS first)."""

    _esm = script("live.js", "preview.js", "calculator.js")
    books = traitlets.List().tag(sync=True)
    work = traitlets.Dict().tag(sync=True)
    answered = traitlets.Dict().tag(sync=True)
    bills = traitlets.List().tag(sync=True)
    sentences = traitlets.List().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

    def __init__(self, workload: Workload) -> None:
        card = estimate.calculator_card(workload)
        self._css = card.style
        super().__init__(
            books=[estimate.as_json(bill.book) for bill in estimate.bills_of(workload)], work=asked(workload)
        )
        self._draw(card)
        self._price()
        self.observe(self._price, "work")

    @property
    def workload(self) -> Workload:
        """What is priced now."""
        return Workload(**self.work)

    @workload.setter
    def workload(self, work: Workload) -> None:
        self.work = asked(work)

    @property
    def priced(self) -> tuple[Bill, Bill]:
        """The exact bill by both books."""
        return estimate.bills_of(self.workload)

    @traitlets.validate("work")  # type: ignore[untyped-decorator]
    def _possible(self, proposal: Any) -> Any:
        try:
            Workload(**proposal["value"])
        except (BadInput, TypeError) as error:
            raise traitlets.TraitError(str(error)) from error
        return proposal["value"]

    def _price(self, _: object = None) -> None:
        bills = self.priced
        sentences = [estimate.driver(self.workload, bills[0]), why_books_differ(*bills)]
        with self.hold_sync():
            self.answered = dict(self.work)
            self.bills = estimate.shown(bills)
            self.words = self.still().text
            self.sentences = [prose(each) for each in sentences]

    def still(self) -> Card:
        """The calculator at its present workload."""
        return estimate.calculator_card(self.workload)


def asked(work: Workload) -> dict[str, Any]:
    """A workload as the browser holds it."""
    return {
        "memory_mb": work.memory_mb,
        "duration_ms": work.billed_ms,
        "requests": work.requests,
        "architecture": work.architecture,
    }
