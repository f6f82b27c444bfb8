"""Builds price books anew from AWS's bulk Price List files, and says what changed.

    tools/refresh_prices.py --offers FOLDER               compare the books with the files below FOLDER
    tools/refresh_prices.py --download --region us-east-1 fetch the files from AWS first (no credentials)
    ... --write                                           and write the books

Prices whose offers are not there keep their old source and date. Exit code: 0 no price changed (or
the books were written), 1 prices changed and nothing was written, 2 the input cannot be used.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from price_list.book_file import read_book, render
from price_list.changes import Refreshed, refresh, report
from price_list.download import download
from price_list.joins import GLOBAL, Joins, read_joins
from price_list.offer import Offer, read_offer

from lambada_labs.errors import BadInput

PRICES = Path(__file__).parent.parent / "data" / "prices"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of each Region; see the module for the exit codes."""
    asked = _parser().parse_args(arguments)
    try:
        done = [*_refreshed(asked)]
    except BadInput as problem:
        print(problem, file=sys.stderr)
        return 2
    for result in done:
        print("\n".join(report(result)))
        if asked.write:
            path = asked.books / f"aws-{result.book['region']}.json"
            path.write_text(render(result.book), encoding="utf-8")
    print(f"{len(done)} books written" if asked.write else "nothing was written: --write does")
    return int(not asked.write and any(result.differs for result in done))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--offers", type=Path, help="folder with offer files (any *.json below it)")
    where.add_argument("--download", action="store_true", help="fetch the offer files from AWS")
    parser.add_argument("--region", action="append", default=[], help="only this Region; may be given again")
    parser.add_argument(
        "--seen", type=_day, help="day on which the files were fetched (default: their own date)"
    )
    parser.add_argument("--write", action="store_true", help="write the books")
    parser.add_argument("--books", type=Path, default=PRICES, help="folder of the books and of joins.json")
    return parser


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-25") from None


def _refreshed(asked: argparse.Namespace) -> Iterable[Refreshed]:
    joins = read_joins(asked.books / "joins.json")
    known = sorted(path.stem.removeprefix("aws-") for path in asked.books.glob("aws-*.json"))
    for region in asked.region:
        if region not in known:
            near = difflib.get_close_matches(region, known, n=3, cutoff=0.4) or known
            raise BadInput(f"No price book for Region {region!r}", expected=", ".join(near))
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.offers or Path(scratch)
        if asked.download:
            asked.seen = asked.seen or datetime.now(UTC).date().isoformat()
            for url in download(joins, asked.region or known, folder):
                print(f"AWS has no {url}")
        offers = read_offers(folder, joins, asked.seen or "")
        for region in asked.region or known:
            if given := [offer for offer in offers if _sells(offer, joins, region)]:
                yield refresh(read_book(asked.books / f"aws-{region}.json"), given, joins)
            elif asked.region:
                raise BadInput(
                    f"No offer file below {folder} has products of {region}", expected="one at least"
                )


def read_offers(folder: Path, joins: Joins, seen: str = "") -> list[Offer]:
    """Every offer file below this folder; raises `BadInput` where there is none."""
    found = (read_offer(path, joins, seen) for path in sorted(folder.rglob("*.json")))
    offers = [offer for offer in found if offer is not None]
    if not offers:
        raise BadInput(f"{folder} has no offer file", expected="AWSLambda/REGION/index.json and the like")
    return offers


def _sells(offer: Offer, joins: Joins, region: str) -> bool:
    meant = [
        join
        for join in joins.of(offer.code)
        if join.region != GLOBAL or not region.startswith(("cn-", "us-gov-"))
    ]
    return any(
        join.fits(product) and join.in_region(product, region) for join in meant for product in offer.products
    )


if __name__ == "__main__":
    sys.exit(main())
