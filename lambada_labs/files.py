"""Where the shipped files are: the repository's folders in a checkout, `_shipped/` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
SHIPPED = PACKAGE / "_shipped"


def home() -> Path:
    """The folder that holds `data/`, `notebooks/` and `apps/`."""
    return SHIPPED if SHIPPED.is_dir() else PACKAGE.parent


def data(*parts: str) -> Path:
    """A file or folder below `data/`."""
    return home().joinpath("data", *parts)


def notebooks(*parts: str) -> Path:
    """A file or folder below `notebooks/`."""
    return home().joinpath("notebooks", *parts)


def apps(*parts: str) -> Path:
    """A file or folder below `apps/`."""
    return home().joinpath("apps", *parts)
