"""Where in AWS's Price List a price of a book stands: the rows of `data/prices/joins.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lambada_labs.errors import BadInput
from price_list.book_file import read_json

GLOBAL = "global"
_CHINA = "cn-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of an offer file: `attributes` as AWS wrote them, `usagetype` without its Region prefix."""

    sku: str
    family: str
    usagetype: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How one price is found: what its product has to be, and what the book calls it.

    `region` is the attribute that holds the Region's code, or "global" where one price counts for all.
    `units` may be empty: then any unit is taken. `per` and `unit` are the book's.
    """

    name: str
    offer: str
    per: Decimal
    unit: str
    family: str = ""
    usagetype: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    region: str = "regionCode"

    def fits(self, product: Product) -> bool:
        """Whether this product, in whatever Region, is the one meant."""
        return (
            self.family in {"", product.family}
            and self.usagetype in {"", product.usagetype}
            and all(product.attributes.get(key) == value for key, value in self.where.items())
        )

    def in_region(self, product: Product, region: str) -> bool:
        """Whether this product is sold in the Region."""
        return self.region == GLOBAL or product.attributes.get(self.region) == region


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """All joins by the price's name, the Region prefix of usagetypes, and where AWS keeps the files."""

    rows: Mapping[str, Join]
    prefix: re.Pattern[str]
    download: Mapping[str, str]
    large: frozenset[str]

    def of(self, offer: str) -> tuple[Join, ...]:
        """The joins of this offer, in the order of the file."""
        return tuple(join for join in self.rows.values() if join.offer == offer)

    def product(self, sku: str, raw: Mapping[str, Any]) -> Product:
        """A product as joins look at it."""
        attributes = raw.get("attributes", {})
        return Product(
            sku=sku,
            family=raw.get("productFamily", ""),
            usagetype=self.prefix.sub("", attributes.get("usagetype", ""), count=1),
            attributes=attributes,
        )

    def url(self, offer: str, region: str) -> str:
        """Where AWS keeps this offer's file for this Region."""
        everywhere = any(join.region == GLOBAL for join in self.of(offer))
        kind = GLOBAL if everywhere else "cn" if region.startswith(_CHINA) else "aws"
        return self.download[kind].format(offer=offer, region=region)


def read_joins(path: Path) -> Joins:
    """The joins of this file; raises `BadInput` where it is not of the expected shape."""
    raw = read_json(path)
    try:
        return Joins(
            rows={name: _join(name, row) for name, row in raw["joins"].items()},
            prefix=re.compile(f"^{raw['region_prefix']}"),
            download=raw["download"],
            large=frozenset(raw["large"]),
        )
    except (KeyError, TypeError, AttributeError, ArithmeticError, re.error) as error:
        raise BadInput(
            f"{path} has no joins: {error!r}", expected='"joins", "region_prefix", "download", "large"'
        ) from error


def _join(name: str, row: Mapping[str, Any]) -> Join:
    return Join(
        name=name,
        offer=row["offer"],
        per=Decimal(row["per"]),
        unit=row["unit"],
        family=row.get("family", ""),
        usagetype=row.get("usagetype", ""),
        where=row.get("where", {}),
        units=tuple(row.get("units", ())),
        region=row.get("region", "regionCode"),
    )
