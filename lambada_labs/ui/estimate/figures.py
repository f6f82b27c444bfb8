"""The pictures below the calculator: each computed when it is looked at, and only then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario
from lambada_labs.ui.card import Card, framed, squeezed
from lambada_labs.ui.estimate.how_sure import how_sure
from lambada_labs.ui.estimate.markup import OWN_KEYS
from lambada_labs.ui.estimate.ranges import Ranges

if TYPE_CHECKING:
    from lambada_labs.pricing.compare import Shape

HOW_SURE = "uncertainty"
"""The picture that is there only while a figure is a range."""
SHAPES = (
    ("flat", "the same all day"),
    ("office", "office hours"),
    ("evening", "evenings"),
    ("nightly", "a nightly run"),
    ("spike", "one spike"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a picture is drawn from: the scenario with its ranges, the day, and what was chosen above the picture."""

    scenario: Scenario
    today: date
    ranges: Ranges = field(default_factory=dict)
    budget: str = ""
    shape: str | Sequence[float] = SHAPES[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture: what its tab says, and how it is drawn."""

    key: str
    label: str
    draw: Callable[[Look], Card]


def _of(name: str) -> Callable[[Look], Card]:
    """The comparison and the picture of this name; both are imported when first drawn."""

    def draw(look: Look) -> Card:
        from lambada_labs.pricing import compare
        from lambada_labs.ui import cost

        card: Card = getattr(cost, name)(getattr(compare, name)(look.scenario))
        return card

    return draw


def _runway(look: Look) -> Card:
    from lambada_labs.pricing import compare
    from lambada_labs.ui import cost

    return cost.runway(compare.runway(look.scenario, month=look.today.replace(day=1)))


def _dated(name: str) -> Callable[[Look], Card]:
    """The same for a comparison that asks for the day."""

    def draw(look: Look) -> Card:
        from lambada_labs.pricing import compare
        from lambada_labs.ui import cost

        card: Card = getattr(cost, name)(getattr(compare, name)(look.scenario, today=look.today))
        return card

    return draw


def _how_sure(look: Look) -> Card:
    return how_sure(look.scenario, look.ranges, look.budget)


def _day(look: Look) -> Card:
    from lambada_labs.pricing import compare
    from lambada_labs.ui import cost

    return cost.day_plan(compare.day_plan(look.scenario, day_of(look.shape)))


def day_of(chosen: str | Sequence[float]) -> Shape | tuple[Decimal, ...]:
    """The day of this name, or as it was drawn hour by hour. Raises `BadInput`."""
    from lambada_labs.pricing import compare

    if not isinstance(chosen, str):
        return tuple(Decimal(str(value)) for value in chosen)
    shape = next((each for each in compare.shapes() if each.name == chosen), None)
    if shape is None:
        raise BadInput(f"No day is called {chosen[:40]!r}", expected=", ".join(dict(SHAPES)))
    return shape


FIGURES = (
    Figure(key=HOW_SURE, label="How sure?", draw=_how_sure),
    Figure(key="heat_map", label="Memory × duration", draw=_of("heat_map")),
    Figure(key="architectures", label="x86_64 or arm64", draw=_of("architectures")),
    Figure(key="computes", label="Lambda or servers", draw=_of("computes")),
    Figure(key="busy_share", label="On demand or provisioned", draw=_of("busy_share")),
    Figure(key="cold_start_tax", label="Cold starts", draw=_of("cold_start_tax")),
    Figure(key="regions_table", label="Regions", draw=_dated("regions_table")),
    Figure(key="runway", label="Free tier", draw=_runway),
    Figure(key="day_plan", label="A day", draw=_day),
    Figure(key="scale", label="Growth", draw=_of("scale")),
    Figure(key="waterfall", label="The whole path", draw=_of("waterfall")),
    Figure(key="chooser", label="Which compute", draw=_of("chooser")),
    Figure(key="edge_choices", label="At the edge", draw=_of("edge_choices")),
    Figure(key="failures", label="Failures", draw=_of("failures")),
    Figure(key="time_machine", label="Over the years", draw=_dated("time_machine")),
)


def drawn(key: str, look: Look, *, worn: Collection[str] = ()) -> Mapping[str, Any]:
    """The picture of this key: its markup, and the style sheets that the page does not wear yet.

    Raises `BadInput` where no picture has this key.
    """
    figure = next((each for each in FIGURES if each.key == key), None)
    if figure is None:
        raise BadInput(f"No picture is called {key!r}", expected=", ".join(each.key for each in FIGURES))
    return {**as_parts(figure.draw(look), worn), **(_bars(look.shape) if key == "day_plan" else {})}


def _bars(chosen: str | Sequence[float]) -> dict[str, str]:
    """The bars to draw a day with, for one of the shipped days; who draws has them already."""
    from lambada_labs.pricing.compare import Shape
    from lambada_labs.ui.cost.daily import FULL, bars_to_draw

    day = day_of(chosen)
    if not isinstance(day, Shape) or not isinstance(chosen, str):
        return {}
    return {"bars": bars_to_draw([round(FULL * value) for value in day.values]), "day": chosen}


def as_parts(card: Card, worn: Collection[str] = ()) -> dict[str, Any]:
    """A card as a page takes it that has the base style already, and wears these style sheets."""
    styles = {name: squeezed(name) for name in card.styles if name not in worn}
    return {"body": framed(card.body, card.tone), "styles": styles}


def tabs() -> str:
    """The tabs, what can be chosen above two of the pictures, and the place of the one picture that is shown."""
    buttons = "".join(_tab(each, chosen=index == 1) for index, each in enumerate(FIGURES))
    shapes = "".join(f'<option value="{name}">{said}</option>' for name, said in SHAPES)
    return (
        '<section class="lb-more" aria-label="Look closer"><p class="lb-title" role="heading" aria-level="3">Look closer</p>'
        f'<div class="lb-tabs" role="tablist" aria-label="Pictures">{buttons}</div>'
        f'<label class="lb-figure-way" data-way-of="{HOW_SURE}" hidden><span>Your budget for a month</span>'
        '<input type="text" inputmode="decimal" autocomplete="off" placeholder="none" data-choose="budget"></label>'
        f'<div data-way-of="day_plan" hidden><label class="lb-figure-way"><span>Traffic comes</span><select {OWN_KEYS} data-choose="shape">{shapes}<option value="" hidden>as you drew it</option></select></label><div data-part="day"></div></div>'
        '<div class="lb-figure-place" role="tabpanel" data-part="figure" aria-label="Picture"><p class="lb-wait">Drawing …</p></div></section>'
    )


def _tab(figure: Figure, *, chosen: bool) -> str:
    hidden = " hidden" * (figure.key == HOW_SURE)
    return f'<button type="button" role="tab" data-figure="{figure.key}" aria-selected="{str(chosen).lower()}" tabindex="{0 if chosen else -1}"{hidden}>{figure.label}</button>'
