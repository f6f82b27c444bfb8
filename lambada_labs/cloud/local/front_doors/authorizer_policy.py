"""What a Lambda authoriser said: a policy for `execute-api:Invoke`, who it is, and words for the function.

Source: API Gateway developer guide, "Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.policy_conditions import hold

T = TypeVar("T")
INVOKE = "execute-api:invoke"
_SCALARS = (str, int, float, bool)
_MOST_REMEMBERED = 10_000


def permits(document: Any, arn: str, known: Mapping[str, str]) -> bool:
    """Whether a policy lets its bearer call this method; a Deny wins, nothing said is no. Raises `Malformed`.

    `known`: the values of the condition keys, by lower-case name.
    """
    if not isinstance(document, Mapping):
        raise Malformed("the authoriser gave no policyDocument")
    statements = document.get("Statement", [])
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list):
        raise Malformed("the policy has no Statement")
    effects = {
        one.get("Effect") for one in statements if isinstance(one, Mapping) and _speaks_of(one, arn, known)
    }
    return "Allow" in effects and "Deny" not in effects


def context_of(said: Mapping[str, Any]) -> dict[str, str]:
    """The authoriser's `context`, every value as text; raises `Malformed` for arrays and objects."""
    context = said.get("context") or {}
    if not isinstance(context, Mapping):
        raise Malformed("context is no object")
    if not all(isinstance(value, _SCALARS) for value in context.values()):
        raise Malformed("context holds an array, an object or null")
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in context.items()}


class Remembered(Generic[T]):
    """Results of authorisers for as long as their time to live says; `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable) -> T | None:
        """What is remembered and still fresh."""
        until, result = self._kept.get(key, (0.0, None))
        return result if until > self._clock() else None

    def put(self, key: Hashable, result: T, ttl_s: float) -> None:
        """Remember for `ttl_s` seconds, 0 not at all; the oldest ones make room."""
        if ttl_s <= 0:
            return
        self._kept.pop(key, None)
        self._kept[key] = (self._clock() + ttl_s, result)
        while len(self._kept) > _MOST_REMEMBERED:
            del self._kept[next(iter(self._kept))]


def _speaks_of(statement: Mapping[str, Any], arn: str, known: Mapping[str, str]) -> bool:
    action = _among(statement, "Action", lambda one: _glob(one.lower()).fullmatch(INVOKE) is not None)
    resource = _among(statement, "Resource", lambda one: _glob(one).fullmatch(arn) is not None)
    return action and resource and hold(statement.get("Condition") or {}, known)


def _among(statement: Mapping[str, Any], element: str, fits: Callable[[str], bool]) -> bool:
    """Whether `Action` (or `Resource`) names it, or `NotAction` (`NotResource`) does not."""
    if f"Not{element}" in statement:
        return not any(fits(one) for one in _several(statement[f"Not{element}"]))
    return any(fits(one) for one in _several(statement.get(element)))


def _several(given: Any) -> list[str]:
    found = [given] if isinstance(given, str) else given
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


@lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)
