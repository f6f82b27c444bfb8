"""From the products and terms of an offer to rows of a price book."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lambada_labs.errors import BadInput
from price_list.book_file import text
from price_list.joins import Join, Joins, Product
from price_list.offer import Offer

Row = dict[str, Any]
_ENDLESS = "Inf"


def prices(offer: Offer, joins: Joins, region: str, currency: str) -> dict[str, Row]:
    """What this offer asks in this Region, by the names of prices; names without a product are left out.

    Raises `BadInput` where two products with different prices fit one name, where the currency or the
    unit is not the expected one, or where a product's terms are no gapless row of tiers.
    """
    found = {join.name: _row(join, offer, region, currency) for join in joins.of(offer.code)}
    return {name: row for name, row in found.items() if row is not None}


def _row(join: Join, offer: Offer, region: str, currency: str) -> Row | None:
    fitting = [
        product for product in offer.products if join.fits(product) and join.in_region(product, region)
    ]
    rows = {product.sku: _terms(join, product, offer, currency) for product in fitting}
    if not rows:
        return None
    if any(row != next(iter(rows.values())) for row in rows.values()):
        found = ", ".join(f"{product.sku} ({_usagetype(product)})" for product in fitting)
        raise BadInput(
            f"{offer.path}: {len(rows)} products fit {join.name!r} in {region}: {found}",
            expected="one product, or several at the same price",
            todo=f"Narrow the join of {join.name!r} in data/prices/joins.json",
        )
    plainest = min(fitting, key=lambda product: (len(_usagetype(product)), product.sku))
    dated = {"sku": plainest.sku, "source": offer.code, "as_of": offer.as_of}
    return {**rows[plainest.sku], "per": format(join.per, "f"), "unit": join.unit, **dated}


def _usagetype(product: Product) -> str:
    return product.attributes.get("usagetype", "")


def _terms(join: Join, product: Product, offer: Offer, currency: str) -> Row:
    where = f"{offer.path}: {product.sku} ({_usagetype(product)})"
    terms = list(offer.terms.get(product.sku, {}).values())
    if len(terms) != 1:
        raise BadInput(f"{where} has {len(terms)} on-demand terms", expected="one")
    dimensions = sorted(terms[0].get("priceDimensions", {}).values(), key=_begin)
    units = {dimension.get("unit", "") for dimension in dimensions}
    if join.units and not units <= set(join.units):
        raise BadInput(f"{where} is sold by {', '.join(sorted(units))}", expected=" or ".join(join.units))
    tiers = [(_amount(dimension, currency, where), dimension) for dimension in dimensions]
    _gapless(dimensions, where)
    return _tiers([(amount * join.per, str(each["endRange"])) for amount, each in tiers], where)


def _begin(dimension: Mapping[str, Any]) -> Decimal:
    return Decimal(str(dimension.get("beginRange", "0")))


def _amount(dimension: Mapping[str, Any], currency: str, where: str) -> Decimal:
    asked = dimension.get("pricePerUnit", {})
    try:
        return Decimal(asked[currency])
    except KeyError:
        raise BadInput(f"{where} is priced in {', '.join(asked) or 'nothing'}", expected=currency) from None
    except InvalidOperation:
        raise BadInput(f"{where} costs {asked[currency]!r}", expected="a decimal number") from None


def _gapless(dimensions: list[Mapping[str, Any]], where: str) -> None:
    """Tiers start at 0, meet, and the last has no end; several dimensions of other kinds do not."""
    begins = [str(each.get("beginRange")) for each in dimensions]
    ends = ["0", *(str(each.get("endRange")) for each in dimensions)]
    if begins != ends[:-1] or ends[-1] != _ENDLESS:
        ranges = ", ".join(f"{low} to {high}" for low, high in zip(begins, ends[1:], strict=True))
        raise BadInput(
            f"{where} has price dimensions for {ranges or 'nothing'}",
            expected="one row of tiers from 0 to Inf",
        )


def _tiers(tiers: list[tuple[Decimal, str]], where: str) -> Row:
    """Leading tiers at 0 are free tiers, which books keep apart."""
    while tiers and tiers[0][0] == 0:
        tiers = tiers[1:]
    if not tiers:
        raise BadInput(f"{where} costs nothing", expected="a price above 0")
    if len(tiers) == 1:
        return {"amount": text(tiers[0][0])}
    return {
        "tiers": [
            {"amount": text(amount)} if end == _ENDLESS else {"amount": text(amount), "up_to": end}
            for amount, end in tiers
        ]
    }
