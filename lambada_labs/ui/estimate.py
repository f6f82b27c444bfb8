"""The calculator's words: controls, and both bills of a workload as the strings that the card shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lambada_labs import facts, pricing, units
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, PriceBook
from lambada_labs.ui.card import Card, heading, in_words, prose
from lambada_labs.ui.money import in_text, name_of, origins

MOST_REQUESTS = 10**10
STOPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One slider: its range (logarithmic) and its unit; any whole number in the range can be typed too."""

    name: str
    label: str
    unit: str
    smallest: int
    largest: int


CONTROLS = (
    Control(
        name="memory_mb",
        label="Memory",
        unit="MB",
        smallest=facts.number("limit.memory.min"),
        largest=facts.number("limit.memory.max"),
    ),
    Control(
        name="duration_ms",
        label="Duration",
        unit="ms",
        smallest=1,
        largest=facts.number("limit.timeout.max") * 1000,
    ),
    Control(name="requests", label="Requests", unit="a month", smallest=0, largest=MOST_REQUESTS),
)


def bills_of(work: Workload) -> tuple[Bill, Bill]:
    """The workload by both price books, the free tier as lines."""
    return pricing.bill_both(work)


def shown(bills: Sequence[Bill]) -> list[dict[str, Any]]:
    """Each bill as the strings on the card: what the browser's preview must agree with."""
    return [
        {
            "id": bill.book.id,
            "total": units.dollars(bill.total),
            "cents": str(int(bill.cents * 100)),
            "lines": [
                {"quantity": quantity(line.quantity), "amount": units.dollars(line.amount)}
                for line in bill.lines
            ],
        }
        for bill in bills
    ]


def quantity(number: Any) -> str:
    """A quantity as the card writes it."""
    return units.count(round(number, 3))


def as_json(book: PriceBook) -> dict[str, Any]:
    """A price book for the browser's preview: exact decimals as strings."""
    prices = {
        name: {"amount": units.plain(price.amount), "per": units.plain(price.per)}
        for name, price in book.prices.items()
    }
    return {
        "id": book.id,
        "prices": prices,
        "free_tier": {pool.name: units.plain(pool.quantity) for pool in book.free_tiers},
    }


def driver(work: Workload, bill: Bill) -> str:
    """What this bill is made of, in one sentence."""
    largest = pricing.what_drives(bill)
    if work.requests == 0:
        return "Nobody asks, so there is nothing to pay."
    if largest is None:
        return "The free tier covers all of it."
    if largest.name.startswith("requests"):
        return (
            "**Requests** drive it: being asked costs more than the running that the free tier leaves to pay."
        )
    return (
        f"**Duration** drives it: {units.count(work.requests)} runs × {units.duration(work.billed_ms)} × "
        f"{units.memory(work.memory_mb)} are {quantity(largest.quantity)} GB-seconds."
    )


def calculator_card(work: Workload) -> Card:
    """Sliders, both totals and the lines; without a kernel it is the bill of this workload."""
    bills = bills_of(work)
    title = f"{units.dollars(bills[0].total)} a month"
    sentences = [driver(work, bills[0]), pricing.why_books_differ(*bills)]
    words = in_text(bills, title_in_words(work, title), [], sentences)
    body = (
        heading("What does it cost?", kicker="Cost calculator")
        + f'<div class="lb-calc"><form class="lb-controls">{"".join(slider(each, work) for each in CONTROLS)}{architectures(work)}</form>'
        + f'{headlines(bills)}<div class="lb-calc-bill">{lines(bills)}</div></div>'
        + '<p class="lb-problem" data-part="problem" role="alert"></p>'
        + f'<p class="lb-reading" data-part="driver">{prose(sentences[0])}</p><p class="lb-reading" data-part="why">{prose(sentences[1])}</p>'
        + origins(bills)
        + in_words(words)
    )
    return Card(body, words, ("money.css", "calculator.css"))


def title_in_words(work: Workload, total: str) -> str:
    """Workload and total in one line."""
    return (
        f"{total}: {units.count(work.requests)} requests a month of {units.duration(work.billed_ms)} "
        f"at {units.memory(work.memory_mb)} on {work.architecture}"
    )


def slider(control: Control, work: Workload) -> str:
    """One control: the number itself to type, and a slider under it."""
    value = int(getattr(work, control.name))
    name = escape(control.name)
    return (
        f'<div class="lb-control" data-control="{name}" data-min="{control.smallest}" data-max="{control.largest}">'
        f'<label><span>{control.label}</span><span class="lb-typed"><input type="text" inputmode="numeric" data-number="{name}" '
        f'aria-label="{control.label}, {control.unit}" value="{value:,}"><small>{control.unit}</small></span></label>'
        f'<input type="range" min="0" max="{STOPS}" data-range="{name}" aria-label="{control.label}" aria-valuetext="{value:,} {control.unit}"></div>'
    )


def architectures(work: Workload) -> str:
    """The choice of architecture."""
    buttons = "".join(
        f'<button type="button" data-architecture="{each}" aria-pressed="{str(each == work.architecture).lower()}">{each}</button>'
        for each in ("x86_64", "arm64")
    )
    return f'<div class="lb-control"><span class="lb-control-name">Architecture</span><div class="lb-segments" role="group" aria-label="Architecture">{buttons}</div></div>'


def headlines(bills: Sequence[Bill]) -> str:
    """Both totals, each with the place for what it moved by."""
    boxes = "".join(
        f'<div class="lb-book{" lb-book-first" * (index == 0)}"><span>{prose(bill.book.label)}</span>'
        f'<b class="lb-num" data-part="total_{bill.book.id}">{units.dollars(bill.total)}</b>'
        f'<small>a month<em class="lb-moved-by lb-num" data-part="moved_{bill.book.id}"></em></small></div>'
        for index, bill in enumerate(bills)
    )
    return f'<div class="lb-books" aria-live="polite">{boxes}</div>'


def lines(bills: Sequence[Bill]) -> str:
    """The itemised lines, both books beside each other."""
    rows = "".join(line_row(index, bills) for index in range(len(bills[0].lines)))
    head = "".join(f'<th class="lb-num">{prose(bill.book.label)}</th>' for bill in bills)
    return (
        f'<div class="lb-scroll"><table class="lb-table lb-bill"><thead><tr><th>Line</th><th class="lb-num">Quantity</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def line_row(index: int, bills: Sequence[Bill]) -> str:
    """One line whose numbers can be swapped."""
    line = bills[0].lines[index]
    amounts = "".join(
        f'<td class="lb-num" data-part="amount_{bill.book.id}_{index}">{units.dollars(bill.lines[index].amount)}</td>'
        for bill in bills
    )
    credit = ' class="lb-credit"' if line.name.startswith("free tier") else ""
    kind = name_of(line).split(" x86")[0].split(" arm")[0]
    return (
        f'<tr{credit}><td>{prose(kind)}</td><td class="lb-num"><span data-part="quantity_{index}">{quantity(line.quantity)}</span> '
        f"{prose(line.unit)}</td>{amounts}</tr>"
    )
