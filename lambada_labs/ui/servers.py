"""A day of traffic in both worlds: the staircase of paid servers, the curve of functions, the idle money between."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from lambada_labs import facts, pricing, units
from lambada_labs.pricing import Day
from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.plot import Axes, Point, plot, word

PEAKS = tuple(range(5, 201, 5))
START_PEAK = 60
PEAK_HOUR = 20
NIGHT_HOUR = 3
HOURS = 24
Y_MAX = 240
AXES = Axes(
    x_max=HOURS,
    y_max=Y_MAX,
    x_ticks=((0, "0:00"), (6, "6:00"), (12, "12:00"), (18, "18:00"), (24, "24:00")),
    y_ticks=tuple((value, f"{value}") for value in range(0, Y_MAX + 1, 80)),
    y_title="requests per second",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The picture at one peak: everything the browser swaps while you drag, ready to draw."""

    peak: int
    stairs: str
    curve: str
    idle: str
    top: float
    title: str
    servers: str
    functions: str
    servers_cents: int
    functions_cents: int
    waste: str
    night: str
    words: str


@cache
def frames() -> tuple[Frame, ...]:
    """One frame for each peak that can be dragged to."""
    return tuple(frame(pricing.day(peak)) for peak in PEAKS)


def frame(day: Day) -> Frame:
    """The drawing and the sentences of one day."""
    steps = [
        point
        for hour, count in enumerate(day.servers)
        for point in ((hour, capacity(count)), (hour + 1, capacity(count)))
    ]
    curve = smooth(list(enumerate(day.load)))
    servers, functions = units.dollars(day.server_month), units.dollars(day.function_month)
    return Frame(
        peak=day.peak,
        stairs=AXES.path(steps),
        curve=curve,
        idle=polygon([*steps, (HOURS, 0), (0, 0)]),
        top=round(AXES.y(day.peak), 2),
        title=finding(day),
        servers=servers,
        functions=functions,
        servers_cents=int(units.cents(day.server_month) * 100),
        functions_cents=int(units.cents(day.function_month) * 100),
        waste=f"{day.idle_share:.0%} of it pays for idle capacity",
        night=at_night(day),
        words=in_words(day),
    )


def capacity(servers: int) -> int:
    """Requests per second that so many servers take."""
    return servers * facts.number("assumed.day.server_rps")


def polygon(corners: list[Point]) -> str:
    """A surface as a CSS clip path."""
    return "polygon(" + ",".join(f"{AXES.x(x):.4g}% {AXES.y(y):.4g}%" for x, y in corners) + ")"


def finding(day: Day) -> str:
    """Which world is cheaper on this day, and by how much."""
    servers, functions = units.dollars(day.server_month), units.dollars(day.function_month)
    if day.function_month <= day.server_month:
        return f"Functions {functions} a month, servers {servers}"
    return f"Busy enough: servers {servers} a month, functions {functions}"


def at_night(day: Day) -> str:
    """What runs at 3 a.m. in each world."""
    count = day.servers[NIGHT_HOUR]
    share = day.functions_at(NIGHT_HOUR)
    busy = f"{share:.1f}" if share >= 1 else f"1, for {share:.0%} of the time"
    return f"At 3 a.m. {count} server{'s run' if count > 1 else ' runs'}; functions: {busy}"


def in_words(day: Day) -> str:
    """The picture as sentences."""
    return (
        f"The busiest moment of this day is {day.peak} requests per second, in the evening.\n"
        f"Servers: between {min(day.servers)} and {max(day.servers)} run, {units.dollars(day.server_month)} a month; "
        f"{day.idle_share:.0%} of that pays for idle capacity.\n"
        f"Functions: as many as are asked for, {units.dollars(day.function_month)} a month; nothing when nobody asks.\n"
        f"{at_night(day)}."
    )


def smooth(points: list[Point]) -> str:
    """A soft line through hourly points that never overshoots a peak."""
    slopes = [slope(points, index) for index in range(len(points))]
    path = f"M{AXES.x(points[0][0]):.4g} {AXES.y(points[0][1]):.4g}"
    for (x1, y1), (x2, y2), m1, m2 in zip(points, points[1:], slopes, slopes[1:], strict=False):
        third = (x2 - x1) / 3
        bends = ((x1 + third, y1 + m1 * third), (x2 - third, y2 - m2 * third), (x2, y2))
        path += "C" + " ".join(f"{AXES.x(x):.4g} {AXES.y(y):.4g}" for x, y in bends)
    return path


