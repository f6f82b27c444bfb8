"""Where requests come in from the web.

A function URL is the one front door without a price of its own: leave these parts out to have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item
from lambada_labs.pricing.parts.part import HOUR_S, MONTH_H, Part, gigabytes, pieces, ratio, times


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGatewayRest(Part):
    """A REST API of Amazon API Gateway in front of the function, billed by the call.

    `calls` counts those that reach the API for each one that reaches the function: a cached or a
    refused call is billed too. Its cache is priced by the hour and not counted here.
    """

    key: ClassVar[str] = "api_gateway_rest"
    title: ClassVar[str] = "API Gateway, REST API"
    calls: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """Calls, whatever their size."""
        yield Item("REST API calls", "apigateway.rest", "requests", times(self.calls))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGatewayHttp(Part):
    """An HTTP API of Amazon API Gateway: cheaper than a REST API, and metered in units of 512 KB."""

    key: ClassVar[str] = "api_gateway_http"
    title: ClassVar[str] = "API Gateway, HTTP API"
    calls: Number = 1
    kb_per_call: Number = 10

    def items(self, _: Workload) -> Iterator[Item]:
        """Calls, each in as many units as its size takes."""
        units = pieces(self.kb_per_call, facts.number("apigateway.http.unit_kb"))
        yield Item("HTTP API calls", "apigateway.http", "requests", times(self.calls, units))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer(Part):
    """An Application Load Balancer in front of the function: hours, and capacity units (LCU).

    The hour's largest of four dimensions counts: new connections, open connections, data processed,
    rules evaluated. Traffic is taken as even; what an hour's peak adds is not seen (source: Elastic
    Load Balancing pricing).
    """

    key: ClassVar[str] = "load_balancer"
    title: ClassVar[str] = "Application Load Balancer"
    hours: Number = MONTH_H
    kb_per_request: Number = 10
    new_connections: Number = 1
    connection_s: Number = 60
    rules: int = 10

    def items(self, _: Workload) -> Iterator[Item]:
        """Hours, and LCU-hours of the dimension that needs most."""
        name, units = max(self.dimensions().items(), key=lambda pair: pair[1])
        yield Item("load balancer hours", "alb.hour", "month", times(self.hours))
        yield Item("load balancer capacity", "alb.lcu", "requests", units, note=f"{name} decide")

    def dimensions(self) -> dict[str, Decimal]:
        """LCU-hours that one request takes, by dimension."""
        opened = ratio(self.new_connections, times(_lcu("new_connections"), HOUR_S))
        kept_open = ratio(times(self.new_connections, self.connection_s), HOUR_S)
        evaluated = max(0, self.rules - facts.number("alb.rules_included"))
        return {
            "new connections": opened,
            "open connections": ratio(kept_open, _lcu("active_connections")),
            "bytes processed": ratio(gigabytes(self.kb_per_request), _lcu("lambda_gb")),
            "rule evaluations": ratio(evaluated, times(_lcu("rule_evaluations"), HOUR_S)),
        }


def _lcu(dimension: str) -> Decimal:
    return facts.decimal(f"alb.lcu.{dimension}")
