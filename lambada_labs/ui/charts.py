"""Altair without the network: the shipped bundle instead of a CDN, and an import that skips a slow grammar."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lambada_labs.ui import assets

if TYPE_CHECKING:
    from lambada_labs.ui.widget.chart import Chart

BUNDLE = "altair_bundle.js"
KINDS = ("invoke", "init", "provisioned", "throttled", "failed", "queued", "frozen")


def altair() -> ModuleType:
    """The altair module, imported fast, its theme set to the kit's.

    jsonschema would import `rfc3987_syntax`, which compiles 35 grammars (more than 2 s of CPU) for a check
    that no chart needs; an empty place in `sys.modules` is what it expects where that package is missing.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import altair as alt

    if "lambada" not in alt.theme.names():
        alt.theme.register("lambada", enable=True)(chart_theme)
    module: ModuleType = alt
    return module


def chart_theme() -> Any:
    """The kit's look for charts: system typeface, quiet axes, the palette by meaning.

    Colours are CSS variables, so that one drawing follows the light and the dark theme (SVG renderer only).
    """
    alt = sys.modules["altair"]
    quiet, line = "var(--lb-muted)", "var(--lb-line)"
    words = {"labelColor": quiet, "titleColor": quiet, "labelFontSize": 12, "titleFontSize": 12}
    config = {
        "background": "transparent",
        "font": "system-ui, -apple-system, Segoe UI, Roboto, sans-serif",
        "axis": {
            **words,
            "titleFontWeight": "normal",
            "gridColor": line,
            "domainColor": line,
            "tickColor": line,
        },
        "legend": words,
        "view": {"stroke": None},
        "range": {"category": [f"var(--lb-{kind})" for kind in KINDS]},
        "mark": {"color": "var(--lb-invoke)"},
    }
    return alt.theme.ThemeConfig({"config": config})


def chart(altair_chart: Any, *, title: str, reading: str) -> Chart:
    """An altair chart as a picture of the kit: finding above, how to read it below, drawn offline."""
    alt = altair()
    from lambada_labs.ui.widget.chart import Chart

    alt.JupyterChart._esm = assets.read(BUNDLE)  # noqa: SLF001 - the one place where it takes another script
    options = {"actions": False, "renderer": "svg"}
    return Chart(alt.JupyterChart(altair_chart, embed_options=options), title=title, reading=reading)
