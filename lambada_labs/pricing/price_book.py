"""A dated price list: AWS's own for each Region, and the one the training deck had in mind.

The deck says that $1 buys 600,000 GB-seconds. Its figure stays as it is, stored as an amount
`per` a quantity and divided last; what the deck does not price takes AWS's price and is labelled so,
where both are in one currency.
A price that AWS's list lacks in a Region is absent: it is never borrowed from another one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, Inexact
from functools import cache
from typing import Any, Literal

from lambada_labs import files
from lambada_labs.errors import BadInput
from lambada_labs.units import EXACT

BookId = Literal["aws", "deck"]
DEFAULT_REGION = "us-east-1"
_ENDLESS = Context(prec=34)
"""For a third of a dollar and its like: narrower than `EXACT`, so that a charge and its credit cancel to nothing."""
_DAYS_FRESH = 365
_FIRST_DAY = "YYYY-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`amount` dollars for the price's `per` units, up to `up_to` units of a month (`None`: no end)."""

    amount: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`amount` dollars for `per` units, with its birth certificate.

    `tiers` beyond the first are volume tiers of a month; `amount` is the first tier's. `label`
    says where the price comes from when not from its book, `note` what it leaves out. `as_of` is an ISO
    date or its beginning.
    """

    amount: Decimal
    per: Decimal
    unit: str
    tiers: tuple[Tier, ...] = ()
    sku: str = ""
    source: str = ""
    as_of: str = ""
    label: str = ""
    note: str = ""
    each: Decimal = field(init=False)
    """The price of one unit, in dollars."""
    whole: bool = field(init=False)
    """Whether `each` is exact; otherwise a bill multiplies first and divides last."""

    def __post_init__(self) -> None:
        """Divide once, where the division leaves nothing over."""
        exact = EXACT.copy()
        exact.clear_flags()  # a copy bears the flags of every sum before it
        object.__setattr__(self, "each", exact.divide(self.amount, self.per))
        object.__setattr__(self, "whole", not exact.flags[Inexact])

    def of(self, quantity: Decimal) -> Decimal:
        """What this quantity costs at the first tier, in dollars, unrounded; negative is a credit."""
        if self.whole:
            return EXACT.multiply(quantity, self.each)
        return _ENDLESS.divide(EXACT.multiply(quantity, self.amount), self.per)

    def tier(self, tier: Tier) -> Price:
        """This price as its tier has it."""
        return replace(self, amount=tier.amount, tiers=())

    def stale(self, today: date) -> bool:
        """Whether the price was last seen more than a year ago; what bears no date is never called stale."""
        seen = _day(self.as_of)
        return seen is not None and (today - seen).days > _DAYS_FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTier:
    """What a month gives away: `quantity` units, shared by the prices it `covers`."""

    name: str
    quantity: Decimal
    covers: tuple[str, ...]
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """A price list of one Region: prices and free tiers by name, and where they come from.

    Amounts are in `currency` (CNY in China, USD elsewhere).
    """

    id: str
    label: str
    as_of: str
    region: str
    source: str
    prices: Mapping[str, Price]
    free_tiers: tuple[FreeTier, ...]
    currency: str = "USD"
    pools: Mapping[str, FreeTier] = field(init=False)
    """The free tier that covers a price, by the price's name."""

    def __post_init__(self) -> None:
        """Find the free tier of each price once."""
        pools = {name: pool for pool in self.free_tiers for name in pool.covers}
        object.__setattr__(self, "pools", pools)

    def price(self, name: str) -> Price:
        """The price of this name; raises `BadInput` where this Region's list has none."""
        found = self.prices.get(name)
        if found is None:
            near = ", ".join(difflib.get_close_matches(name, self.prices, n=3)) or "another Region"
            raise BadInput(f"{self.label} has no price {name!r} in {self.region}", expected=near)
        return found

    def free(self, name: str) -> Decimal:
        """The allowance of the free tier of this name, 0 where there is none."""
        return next((pool.quantity for pool in self.free_tiers if pool.name == name), Decimal(0))

    def stale(self, today: date) -> tuple[str, ...]:
        """The names of the prices last seen more than a year before this day."""
        return tuple(name for name, price in self.prices.items() if price.stale(today))


