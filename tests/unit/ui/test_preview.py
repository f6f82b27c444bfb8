"""The browser's preview of a bill says what the kernel's Decimal bill says, string by string."""

import random

from node import run

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import price_book
from lambada_labs.ui import estimate

POINTS = 10_000


def random_work(chance):
    """A workload from anywhere below the first volume tier, small and large equally likely."""
    work = any_work(chance)
    while work["memory_mb"] * work["duration_ms"] * work["requests"] > 6_000_000_000 * 1_024_000:
        work = any_work(chance)
    return work


def any_work(chance):
    return {
        "memory_mb": round(128 * 80 ** chance.random()),
        "duration_ms": round(900_000 ** chance.random()),
        "requests": chance.choice([0, 1, round(10 ** (10 * chance.random()))])
        if chance.random() < 0.3
        else round(10 ** (10 * chance.random())),
        "architecture": chance.choice(["x86_64", "arm64"]),
    }


def books():
    return [estimate.as_json(price_book("aws")), estimate.as_json(price_book("deck"))]


def test_preview_equals_the_kernel_on_10_000_random_points():
    chance = random.Random(20261124)
    works = [random_work(chance) for _ in range(POINTS)]
    previewed = run(
        ["preview.js"],
        "given.works.map((work) => preview(work, given.books))",
        {"works": works, "books": books()},
    )
    differing = [
        (work, kernel, seen)
        for work, seen in zip(works, previewed, strict=True)
        if (kernel := estimate.shown(estimate.bills_of(Workload(**work)))) != seen
    ]
    assert differing == []


def test_preview_rounds_ties_as_the_invoice_does():
    # The duration is free here; 100,000 requests beyond the free million cost exactly 2 cents, 125,000 exactly 2.5.
    works = [
        {"memory_mb": 128, "duration_ms": 1, "requests": 1_000_000 + extra, "architecture": "arm64"}
        for extra in (100_000, 125_000)
    ]
    seen = run(
        ["preview.js"],
        "given.works.map((work) => preview(work, given.books))",
        {"works": works, "books": books()},
    )
    assert [bill[0]["total"] for bill in seen] == ["$0.02", "$0.03"]


def test_a_number_says_by_how_much_it_moved():
    pairs = [[273, 1503], [1503, 273], [5, 5], [0, 123_456_789]]
    assert run(["live.js"], "given.map(([before, now]) => movedBy(before, now))", pairs) == [
        "▲ +$12.30",
        "▼ −$12.30",
        "",
        "▲ +$1,234,567.89",
    ]
