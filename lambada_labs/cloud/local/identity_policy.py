"""What a role's own policies allow, as far as Lambda's deliveries ask: actions, resources, an explicit deny.

Conditions are not evaluated: an `Allow` with one counts as if it held, a `Deny` with one as if it did not, so
that nothing is refused here that AWS would let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Document = Mapping[str, Any]


def allows(documents: Iterable[Document], action: str, resource: str) -> bool:
    """Whether identity-based policies let their holder do `action` to `resource`; a `Deny` wins."""
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in _statements(document)
        if _speaks_of(statement, action, resource)
    }
    return "Allow" in effects and "Deny" not in effects


def _statements(document: Document) -> list[Mapping[str, Any]]:
    found = document.get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def _speaks_of(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    if statement.get("Effect") == "Deny" and statement.get("Condition"):
        return False
    # Names of actions have no case, ARNs have.
    return _among(statement, "Action", action, re.IGNORECASE) and _among(statement, "Resource", resource, 0)


def _among(statement: Mapping[str, Any], element: str, seen: str, flags: int) -> bool:
    """Whether `Action` (or `Resource`) names it, or `NotAction` (`NotResource`) does not."""
    if f"Not{element}" in statement:
        return not _any_like(statement[f"Not{element}"], seen, flags)
    return _any_like(statement.get(element, ()), seen, flags)


def _any_like(patterns: str | Iterable[str], seen: str, flags: int) -> bool:
    several = (patterns,) if isinstance(patterns, str) else patterns
    return any(_glob(pattern, flags).fullmatch(seen) for pattern in several)


@lru_cache(maxsize=512)
def _glob(pattern: str, flags: int) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    text = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return re.compile(text, flags | re.DOTALL)
