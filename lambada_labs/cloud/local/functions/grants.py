"""Whether a function's resource-based policy lets an AWS service invoke it for one of its resources.

For a service principal only this policy counts: no identity policy speaks for it. Source: AWS Lambda developer
guide, "Using resource-based policies for Lambda"; IAM user guide, condition operators: `ArnLike` matches each of
the six parts of an ARN by itself, a positive operator is false where its key is absent, several values of one
key are alternatives, several keys and operators must all hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.functions.records import Function, Statement

INVOKE = "lambda:InvokeFunction"
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCaller:
    """A service that calls: `apigateway.amazonaws.com`, for which resource (an ARN) of which account.

    What is no ARN as a source is a token of the service's own: the id of an Alexa skill.
    """

    principal: str
    source_arn: str
    source_account: str

    @property
    def known(self) -> dict[str, str]:
        """The values of the condition keys, by lower-case name; what it has not got has no key."""
        if self.source_arn.startswith("arn:"):
            return {"aws:sourcearn": self.source_arn, "aws:sourceaccount": self.source_account}
        return {"lambda:eventsourcetoken": self.source_arn}


def granted(function: Function, qualifier: str | None, caller: ServiceCaller, action: str = INVOKE) -> bool:
    """Whether the policy of what the caller names (function, version or alias) allows the action."""
    return allowed(function.policies.get(qualifier or "", ()), caller, action)


def allowed(statements: Iterable[Statement], caller: ServiceCaller, action: str = INVOKE) -> bool:
    """Whether these statements let a service in; a `Deny` wins over every `Allow`."""
    effects = {one.get("Effect") for one in statements if _speaks_of(one, caller, action)}
    return "Allow" in effects and "Deny" not in effects


def _speaks_of(statement: Statement, caller: ServiceCaller, action: str) -> bool:
    return (
        _names(statement.get("Principal"), caller.principal)
        and any(_like(pattern.lower(), action.lower()) for pattern in _several(statement.get("Action", ())))
        and _holds(statement.get("Condition", {}), caller)
    )


def _names(principal: Any, service: str) -> bool:
    if isinstance(principal, Mapping):
        return service in _several(principal.get("Service", ())) or "*" in _several(principal.get("AWS", ()))
    return bool(principal == "*")


def _holds(conditions: Mapping[str, Mapping[str, Any]], caller: ServiceCaller) -> bool:
    known = caller.known
    return all(
        _matches(operator, known.get(key.lower()), _several(wanted))
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _matches(operator: str, seen: str | None, wanted: Iterable[str]) -> bool:
    """Operators that AddPermission writes; any other one is false, so that nothing is let in by mistake."""
    if operator.endswith("IfExists") and seen is None:
        return True
    compare = _OPERATORS.get(operator.removesuffix("IfExists"))
    return seen is not None and compare is not None and any(compare(pattern, seen) for pattern in wanted)


def _arn_like(pattern: str, arn: str) -> bool:
    parts, seen = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    return len(parts) == len(seen) and all(_like(part, one) for part, one in zip(parts, seen, strict=True))


def _like(pattern: str, text: str) -> bool:
    return _glob(pattern).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)


_OPERATORS = {
    "ArnLike": _arn_like,
    "ArnEquals": _arn_like,
    "StringEquals": lambda wanted, seen: wanted == seen,
    "StringLike": _like,
}


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
