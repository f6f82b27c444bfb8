"""The constraints that AWS's service model puts on every parameter, broken ones told in AWS's own words.

`1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value
greater than or equal to 128`. Bounds, lengths, patterns and value sets are read from botocore's model; where
that is wider than an ordinary function may be (it covers other compute types too), `facts` has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.operations import Operation, Shape, shapes

NOT_NULL = "Member must not be null"
UPPER = {
    "Timeout": facts.number("limit.timeout.max"),
    "MemorySize": facts.number("limit.memory.max"),
    "EphemeralStorageSize": facts.number("limit.ephemeral.max"),
}
#: An unknown runtime gets another exception, see `settings.check_runtime`.
ELSEWHERE = frozenset({"Runtime"})
JAVA_CLASSES = ((r"\p{L}", r"\w"), (r"\p{Z}", r"\s"), (r"\p{N}", r"\d"))
SIZED = frozenset({"string", "list", "map", "blob"})
REMEMBERED_LETTERS = 256


def check(operation: Operation, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that break constraints of the model; raises `ValidationException` naming all."""
    broken = list(_structure(operation.input, parameters, ""))
    if not broken:
        return
    count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected"
    raise AwsError("ValidationException", f"{count}: {'; '.join(broken)}")


def _structure(shape: Shape, values: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in shape.get("required", ()):
        if name not in values:
            yield f"Value null at '{path}{_camel(name)}' failed to satisfy constraint: {NOT_NULL}"
    for name, member in shape.get("members", {}).items():
        if name in values and name not in ELSEWHERE:
            yield from _value(member["shape"], values[name], path + _camel(name))


def _value(shape_name: str, value: Any, path: str) -> Iterator[str]:
    shape = shapes()[shape_name]
    if shape["type"] == "structure":
        yield from _structure(shape, value, path + ".")
        return
    if isinstance(value, str) and len(value) <= REMEMBERED_LETTERS and _text_holds(shape_name, value):
        return
    for rule in _broken(shape_name, value):
        seen = "Value" if shape.get("sensitive") else f"Value '{_show(value)}'"
        yield f"{seen} at '{path}' failed to satisfy constraint: {rule}"


def _broken(shape_name: str, value: Any) -> Iterator[str]:
    """The rules of a shape that a value breaks; those of list members and map entries come as one."""
    shape = shapes()[shape_name]
    yield from (text for text, holds in _rules(shape_name, value) if not holds)
    if shape["type"] == "list":
        member = shape["member"]["shape"]
        if any(not _holds(member, item) for item in value):
            yield f"Member must satisfy constraint: [{_all_rules(member, value[0])}, {NOT_NULL}]"
    if shape["type"] == "map":
        yield from _broken_entries(shape, value)


def _broken_entries(shape: Shape, value: Mapping[str, Any]) -> Iterator[str]:
    key, item = shape["key"]["shape"], shape["value"]["shape"]
    if any(not _holds(key, name) for name in value):
        yield f"Map keys must satisfy constraint: [{_all_rules(key, '')}]"
    if any(not _holds(item, held) for held in value.values()):
        rules = _all_rules(item, next(iter(value.values())))
        yield f"Map value must satisfy constraint: [{rules}, {NOT_NULL}]"


def _holds(shape_name: str, value: Any) -> bool:
    return all(holds for _, holds in _rules(shape_name, value))


@lru_cache(maxsize=2048)
def _text_holds(shape_name: str, text: str) -> bool:
    """Remembered: every Invoke names the same function and the same type again."""
    return _holds(shape_name, text)


def _all_rules(shape_name: str, value: Any) -> str:
    return ", ".join(text for text, _ in _rules(shape_name, value))


def _rules(shape_name: str, value: Any) -> Iterator[tuple[str, bool]]:
    """Every rule of a shape as AWS words it, upper bound first, and whether the value keeps it."""
    shape = shapes()[shape_name]
    sized = shape["type"] in SIZED
    noun, measured = ("length", len(value)) if sized else ("value", value)
    upper = UPPER.get(shape_name, shape.get("max"))
    if upper is not None:
        yield f"Member must have {noun} less than or equal to {upper}", measured <= upper
    if "min" in shape:
        yield f"Member must have {noun} greater than or equal to {shape['min']}", measured >= shape["min"]
    if "pattern" in shape:
        pattern = shape["pattern"]
        yield f"Member must satisfy regular expression pattern: {pattern}", _fits(pattern, value)
    if "enum" in shape:
        allowed = shape["enum"]
        yield f"Member must satisfy enum value set: [{', '.join(allowed)}]", value in allowed


def _fits(pattern: str, value: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for java, python in JAVA_CLASSES:
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _show(value: Any) -> str:
    """A value as Java prints it, which is how AWS quotes it."""
    if isinstance(value, list):
        return f"[{', '.join(_show(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_show(item)}" for key, item in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
