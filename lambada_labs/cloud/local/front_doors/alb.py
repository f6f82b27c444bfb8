"""The door of Application Load Balancers: a listener, its rules, their actions, Lambda target groups.

Sources: ELB user guide, "Use Lambda functions as targets", "Listeners", "Action types", "Troubleshoot" (502 for a
function's failure, 503 for a group without target, 413 for a body over 1 MB, 400 for an upgrade).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from lambada_labs import facts
from lambada_labs.cloud.local.front_doors.alb_answer import answer_of, fixed, page
from lambada_labs.cloud.local.front_doors.alb_event import event_of
from lambada_labs.cloud.local.front_doors.alb_rules import in_order, meets
from lambada_labs.cloud.local.front_doors.calling import Caller, Errand, NotRun, event_json
from lambada_labs.cloud.local.front_doors.http_answer import Malformed
from lambada_labs.cloud.local.front_doors.request import DoorRequest
from lambada_labs.cloud.local.front_doors.tables import Listener
from lambada_labs.cloud.local.message import AwsResponse

log = logging.getLogger(__name__)

PRINCIPAL = "elasticloadbalancing.amazonaws.com"
BODY_LIMIT = facts.number("limit.alb.lambda_request")
#: A balancer waits as long as the function may run.
PATIENCE_S = facts.number("limit.timeout.max")
BAD_REQUEST, TOO_LARGE, BAD_GATEWAY, NO_TARGET, NOT_BUILT = 400, 413, 502, 503, 501
_SAFE = "/:?#[]@!$&'()*+,;=%-._~"


class BalancerDoor:
    """Answers requests for the listeners of one account; `chance` draws among weighted groups."""

    def __init__(self, caller: Caller, chance: Callable[[], float] = random.random) -> None:
        self._caller, self._chance = caller, chance

    async def answer(self, listener: Listener, request: DoorRequest) -> AwsResponse:
        """The answer of the first rule that the request meets."""
        if "upgrade" in request.wire.headers:
            return page(BAD_REQUEST)
        rule = next(one for one in in_order(listener.rules) if meets(one.conditions, request))
        for action in sorted(rule.actions, key=lambda one: int(one.data.get("Order") or 0)):
            if action.type == "fixed-response":
                return fixed(action.data["FixedResponseConfig"])
            if action.type == "redirect":
                return redirect(action.data["RedirectConfig"], request, listener)
            if action.type == "forward":
                return await self._forwarded(listener, action.data, request)
            log.warning("listener %s: action %s is not built", listener.arn, action.type)
            return page(NOT_BUILT)
        return page(NO_TARGET)

    async def _forwarded(
        self, listener: Listener, action: Mapping[str, Any], request: DoorRequest
    ) -> AwsResponse:
        group = listener.groups.get(drawn(action, self._chance()))
        target = next(iter(group.targets), None) if group is not None else None
        if group is None or target is None or group.target_type != "lambda":
            return page(NO_TARGET)
        if request.too_long or len(request.body) > BODY_LIMIT:
            return page(TOO_LARGE)
        multi_value = is_multi_value(group)
        event = event_of(request, group.arn, multi_value=multi_value)
        try:
            reply = await self._caller.run(errand(target, group.arn, event, request.trace_id))
            return answer_of(reply, multi_value=multi_value)
        except (NotRun, Malformed) as problem:
            log.info("target group %s: 502, %s", group.arn, problem)
            return page(BAD_GATEWAY)


def errand(
    function_arn: str,
    group_arn: str,
    event: Mapping[str, Any],
    trace_id: str,
    *,
    timeout_s: float = PATIENCE_S,
) -> Errand:
    """An invocation of a target in its group's name."""
    return Errand(
        function_arn=function_arn,
        event=event_json(event),
        principal=PRINCIPAL,
        source_arn=group_arn,
        trace_id=trace_id,
        timeout_s=timeout_s,
    )


def is_multi_value(group: Any) -> bool:
    """Whether a target group has multi-value headers on."""
    return str(group.attributes.get("lambda.multi_value_headers.enabled")).lower() == "true"


def drawn(action: Mapping[str, Any], chance: float) -> str:
    """The target group of a forward action: by weight, `chance` between 0 and 1; empty where all weigh nothing."""
    groups: Sequence[Mapping[str, Any]] = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    if not groups:
        return str(action.get("TargetGroupArn") or "")
    weights = [int(one.get("Weight", 1)) for one in groups]
    point = chance * sum(weights)
    for one, weight in zip(groups, weights, strict=True):
        point -= weight
        if point < 0:
            return str(one["TargetGroupArn"])
    return ""


def redirect(config: Mapping[str, Any], request: DoorRequest, listener: Listener) -> AwsResponse:
    """The answer of a redirect action; the port is always written, as a balancer does."""
    known = {
        "#{protocol}": listener.protocol.lower(),
        "#{host}": request.host,
        "#{port}": str(listener.port),
        "#{path}": request.raw_path.removeprefix("/"),
        "#{query}": request.raw_query,
    }

    def filled(member: str, default: str) -> str:
        text = str(config.get(member) or default)
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    protocol = filled("Protocol", "#{protocol}").lower()
    query = filled("Query", "#{query}")
    where = f"{filled('Host', '#{host}')}:{filled('Port', '#{port}')}{filled('Path', '/#{path}')}"
    location = f"{protocol}://{where}" + (f"?{query}" if query else "")
    status = int(str(config.get("StatusCode") or "HTTP_302").removeprefix("HTTP_"))
    return page(status, (("Location", quote(location, safe=_SAFE)),))
