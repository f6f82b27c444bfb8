"""Reading an offer file of AWS's Price List without holding all of it as objects.

A regional file of AmazonEC2 has hundreds of megabytes, nearly all of it reserved terms. Members are
decoded one by one; products that no join means and terms of other products are dropped at once.
Shape (source: AWS Price List bulk API): offerCode, publicationDate, products by SKU, and
terms.OnDemand by SKU, each with priceDimensions that have beginRange, endRange, unit, pricePerUnit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambada_labs.errors import BadInput
from price_list.joins import Joins, Product

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_DAY = len("2026-09-19")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an offer file says about the products that joins mean.

    `terms` are the on-demand terms by SKU as AWS wrote them. `published` and `seen` are ISO dates; AWS
    leaves a file alone while nothing changes, so one published long ago may have been current when seen.
    """

    code: str
    published: str
    path: Path
    products: tuple[Product, ...]
    terms: Mapping[str, Mapping[str, Any]]
    seen: str = ""

    @property
    def as_of(self) -> str:
        """The last day on which these prices are known to have held."""
        return max(self.published, self.seen)


@dataclass(slots=True)
class Cursor:
    """A place in a JSON text. After each of `members` the caller takes its value: `value()` or `members()`."""

    text: str
    at: int = 0

    def value(self) -> Any:
        """Decode the value here and go past it."""
        found, self.at = _DECODER.raw_decode(self.text, self._next())
        return found

    def members(self) -> Iterator[str]:
        """The keys of the object here, one after the other."""
        self._take("{")
        while self._mark() != "}":
            key = self.value()
            self._take(":")
            yield key
            if self._mark() != "}":
                self._take(",")
        self._take("}")

    def _next(self) -> int:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _mark(self) -> str:
        return self.text[self._next() : self.at + 1]

    def _take(self, mark: str) -> None:
        if self._mark() != mark:
            raise json.JSONDecodeError(f"Expecting {mark!r}", self.text, self.at)
        self.at += 1


def read_offer(path: Path, joins: Joins, seen: str = "") -> Offer | None:
    """The offer in this file, `None` for JSON that is no offer; raises `BadInput` for what is no JSON.

    `seen` is the day it was fetched, where that is known.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return _walk(Cursor(text), path, joins, seen)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} is no offer file: {error}",
            expected="an offer file of AWS's Price List (index.json)",
            todo="Fetch it again; a download that broke off looks like this",
        ) from error


def _walk(cursor: Cursor, path: Path, joins: Joins, seen: str) -> Offer | None:
    head: dict[str, str] = {}
    products: dict[str, Product] = {}
    terms: dict[str, Mapping[str, Any]] = {}
    for key in cursor.members():
        if key == "products" and "offerCode" in head:
            products = dict(_products(cursor, head["offerCode"], joins))
        elif key == "terms":
            terms = _on_demand(cursor, products) if products else {}
            break  # reserved terms may follow, by the gigabyte
        else:
            value = cursor.value()
            head |= {key: value} if isinstance(value, str) else {}
    if "offerCode" not in head:
        return None
    return Offer(
        code=head["offerCode"],
        published=head.get("publicationDate", "")[:_DAY],
        path=path,
        products=tuple(products.values()),
        terms=terms,
        seen=seen,
    )


def _products(cursor: Cursor, code: str, joins: Joins) -> Iterator[tuple[str, Product]]:
    meant = joins.of(code)
    for sku in cursor.members():
        product = joins.product(sku, cursor.value())
        if any(join.fits(product) for join in meant):
            yield sku, product


def _on_demand(cursor: Cursor, products: Mapping[str, Product]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for kind in cursor.members():
        if kind != "OnDemand":
            cursor.value()
            continue
        for sku in cursor.members():
            term = cursor.value()
            if sku in products:
                found[sku] = term
        break
    return found
