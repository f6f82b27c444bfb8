"""Both languages SQS is spoken in: JSON 1.0 with `X-Amz-Target`, and the older query protocol with XML answers.

What a request may hold comes from botocore's service model; how the query protocol names lists and maps is
a rule of that protocol (API reference, "Making Query API requests").
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.aws_error import XML_HEADER, AwsError
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, split_query
from lambada_labs.cloud.local.queues.refusals import OLD, QueueRefusal

Shape = Mapping[str, Any]
Tree = dict[str, Any]

TARGET = "AmazonSQS."
NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"
OF_THE_FRAMEWORK = frozenset({"InvalidParameterValueException", "MissingRequiredParameterException"})
UNCHANGED = "The specified queue does not exist."
#: Lists and maps in the query protocol; a list of structures is called like its structure.
SINGULAR = {
    "AWSAccountIds": "AWSAccountId",
    "Actions": "ActionName",
    "AttributeNames": "AttributeName",
    "Attributes": "Attribute",
    "MessageAttributeNames": "MessageAttributeName",
    "MessageAttributes": "MessageAttribute",
    "MessageSystemAttributeNames": "MessageSystemAttributeName",
    "MessageSystemAttributes": "MessageSystemAttribute",
    "QueueUrls": "QueueUrl",
    "TagKeys": "TagKey",
    "Tags": "Tag",
    "queueUrls": "QueueUrl",
    "tags": "Tag",
}
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


@cache
def model() -> Mapping[str, Any]:
    """Operations and shapes of SQS."""
    from botocore.loaders import Loader

    return Loader().load_service_model("sqs", "service-2")  # type: ignore[no-any-return]


def input_of(operation: str) -> Shape:
    """The shape of what an operation takes."""
    return _shape(model()["operations"][operation]["input"]["shape"])


def is_json(request: AwsRequest) -> bool:
    """Whether this request is in the JSON protocol."""
    return "x-amz-target" in request.headers


def read(request: AwsRequest) -> tuple[str, dict[str, Any]]:
    """The operation and its parameters under AWS's names; blobs as bytes.

    Raises:
        AwsError: there is no such operation, or the request cannot be read.
    """
    if is_json(request):
        operation = request.headers["x-amz-target"].removeprefix(TARGET)
        if operation not in model()["operations"]:
            raise AwsError("UnknownOperationException", "", 404)
        return operation, _from_json(_document(request), input_of(operation))
    form = split_query(request.body.decode("utf-8", "replace")) if request.method == "POST" else ()
    pairs = dict((*request.query, *form))
    operation = pairs.get("Action", "")
    if not operation:
        raise AwsError("UnknownOperationException", "", 404)
    if operation not in model()["operations"]:
        raise not_here(operation)
    return operation, _from_tree(_tree(pairs), input_of(operation))


def not_here(operation: str) -> QueueRefusal:
    """The query protocol's answer to an action that is none, or none of a queue."""
    return QueueRefusal("InvalidAction", f"The action {operation} is not valid for this endpoint.")


def answer(request: AwsRequest, operation: str, members: Mapping[str, Any] | None) -> AwsResponse:
    """The members of an answer in the language of the request; None where the operation has none."""
    if is_json(request):
        body = b"" if members is None else json.dumps(members, default=_text_of_bytes).encode()
        return _response(request, 200, body, "application/x-amz-json-1.0")
    output = model()["operations"][operation].get("output")
    inner = "" if output is None else _xml(members or {}, _shape(output["shape"]))
    result = f"<{operation}Result>{inner}</{operation}Result>" if output else ""
    tail = f"<ResponseMetadata><RequestId>{request.request_id}</RequestId></ResponseMetadata>"
    document = f'<{operation}Response xmlns="{NAMESPACE}">{result}{tail}</{operation}Response>'
    return _response(request, 200, (XML_HEADER + document).encode(errors="replace"), "text/xml")


def refusal(request: AwsRequest, error: AwsError) -> AwsResponse:
    """An error in the language of the request."""
    if is_json(request):
        shape = error.shape if isinstance(error, QueueRefusal) else error.code
        home = "com.amazon.coral.service" if shape in OF_THE_FRAMEWORK else "com.amazonaws.sqs"
        body = json.dumps({"__type": f"{home}#{shape}", "message": error.message}).encode()
        response = _response(request, error.status, body, "application/x-amz-json-1.0")
        response.headers.append(("x-amzn-query-error", f"{error.code};Sender"))
        return response
    if error.code == "UnknownOperationException":
        return _response(request, error.status, b"<UnknownOperationException/>\n", "text/xml")
    text = UNCHANGED[:-1] + " for this wsdl version." if error.message == UNCHANGED else error.message
    detail = "" if error.code == OLD + "TooManyEntriesInBatchRequest" else "<Detail/>"
    inner = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{_escaped(text)}</Message>{detail}"
    tail = f"<RequestId>{request.request_id}</RequestId>"
    document = f'<ErrorResponse xmlns="{NAMESPACE}"><Error>{inner}</Error>{tail}</ErrorResponse>'
    return _response(request, error.status, (XML_HEADER + document).encode(errors="replace"), "text/xml")


