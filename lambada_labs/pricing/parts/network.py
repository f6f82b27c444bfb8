"""What a function's traffic costs on the way: logs, addresses, gateways, egress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item
from lambada_labs.pricing.parts.part import MONTH_H, Part, gigabytes, times


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs(Part):
    """CloudWatch Logs: what each request writes, and how many months it is kept."""

    key: ClassVar[str] = "logs"
    title: ClassVar[str] = "CloudWatch Logs"
    kb_per_request: Number = 1
    months_kept: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """Ingestion by volume tier, and storage of what is kept (not compressed: an upper bound)."""
        size = gigabytes(self.kb_per_request)
        yield Item("logs ingested", "logs.ingest", "requests", size)
        yield Item("logs kept", "logs.store", "requests", times(size, self.months_kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nat(Part):
    """NAT gateways: a function in a private subnet reaches the internet through them, by hour and by GB."""

    key: ClassVar[str] = "nat"
    title: ClassVar[str] = "NAT gateway"
    gateways: int = 1
    hours: Number = MONTH_H
    kb_per_request: Number = 10

    def items(self, _: Workload) -> Iterator[Item]:
        """Hours, and data in both directions."""
        yield Item("NAT gateway hours", "nat.hour", "month", times(self.gateways, self.hours))
        yield Item("NAT gateway data", "nat.gb", "requests", gigabytes(self.kb_per_request))


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoints(Part):
    """Interface endpoints: a private way from your VPC to AWS's services, by hour and zone and by GB."""

    key: ClassVar[str] = "vpc_endpoints"
    title: ClassVar[str] = "VPC interface endpoints"
    endpoints: int = 1
    zones: int = 2
    hours: Number = MONTH_H
    kb_per_request: Number = 10

    def items(self, _: Workload) -> Iterator[Item]:
        """Hours in every zone, and data."""
        hours = times(self.endpoints, self.zones, self.hours)
        yield Item("VPC endpoint hours", "endpoint.hour", "month", hours)
        yield Item("VPC endpoint data", "endpoint.gb", "requests", gigabytes(self.kb_per_request))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIpv4(Part):
    """Public IPv4 addresses, such as those of a load balancer or a NAT gateway, by the hour."""

    key: ClassVar[str] = "public_ipv4"
    title: ClassVar[str] = "Public IPv4 addresses"
    addresses: int = 1
    hours: Number = MONTH_H

    def items(self, _: Workload) -> Iterator[Item]:
        """Addresses times hours."""
        yield Item("public IPv4 addresses", "ipv4.hour", "month", times(self.addresses, self.hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress(Part):
    """Data that leaves AWS for the internet: 100 GB a month are free."""

    key: ClassVar[str] = "egress"
    title: ClassVar[str] = "Data out to the internet"
    kb_per_response: Number = 10

    def items(self, _: Workload) -> Iterator[Item]:
        """What each response carries."""
        yield Item("data out", "egress", "requests", gigabytes(self.kb_per_response))
