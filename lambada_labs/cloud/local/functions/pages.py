"""Lists in pages: a marker says after which item the next page begins, and survives changes in between."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lambada_labs import facts
from lambada_labs.cloud.local.functions.refusals import invalid

T = TypeVar("T")
Key = tuple[Any, ...]
#: AWS answers at most so many items whatever `MaxItems` asks for.
PAGE_SIZE = facts.number("assumed.page_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items, and `{"NextMarker": …}` where there are more."""

    items: list[T]
    next_marker: Mapping[str, str]


def page(keyed: Sequence[tuple[Key, T]], parameters: Mapping[str, Any]) -> Page[T]:
    """The page that `Marker` and `MaxItems` ask for, of items sorted by their keys."""
    after = _read(parameters["Marker"]) if parameters.get("Marker") else None
    rest = sorted(
        ((key, item) for key, item in keyed if after is None or key > after), key=lambda pair: pair[0]
    )
    size = min(parameters.get("MaxItems", PAGE_SIZE), PAGE_SIZE)
    marker = {"NextMarker": _write(rest[size - 1][0])} if len(rest) > size else {}
    return Page(items=[item for _, item in rest[:size]], next_marker=marker)


def _write(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read(marker: str) -> Key:
    try:
        return tuple(json.loads(base64.urlsafe_b64decode(marker)))
    except (ValueError, TypeError, binascii.Error):
        raise invalid(f"Invalid Marker: {marker}. Use the NextMarker of the page before.") from None
