"""Where functions and layers of every account and Region are kept while the cloud runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.records import Function, Layer, Version
from lambada_labs.cloud.local.functions.refusals import no_function
from lambada_labs.model import LATEST

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Shelf:
    """The functions and layers of one account in one Region, by name."""

    functions: dict[str, Function] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)


class Store:
    """All shelves; a record is replaced, never changed, so that a reader keeps what it has read."""

    def __init__(self) -> None:
        self._shelves: dict[tuple[str, str], Shelf] = {}

    def shelf(self, account_id: str, region: str) -> Shelf:
        """The shelf of an account and Region, empty at first."""
        return self._shelves.setdefault((account_id, region), Shelf())

    def find(self, name: FunctionName) -> Function | None:
        """The function of this name, whatever the qualifier."""
        return self.shelf(name.account_id, name.region).functions.get(name.name)

    def get(self, name: FunctionName, *, said_as: str | None = None) -> Function:
        """The function of this name; raises `ResourceNotFoundException`, naming `said_as` or its ARN."""
        found = self.find(name)
        if found is None:
            raise no_function(said_as or name.arn)
        return found

    def put(self, name: FunctionName, function: Function) -> Function:
        """Keep this as the function of this name."""
        self.shelf(name.account_id, name.region).functions[name.name] = function
        return function

    def change(self, name: FunctionName, change: Callable[[Function], Function]) -> Function:
        """Replace the function by what `change` makes of it."""
        return self.put(name, change(self.get(name)))

    def remove(self, name: FunctionName) -> None:
        """Forget the function with all that hangs on it."""
        del self.shelf(name.account_id, name.region).functions[name.name]


def with_version(function: Function, version: Version) -> Function:
    """The function with `$LATEST` or a published version replaced or added."""
    number = version.config.version
    if number == LATEST:
        return replace(function, latest=version)
    return replace(function, versions=with_item(function.versions, number, version))


def with_item(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """A copy with one entry set."""
    return {**mapping, key: value}


def without_item(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """A copy with one entry left out."""
    return {other: value for other, value in mapping.items() if other != key}
