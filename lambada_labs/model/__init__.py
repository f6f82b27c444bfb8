"""The records that travel between the rooms. They hold facts and do nothing."""

from lambada_labs.model.event_history import (
    AttemptOutcome,
    Condition,
    DeliveryKind,
    EventAttempt,
    EventDelivery,
    EventHistory,
)
from lambada_labs.model.function import LATEST, Architecture, FunctionConfig, LogFormat
from lambada_labs.model.invocation import (
    Invocation,
    InvocationRecord,
    InvocationType,
    LifeEvent,
    Outcome,
    Phase,
    Reply,
    billed_ms,
)

__all__ = [
    "LATEST",
    "Architecture",
    "AttemptOutcome",
    "Condition",
    "DeliveryKind",
    "EventAttempt",
    "EventDelivery",
    "EventHistory",
    "FunctionConfig",
    "Invocation",
    "InvocationRecord",
    "InvocationType",
    "LifeEvent",
    "LogFormat",
    "Outcome",
    "Phase",
    "Reply",
    "billed_ms",
]
