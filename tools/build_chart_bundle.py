"""Build the offline chart bundle: vega, vega-lite, vega-embed and altair's own widget in one file.

Run once for each altair version; vl-convert (a development dependency) holds the libraries.
`--check` only says whether the shipped file fits the installed altair.
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "lambada_labs" / "ui" / "assets" / "altair_bundle.js"


def bundle() -> str:
    """What `JupyterChart.enable_offline()` would build in every kernel, built once."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import altair as alt

    alt.JupyterChart.enable_offline()
    parts = "vega, vega-lite, vega-embed (BSD-3-Clause), lodash (MIT)"
    head = f"// Built by tools/build_chart_bundle.py from altair {alt.__version__}: {parts}.\n"
    return head + str(alt.JupyterChart._esm)  # noqa: SLF001


def main(words: list[str]) -> int:
    """Write the file, or say whether it is the one that this altair needs."""
    import altair as alt

    if "--check" in words:
        with TARGET.open(encoding="utf-8") as file:
            fits = f"altair {alt.__version__}:" in file.readline()
        if not fits:
            print(
                f"{TARGET.name} fits another altair than {alt.__version__}: run tools/build_chart_bundle.py"
            )
        return not fits
    TARGET.write_text(bundle(), encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
