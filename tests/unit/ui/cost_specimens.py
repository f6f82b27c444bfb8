"""One specimen of every figure of cost, drawn from what pricing computes."""

from datetime import date
from decimal import Decimal

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, compare, price_book, uncertainty
from lambada_labs.pricing.cpu_share import cpu_share
from lambada_labs.pricing.log_summary import summarise
from lambada_labs.pricing.measurements import all_series
from lambada_labs.pricing.memory_curve import fit
from lambada_labs.pricing.parts import ApiGatewayRest, Logs, Nat
from lambada_labs.pricing.tuning import recommend
from lambada_labs.pricing.tuning_level import Run
from lambada_labs.ui import cost

SHOP = Scenario(
    workload=Workload(requests=3_000_000, duration_ms=120, memory_mb=1536, cold_share=Decimal("0.01"), init_ms=400),
    parts=(Logs(kb_per_request=2),),
)  # fmt: skip
PATH = SHOP.with_parts(ApiGatewayRest(), Nat())
BUSY = Scenario(workload=Workload(requests=90_000_000, duration_ms=250, memory_mb=1024))
DAY = (12, 7, 4, 3, 4, 6, 11, 22, 38, 47, 50, 54, 60, 55, 49, 47, 50, 58, 71, 88, 100, 82, 48, 24)
FAR = Scenario(workload=SHOP.workload, region="cn-north-1")
RANGES = {
    "requests": uncertainty.Range(low=Decimal(1_000_000), high=Decimal(9_000_000)),
    "duration_ms": uncertainty.Range(low=Decimal(80), high=Decimal(300)),
    "memory_mb": uncertainty.Range(low=Decimal(1024), high=Decimal(2048)),
    "cold_share": uncertainty.Range(low=Decimal("0.002"), high=Decimal("0.03")),
}
VOLUMES = tuple(int(10 ** (5 + step / 6)) for step in range(19))


def runs():
    """A computing function at seven sizes, three runs each, first calls apart."""
    made = []
    for memory in (128, 256, 512, 1024, 1769, 3008):
        for index, drift in enumerate((0.98, 1, 1.04)):
            took = (40 + 310 / cpu_share(memory)) * drift
            made.append(
                Run(
                    memory_mb=memory,
                    duration_ms=took,
                    billed_ms=int(took) + 1,
                    init_ms=180.0 if index == 2 else None,
                    max_memory_used_mb=88,
                )
            )
    return made  # fmt: skip


def log_text():
    """REPORT lines: many short ones, some cold, one timeout, and a line that is none."""
    lines = []
    for index in range(400):
        took = 18 + (index * 37 % 90) * (1 + (index % 11 == 0) * 6)
        init = "Init Duration: 212.40 ms\t" if index % 40 == 0 else ""
        billed = took + (213 if init else 0)
        stamp = f"2026-11-24T{index // 60 + 8:02}:{index % 60:02}:00.000Z"
        lines.append(
            f"{stamp}\tREPORT RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b{index:04x}\tDuration: {took}.00 ms\tBilled Duration: {billed} ms\tMemory Size: 1024 MB\tMax Memory Used: {80 + index % 40} MB\t{init}"
        )
    lines.append(
        "2026-11-24T15:00:00.000Z\tREPORT RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4bffff\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 1024 MB\tMax Memory Used: 90 MB\tStatus: timeout\t"
    )
    return "\n".join(lines) + "\n"  # fmt: skip


def results():
    """What `pricing.compare` says of the shop, by the name of the figure that draws it."""
    day = date(2026, 11, 25)
    asked = {
        "heat_map": lambda: compare.heat_map(SHOP),
        "architectures": lambda: compare.architectures(SHOP, slowdown=Decimal("1.1")),
        "busy_share": lambda: compare.busy_share(SHOP),
        "computes": lambda: compare.computes(SHOP),
        "regions_table": lambda: compare.regions_table(SHOP, today=day),
        "runway": lambda: compare.runway(SHOP, month=date(2026, 11, 1)),
        "failures": lambda: compare.failures(SHOP),
        "cold_start_tax": lambda: compare.cold_start_tax(SHOP),
        "time_machine": lambda: compare.time_machine(SHOP, today=day),
        "chooser": lambda: compare.chooser(SHOP),
        "scale": lambda: compare.scale(SHOP),
        "waterfall": lambda: compare.waterfall(PATH),
        "edge_choices": lambda: compare.edge_choices(SHOP),
        "day_plan": lambda: compare.day_plan(BUSY, DAY),
    }
    return {name: ask() for name, ask in asked.items()}


def cards():
    """Every figure by name."""
    book = price_book("aws")
    scattered = uncertainty.uncertainty(SHOP, RANGES, book)
    curves = {each.name: fit(each.measured) for each in all_series()}
    good = next(name for name, curve in curves.items() if curve.good and curve.waiting_share < 0.5)
    bad = next(name for name, curve in curves.items() if not curve.good)
    return {
        "area": cost.area_card(SHOP),
        "area_small": cost.area_card(Workload(requests=5_000_000, duration_ms=12, memory_mb=128)),
        "area_one": cost.area_card(Workload(requests=3_000_000, duration_ms=1000, memory_mb=1024)),
        **{name: getattr(cost, name)(result) for name, result in results().items()},
        "uncertainty": cost.uncertainty(scattered),
        "uncertainty_budget": cost.uncertainty(scattered, budget=Decimal(25)),
        "chance_cheaper": cost.chance_cheaper(
            uncertainty.chance_cheaper(SHOP, RANGES, book, monthly=Decimal(30), requests=VOLUMES), monthly=Decimal(30), against="a Fargate task"
        ),
        "memory_curve": cost.memory_curve(curves[good]),
        "memory_curve_bad": cost.memory_curve(curves[bad]),
        "tuning": cost.tuning(recommend(runs(), architecture="x86_64", book=book)),
        "log_summary": cost.log_summary(summarise([log_text().encode()])),
        "dollar_buys": cost.dollar_buys(),
        "rounding": cost.rounding([3, 42, 120, 250]),
    }  # fmt: skip
