"""Learn AWS Lambda by running it: labs, a local cloud and a bill for each of them.

In a notebook: `from lambada_labs import open_lab`, then `lab = open_lab("00")`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambada_labs.labs.package import package
    from lambada_labs.labs.stage import wait_for_role
    from lambada_labs.notebook import open_lab, open_url, show_cloud

__version__ = "0.1.0"

# Loaded when asked for: `import lambada_labs` alone costs a terminal command nothing.
_HOMES = {
    "open_lab": "lambada_labs.notebook",
    "open_url": "lambada_labs.notebook",
    "package": "lambada_labs.labs.package",
    "show_cloud": "lambada_labs.notebook",
    "wait_for_role": "lambada_labs.labs.stage",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


__all__ = ["open_lab", "open_url", "package", "show_cloud", "wait_for_role"]
