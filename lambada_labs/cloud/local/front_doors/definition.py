"""The OpenAPI definition of a REST API that ImportRestApi and PutRestApi bring: checked, and made whole.

The database fails on a definition without a description, without paths, or with keys beside the methods of a path.
Source: API Gateway developer guide, "Develop REST APIs using OpenAPI"; OpenAPI 3.0, "Info Object" and "Path Item".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest

INVALID = "Invalid OpenAPI input."
INTEGRATION = "x-amazon-apigateway-integration"
ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_RESTS = re.compile(r"/restapis/?")
_REST = re.compile(r"/restapis/([^/]+)/?")


def imports(request: AwsRequest) -> bool:
    """Whether this is ImportRestApi or PutRestApi."""
    if request.method == "POST" and _RESTS.fullmatch(request.path):
        return dict(request.query).get("mode") == "import"
    return request.method == "PUT" and _REST.fullmatch(request.path) is not None


def importable(request: AwsRequest) -> AwsRequest:
    """An import with a definition that the database understands, any other request as it is.

    AwsError: what should be imported is no definition.
    """
    if not imports(request):
        return request
    given = _read(request.body)
    info = given.get("info")
    is_new = request.method == "POST"
    if not isinstance(info, Mapping) or (is_new and not info.get("title")):
        raise AwsError("BadRequestException", INVALID)
    paths = {str(path): _methods(item) for path, item in (given.get("paths") or {}).items()}
    whole = {**given, "info": {"description": "", **info}, "paths": paths}
    return replace(request, body=json.dumps(whole, default=str).encode())


def _read(body: bytes) -> Mapping[str, Any]:
    """The definition, written as JSON or YAML."""
    yaml: Any = import_module("yaml")  # heavy, and few import APIs; moto brings it along
    try:
        given = yaml.safe_load(body.decode())
    except (UnicodeDecodeError, yaml.YAMLError):
        given = None
    if not isinstance(given, Mapping) or not ({"openapi", "swagger"} & given.keys()):
        raise AwsError("BadRequestException", INVALID)
    if not isinstance(given.get("paths") or {}, Mapping):
        raise AwsError("BadRequestException", INVALID)
    return given


def _methods(item: Any) -> dict[str, Any]:
    """The methods of a path: what stands beside them (`parameters`, `summary`) makes no method."""
    if not isinstance(item, Mapping):
        raise AwsError("BadRequestException", INVALID)
    found = {str(name).lower(): _method(method) for name, method in item.items()}
    kept = {name: method for name, method in found.items() if name in METHODS}
    return {**kept, "any": found[ANY_METHOD]} if ANY_METHOD in found else kept


def _method(method: Any) -> Any:
    """A method whose integration's type is in capitals, as the rest of the API has it."""
    given = method.get(INTEGRATION) if isinstance(method, Mapping) else None
    if not isinstance(given, Mapping):
        return method or {}
    kind = {"type": str(given["type"]).upper()} if "type" in given else {}
    return {**method, INTEGRATION: {**given, **kind}}
