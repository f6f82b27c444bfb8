"""A million workloads at once: the bill in floating point, and in Decimal where that could miss a cent.

A float knows its own error: where the total lies closer to half a cent than the arithmetic can be off,
that row is billed again exactly. So every row has the same cents as `bill`, and few are billed twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import LONGEST_MS, MEMORY_MAX, MEMORY_MIN
from lambada_labs.pricing.bill import bill
from lambada_labs.pricing.item import spread
from lambada_labs.pricing.price_book import FreeTier, Price, PriceBook
from lambada_labs.pricing.scenario import Scenario
from lambada_labs.units import MB_PER_GB, MS_PER_S

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Columns = Mapping[str, Floats]
    Cents = np.ndarray[Any, np.dtype[np.int64]]

COLUMNS = ("memory_mb", "duration_ms", "requests")
OPTIONAL = ("cold_share", "init_ms")
RANGES = {
    "memory_mb": (MEMORY_MIN, MEMORY_MAX),
    "duration_ms": (0, LONGEST_MS),
    "requests": (0, 2**53),
    "cold_share": (0, 1),
    "init_ms": (0, LONGEST_MS),
}
_WHOLE = {"memory_mb", "requests"}
# A total is a sum of at most some hundred products; each rounds off less than 2**-52 of what it adds.
_ERROR = 2.0**-45
_BLOCK = 1 << 14
_CENTS = 100
_HALF = 0.5
_MOST_CENTS = 2.0**62


def cents_of(table: Mapping[str, Any], like: Scenario, book: PriceBook) -> Cents:
    """The month's total of each row in whole cents, as `bill` rounds it.

    `table` is a pandas frame or any mapping with the columns `memory_mb` (MB), `duration_ms` and
    `requests` (a month), and `cold_share` and `init_ms` where they vary too: everything else
    (architecture, parts, free tier) is as in `like`. Every row is a month of its own, with its own free
    tier. Returns integers in the order of the rows.

    A part whose lines bend with the load (provisioned concurrency that spills over) is billed row by row.

    Raises:
        BadInput: a column is missing, or a row holds what Lambda would not run (the row is named), or the
            book lacks a price.
    """
    import numpy as np

    blocks = [_cents(block, like, book) for block in _blocks(table)]
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int64)


def dollars_of(table: Mapping[str, Any], like: Scenario, book: PriceBook) -> Floats:
    """The month's total of each row as a float: for charts and samples, not for an invoice."""
    import numpy as np

    blocks = [_dollars(block, like, book) for block in _blocks(table)]
    return np.concatenate(blocks) if blocks else np.zeros(0)


def _blocks(table: Mapping[str, Any]) -> Iterator[Columns]:
    """The table in pieces small enough for the processor's cache: three times as fast as in one piece."""
    import numpy as np

    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise BadInput(f"The table lacks {', '.join(missing)}", expected=", ".join(COLUMNS))
    names = [name for name in (*COLUMNS, *OPTIONAL) if name in table]
    whole = {name: np.asarray(table[name]) for name in names}
    shapes = {column.shape for column in whole.values()}
    if len(shapes) > 1 or len(shapes.pop()) != 1:
        seen = ", ".join(f"{name} {column.shape}" for name, column in whole.items())
        raise BadInput(f"The columns have these shapes: {seen}", expected="one value for each row in each")
    for first in range(0, len(whole["requests"]), _BLOCK):
        block = {name: _floats(name, column[first : first + _BLOCK]) for name, column in whole.items()}
        _check(block, first)
        yield block


def _floats(name: str, column: Any) -> Floats:
    try:
        found: Floats = column.astype("float64")
    except (TypeError, ValueError) as error:
        raise BadInput(f"The column {name} holds no numbers ({error})", expected="numbers") from error
    return found


def _cents(columns: Columns, like: Scenario, book: PriceBook) -> Cents:
    import numpy as np

    if not _straight(columns, like):
        return np.array([_exact(columns, row, like, book) for row in range(_rows(columns))], dtype=np.int64)
    total, gross = _totals(columns, like, book)
    scaled = total * _CENTS + _HALF
    if np.any(scaled >= _MOST_CENTS):
        raise BadInput(f"A month of {np.max(total):.3g}", expected="a total below 10 to the 16th")
    cents = np.floor(scaled).astype(np.int64)
    doubtful = np.abs(scaled - np.rint(scaled)) <= gross * (_CENTS * _ERROR) + _ERROR
    for row in np.flatnonzero(doubtful):
        cents[row] = _exact(columns, int(row), like, book)
    return cents


def _dollars(columns: Columns, like: Scenario, book: PriceBook) -> Floats:
    import numpy as np

    if _straight(columns, like):
        return _totals(columns, like, book)[0]
    totals = [float(bill(_row(columns, row, like), book).total) for row in range(_rows(columns))]
    return np.array(totals, dtype=np.float64)


