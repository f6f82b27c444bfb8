"""The browser's preview of a bill says what the kernel's Decimal bill says, string by string."""

import random
from datetime import date
from decimal import Decimal

import pytest
from node import run

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill_both, regions
from lambada_labs.pricing.parts import KINDS, Logs
from lambada_labs.ui import estimate
from lambada_labs.ui.estimate.state import full

POINTS = 10_000
TODAY = date(2026, 11, 25)
PREVIEW = "given.map(({work, plan, books, constants}) => preview(work, plan, books, constants))"


def fraction(chance, largest, places=3):
    """A number with some decimals, 0 often enough."""
    return Decimal(0) if chance.random() < 0.4 else Decimal(str(round(chance.random() * largest, places)))


def any_work(chance):
    """A workload from anywhere in the range, small and large equally likely, its options at random."""
    options = {}
    if chance.random() < 0.6:
        options = {
            "spread": chance.choice(["steady", "typical", "long_tail"]),
            "cold_share": fraction(chance, 1),
            "init_ms": fraction(chance, 4000, 2),
            "retry_share": fraction(chance, 2),
            "ephemeral_mb": chance.choice([512, 513, round(512 + 9728 * chance.random())]),
            "event_kb": fraction(chance, 1000, 1),
        }
    whole = round(900_000 ** chance.random())
    return Workload(
        memory_mb=round(128 * 80 ** chance.random()),
        duration_ms=whole if chance.random() < 0.7 else Decimal(whole) - Decimal("0.25"),
        requests=chance.choice([0, 1, 10**10])
        if chance.random() < 0.1
        else round(10 ** (10 * chance.random())),
        architecture=chance.choice(["x86_64", "arm64"]),
        **options,
    )


def any_part(chance, kind):
    """A part with its options at random, or as it is where it has no numbers."""
    if kind is Logs:
        return Logs(kb_per_request=fraction(chance, 50), months_kept=chance.choice([0, 1, 6]))
    return kind()


def any_parts(chance):
    around = [kind for kind in KINDS if not kind.compute]
    chosen = chance.sample(around, chance.randint(0, 4))
    if chance.random() < 0.3:
        chosen.append(chance.choice([kind for kind in KINDS if kind.compute]))
    return tuple(any_part(chance, kind) for kind in chosen)


def any_scenario(chance):
    return Scenario(
        workload=any_work(chance),
        region=chance.choice(regions()) if chance.random() < 0.3 else "us-east-1",
        free_tier=chance.random() < 0.85,
        parts=any_parts(chance) if chance.random() < 0.5 else (),
    )


def asked(scenario):
    """What the browser holds when it previews this scenario."""
    bills = bill_both(scenario)
    return {
        "work": full(scenario),
        "plan": estimate.as_plan(scenario),
        "books": estimate.as_books(scenario, [bill.book for bill in bills], TODAY),
        "constants": estimate.constants(),
    }


def previewed(scenarios):
    return run(["preview.js"], PREVIEW, [asked(scenario) for scenario in scenarios])


def test_preview_equals_the_kernel_on_10_000_random_points():
    chance = random.Random(20261125)
    scenarios = [any_scenario(chance) for _ in range(POINTS)]
    differing = [
        (scenario, kernel, seen)
        for scenario, seen in zip(scenarios, previewed(scenarios), strict=True)
        if (kernel := estimate.shown(bill_both(scenario))) != seen
    ]
    assert differing[:1] == []


def test_the_random_points_reach_every_tier_and_every_line():
    chance = random.Random(20261125)
    scenarios = [any_scenario(chance) for _ in range(POINTS)]
    names = {line.name for scenario in scenarios for line in bill_both(scenario)[0].lines}
    assert {
        "duration x86_64, over 6,000,000,000",
        "duration x86_64, over 15,000,000,000",
        "duration arm64, over 7,500,000,000",
        "INIT x86_64",
        "ephemeral storage",
        "free tier: INIT arm64",
        "logs ingested, over 10,240",
    } <= names
    assert any(bill_both(scenario)[0].missing for scenario in scenarios)


def test_what_is_called_exact_stays_exact_when_its_slider_moves():
    chance = random.Random(7)
    moved, kernels = [], []
    for _ in range(1500):
        before, work = any_scenario(chance), any_work(chance)
        plan = estimate.as_plan(before)
        name = chance.choice([each for each in plan["exact"] if plan["exact"][each]] or ["requests"])
        try:
            after = before.with_workload(**{name: getattr(work, name)})
            bills = bill_both(after)
        except BadInput:
            continue
        if plan["exact"][name]:
            moved.append({**asked(before), "work": full(after)})
            kernels.append(estimate.shown(bills))
    assert len(kernels) > 1000
    assert run(["preview.js"], PREVIEW, moved) == kernels


def test_preview_rounds_ties_as_the_invoice_does():
    # The duration is free here; 100,000 requests beyond the free million cost exactly 2 cents, 125,000 exactly 2.5.
    scenarios = [
        Scenario(
            workload=Workload(memory_mb=128, duration_ms=1, requests=1_000_000 + extra, architecture="arm64")
        )
        for extra in (100_000, 125_000)
    ]
    assert [seen["books"][0]["total"] for seen in previewed(scenarios)] == ["$0.02", "$0.03"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1234.5", "$1,234.50"),
        ("-0.2", "-$0.20"),
        ("0", "$0.00"),
        ("0.0000020833375", "$0.00000208"),
        ("0.005", "$0.005"),
    ],
)
def test_amounts_are_written_as_the_kernel_writes_them(text, said):
    assert run(["preview.js"], "money(dec(given))", text) == said


def test_the_browser_prices_a_hundred_points_in_less_than_a_frame():
    # The hot chart asks for two curves on each move of a slider.
    scenario = any_scenario(random.Random(7))
    code = """(() => {
      const {work, plan, books, constants} = given, seconds = [];
      for (let round = 0; round < 30; round += 1) {
        const start = performance.now();
        for (let step = 1; step <= 50; step += 1) totalsAt({...work, requests: String(step * 123457)}, plan, books, constants);
        seconds.push(performance.now() - start);
      }
      return seconds.sort((a, b) => a - b)[15];
    })()"""
    assert run(["preview.js"], code, asked(scenario)) < 16
