"""Fetching offer files from AWS: no credentials, the usual proxies, one file after the other."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

from lambada_labs.errors import BadInput
from price_list.joins import Joins

_PATIENCE_S = 60


def download(joins: Joins, regions: Iterable[str], folder: Path) -> list[str]:
    """Put the offers of these Regions into the folder; returns what AWS does not have.

    Offers named `large` are left out. Raises `BadInput` where AWS cannot be reached.
    """
    offers = sorted({join.offer for join in joins.rows.values()} - joins.large)
    urls = {joins.url(offer, region): (offer, region) for region in regions for offer in offers}
    return [
        url for url, (offer, region) in urls.items() if not fetch(url, folder / offer / region / "index.json")
    ]


def fetch(url: str, to: Path) -> bool:
    """Copy what is at this address into a file; `False` where there is nothing."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer, to.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except urllib.error.HTTPError as error:
        if error.code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            return False
        raise _unreachable(url, error) from error
    except OSError as error:
        raise _unreachable(url, error) from error
    return True


def _unreachable(url: str, error: Exception) -> BadInput:
    return BadInput(
        f"{url} cannot be fetched: {error}",
        expected="a network that reaches AWS's Price List",
        todo="Or fetch the files elsewhere and give their folder with --offers",
    )
