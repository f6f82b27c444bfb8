"""What it costs: a workload, or measured invocations, times a dated price book.

Two books stand side by side: `aws` (the dated list price, the headline) and `deck` (the training
deck's figure, ten times too cheap). Every bill is itemised, exact, and shows the free tier as lines.
"""

from lambada_labs.pricing.bill import Bill, Line, bill, bill_both, net
from lambada_labs.pricing.comparison import (
    Row,
    one_cent_buys,
    price_json,
    side_by_side,
    what_drives,
    why_books_differ,
)
from lambada_labs.pricing.day import SERVER, Day, day
from lambada_labs.pricing.item import Item, Measures, measures, on_demand
from lambada_labs.pricing.price_book import DEFAULT_REGION, FreeTier, Price, PriceBook, price_book, regions
from lambada_labs.pricing.scenario import Scenario, scenario_from_json
from lambada_labs.pricing.usage import Usage, Used, usage

__all__ = [
    "DEFAULT_REGION",
    "SERVER",
    "Bill",
    "Day",
    "FreeTier",
    "Item",
    "Line",
    "Measures",
    "Price",
    "PriceBook",
    "Row",
    "Scenario",
    "Usage",
    "Used",
    "bill",
    "bill_both",
    "day",
    "measures",
    "net",
    "on_demand",
    "one_cent_buys",
    "price_book",
    "price_json",
    "regions",
    "scenario_from_json",
    "side_by_side",
    "usage",
    "what_drives",
    "why_books_differ",
]
