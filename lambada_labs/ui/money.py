"""Money is always the same card: the headline, the lines that make it, the sentence that says what drives it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambada_labs import pricing, units
from lambada_labs.pricing import Bill, Line
from lambada_labs.ui.card import Card, heading, in_words, plain, prose
from lambada_labs.ui.tables import columns

BORROWED = re.compile(r" \((.*)\)$")


def bill_card(
    bills: Sequence[Bill], *, title: str, driver: str = "", per_run: Sequence[Bill] | None = None
) -> Card:
    """The books side by side: the first is the headline, the others stand beside it.

    `per_run` are the bills of one run without the free tier; they give "1 cent buys N of these".
    """
    buys = one_cent(per_run) if per_run else []
    reason = pricing.why_books_differ(bills[0], bills[1]) if len(bills) > 1 else ""
    below = "".join(f'<p class="lb-reading">{prose(each)}</p>' for each in (driver, reason) if each)
    words = in_text(bills, title, buys, [driver, reason])
    body = (
        heading(title, kicker="Bill")
        + totals(bills, buys)
        + lines_table(bills)
        + below
        + origins(bills)
        + in_words(words)
    )
    return Card(body, words, ("money.css",))


def one_cent(bills: Sequence[Bill]) -> list[str]:
    """`480,000` for each book: how many of these one cent pays for."""
    return [
        units.count(number) if (number := pricing.one_cent_buys(bill)) is not None else "any number"
        for bill in bills
    ]


def totals(bills: Sequence[Bill], buys: Sequence[str]) -> str:
    """The headline of each book."""
    boxes = ""
    for index, bill in enumerate(bills):
        cent = f"<small>1 cent buys <b>{buys[index]}</b> of these</small>" if buys else ""
        boxes += (
            f'<div class="lb-book{" lb-book-first" * (index == 0)}"><span>{prose(bill.book.label)}</span>'
            f'<b class="lb-num" data-book="{bill.book.id}">{units.dollars(bill.total)}</b>{cent}</div>'
        )
    return f'<div class="lb-books">{boxes}</div>'


def lines_table(bills: Sequence[Bill]) -> str:
    """The lines, one column of amounts for each book."""
    head = "".join(f'<th class="lb-num">{prose(bill.book.label)}</th>' for bill in bills)
    rows = "".join(line_row(index, bills) for index in range(len(bills[0].lines)))
    sums = "".join(f'<td class="lb-num">{units.dollars(bill.total)}</td>' for bill in bills)
    return (
        f'<div class="lb-scroll"><table class="lb-table lb-bill"><thead><tr><th>Line</th><th class="lb-num">Quantity</th>{head}</tr></thead>'
        f'<tbody>{rows}<tr class="lb-total"><td>Total</td><td></td>{sums}</tr></tbody></table></div>'
    )


def line_row(index: int, bills: Sequence[Bill]) -> str:
    """One line of the bill; a price that a book had to borrow says so."""
    first = bills[0].lines[index]
    amounts = ""
    for bill in bills:
        line = bill.lines[index]
        borrowed = BORROWED.search(line.name)
        note = f"<small>{prose(borrowed.group(1))}</small>" if borrowed else ""
        amounts += f'<td class="lb-num">{units.dollars(line.amount)}{note}</td>'
    small = f"<small>{prose(first.note)}</small>" if first.note else ""
    credit = ' class="lb-credit"' if first.name.startswith("free tier") else ""
    quantity = f"{units.count(round(first.quantity, 3))} {prose(first.unit)}"
    return (
        f'<tr{credit}><td>{prose(name_of(first))}{small}</td><td class="lb-num">{quantity}</td>{amounts}</tr>'
    )


def name_of(line: Line) -> str:
    """The line's name as a person reads it."""
    name = BORROWED.sub("", line.name)
    return name[:1].upper() + name[1:]


def origins(bills: Sequence[Bill]) -> str:
    """Where the prices come from and of which day they are."""
    said = "; ".join(f"{bill.book.label}: {bill.book.region}, {bill.book.as_of}" for bill in bills)
    return f'<p class="lb-note">{prose(said)}</p>'


def in_text(bills: Sequence[Bill], title: str, buys: Sequence[str], sentences: Sequence[str]) -> str:
    """The card in plain words."""
    head = ["", "quantity", *(bill.book.label for bill in bills)]
    rows = [
        [
            name_of(line),
            f"{units.count(round(line.quantity, 3))} {line.unit}",
            *(units.dollars(bill.lines[index].amount) for bill in bills),
        ]
        for index, line in enumerate(bills[0].lines)
    ]
    cents = [["1 cent buys", "", *buys]] if buys else []
    table = columns([head, *rows, ["Total", "", *(units.dollars(bill.total) for bill in bills)], *cents])
    return "\n".join([plain(title), table, *(plain(each) for each in sentences if each)])


def bill_at_scale(
    rows: Sequence[tuple[str, Sequence[Bill]]], *, title: str | None = None, reading: str = ""
) -> Card:
    """The same work at several sizes: how the bill grows when the traffic does."""
    last = rows[-1]
    found = title or f"{last[0][:1].upper()}{last[0][1:]} cost {units.dollars(last[1][0].total)}"
    largest = max((bill.total for _, bills in rows for bill in bills), default=units.CENT) or units.CENT
    drawn = "".join(scale_row(name, bills, largest) for name, bills in rows)
    head = ["", *(bill.book.label for bill in last[1])]
    text = columns([head, *([name, *(units.dollars(bill.total) for bill in bills)] for name, bills in rows)])
    said = reading or "Bars share one scale; a bar too short to see is a bill too small to matter."
    why = pricing.why_books_differ(*last[1][:2])
    body = (
        f'<figure class="lb-figure" aria-label="{prose(found)}">{heading(found, kicker="Bill")}<div class="lb-scale">{drawn}</div>'
        f'<figcaption><p class="lb-reading">{prose(said)} {prose(why)}</p></figcaption>{in_words(text)}</figure>'
    )
    return Card(body, "\n".join([plain(found), text, plain(why)]), ("bars.css", "money.css"))


def scale_row(name: str, bills: Sequence[Bill], largest: object) -> str:
    """One size: a bar for each book."""
    bars = ""
    for index, bill in enumerate(bills):
        share = float(bill.total) / float(str(largest))
        bars += f'<div class="lb-scale-bar" style="--share:{share:.4f}"><span>{prose(bill.book.label)}</span><i class="{"lb-money-first" if index == 0 else "lb-money-other"}"></i><b class="lb-num">{units.dollars(bill.total)}</b></div>'
    return f'<div class="lb-scale-row"><b>{prose(name)}</b>{bars}</div>'