def slope(points: list[Point], index: int) -> float:
    """The tangent at a point: flat at turning points, between its neighbours' slopes elsewhere."""
    if index in {0, len(points) - 1}:
        return 0.0
    before = points[index][1] - points[index - 1][1]
    after = points[index + 1][1] - points[index][1]
    return 0.0 if before * after <= 0 else 2 * before * after / (before + after)


def still(peak: int) -> Card:
    """The picture at this peak, without the handle's life: what a saved notebook shows."""
    now = next(each for each in frames() if each.peak == nearest(peak))
    return picture(
        drawing(now),
        title=now.title,
        reading=(
            "Drag the dot, or press the arrow keys on it: the peak of the day. The stairs are servers you pay for, "
            "the blue surface is what is asked, and the hatched part between them is money for waiting."
        ),
        text=now.words,
        styles=("plot.css", "timeline.css", "servers.css"),
        note=assumptions(),
    )


def nearest(peak: int) -> int:
    """The peak that can be shown and is closest to the wanted one."""
    return min(PEAKS, key=lambda each: abs(each - peak))


def drawing(now: Frame) -> str:
    """Boxes with the money, then the day."""
    shapes = (
        f'<path data-part="fill" class="lb-day-fill" d="{now.curve}L100 100L0 100Z"/>'
        f'<path data-part="curve" class="lb-day-curve" d="{now.curve}"/>'
        f'<path data-part="stairs" class="lb-day-stairs" d="{now.stairs}"/>'
        f'<path class="lb-day-night" d="M{AXES.x(NIGHT_HOUR)} 0V100"/>'
    )
    handle = (
        f'<span class="lb-handle" role="slider" tabindex="0" aria-label="Peak of the day in requests per second" '
        f'aria-valuemin="{PEAKS[0]}" aria-valuemax="{PEAKS[-1]}" aria-valuenow="{now.peak}" aria-valuetext="{prose(now.title)}" '
        f'style="left:{AXES.x(PEAK_HOUR):.4g}%;top:{now.top}%"><b><span data-part="peak">{now.peak}</span> at the peak</b></span>'
    )
    # The hatch lies under the blue surface: what remains to be seen of it is what nobody used.
    under = f'<i class="lb-hatch" data-part="idle" style="clip-path:{now.idle}"></i>'
    night = word(AXES, (NIGHT_HOUR, Y_MAX * 0.95), "3 a.m.", side="lb-night")
    said = f'<p class="lb-at-night" data-part="night">{prose(now.night)}</p>'
    return boxes(now) + plot(AXES, shapes, night + handle, under=under, height=260, label=now.title) + said


def boxes(now: Frame) -> str:
    """What each world costs in a month; the small line says by how much it moved."""
    return (
        '<div class="lb-sides lb-worlds">'
        f'<div><span><i class="lb-swatch lb-sw-stairs"></i>Servers</span><p><b class="lb-num" data-part="servers">{now.servers}</b> a month '
        f'<em class="lb-moved-by lb-num" data-part="servers_moved"></em></p><small data-part="waste">{prose(now.waste)}</small></div>'
        f'<div><span><i class="lb-swatch lb-bar-invoke"></i>Functions</span><p><b class="lb-num" data-part="functions">{now.functions}</b> a month '
        f'<em class="lb-moved-by lb-num" data-part="functions_moved"></em></p><small>nothing while nobody asks</small></div></div>'
    )


def assumptions() -> str:
    """What the picture takes for granted, in one sentence."""
    return (
        f"Assumed: one {pricing.SERVER} takes {facts.number('assumed.day.server_rps')} requests per second and the fleet is resized every "
        f"{facts.number('assumed.day.resize_h')} hours, always rightly; a function takes {facts.number('assumed.day.function_ms')} ms at "
        f"{facts.number('assumed.day.function_mb')} MB. List prices, free tier included; load balancer and people not."
    )


def as_json() -> list[dict[str, str | int | float]]:
    """All frames for the browser."""
    return [asdict(each) for each in frames()]
