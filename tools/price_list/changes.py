"""What a refresh changes in a book, and the table that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lambada_labs.errors import BadInput
from price_list.book_file import Book, text
from price_list.extract import Row, prices
from price_list.joins import Joins
from price_list.offer import Offer

_DATED = ("sku", "source", "as_of", "note")
_HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A book after a refresh, and the names of its prices by what happened to them.

    `missing`: the book has it, its offer was read, and no product fits any more; `kept`: its offer was
    not read. Both stay in the book as they were.
    """

    book: Book
    old: Mapping[str, Row]
    offers: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]
    confirmed: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether a price changed, came or went; newer dates alone are no difference."""
        return bool(self.changed or self.added or self.missing)


def refresh(book: Book, offers: list[Offer], joins: Joins) -> Refreshed:
    """The book with what these offers ask in its Region; raises `BadInput` (see `extract.prices`)."""
    read = _one_each(offers, book["region"])
    found: dict[str, Row] = {}
    for offer in read.values():
        found |= prices(offer, joins, book["region"], book["currency"])
    old: Mapping[str, Row] = book["prices"]
    same = {name for name in found if name in old and _asked(found[name]) == _asked(old[name])}
    covered = {join.name for code in read for join in joins.of(code)}
    return Refreshed(
        book=_renewed(book, found, read),
        old=old,
        offers=tuple(f"{offer.code} {offer.published}" for offer in read.values()),
        changed=tuple(name for name in old if name in found and name not in same),
        added=tuple(name for name in found if name not in old),
        missing=tuple(name for name in old if name in covered and name not in found),
        confirmed=tuple(name for name in old if name in same),
        kept=tuple(name for name in old if name not in covered),
    )


def _asked(row: Row) -> dict[str, Any]:
    """A row without its birth certificate, its numbers as numbers."""
    asked = {key: value for key, value in row.items() if key not in {*_DATED, "amount", "tiers"}}
    return {**asked, "per": Decimal(row["per"]), "tiers": tiers(row)}


def tiers(row: Row) -> list[tuple[Decimal, str]]:
    """Amount and upper bound ("" for none) of each tier; a flat price is one tier."""
    return [(Decimal(tier["amount"]), tier.get("up_to", "")) for tier in row.get("tiers", [row])]


def _one_each(offers: list[Offer], region: str) -> dict[str, Offer]:
    read: dict[str, Offer] = {}
    for offer in offers:
        first = read.setdefault(offer.code, offer)
        if first is not offer:
            raise BadInput(
                f"{first.path} and {offer.path} both are {offer.code} in {region}", expected="one file"
            )
    return read


def _renewed(book: Book, found: Mapping[str, Row], read: Mapping[str, Offer]) -> Book:
    old: Mapping[str, Row] = book["prices"]
    rows = {name: {**found[name], **_note(row)} if name in found else row for name, row in old.items()}
    rows |= {name: row for name, row in found.items() if name not in rows}
    told = {code: f"AWS Price List, {code} offer published {offer.published}" for code, offer in read.items()}
    used = {row["source"] for row in [*rows.values(), *book["free_tier"].values()]}
    sources = {name: line for name, line in {**book["sources"], **told}.items() if name in used}
    return {**book, **_head(book, rows["duration.x86_64"], told), "sources": sources, "prices": rows}


def _head(book: Book, lead: Row, told: Mapping[str, str]) -> dict[str, str]:
    """The book's own date and source are those of its duration price."""
    if lead["source"] not in told:
        return {}
    _, mark, rest = book["source"].partition("; free tier")
    return {"as_of": lead["as_of"], "source": told[lead["source"]] + mark + rest}


def _note(row: Row) -> dict[str, str]:
    """The remark that volume tiers are not known ends when they are; others stay."""
    note = row.get("note", "")
    return {"note": note} if note and not note.startswith("first volume tier") else {}


def report(result: Refreshed) -> Iterator[str]:
    """The lines to print: what was read, and per price old, new and per cent."""
    yield f"{result.book['region']}: read {', '.join(result.offers)}"
    rows: Mapping[str, Row] = result.book["prices"]
    for name in result.changed:
        yield from _changed(name, result.old[name], rows[name])
    for name in result.added:
        yield f"  added      {name:<34} {_words(rows[name])}"
    for name in result.missing:
        yield f"  missing    {name:<34} {_words(rows[name])} (no product fits any more; kept)"
    yield f"  confirmed  {len(result.confirmed)} prices"
    if result.kept:
        dates = sorted(rows[name].get("as_of", "") for name in result.kept)
        yield f"  kept       {len(result.kept)} prices of offers that were not read, of {dates[0]} to {dates[-1]}"


def _changed(name: str, old: Row, new: Row) -> Iterator[str]:
    before, after = tiers(old), tiers(new)
    if [end for _, end in before] != [end for _, end in after] or old["per"] != new["per"]:
        yield f"  changed    {name:<34} {_words(old)} → {_words(new)}"
        return
    for count, ((was, _), (now, _)) in enumerate(zip(before, after, strict=True), 1):
        if was != now:
            title = name if len(after) == 1 else f"{name}, tier {count}"
            per_cent = (now / was - 1) * _HUNDRED
            step = f"{text(was)} → {text(now)} per {new['per']} {new['unit']}"
            yield f"  changed    {title:<34} {step} ({per_cent:+.1f} %)"


def _words(row: Row) -> str:
    parts = [f"{text(amount)} up to {end}" if end else text(amount) for amount, end in tiers(row)]
    return f"{', then '.join(parts)} per {row['per']} {row['unit']}"
