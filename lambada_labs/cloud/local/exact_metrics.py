"""CloudWatch's rule that a metric is its name and all of its dimensions, no more and no fewer.

moto sums up every metric of a name that has at least the dimensions asked for, or any at all where none
are asked for: Lambda's metrics, which come per account, function and version, would count three times.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Method = Callable[..., Any]


class _Found:
    """As much of a metric store as the queries look at."""

    def __init__(self, data: list[Any]) -> None:
        self._data = data

    def get_all_metrics(self) -> list[Any]:
        return self._data


def statistics(answer: Method) -> Method:
    """GetMetricStatistics, asked about the metric with exactly these dimensions."""

    def exactly(
        store: Any, *query: Any, dimensions: Sequence[Mapping[str, str]], unit: str | None = None
    ) -> Any:
        found = [
            datum for datum in store.get_all_metrics() if _names(datum.dimensions) == _wanted(dimensions)
        ]
        return answer(_Found(found), *query, dimensions=dimensions, unit=unit)

    return exactly


def data(answer: Method) -> Method:
    """GetMetricData, each query about the metric with exactly its dimensions."""

    def exactly(store: Any, *, queries: list[Mapping[str, Any]], **window: Any) -> Any:
        every = store.get_all_metrics()
        found = [item for query in queries if "MetricStat" in query for item in _renamed(query, every)]
        rest = every if any(_insight(query) for query in queries) else []
        return answer(_Found([*found, *rest]), queries=[_pointed(query) for query in queries], **window)

    return exactly


def _renamed(query: Mapping[str, Any], every: Iterable[Any]) -> Iterable[Any]:
    """Copies of a query's data under a name that no other query has."""
    metric = query["MetricStat"]["Metric"]
    wanted = _wanted(metric.get("Dimensions", []))
    for datum in every:
        same = datum.name == metric["MetricName"] and datum.namespace == metric["Namespace"]
        if same and _names(datum.dimensions) == wanted:
            renamed = copy.copy(datum)
            renamed.name, renamed.dimensions = _own_name(query), []
            yield renamed


def _pointed(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """The query, asking for its data under their new name and keeping its label."""
    if "MetricStat" not in query:
        return query
    stat = query["MetricStat"]
    metric = {"Namespace": stat["Metric"]["Namespace"], "MetricName": _own_name(query)}
    label = query.get("Label") or f"{stat['Metric']['MetricName']} {stat['Stat']}"
    return {**query, "Label": label, "MetricStat": {**stat, "Metric": metric}}


def _own_name(query: Mapping[str, Any]) -> str:
    return f"query {query['Id']}"


def _insight(query: Mapping[str, Any]) -> bool:
    return str(query.get("Expression", "")).startswith("SELECT")


def _wanted(dimensions: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    return sorted((dimension["Name"], dimension.get("Value", "")) for dimension in dimensions)


def _names(dimensions: Iterable[Any]) -> list[tuple[str, str]]:
    return sorted((dimension.name, dimension.value) for dimension in dimensions)
