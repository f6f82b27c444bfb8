"""What it costs: a workload, or measured invocations, times a dated price book.

Two books stand side by side: `aws` (the dated list price, the headline) and `deck` (the training
deck's figure, ten times too cheap). Every bill is itemised, exact, and shows the free tier as lines.
"""

from lambada_labs.pricing.bill import Bill, Line, bill, bill_both
from lambada_labs.pricing.comparison import one_cent_buys, price_json, what_drives, why_books_differ
from lambada_labs.pricing.day import SERVER, Day, day
from lambada_labs.pricing.price_book import DEFAULT_REGION, Price, PriceBook, price_book
from lambada_labs.pricing.usage import Usage, usage

__all__ = [
    "DEFAULT_REGION",
    "SERVER",
    "Bill",
    "Day",
    "Line",
    "Price",
    "PriceBook",
    "Usage",
    "bill",
    "bill_both",
    "day",
    "one_cent_buys",
    "price_book",
    "price_json",
    "usage",
    "what_drives",
    "why_books_differ",
]
