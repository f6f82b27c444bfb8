"""The triggers of a CodeCommit repository: which are allowed, and which a change of a branch or tag concerns.

Source: AWS CodeCommit API reference, PutRepositoryTriggers and RepositoryTrigger; its user guide, "Quotas".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.codecommit.event import BRANCH, Reference

MOST = facts.number("limit.codecommit.triggers")
MOST_BRANCHES = facts.number("limit.codecommit.trigger_branches")
EVENTS = frozenset({"all", "updateReference", "createReference", "deleteReference"})
SERVICES = frozenset({"lambda", "sns"})
Trigger = Mapping[str, Any]


def checked(triggers: Sequence[Trigger]) -> list[dict[str, Any]]:
    """Triggers that may be kept. AwsError: one may not."""
    if len(triggers) > MOST:
        text = f"The number of triggers allowed for the repository was exceeded: {MOST}."
        raise AwsError("MaximumRepositoryTriggersExceededException", text)
    return [_checked(one) for one in triggers]


def concerns(trigger: Trigger, reference: Reference) -> bool:
    """Whether a trigger is for this change; one without branches is for all of them, and for tags."""
    events, branches = trigger["events"], trigger.get("branches") or ()
    if "all" not in events and reference.change not in events:
        return False
    return not branches or reference.ref.removeprefix(BRANCH) in branches


def _checked(trigger: Trigger) -> dict[str, Any]:
    events = trigger.get("events") or ()
    if not events or not set(events) <= EVENTS or ("all" in events and len(events) > 1):
        text = (
            "One or more events specified for the trigger is not valid. Check to make sure that all events specified "
            "match the requirements for allowed events."
        )
        raise AwsError("InvalidRepositoryTriggerEventsException", text)
    parts = str(trigger.get("destinationArn", "")).split(":")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] not in SERVICES:  # noqa: PLR2004 (parts of an ARN)
        text = "The Amazon Resource Name (ARN) for the trigger is not valid for the specified destination."
        raise AwsError("InvalidRepositoryTriggerDestinationArnException", text)
    if len(trigger.get("branches") or ()) > MOST_BRANCHES:
        text = f"The number of branches for the trigger was exceeded: {MOST_BRANCHES}."
        raise AwsError("MaximumBranchesExceededException", text)
    return dict(trigger)
