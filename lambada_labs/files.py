"""Where shipped data lies: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

from lambada_labs.errors import LambadaError

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that holds `data`, `notebooks` and `apps`.

    A wheel carries it as `lambada_labs/_shipped`; a checkout (also an editable install) is it.
    """
    shipped = _PACKAGE / "_shipped"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def data(*parts: str) -> Path:
    """The path of a file or folder under `data/`; raises `LambadaError` where there is none."""
    return _existing("data", *parts)


def notebooks(*parts: str) -> Path:
    """The path of a file or folder under `notebooks/`; raises `LambadaError` where there is none."""
    return _existing("notebooks", *parts)


def apps(*parts: str) -> Path:
    """The path of a file or folder under `apps/`; raises `LambadaError` where there is none."""
    return _existing("apps", *parts)


def _existing(*parts: str) -> Path:
    path = home().joinpath(*parts)
    if path.exists():
        return path
    raise LambadaError(
        seen=f"{path} is missing",
        expected=f"{'/'.join(parts)} beside the package or inside it",
        todo="Install lambada-labs anew, or take a complete checkout",
    )
