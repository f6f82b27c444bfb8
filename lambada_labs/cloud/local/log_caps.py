"""Which log lines are forgotten when there are too many: the oldest, and of the largest group."""

from __future__ import annotations

from typing import Any

Streams = dict[str, Any]  # by name, oldest first; each has a list of `events`, oldest first


def trim_group(streams: Streams, per_stream: int, per_group: int) -> None:
    """Hold both caps, and forget streams that this leaves empty."""
    for stream in streams.values():
        del stream.events[: max(0, len(stream.events) - per_stream)]
    total = _lines(streams)
    for name in list(streams):  # oldest first: a dict keeps the order of creation
        if total <= per_group:
            return
        dropped = min(len(streams[name].events), total - per_group)
        del streams[name].events[:dropped]
        total -= dropped
        if not streams[name].events:
            del streams[name]


def trim_largest(groups: list[Streams], cap: int) -> int:
    """Bring all groups together a tenth below the cap, at the cost of the largest ones; what is left."""
    total = sum(_lines(streams) for streams in groups)
    while total > cap - cap // 10:
        largest = max(groups, key=_lines)
        kept = max(0, _lines(largest) - (total - (cap - cap // 10)))
        trim_group(largest, kept, kept)
        total = sum(_lines(streams) for streams in groups)
    return total


def _lines(streams: Streams) -> int:
    return sum(len(stream.events) for stream in streams.values())
