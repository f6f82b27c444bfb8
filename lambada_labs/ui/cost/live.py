"""The doors to the widgets of cost: each imports ipywidgets only when a widget is really made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lambada_labs import units

if TYPE_CHECKING:
    from lambada_labs.model import Architecture
    from lambada_labs.pricing import Scenario
    from lambada_labs.pricing.compare import Shape
    from lambada_labs.ui.widget.area import AreaWidget
    from lambada_labs.ui.widget.day_shape import DayShape

REQUESTS = 3_000_000


def area(
    *,
    memory_mb: int = units.MB_PER_GB,
    duration_ms: float = units.MS_PER_S,
    requests: int = REQUESTS,
    architecture: Architecture = "x86_64",
    region: str = "us-east-1",
) -> AreaWidget:
    """The rectangle memory × time whose corner can be dragged; `.memory_mb`, `.duration_ms`, `.scenario`.

    Raises:
        BadInput: Lambda would not run such a workload, or there is no such Region.
    """
    from lambada_labs.model.workload import Workload
    from lambada_labs.pricing import Scenario
    from lambada_labs.ui.widget.area import AreaWidget

    work = Workload(
        memory_mb=memory_mb, duration_ms=duration_ms, requests=requests, architecture=architecture
    )
    return AreaWidget(Scenario(workload=work, region=region))


def day_shape(
    scenario: Scenario | None = None,
    *,
    shape: Shape | Sequence[float] | None = None,
    on_change: Callable[[DayShape], None] | None = None,
) -> DayShape:
    """A day of traffic to draw with the mouse or the arrow keys; `.values`, `.plan`, `.card`.

    Raises:
        BadInput: not 24 numbers from 0, or none above it.
    """
    from lambada_labs.model.workload import Workload
    from lambada_labs.pricing import Scenario
    from lambada_labs.ui.widget.day_shape import DayShape

    usual = Workload(requests=REQUESTS * 10, duration_ms=250, memory_mb=units.MB_PER_GB)
    return DayShape(scenario or Scenario(workload=usual), shape=shape, on_change=on_change)
