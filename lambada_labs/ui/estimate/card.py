"""The calculator's card: the form, the totals, the bill, and the places that its script fills."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import pricing, units
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, Scenario
from lambada_labs.ui.card import Card, fresh_id, heading, in_words, prose
from lambada_labs.ui.estimate.figures import tabs
from lambada_labs.ui.estimate.markup import form, preset_menu, segments
from lambada_labs.ui.estimate.paste import panel
from lambada_labs.ui.estimate.sentences import asked_in_words, bills_of, driver
from lambada_labs.ui.money import bill_card, in_text, lines_table, origins

STYLES = ("money.css", "calculator.css")
PERIODS = (("thousand", "per 1,000 requests"), ("month", "a month"), ("year", "a year"))


def scenario_of(asked: Scenario | Workload) -> Scenario:
    """The scenario itself, or the workload in the usual Region with nothing around it."""
    return asked if isinstance(asked, Scenario) else Scenario(workload=asked)


def words_of(scenario: Scenario, bills: Sequence[Bill]) -> str:
    """The whole answer in plain words."""
    total = units.money(bills[0].total, bills[0].book.currency)
    incomplete = "" if bills[0].complete else ", incomplete"
    title = f"{total} a month{incomplete}: {asked_in_words(scenario)}"
    sentences = [driver(scenario.workload, bills[0]), pricing.why_books_differ(*bills[:2])]
    return in_text(bills, title, [], sentences)


def still_card(asked: Scenario | Workload) -> Card:
    """The bill alone, for saved notebooks: what the calculator stood at."""
    scenario = scenario_of(asked)
    bills = bills_of(scenario)
    total = units.money(bills[0].total, bills[0].book.currency)
    card = bill_card(bills, title=f"{total} a month", driver=driver(scenario.workload, bills[0]))
    note = f'<p class="lb-note">{prose(asked_in_words(scenario))}</p>'
    return Card(card.body + note, words_of(scenario, bills), card.styles)


def calculator_card(asked: Scenario | Workload) -> Card:
    """The living calculator: controls beside totals, chart and bill; pictures and logs below."""
    scenario = scenario_of(asked)
    bills = bills_of(scenario)
    words = words_of(scenario, bills)
    body = (
        f'<div class="lb-calc-top"><div>{heading("What does it cost?", kicker="Cost calculator")}</div>{tools()}</div>'
        '<p class="lb-story" data-part="story" hidden></p><p class="lb-problem" data-part="problem" role="alert" hidden></p>'
        f'<div class="lb-lost" data-part="lost" role="alert" hidden></div><div data-part="error" hidden></div>'
        f'<div class="lb-calc">{form(scenario)}<div class="lb-result">{totals(bills)}{chart()}'
        f'<div class="lb-calc-bill" data-part="bill">{lines_table(bills)}{tip()}</div>{readings(scenario, bills)}</div></div>'
        f'{tabs()}{panel()}<p class="lb-sr" role="status" data-part="said"></p><div data-part="origins">{origins(bills)}</div><div data-part="words">{in_words(words)}</div>'
    )
    return Card(body, words, STYLES)


def tools() -> str:
    """Presets, comparing, and what leaves the page."""
    menu = fresh_id("share")
    items = (("link", "Copy link"), ("json", "Download JSON"), ("csv", "Download CSV"))
    buttons = "".join(f'<button type="button" data-do="{key}">{said}</button>' for key, said in items)
    return (
        f'<div class="lb-tools">{preset_menu()}<button type="button" class="lb-button lb-second" data-do="compare" aria-pressed="false">Compare two</button>'
        f'<div class="lb-menu"><button type="button" class="lb-button lb-second" data-do="menu" aria-expanded="false" aria-controls="{menu}">Share</button>'
        f'<div class="lb-menu-in" id="{menu}" data-part="menu" hidden>{buttons}</div></div></div>'
    )


def totals(bills: Sequence[Bill]) -> str:
    """Both totals, each with the place for what it moved by, and how they are shown."""
    boxes = "".join(book_box(bill, first=index == 0) for index, bill in enumerate(bills))
    return (
        f'<section class="lb-totals" aria-label="Totals"><div class="lb-books" data-part="books">{boxes}</div>'
        f'<div class="lb-ways">{segments("Shown", "period", PERIODS, "month")}'
        '<label class="lb-switch"><input type="checkbox" data-like-aws><span>Round like AWS</span></label>'
        '<button type="button" class="lb-button lb-second lb-small" data-do="tenfold">10× traffic</button></div></section>'
    )


def book_box(bill: Bill, *, first: bool) -> str:
    """One book's total."""
    key = bill.book.id
    total = units.money(bill.total, bill.book.currency)
    return (
        f'<div class="lb-book{" lb-book-first" * first}"><span data-part="label_{key}">{prose(bill.book.label)}</span>'
        f'<b class="lb-num" data-part="total_{key}">{total}</b><small><span data-part="period_{key}">a month</span><span class="lb-likely lb-num" data-part="likely_{key}" hidden></span></small>'
        f'<em class="lb-moved-by lb-num" data-part="moved_{key}"></em></div>'
    )


def chart() -> str:
    """The place of the chart that the browser draws."""
    return (
        '<figure class="lb-hot" data-part="chart"><p class="lb-hot-title" data-part="finding"></p><div data-part="plot"></div>'
        '<figcaption class="lb-sr" data-part="plot_words"></figcaption></figure>'
    )


def tip() -> str:
    """A price's birth certificate, shown where its line has the pointer or the focus."""
    return f'<div class="lb-tip" role="tooltip" id="{fresh_id("tip")}" data-part="tip" hidden></div>'


def readings(scenario: Scenario, bills: Sequence[Bill]) -> str:
    """What drives the bill, why the books differ, which prices are old."""
    said = (
        ("driver", driver(scenario.workload, bills[0])),
        ("why", pricing.why_books_differ(*bills[:2])),
        ("aged", ""),
    )
    return "".join(f'<p class="lb-reading" data-part="{key}">{prose(sentence)}</p>' for key, sentence in said)
