"""How Lambda notices that a function keeps calling itself: the `Lineage` of the X-Ray trace header.

Whoever calls or sends something from inside a function passes its trace header on (AWS's SDKs do so by
themselves), and Lambda counts in it how often one function stood in the chain. The form is
`Lineage=HASH:COUNT|HASH:COUNT`, one entry for each function. Sources: Lambda recursive loop detection
(stopped after about 16 invocations in one chain); X-Ray tracing header. The hash is ours: AWS's is not public.
"""

from __future__ import annotations

import re
import zlib

from lambada_labs import facts

LIMIT = facts.number("recursion.limit")
FIELD = "Lineage"
_ENTRY = re.compile(r"([0-9a-f]{8}):(\d{1,6})")
#: Functions in one chain that are remembered; the header stays short.
_LONGEST = 32


def extended(trace_id: str, function_arn: str) -> str:
    """The trace header for an invocation of this function: its count is one higher than in the caller's."""
    entries = _entries(trace_id)
    name = _hash(function_arn)
    entries[name] = entries.pop(name, 0) + 1
    written = "|".join(f"{key}:{count}" for key, count in list(entries.items())[-_LONGEST:])
    kept = [part for part in trace_id.split(";") if part and not part.startswith(f"{FIELD}=")]
    return ";".join([*kept, f"{FIELD}={written}"])


def count(trace_id: str | None, function_arn: str) -> int:
    """How often this function stands in the chain, the invocation itself included."""
    return _entries(trace_id or "").get(_hash(function_arn), 0)


def is_loop(trace_id: str | None, function_arn: str) -> bool:
    """Whether the chain went through this function more often than AWS lets it."""
    return count(trace_id, function_arn) > LIMIT


def _entries(trace_id: str) -> dict[str, int]:
    lineage = next((part for part in trace_id.split(";") if part.startswith(f"{FIELD}=")), "")
    return {name: int(number) for name, number in _ENTRY.findall(lineage)}


def _hash(function_arn: str) -> str:
    return f"{zlib.crc32(function_arn.encode()):08x}"