def _response(request: AwsRequest, status: int, body: bytes, content_type: str) -> AwsResponse:
    headers = [("Content-Type", content_type), ("x-amzn-RequestId", request.request_id)]
    return AwsResponse(status=status, headers=headers, body=body)


def _shape(name: str) -> Shape:
    return model()["shapes"][name]  # type: ignore[no-any-return]


def _document(request: AwsRequest) -> dict[str, Any]:
    try:
        found = request.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise AwsError("SerializationException", "The request body is no JSON object.")
    return found


def _from_json(value: Any, shape: Shape) -> Any:
    kind = shape["type"]
    _check_kind(value, kind)
    if kind == "structure":
        members = shape["members"]
        given = {name: item for name, item in value.items() if name in members and item is not None}
        return {name: _from_json(item, _shape(members[name]["shape"])) for name, item in given.items()}
    if kind == "list":
        inner = _shape(shape["member"]["shape"])
        return [_from_json(item, inner) for item in value]
    if kind == "map":
        inner = _shape(shape["value"]["shape"])
        return {name: _from_json(item, inner) for name, item in value.items()}
    return _bytes(value) if kind == "blob" else value


def _check_kind(value: Any, kind: str) -> None:
    if isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool)):
        return
    seen = {str: "STRING_VALUE", bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}
    what = seen.get(type(value), "Start of structure or map")
    raise AwsError("SerializationException", f"{what} can not be converted to {kind.title()}")


def _tree(pairs: Mapping[str, str]) -> Tree:
    """`A.1.Name=x` as `{"A": {"1": {"Name": "x"}}}`."""
    tree: Tree = {}
    for key, value in pairs.items():
        *path, last = key.split(".")
        place: Any = tree
        for part in path:
            place = place.setdefault(part, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place[last] = value
    return tree


def _from_tree(tree: Any, shape: Shape) -> Any:
    kind = shape["type"]
    if kind == "structure":
        found = {}
        for name, member in shape["members"].items():
            inner = _shape(member["shape"])
            branch = tree.get(_query_name(name, inner)) if isinstance(tree, dict) else None
            if branch is not None:
                found[name] = _from_tree(branch, inner)
        return found
    if kind == "list":
        return [_from_tree(item, _shape(shape["member"]["shape"])) for item in _numbered(tree)]
    if kind == "map":
        inner, key = _shape(shape["value"]["shape"]), _key_name(shape)
        entries = [item for item in _numbered(tree) if isinstance(item, dict)]
        return {str(item.get(key, "")): _from_tree(item.get("Value", ""), inner) for item in entries}
    return _scalar(tree if isinstance(tree, str) else "", kind)


def _numbered(tree: Any) -> list[Any]:
    if not isinstance(tree, dict):
        return []
    return [
        tree[number] for number in sorted((key for key in tree if key.isascii() and key.isdigit()), key=int)
    ]


def _scalar(text: str, kind: str) -> Any:
    if kind in ("integer", "long"):
        try:
            return int(text)
        except ValueError:
            raise AwsError("MalformedInput", f"{text} is not a number") from None
    if kind == "boolean":
        return text == "true"
    return _bytes(text) if kind == "blob" else text


def _query_name(name: str, shape: Shape) -> str:
    if name in SINGULAR:
        return SINGULAR[name]
    return str(shape["member"]["shape"]) if shape["type"] == "list" else name


def _key_name(shape: Shape) -> str:
    return "Key" if shape["key"]["shape"] == "TagKey" else "Name"


def _xml(members: Mapping[str, Any], shape: Shape) -> str:
    """The members of a structure, lists and maps flattened."""
    parts = []
    for name, value in members.items():
        inner = _shape(shape["members"][name]["shape"])
        tag = _query_name(name, inner)
        if inner["type"] == "list":
            item = _shape(inner["member"]["shape"])
            parts += [f"<{tag}>{_content(entry, item)}</{tag}>" for entry in value]
        elif inner["type"] == "map":
            parts += [f"<{tag}>{_entry(key, entry, inner)}</{tag}>" for key, entry in value.items()]
        else:
            parts.append(f"<{tag}>{_content(value, inner)}</{tag}>")
    return "".join(parts)


def _entry(key: str, value: Any, shape: Shape) -> str:
    name = _key_name(shape)
    content = _content(value, _shape(shape["value"]["shape"]))
    return f"<{name}>{_escaped(key)}</{name}><Value>{content}</Value>"


def _content(value: Any, shape: Shape) -> str:
    if shape["type"] == "structure":
        return _xml(value, shape)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _escaped(_text_of_bytes(value) if isinstance(value, bytes) else str(value))


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise AwsError("SerializationException", "Blob value is not valid base64.") from None


def _text_of_bytes(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
