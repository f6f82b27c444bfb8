"""The picture "How sure?": what a month may cost, and how likely the function is cheaper than a container."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, price_book
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.estimate.ranges import Ranges, left_out, likely

_STEPS = 8
_DECADES = Decimal("1.5")
_MOST = 10**12


def how_sure(scenario: Scenario, ranges: Ranges, budget: str = "") -> Card:
    """Percentiles, histogram and tornado, the chance to stay below a budget, and break-even as a probability.

    Raises `BadInput` where nothing is a range, the budget is no amount, or the function has no price here.
    """
    from lambada_labs.ui import cost

    if not ranges:
        raise BadInput(
            "Every figure is one number",
            expected="at least one as a range",
            todo="Press “range” beside a slider",
        )
    made = likely(scenario, ranges)
    first = cost.uncertainty(made.found, budget=amount(budget))
    second = chance(scenario, ranges)
    said = left_out(scenario, made.missing)
    note = f'<p class="lb-note">{prose(said)}</p>' if said else ""
    cards = [card for card in (first, second) if card is not None]
    return Card(
        first.body + note + (f'<hr class="lb-between">{second.body}' if second else ""),
        "\n\n".join(card.text for card in cards),
        tuple(dict.fromkeys(style for card in cards for style in card.styles)),
    )


def amount(text: str) -> Decimal | None:
    """A budget as it was typed; `None` where there is none. Raises `BadInput`."""
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not (found.is_finite() and 0 <= found <= _MOST):
        raise BadInput(f"A budget of {text[:40]}", expected="an amount of money in plain digits")
    return found


def chance(scenario: Scenario, ranges: Ranges) -> Card | None:
    """How likely the bare function costs no more than the cheapest servers for it; `None` where none has a price."""
    from lambada_labs.pricing.uncertainty import chance_cheaper
    from lambada_labs.ui import cost

    bare = scenario.without(*(part.key for part in scenario.parts if not part.compute))
    volume = max(scenario.workload.requests, 1)
    found = cheapest(bare, volume)
    if found is None:
        return None
    name, monthly = found
    book = price_book("aws", region=scenario.region)
    points = chance_cheaper(bare, ranges, book, monthly=monthly, requests=volumes(volume))
    return cost.chance_cheaper(points, monthly=monthly, against=name, currency=book.currency)


def cheapest(scenario: Scenario, volume: int) -> tuple[str, Decimal] | None:
    """The servers that do this many requests for the least money a month, by name."""
    from lambada_labs.pricing import compare

    result = compare.computes(scenario, requests=(volume,))
    sizes = {plan.name: plan.size for plan in result.plans}
    known = [
        (f"{each.name} ({sizes[each.name]})", each.amounts[0])
        for each in result.curves
        if each.name in sizes and each.amounts[0] is not None
    ]
    return min(known, key=lambda pair: pair[1]) if known else None


def volumes(volume: int) -> tuple[int, ...]:
    """Requests a month around this many, in even steps of their logarithm."""
    steps = (Decimal(10) ** (_DECADES * step / _STEPS) for step in range(-_STEPS, _STEPS + 1))
    return tuple(sorted({max(1, round(volume * step)) for step in steps}))