@cache
def regions() -> tuple[str, ...]:
    """Every Region with a price list, in alphabetical order."""
    return tuple(sorted(path.stem.removeprefix("aws-") for path in files.data("prices").glob("aws-*.json")))


@cache
def price_book(book: BookId = "aws", *, region: str = DEFAULT_REGION) -> PriceBook:
    """The price list of this name; raises `BadInput` for a book or Region that is not shipped."""
    if book not in {"aws", "deck"}:
        raise BadInput(f"No price book is called {book!r}", expected="aws or deck")
    if region not in regions():
        near = difflib.get_close_matches(region, regions(), n=3, cutoff=0.4)
        known = f"one of {', '.join(near)}" if near else f"one of {len(regions())} Regions, such as us-east-1"
        raise BadInput(f"No price list for Region {region!r}", expected=known)
    path = files.data("prices") / ("deck.json" if book == "deck" else f"aws-{region}.json")
    return _read(json.loads(path.read_text(encoding="utf-8")), region)


def _read(raw: Mapping[str, Any], region: str) -> PriceBook:
    sources = raw.get("sources", {})
    prices = {name: _price(row, raw["as_of"], sources) for name, row in raw["prices"].items()}
    pools = tuple(_free_tier(name, row, sources) for name, row in raw["free_tier"].items())
    currency = raw["currency"]
    if "rest_from" in raw:
        rest = price_book(raw["rest_from"], region=region)
        label = f"not in the {raw['id']}"
        if rest.currency == currency:  # yuan are no dollars: there the rest is missing
            prices = {**{name: replace(price, label=label) for name, price in rest.prices.items()}, **prices}
        known = {pool.name for pool in pools}
        pools += tuple(pool for pool in rest.free_tiers if pool.name not in known)
    return PriceBook(
        id=raw["id"],
        label=raw["label"],
        as_of=raw["as_of"],
        region=region,
        source=raw["source"],
        prices=prices,
        free_tiers=tuple(_with_plans(pool, prices) for pool in pools),
        currency=currency,
    )


def _price(row: Mapping[str, Any], as_of: str, sources: Mapping[str, str]) -> Price:
    tiers = tuple(_tier(tier) for tier in row.get("tiers", ()))
    return Price(
        amount=tiers[0].amount if tiers else Decimal(row["amount"]),
        per=Decimal(row["per"]),
        unit=row["unit"],
        tiers=tiers,
        sku=row.get("sku", ""),
        source=sources.get(row.get("source", ""), row.get("source", "")),
        as_of=row.get("as_of", as_of),
        note=row.get("note", ""),
    )


def _with_plans(pool: FreeTier, prices: Iterable[str]) -> FreeTier:
    """The free tier, over what a Savings Plan covers as well: it comes off before the plan applies.

    `savings.PAYMENT.duration.arm64` is the same usage as `duration.arm64`, cheaper.
    """
    plans = (name for name in prices if name.startswith("savings.") and name.split(".", 2)[2] in pool.covers)
    return replace(pool, covers=tuple(dict.fromkeys((*pool.covers, *plans))))


def _tier(row: Mapping[str, str]) -> Tier:
    return Tier(amount=Decimal(row["amount"]), up_to=Decimal(row["up_to"]) if "up_to" in row else None)


def _free_tier(name: str, row: Mapping[str, Any], sources: Mapping[str, str]) -> FreeTier:
    return FreeTier(
        name=name,
        quantity=Decimal(row["quantity"]),
        covers=tuple(row["covers"]),
        source=sources.get(row.get("source", ""), row.get("source", "")),
        as_of=row.get("as_of", ""),
    )


def _day(as_of: str) -> date | None:
    """The first day that an ISO date or its beginning can mean: what may be older than a year is called stale."""
    try:
        return date.fromisoformat(as_of + _FIRST_DAY[len(as_of) :])
    except ValueError:
        return None
