"""Money is always the same card: the headline, the lines that make it, the sentence that says what drives it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lambada_labs import pricing, units
from lambada_labs.pricing import Bill, Row, Used
from lambada_labs.ui.card import Card, heading, in_words, plain, prose
from lambada_labs.ui.tables import columns


def bill_card(
    bills: Sequence[Bill], *, title: str, driver: str = "", per_run: Sequence[Bill] | None = None
) -> Card:
    """The books side by side: the first is the headline, the others stand beside it.

    `per_run` are the bills of one run without the free tier; they give "1 cent buys N like the last one".
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
        cent = f"<small>1 cent buys <b>{buys[index]}</b> like the last one</small>" if buys else ""
        boxes += (
            f'<div class="lb-book{" lb-book-first" * (index == 0)}"><span>{prose(bill.book.label)}</span>'
            f'<b class="lb-num" data-book="{bill.book.id}">{total_of(bill)}</b>{cent}</div>'
        )
    return f'<div class="lb-books">{boxes}</div>'


def lines_table(bills: Sequence[Bill]) -> str:
    """The lines matched by name, credits last, one column of amounts for each book."""
    head = "".join(f'<th scope="col" class="lb-num">{prose(bill.book.label)}</th>' for bill in bills)
    rows = "".join(line_row(row, bills) for row in pricing.side_by_side(bills))
    sums = "".join(f'<td class="lb-num">{total_of(bill)}</td>' for bill in bills)
    return (
        f'<div class="lb-scroll"><table class="lb-table lb-bill"><thead><tr><th scope="col">Line</th><th scope="col" class="lb-num">Quantity</th>{head}</tr></thead>'
        f'<tbody>{rows}{missing_rows(bills)}<tr class="lb-total"><td>{total_word(bills)}</td><td></td>{sums}</tr></tbody></table></div>'
    )


def total_of(bill: Bill) -> str:
    """A bill's total to read, in its currency."""
    return units.money(bill.total, bill.book.currency)


def total_word(bills: Sequence[Bill]) -> str:
    """What the last row is called: a sum that lacks lines is no total."""
    return "Total" if all(bill.complete for bill in bills) else "Total so far, incomplete"


def line_row(row: Row, bills: Sequence[Bill]) -> str:
    """One line of the bill; a price that a book had to borrow says so."""
    cells = ""
    for bill, amount, label in zip(bills, row.amounts, row.labels, strict=True):
        borrowed = f"<small>{prose(label)}</small>" if label and amount is not None else ""
        cells += f'<td class="lb-num">{amount_of(row, amount, bill)}{borrowed}</td>'
    small = f"<small>{prose(row.note)}</small>" if row.note else ""
    credit = ' class="lb-credit"' if row.credit else ""
    return f'<tr{credit}><td>{prose(name_of(row))}{small}</td><td class="lb-num">{quantity_of(row)}</td>{cells}</tr>'


def amount_of(row: Row, amount: Decimal | None, bill: Bill) -> str:
    """An amount to read; a dash where this book has no such line, a word where it lacks the price."""
    if amount is not None:
        return units.money(amount, bill.book.currency)
    return "no price" if any(used.name == row.name for used in bill.missing) else "–"


def quantity_of(row: Row) -> str:
    """A line's quantity and unit to read."""
    return f"{units.count(round(row.quantity, 3))} {prose(row.unit)}"


def without_price(bills: Sequence[Bill]) -> list[Used]:
    """What was used and has a price in none of the books."""
    lines = {row.name for row in pricing.side_by_side(bills)}
    return [used for used in bills[0].missing if used.name not in lines]


def missing_rows(bills: Sequence[Bill]) -> str:
    """A row for each line that has no price in its Region."""
    rows = ""
    for used in without_price(bills):
        cells = "".join('<td class="lb-num">no price</td>' for _ in bills)
        rows += f'<tr class="lb-missing"><td>{prose(used.name[:1].upper() + used.name[1:])}</td><td class="lb-num">{units.count(round(used.quantity, 3))}</td>{cells}</tr>'
    return rows


def name_of(row: Row) -> str:
    """The line's name as a person reads it."""
    return row.name[:1].upper() + row.name[1:]


def origins(bills: Sequence[Bill]) -> str:
    """Where the prices come from and of which day they are."""
    said = "; ".join(f"{bill.book.label}: {bill.book.region}, {bill.book.as_of}" for bill in bills)
    return f'<p class="lb-note">{prose(said)}</p>'


def in_text(bills: Sequence[Bill], title: str, buys: Sequence[str], sentences: Sequence[str]) -> str:
    """The card in plain words."""
    head = ["", "quantity", *(bill.book.label for bill in bills)]
    rows = [
        [
            name_of(row),
            quantity_of(row),
            *(amount_of(row, amount, bill) for amount, bill in zip(row.amounts, bills, strict=True)),
        ]
        for row in pricing.side_by_side(bills)
    ]
    gaps = [[used.name, "", *("no price" for _ in bills)] for used in without_price(bills)]
    cents = [["like the last one, 1 cent buys", "", *buys]] if buys else []
    table = columns([head, *rows, *gaps, [total_word(bills), "", *map(total_of, bills)], *cents])
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
    text = columns([head, *([name, *(total_of(bill) for bill in bills)] for name, bills in rows)])
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
        bars += f'<div class="lb-scale-bar" style="--share:{share:.4f}"><span>{prose(bill.book.label)}</span><i class="{"lb-money-first" if index == 0 else "lb-money-other"}"></i><b class="lb-num">{total_of(bill)}</b></div>'
    return f'<div class="lb-scale-row"><b>{prose(name)}</b>{bars}</div>'
