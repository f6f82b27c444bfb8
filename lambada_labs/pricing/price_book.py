"""A dated price list: AWS's own, and the one the training deck had in mind.

The deck says that $1 buys 600,000 GB-seconds. Its figure stays as it is, stored as an amount
`per` a quantity and divided last; what the deck does not price takes AWS's price and is labelled so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cache
from typing import Any, Literal

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.units import EXACT

BookId = Literal["aws", "deck"]
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`amount` dollars for `per` units; `label` says where it comes from when not from its book."""

    amount: Decimal
    per: Decimal
    unit: str
    label: str = ""

    def of(self, quantity: Decimal) -> Decimal:
        """What this quantity costs, in dollars, unrounded; a negative quantity is a credit."""
        with localcontext(EXACT):
            return quantity * self.amount / self.per

    @property
    def each(self) -> Decimal:
        """The price of one unit, in dollars."""
        return self.of(Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """A price list with its birth certificate.

    `prices` by name: `requests`, `duration.x86_64`, `duration.arm64`. `free_tier` holds a
    month's allowance by name: `requests`, and `duration` (GB-seconds of all architectures together).
    """

    id: str
    label: str
    as_of: str
    region: str
    source: str
    prices: Mapping[str, Price]
    free_tier: Mapping[str, Decimal]


@cache
def price_book(book: BookId = "aws", *, region: str = DEFAULT_REGION) -> PriceBook:
    """The price list of this name; raises `BadInput` for a book or Region that is not shipped."""
    path = files.data("prices") / f"{book}-{region}.json"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in files.data("prices").glob("*.json")))
        raise BadInput(f"No price book {book!r} for {region!r}", expected=f"one of {known}")
    return _read(json.loads(path.read_text(encoding="utf-8")))


def _read(raw: Mapping[str, Any]) -> PriceBook:
    prices = {name: _price(row) for name, row in raw["prices"].items()}
    if "rest_from" in raw:
        rest = price_book(raw["rest_from"], region=raw["region"]).prices
        borrowed = {name: replace(price, label=f"not in the {raw['id']}") for name, price in rest.items()}
        prices = {**borrowed, **prices}
    return PriceBook(
        id=raw["id"],
        label=raw["label"],
        as_of=raw["as_of"],
        region=raw["region"],
        source=raw["source"],
        prices=prices,
        free_tier={name: Decimal(quantity) for name, quantity in raw["free_tier"].items()},
    )


def _price(row: Mapping[str, str]) -> Price:
    return Price(amount=Decimal(row["amount"]), per=Decimal(row["per"]), unit=row["unit"])
