"""Queues, topics, events, streams and workflows that bring work to the function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item
from lambada_labs.pricing.parts.part import HOUR_S, MONTH_H, Part, at_least, check, pieces, ratio, times
from lambada_labs.units import MB_PER_GB, MS_PER_S

Queue = Literal["standard", "fifo"]
Workflow = Literal["standard", "express"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sqs(Part):
    """A queue in front of the function: each message is sent, received and deleted, and polling costs too.

    `batch` messages make one request of the function. A batch of up to ten messages is one
    call, counted in units of 64 KB. `idle_polls` are the connections that ask an empty queue, each once in 20
    seconds, all month long: an upper bound (source: Amazon SQS pricing; Lambda guide, services-sqs).
    """

    key: ClassVar[str] = "sqs"
    title: ClassVar[str] = "Amazon SQS"
    kind: Queue = "standard"
    batch: int = 1
    kb_per_message: Number = 1
    idle_polls: Number = 5

    def __post_init__(self) -> None:
        """Refuse a batch of nothing."""
        check(self)
        at_least(self, "batch", 1)

    def items(self, _: Workload) -> Iterator[Item]:
        """Calls for messages, and polls of an empty queue."""
        price, unit = f"sqs.{self.kind}", facts.number("message.unit_kb")
        calls = pieces(self.batch, facts.number("sqs.messages_per_call"))
        sent = self.batch * pieces(self.kb_per_message, unit)
        received = max(calls, pieces(times(self.batch, self.kb_per_message), unit))
        polls = ratio(times(self.idle_polls, MONTH_H, HOUR_S), facts.number("sqs.long_poll_s"))
        yield Item(f"SQS {self.kind} requests", price, "requests", times(sent + received + calls))
        if polls:
            yield Item(f"SQS {self.kind} idle polls", price, "month", polls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sns(Part):
    """A topic in front of the function: each message published counts, its delivery to a function is free."""

    key: ClassVar[str] = "sns"
    title: ClassVar[str] = "Amazon SNS"
    messages: Number = 1
    kb_per_message: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """Messages, each in units of 64 KB."""
        units = pieces(self.kb_per_message, facts.number("message.unit_kb"))
        yield Item("SNS messages", "sns.standard", "requests", times(self.messages, units))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridge(Part):
    """An event bus in front of the function: your own events cost, those of AWS's services do not."""

    key: ClassVar[str] = "eventbridge"
    title: ClassVar[str] = "Amazon EventBridge"
    events: Number = 1
    kb_per_event: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """Events of your own, each in units of 64 KB."""
        units = pieces(self.kb_per_event, facts.number("message.unit_kb"))
        yield Item("EventBridge events", "eventbridge.custom", "requests", times(self.events, units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler(Part):
    """EventBridge Scheduler: it calls the function at set times; 14 million calls a month are free."""

    key: ClassVar[str] = "scheduler"
    title: ClassVar[str] = "EventBridge Scheduler"
    share: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """The share of the requests that a schedule makes."""
        yield Item("scheduled calls", "eventbridge.scheduler", "requests", times(self.share))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFunctions(Part):
    """A workflow around the function: a standard one pays by transition, an express one by time and memory.

    `workflows` counts executions for each request of the function. An express one is rounded up to 100 ms
    and 64 MB (source: AWS Step Functions pricing).
    """

    key: ClassVar[str] = "step_functions"
    title: ClassVar[str] = "AWS Step Functions"
    kind: Workflow = "standard"
    workflows: Number = 1
    transitions: Number = 5
    workflow_ms: Number = 1000
    workflow_mb: Number = 64

    def items(self, _: Workload) -> Iterator[Item]:
        """Transitions, or executions and their GB-seconds."""
        if self.kind == "standard":
            each = times(self.workflows, self.transitions)
            yield Item("workflow transitions", "stepfunctions.standard", "requests", each)
            return
        step_ms, step_mb = facts.number("stepfunctions.round_ms"), facts.number("stepfunctions.round_mb")
        mb_ms = pieces(self.workflow_ms, step_ms) * step_ms * pieces(self.workflow_mb, step_mb) * step_mb
        used = times(self.workflows, ratio(mb_ms, MB_PER_GB * MS_PER_S))
        yield Item("express workflows", "stepfunctions.express.requests", "requests", times(self.workflows))
        yield Item("express duration", "stepfunctions.express.duration", "requests", used)
