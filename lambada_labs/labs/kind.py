"""A kind of resource that labs make: how it is found, how it is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lambada_labs.cloud.port import Cloud
from lambada_labs.labs.lab import Lab


class Kind(NamedTuple):
    """`find` lists a lab's things of this kind: what `delete` wants (a name, an id or an ARN) → the name to show.

    `delete` minds nothing that is gone already.
    """

    find: Callable[[Lab, Cloud], dict[str, str]]
    delete: Callable[[Cloud, str], None]


def listed(client: Any, operation: str, key: str, **parameters: Any) -> list[Any]:
    """Everything a list operation tells, page by page."""
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**parameters)[key])
    pages = client.get_paginator(operation).paginate(**parameters)
    return [each for page in pages for each in page[key]]