def _rows(columns: Columns) -> int:
    return len(columns["requests"])


def _straight(columns: Columns, like: Scenario) -> bool:
    """Whether the plan is the same for every row.

    A part's lines change in one direction only as the load grows, so that a plan which is the same at
    every corner of the table is the same everywhere inside.
    """
    if not like.parts or not _rows(columns):
        return True
    ends = [(name, (column.min(), column.max())) for name, column in columns.items()]
    corners = product(*(values for _, values in ends))
    plans = {
        tuple(_at(like, dict(zip((name for name, _ in ends), corner, strict=True))).items())
        for corner in corners
    }
    return len(plans) == 1


def _check(columns: Columns, first: int) -> None:
    import numpy as np

    for name, column in columns.items():
        low, high = RANGES[name]
        # A NaN is neither above nor below: only `not (within)` catches it.
        wrong = ~((column >= low) & (column <= high))
        if name == "duration_ms":
            wrong |= column == 0
        elif name in _WHOLE:
            wrong |= column != np.floor(column)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise BadInput(f"Row {first + row}: {name}={column[row]:g}", expected=f"{low} to {high}")


def _totals(columns: Columns, like: Scenario, book: PriceBook) -> tuple[Floats, Floats]:
    """Totals, and the sum of all amounts without their signs: the scale of what may have been rounded off."""
    import numpy as np

    measured = _measures(columns, like)
    quantities: dict[tuple[str, bool], Floats] = {}
    for item in like.items():
        quantity = float(item.each) * measured[item.measure]
        key = (item.price, item.free)
        quantities[key] = quantities[key] + quantity if key in quantities else quantity
    total = np.zeros_like(columns["requests"])
    gross = np.zeros_like(total)
    left: dict[str, Any] = {}
    for name in dict.fromkeys(price for price, _ in quantities):
        price = book.price(name)
        used = sum(quantities[key] for key in quantities if key[0] == name)
        free = _free(quantities.get((name, True)), book.pools.get(name) if like.free_tier else None, left)
        total += _tiered(used - free, price)
        gross += used * (2 * float(price.amount) / float(price.per))
    return total, gross


def _free(quantity: Any, pool: FreeTier | None, left: dict[str, Any]) -> Any:
    """What the free tier covers; prices that share it take from it in the order of their lines."""
    import numpy as np

    if quantity is None or pool is None:
        return 0.0
    here = left.get(pool.name, float(pool.quantity))
    free = np.minimum(quantity, here)
    left[pool.name] = here - free
    return free


def _measures(columns: Columns, like: Scenario) -> dict[str, Any]:
    import numpy as np

    work = like.workload
    asked, memory, duration = columns["requests"], columns["memory_mb"], columns["duration_ms"]
    run, init = np.ceil(duration), np.zeros(1)
    cold_share = columns.get("cold_share", float(work.cold_share))
    init_ms = columns.get("init_ms", float(work.init_ms))
    if work.spread != "steady" or np.any(cold_share):
        parts = [
            (np.minimum(duration * float(factor), LONGEST_MS), float(share))
            for factor, share in spread(work.spread)
        ]
        run = sum((share * np.ceil(each) for each, share in parts), np.zeros_like(duration))
        cold = sum((share * np.ceil(each + init_ms) for each, share in parts), np.zeros_like(run))
        init = (cold - run) * cold_share
    runs = asked * (1 + float(work.retry_share)) if work.retry_share else asked
    gb = memory / MB_PER_GB
    seconds = runs * run / MS_PER_S
    init_seconds = runs * init / MS_PER_S
    return {
        "requests": asked,
        "seconds": seconds + init_seconds,
        "gb_seconds": seconds * gb,
        "init_gb_seconds": init_seconds * gb,
        "gb": gb,
        "month": np.ones(1),
    }


def _tiered(quantity: Any, price: Price) -> Any:
    import numpy as np

    per = float(price.per)
    amount = quantity * (float(price.amount) / per)
    for tier, after in zip(price.tiers, price.tiers[1:], strict=False):
        edge = float(tier.up_to or 0)
        if np.any(quantity > edge):
            step = (float(after.amount) - float(tier.amount)) / per
            amount = amount + np.maximum(quantity - edge, 0) * step
    return amount


def _exact(columns: Columns, row: int, like: Scenario, book: PriceBook) -> int:
    return int(bill(_row(columns, row, like), book).cents * _CENTS)


def _row(columns: Columns, row: int, like: Scenario) -> Scenario:
    return _at(like, {name: column[row] for name, column in columns.items()})


def _at(like: Scenario, cells: Mapping[str, Any]) -> Scenario:
    exact = {name: Decimal(str(cell)) for name, cell in cells.items()}
    figures: dict[str, Any] = {name: int(cell) if name in _WHOLE else cell for name, cell in exact.items()}
    return like.with_workload(**figures)
