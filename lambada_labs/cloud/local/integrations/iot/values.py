"""The values of IoT SQL: numbers in text count as numbers, and whatever is missing is Undefined.

Source: AWS IoT Core developer guide, "AWS IoT SQL reference", data types and operators.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

UNDEFINED: Final = object()

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTED: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


def known(value: Any) -> bool:
    """Whether there is a value."""
    return value is not UNDEFINED


def member(value: Any, names: Sequence[str]) -> Any:
    """What a path leads to."""
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            return UNDEFINED
        value = value[name]
    return value


def compared(sign: str, left: Any, right: Any) -> Any:
    """A comparison; Undefined where the two cannot be compared."""
    if not known(left) or not known(right):
        return UNDEFINED
    numbers = _numbers(left, right)
    pair = numbers if numbers is not None else (left, right)
    try:
        return _COMPARED[sign](*pair)
    except TypeError:
        return UNDEFINED


def computed(sign: str, left: Any, right: Any) -> Any:
    """Arithmetic; `+` joins where one side is a text that is no number."""
    numbers = _numbers(left, right)
    if numbers is None:
        joins = sign == "+" and isinstance(left, str | int | float) and isinstance(right, str | int | float)
        return f"{left}{right}" if joins else UNDEFINED
    try:
        return _COMPUTED[sign](*numbers)
    except ZeroDivisionError:
        return UNDEFINED


def _numbers(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both as numbers; None where one is none, or both are texts."""
    if isinstance(left, str) and isinstance(right, str):
        return None
    pair = (_number(left), _number(right))
    return None if None in pair else pair


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
