"""Which rule of a listener a request meets, and what its action says.

Source: ELB user guide, "Condition types for listener rules" and "Action types": all conditions of a rule must hold,
of the values of one any will do; host names, headers and queries are compared without case, paths and methods
with it; `*` and `?` are wildcards; the rule with the lowest priority number comes first, the default rule last.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.front_doors.request import DoorRequest

Condition = Mapping[str, Any]
_LAST = float("inf")


def in_order(rules: Iterable[Any]) -> list[Any]:
    """Rules by priority, the default one last."""
    return sorted(rules, key=lambda rule: _LAST if rule.priority == "default" else int(rule.priority))


def meets(conditions: Iterable[Condition], request: DoorRequest) -> bool:
    """Whether a request fulfils every condition."""
    return all(_holds(condition, request) for condition in conditions)


def _holds(condition: Condition, request: DoorRequest) -> bool:
    test = _TESTS.get(str(condition.get("Field")))
    return test is not None and test(condition, request)


def _values(condition: Condition, config: str) -> Sequence[Any]:
    return (condition.get(config) or {}).get("Values") or condition.get("Values") or ()


def _host(condition: Condition, request: DoorRequest) -> bool:
    return any(like(one, request.host, case=False) for one in _values(condition, "HostHeaderConfig"))


def _path(condition: Condition, request: DoorRequest) -> bool:
    return any(like(one, request.raw_path) for one in _values(condition, "PathPatternConfig"))


def _method(condition: Condition, request: DoorRequest) -> bool:
    return request.method in _values(condition, "HttpRequestMethodConfig")


def _header(condition: Condition, request: DoorRequest) -> bool:
    name = (condition.get("HttpHeaderConfig") or {}).get("HttpHeaderName") or ""
    wanted = _values(condition, "HttpHeaderConfig")
    return any(like(one, value, case=False) for one in wanted for value in request.header_values(name))


def _query(condition: Condition, request: DoorRequest) -> bool:
    return any(
        (not pair.get("Key") or like(pair["Key"], key, case=False)) and like(pair["Value"], value, case=False)
        for pair in _values(condition, "QueryStringConfig")
        for key, value in request.query
    )


def _source(condition: Condition, request: DoorRequest) -> bool:
    address = ipaddress.ip_address(request.source_ip)
    networks = (ipaddress.ip_network(one, strict=False) for one in _values(condition, "SourceIpConfig"))
    return any(address in network for network in networks)


_TESTS: Mapping[str, Callable[[Condition, DoorRequest], bool]] = {
    "host-header": _host,
    "path-pattern": _path,
    "http-request-method": _method,
    "http-header": _header,
    "query-string": _query,
    "source-ip": _source,
}


def like(pattern: str, text: str, *, case: bool = True) -> bool:
    """Whether a text fits a pattern with `*` and `?`."""
    return _glob(pattern, case).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _glob(pattern: str, case: bool) -> re.Pattern[str]:  # noqa: FBT001 (a key of the cache)
    parts = re.split(r"([*?])", pattern)
    text = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return re.compile(text, re.DOTALL if case else re.DOTALL | re.IGNORECASE)
