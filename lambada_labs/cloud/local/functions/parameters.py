"""How a request becomes the parameters of its operation: path, query, headers, body, each in its own type."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.operations import Operation, Route, Shape, shapes
from lambada_labs.cloud.local.message import AwsRequest

JSON_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}
SAID = {"integer": "Integer", "long": "Long", "boolean": "Boolean", "string": "String", "double": "Double"}


def parse(request: AwsRequest, route: Route) -> dict[str, Any]:
    """All parameters under AWS's names; blobs as bytes, the payload as it was sent.

    Raises:
        AwsError: the body is no JSON object, or a value is of another type than AWS's.
    """
    members: Mapping[str, Shape] = route.operation.input.get("members", {})
    found = dict(_beside_the_body(request, route, members))
    payload = route.operation.input.get("payload")
    if payload:
        found[payload] = request.body
    elif _has_body(members):
        found.update(_body(request, route.operation))
    return found


def _has_body(members: Mapping[str, Shape]) -> bool:
    return any("location" not in member for member in members.values())


def _beside_the_body(
    request: AwsRequest, route: Route, members: Mapping[str, Shape]
) -> list[tuple[str, Any]]:
    found = []
    for name, member in members.items():
        reader = _READERS.get(member.get("location", ""))
        values = reader(request, route, member["locationName"]) if reader else []
        if values:
            found.append((name, _from_text(member["shape"], values)))
    return found


def _from_label(_request: AwsRequest, route: Route, name: str) -> list[str]:
    return [route.labels[name]]


def _from_query(request: AwsRequest, _route: Route, name: str) -> list[str]:
    return [value for key, value in request.query if key == name]


def _from_header(request: AwsRequest, _route: Route, name: str) -> list[str]:
    value = request.headers.get(name.lower())
    return [] if value is None else [value]


_READERS: Mapping[str, Callable[[AwsRequest, Route, str], list[str]]] = {
    "uri": _from_label,
    "querystring": _from_query,
    "header": _from_header,
}


def _from_text(shape_name: str, values: list[str]) -> Any:
    kind = shapes()[shape_name]["type"]
    if kind == "list":
        return values
    if kind in ("integer", "long"):
        return _whole(values[0], kind)
    return values[0] == "true" if kind == "boolean" else values[0]


def _whole(text: str, kind: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _not_serializable(text, kind) from None


def _body(request: AwsRequest, operation: Operation) -> dict[str, Any]:
    try:
        document = request.json()
    except ValueError as error:
        raise AwsError("SerializationException", f"Could not parse request body into json: {error}") from None
    if not isinstance(document, dict):
        raise AwsError("SerializationException", "Start of structure or map found where not expected.")
    return _structure(document, operation.input)


def _structure(document: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    members = shape["members"]
    known = {
        members[name].get("locationName", name): name for name in members if "location" not in members[name]
    }
    return {
        known[key]: _value(value, shapes()[members[known[key]]["shape"]])
        for key, value in document.items()
        if key in known and value is not None
    }


def _value(value: Any, shape: Shape) -> Any:
    kind = shape["type"]
    wrong = not isinstance(value, JSON_KINDS.get(kind, (object,)))
    if wrong or (isinstance(value, bool) and kind != "boolean"):
        raise _not_serializable(value, kind)
    if kind == "structure":
        return _structure(value, shape)
    if kind == "list":
        return [_value(item, shapes()[shape["member"]["shape"]]) for item in value if item is not None]
    if kind == "map":
        return {key: _value(item, shapes()[shape["value"]["shape"]]) for key, item in value.items()}
    return _bytes(value) if kind == "blob" else value


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise AwsError("SerializationException", "Blob value is not valid base64.") from None


def _not_serializable(value: object, kind: str) -> AwsError:
    seen = {str: "STRING_VALUE", bool: "TRUE_VALUE" if value else "FALSE_VALUE"}.get(
        type(value), "NUMBER_VALUE"
    )
    if isinstance(value, list | dict):
        seen = json.dumps(value)
    return AwsError(
        "SerializationException", f"{seen} can not be converted to {SAID.get(kind, kind.title())}"
    )
