"""Lambda's operations as botocore's service model describes them: method and path → operation and input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest

Shape = Mapping[str, Any]
PROSE = "documentation"
REMEMBERED_LETTERS = 512
LABEL = re.compile(r"\{(\w+)\+?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: `segments` is its path, None where a label stands; `marks` are fixed query pairs."""

    name: str
    method: str
    segments: tuple[str | None, ...]
    labels: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    status: int
    input: Shape

    def fits(self, segments: tuple[str, ...], query: tuple[tuple[str, str], ...]) -> bool:
        """Whether a request with this path and query means this operation."""
        pairs = zip(self.segments, segments, strict=True)
        return all(part is None or part == seen for part, seen in pairs) and set(self.marks) <= set(query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A request recognised: its operation, and the labels of its path decoded."""

    operation: Operation
    labels: Mapping[str, str]


@cache
def shapes() -> Mapping[str, Shape]:
    """Every shape of the service model by name."""
    return _model()["shapes"]  # type: ignore[no-any-return]


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation of AWS Lambda by name."""
    return {name: _operation(name, raw) for name, raw in _model()["operations"].items()}


def route(request: AwsRequest) -> Route:
    """The operation a request asks for.

    Raises:
        AwsError: AWS Lambda has no such path, or not with this method.
    """
    short = len(request.raw_path) + len(request.raw_query) <= REMEMBERED_LETTERS
    find = _remembered if short else _found
    found = find(request.method, request.raw_path, request.query)
    if found is not None:
        return found
    raise AwsError(
        "UnknownOperationException",
        f"{request.method} {request.path} is no operation of the AWS Lambda API. "
        "Check the path and the method against the API reference.",
        404,
    )


def _found(method: str, raw_path: str, query: tuple[tuple[str, str], ...]) -> Route | None:
    # Clients of some years ago end paths with a slash.
    segments = tuple(unquote(part) for part in raw_path.strip("/").split("/"))
    for operation in _table().get((method, len(segments), segments[0]), ()):
        if operation.fits(segments, query):
            values = [seen for part, seen in zip(operation.segments, segments, strict=True) if part is None]
            return Route(operation=operation, labels=dict(zip(operation.labels, values, strict=True)))
    return None


#: The same function is invoked again and again.
_remembered = lru_cache(maxsize=1024)(_found)


@cache
def _table() -> Mapping[tuple[str, int, str], list[Operation]]:
    table: dict[tuple[str, int, str], list[Operation]] = {}
    # Paths that a fixed query makes special come before the general ones.
    for operation in sorted(operations().values(), key=lambda found: -len(found.marks)):
        key = (operation.method, len(operation.segments), operation.segments[0] or "")
        table.setdefault(key, []).append(operation)
    return table


def _operation(name: str, raw: Mapping[str, Any]) -> Operation:
    path, _, marks = raw["http"]["requestUri"].partition("?")
    parts = path.strip("/").split("/")
    return Operation(
        name=name,
        method=raw["http"]["method"],
        segments=tuple(None if LABEL.fullmatch(part) else part for part in parts),
        labels=tuple(LABEL.findall(path)),
        marks=tuple((key, value) for key, _, value in (m.partition("=") for m in marks.split("&") if m)),
        status=raw["http"].get("responseCode", 200),
        input=shapes()[raw["input"]["shape"]] if "input" in raw else {"members": {}},
    )


@cache
def _model() -> Mapping[str, Any]:
    from botocore.loaders import Loader

    return _without_prose(Loader().load_service_model("lambda", "service-2"))  # type: ignore[no-any-return]


def _without_prose(part: Any) -> Any:
    """The model without its documentation, which is more than half of it."""
    if isinstance(part, dict):
        prose = isinstance(part.get(PROSE), str)
        return {key: _without_prose(value) for key, value in part.items() if not (prose and key == PROSE)}
    return [_without_prose(item) for item in part] if isinstance(part, list) else part
