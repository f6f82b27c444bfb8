"""A day's shape: traffic hour by hour, the environments it takes, and what an hourly plan would cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lambada_labs import units
from lambada_labs.ui.card import Card, prose
from lambada_labs.ui.cost.axis import Span, shortened
from lambada_labs.ui.cost.chart import Frame, dot, figure, focusable, gaps, tip
from lambada_labs.ui.plot import round_ticks
from lambada_labs.ui.tables import columns

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import DayPlan, Hour

HOURS = 24
FULL = 100
QUARTERS = (0, 6, 12, 18, 24)


def day_plan(result: DayPlan) -> Card:
    """Environments busy in each hour, the ones kept ready, and the month by three ways of paying."""
    return figure(
        heads(result) + environments(result),
        title=result.finding,
        reading="The surface is how many environments are busy on average (requests per second × duration), the thin caps are what the busiest one per cent of moments needs, the green stairs are what the plan keeps ready.",
        text=words(result),
        note=below(result),
        styles=("cost_day.css",),
    )


def heads(result: DayPlan) -> str:
    """What a month costs in each way."""
    ways = [
        ("On demand", result.on_demand_month, "nothing kept ready"),
        ("Planned by the hour", result.planned_month, "provisioned follows the day"),
        ("Flat", result.flat_month, f"{result.flat} kept ready all day"),
    ]
    known = [amount for _, amount, _ in ways if amount is not None]
    boxes = ""
    for name, amount, small in ways:
        best = amount is not None and amount == min(known) and known.count(amount) == 1
        said = units.money(amount, result.currency) if amount is not None else "no price"
        boxes += f'<div class="{"lb-best" if best else ""}"><span>{name}{" · cheapest" * best}</span><b class="lb-num">{said}</b><small>{prose(small)}</small></div>'
    return f'<div class="lb-heads">{boxes}</div>'


def environments(result: DayPlan) -> str:
    """The day as bars of environments."""
    most = max(
        (max(float(hour.p99), float(hour.provisioned), float(hour.busy)) for hour in result.hours),
        default=1.0,
    )
    ticks = round_ticks(max(most, 1.0) * 1.05)
    frame = Frame(
        x=Span(low=0, high=HOURS),
        y=Span(low=0, high=ticks[-1]),
        x_ticks=[(hour, f"{hour}:00") for hour in QUARTERS],
        y_ticks=[(tick, shortened(tick, places=1) if tick else "0") for tick in ticks],
        x_title="hour of the day (UTC)",
        y_title="execution environments at once",
    )
    steps = [
        point
        for hour in result.hours
        for point in ((hour.hour, hour.provisioned), (hour.hour + 1, hour.provisioned))
    ]
    shapes = (
        "".join(_bar(frame, hour) for hour in result.hours)
        + f'<path class="lb-line lb-s-provisioned" d="{frame.path(steps)}"/>'
    )
    peak = result.hours[result.peak_hour]
    over = "".join(_hour(frame, hour, result) for hour in result.hours) + dot(
        frame, (peak.hour + 0.5, peak.p99), f"{peak.p99} in 99 of 100 moments", kind="none"
    )
    return frame.drawn(shapes, over, label=result.finding)


def _bar(frame: Frame, hour: Hour) -> str:
    left, width = frame.left(hour.hour) + 0.4, FULL / HOURS - 0.8
    busy, cap = frame.top(hour.busy), frame.top(hour.p99)
    throttled = (
        f'<rect class="lb-throttled" x="{left:.4g}" width="{width:.4g}" y="0" height="3"/>'
        if hour.throttled_share
        else ""
    )
    return (
        f'<rect class="lb-busy" x="{left:.4g}" width="{width:.4g}" y="{busy:.4g}" height="{FULL - busy:.4g}"/>'
        f'<path class="lb-cap" d="M{left:.4g} {cap:.4g}H{left + width:.4g}"/>{throttled}'
    )


def _hour(frame: Frame, hour: Hour, result: DayPlan) -> str:
    said = hour_words(hour, result.currency)
    right = " lb-slice-right" if hour.hour >= HOURS / 2 else ""
    flag = (
        '<b class="lb-flag">throttled</b>' if hour.throttled_share and hour.hour == result.peak_hour else ""
    )
    return f'<span class="lb-slice{right}" style="left:{frame.left(hour.hour):.4g}%;width:{FULL / HOURS:.4g}%;--at:50%" {focusable("; ".join(said))}>{flag}{tip(said)}</span>'


def hour_words(hour: Hour, currency: str) -> list[str]:
    """One hour, read off."""
    said = [
        f"{hour.hour}:00 to {hour.hour + 1}:00",
        f"{_few(hour.rps)} requests/s",
        f"{_few(hour.busy)} busy on average, {hour.p99} at P99",
        f"{hour.provisioned} kept ready",
    ]
    money = [
        f"{name} {units.money(amount, currency)}"
        for name, amount in (("on demand", hour.on_demand), ("planned", hour.planned))
        if amount is not None
    ]
    throttled = [f"{float(hour.throttled_share):.0%} throttled"] if hour.throttled_share else []
    return [*said, ", ".join(money), *throttled]


def _few(number: float) -> str:
    return f"{number:,.3g}"


def below(result: DayPlan) -> str:
    """What the plan takes for granted, and what it warns of."""
    parts = [
        f"About {units.count(result.cold_starts_day)} cold starts a day on demand. {result.confession}",
        f"From nothing to the peak's environments takes {units.duration(float(result.fill_s) * units.MS_PER_S)} of Lambda's scaling.",
        f"Throttled at {', '.join(f'{hour}:00' for hour in result.throttled_hours)}: the account's concurrency is too small."
        if result.throttled_hours
        else "",
        "The free tier is not counted here.",
        gaps(result.missing),
    ]
    return " ".join(part for part in parts if part)


def words(result: DayPlan) -> str:
    """The day as a table."""
    head = ["hour", "requests/s", "busy", "P99", "kept ready", "on demand", "planned"]
    rows = [
        [
            f"{hour.hour}:00",
            _few(hour.rps),
            _few(hour.busy),
            str(hour.p99),
            str(hour.provisioned),
            _money(hour.on_demand, result.currency),
            _money(hour.planned, result.currency),
        ]
        for hour in result.hours
    ]
    months = [
        [
            "a month",
            "",
            "",
            "",
            "",
            _money(result.on_demand_month, result.currency),
            _money(result.planned_month, result.currency),
        ]
    ]
    return columns([head, *rows, *months])


def _money(amount: Decimal | None, currency: str) -> str:
    return units.money(amount, currency) if amount is not None else "no price"


def bars_to_draw(values: Sequence[int]) -> str:
    """24 bars, each a slider: its height is the hour's traffic in per cent of the largest that can be drawn."""
    sliders = "".join(
        f'<span class="lb-hourbar lb-handle-bar" role="slider" tabindex="0" data-hour="{hour}" data-lm-suppress-shortcuts="true" aria-orientation="vertical" aria-label="Traffic from {hour}:00 to {hour + 1}:00" '
        f'aria-valuemin="0" aria-valuemax="{FULL}" aria-valuenow="{value}" aria-valuetext="{value}%" style="--tall:{value}%"><i></i></span>'
        for hour, value in enumerate(values)
    )
    ticks = "".join(f'<i style="left:{FULL * hour / HOURS:.4g}%">{hour}:00</i>' for hour in QUARTERS)
    return (
        '<p class="lb-ytitle">traffic, draw it: drag across the bars, or arrow keys on one</p>'
        f'<div class="lb-daydraw" data-part="draw">{sliders}</div><div class="lb-daydraw-ticks" aria-hidden="true">{ticks}</div>'
    )
