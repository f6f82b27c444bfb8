"""Events on their way into a function's queue: from Invoke, and from services inside this cloud."""

from __future__ import annotations

from lambada_labs import facts
from lambada_labs.cloud.local.functions.event_json import event_of
from lambada_labs.cloud.local.functions.names import FunctionName, resolve
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.functions.records import Alias, Function, Version
from lambada_labs.cloud.local.functions.refusals import no_function, too_large, wrong_state
from lambada_labs.cloud.local.functions.throttles import throttled
from lambada_labs.model import LATEST, Invocation
from lambada_labs.runtime import lineage
from lambada_labs.runtime.events.ports import EventRules, EventTarget
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.run import new_trace_id

EVENT_LIMIT = facts.number("limit.payload.event")
_DEFAULT = EventRules()


def submit_event(
    plane: ControlPlane,
    function_arn: str,
    event: bytes,
    *,
    producer: str,
    trace_id: str | None = None,
    request_id: str | None = None,
) -> str:
    """Queue an event that a service of this cloud sends; the answer is its request id.

    `producer` names the service or the resource (`s3.amazonaws.com`, an ARN); `trace_id` is the trace header
    that came with whatever caused the event, so that a loop through the service is noticed. Whether the
    service may invoke the function is for the caller to have asked.

    Raises:
        AwsError: no such function, not JSON, too large, or too many events wait.
    """
    account_id, region = function_arn.split(":")[4], function_arn.split(":")[3]
    name = resolve(function_arn, None, account_id=account_id, region=region)
    check_event_size(event)
    invocation = Invocation(
        function=active_version(plane, name).invoked,
        event=event_of(event),
        request_id=request_id or plane.new_id(),
        invoked_arn=name.asked_arn,
        accepted_at=plane.clock(),
        type="Event",
        trace_id=traced(plane, name, trace_id),
        producer=producer,
    )
    enqueue(plane, invocation)
    return invocation.request_id


def enqueue(plane: ControlPlane, invocation: Invocation) -> None:
    """Into the queue; raises `AwsError` where too many events wait."""
    try:
        plane.engine.submit(invocation)
    except Throttled as refusal:
        raise throttled(refusal) from None


def check_event_size(payload: bytes) -> None:
    """Refuse more than 1 MB."""
    if len(payload) > EVENT_LIMIT:
        raise too_large(
            f"{len(payload)} byte payload is too large for the Event invocation type "
            f"(limit {EVENT_LIMIT} bytes)"
        )


def traced(plane: ControlPlane, name: FunctionName, trace_id: str | None) -> str:
    """The trace header that the function gets: the caller's or a new one, with its lineage."""
    return lineage.extended(trace_id or new_trace_id(plane.clock()), name.arn)


def active_version(plane: ControlPlane, name: FunctionName) -> Version:
    """The version that a name means at this moment; an alias with two versions draws one.

    Raises:
        AwsError: there is none, or it is not `Active` yet.
    """
    said_as = f"{name.arn}:{name.qualifier or LATEST}"
    function = plane.store.get(name, said_as=said_as)
    version = _chosen(plane, function, name.qualifier or LATEST)
    if version is None:
        raise no_function(said_as)
    if version.state != "Active":
        raise wrong_state(version.state)
    return version


def event_target(plane: ControlPlane, invocation: Invocation) -> EventTarget | None:
    """What a queued event runs now, and by which rules; None where function or version are gone."""
    config = invocation.function
    qualifier = invocation.invoked_arn.removeprefix(config.arn).removeprefix(":") or LATEST
    function = plane.store.shelf(config.account_id, config.region).functions.get(config.name)
    version = _chosen(plane, function, qualifier) if function else None
    if function is None or version is None:
        return None
    return EventTarget(function=version.invoked, rules=_rules(function, qualifier))


def _rules(function: Function, qualifier: str) -> EventRules:
    config, stops_loops = function.event_configs.get(qualifier), function.recursive_loop == "Terminate"
    if config is None:
        return EventRules(stops_loops=stops_loops)
    retries, age_s = config.maximum_retries, config.maximum_age_s
    return EventRules(
        maximum_retries=_DEFAULT.maximum_retries if retries is None else retries,
        maximum_age_s=_DEFAULT.maximum_age_s if age_s is None else age_s,
        on_success=config.on_success,
        on_failure=config.on_failure,
        stops_loops=stops_loops,
    )


def _chosen(plane: ControlPlane, function: Function, qualifier: str) -> Version | None:
    alias = function.aliases.get(qualifier)
    return function.version(_drawn(plane, alias) if alias else qualifier)


def _drawn(plane: ControlPlane, alias: Alias) -> str:
    """The main version, or the additional one as often as its weight says."""
    for version, weight in alias.weights.items():
        if plane.chance.random() < weight:
            return version
    return alias.version
