"""The pictures below the calculator: each computed when it is looked at, and only then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario
from lambada_labs.ui.card import Card, framed, squeezed


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture: what its tab says, and how it is drawn from a scenario on a day."""

    key: str
    label: str
    draw: Callable[[Scenario, date], Card]


def _of(name: str) -> Callable[[Scenario, date], Card]:
    """The comparison and the picture of this name; both are imported when first drawn."""

    def draw(scenario: Scenario, _: date) -> Card:
        from lambada_labs.pricing import compare
        from lambada_labs.ui import cost

        card: Card = getattr(cost, name)(getattr(compare, name)(scenario))
        return card

    return draw


def _runway(scenario: Scenario, today: date) -> Card:
    from lambada_labs.pricing import compare
    from lambada_labs.ui import cost

    return cost.runway(compare.runway(scenario, month=today.replace(day=1)))


def _regions(scenario: Scenario, today: date) -> Card:
    from lambada_labs.pricing import compare
    from lambada_labs.ui import cost

    return cost.regions_table(compare.regions_table(scenario, today=today))


def _failures(scenario: Scenario, _: date) -> Card:
    from lambada_labs.pricing import compare
    from lambada_labs.ui import cost

    return cost.failures(compare.failures(scenario))


FIGURES = (
    Figure(key="heat_map", label="Memory × duration", draw=_of("heat_map")),
    Figure(key="architectures", label="x86_64 or arm64", draw=_of("architectures")),
    Figure(key="computes", label="Lambda or servers", draw=_of("computes")),
    Figure(key="busy_share", label="On demand or provisioned", draw=_of("busy_share")),
    Figure(key="cold_start_tax", label="Cold starts", draw=_of("cold_start_tax")),
    Figure(key="regions_table", label="Regions", draw=_regions),
    Figure(key="runway", label="Free tier", draw=_runway),
    Figure(key="scale", label="Growth", draw=_of("scale")),
    Figure(key="waterfall", label="The whole path", draw=_of("waterfall")),
    Figure(key="chooser", label="Which compute", draw=_of("chooser")),
    Figure(key="failures", label="Failures", draw=_failures),
)


def drawn(key: str, scenario: Scenario, today: date, *, worn: Collection[str] = ()) -> Mapping[str, Any]:
    """The picture of this key: its markup, and the style sheets that the page does not wear yet.

    Raises `BadInput` where no picture has this key.
    """
    figure = next((each for each in FIGURES if each.key == key), None)
    if figure is None:
        raise BadInput(f"No picture is called {key!r}", expected=", ".join(each.key for each in FIGURES))
    return as_parts(figure.draw(scenario, today), worn)


def as_parts(card: Card, worn: Collection[str] = ()) -> dict[str, Any]:
    """A card as a page takes it that has the base style already, and wears these style sheets."""
    styles = {name: squeezed(name) for name in card.styles if name not in worn}
    return {"body": framed(card.body, card.tone), "styles": styles}


def tabs() -> str:
    """The tabs, and the place of the one picture that is shown."""
    buttons = "".join(
        f'<button type="button" role="tab" data-figure="{each.key}" aria-selected="{str(index == 0).lower()}" tabindex="{-1 if index else 0}">{each.label}</button>'
        for index, each in enumerate(FIGURES)
    )
    return (
        '<section class="lb-more" aria-label="Look closer"><p class="lb-title" role="heading" aria-level="3">Look closer</p>'
        f'<div class="lb-tabs" role="tablist" aria-label="Pictures">{buttons}</div>'
        '<div class="lb-figure-place" role="tabpanel" data-part="figure" aria-label="Picture"><p class="lb-wait">Drawing …</p></div></section>'
    )
