"""The event of a CodeCommit repository trigger: branches and tags made, moved or deleted.

Sources: AWS CodeCommit user guide, "Example: Create a trigger for a Lambda function"; AWS Lambda developer guide,
"Using AWS Lambda with AWS CodeCommit"; `created` and `deleted` as in public reports of real events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.integrations.workings import Choices

Change = Literal["createReference", "updateReference", "deleteReference"]
CHANGED, TESTED = "ReferenceChanges", "TriggerEventTest"
NO_COMMIT = "0" * 40
BRANCH, TAG = "refs/heads/", "refs/tags/"
SAMPLES: dict[str, tuple[Change, str]] = {
    "new branch": ("createReference", f"{BRANCH}feature"),
    "new tag": ("createReference", f"{TAG}v1.0.0"),
    "push": ("updateReference", f"{BRANCH}main"),
    "deleted branch": ("deleteReference", f"{BRANCH}feature"),
}
#: Git's own way of naming a commit is a hash of its content; a sample has none.
SAMPLE_COMMIT = "5e493c6f3067653f3d04eca608b4901eb2270782"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What happened to a branch or a tag (`refs/heads/…`, `refs/tags/…`); `commit` is where it points or did."""

    ref: str
    commit: str
    change: Change

    def told(self) -> dict[str, Any]:
        """As it stands in an event."""
        marks = {"createReference": {"created": True}, "deleteReference": {"deleted": True}}
        return {"commit": self.commit, **marks.get(self.change, {}), "ref": self.ref}


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One change of a repository, by whom (an ARN), when (seconds since the epoch)."""

    repository_arn: str
    references: Sequence[Reference]
    by: str
    at: float
    id: str
    name: str = CHANGED


def event(push: Push, *, trigger: str, config_id: str, custom_data: str = "") -> dict[str, Any]:
    """The event of one trigger."""
    stamp = datetime.fromtimestamp(push.at, UTC)
    record = {
        "awsRegion": push.repository_arn.split(":")[3],
        "codecommit": {"references": [one.told() for one in push.references]},
        **({"customData": custom_data} if custom_data else {}),
        "eventId": push.id,
        "eventName": push.name,
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": push.repository_arn,
        "eventTime": f"{stamp:%Y-%m-%dT%H:%M:%S}.{stamp.microsecond // 1000:03d}+0000",
        "eventTotalParts": 1,
        "eventTriggerConfigId": config_id,
        "eventTriggerName": trigger,
        "eventVersion": "1.0",
        "userIdentityARN": push.by,
    }
    return {"Records": [record]}


def sample(choices: Choices, place: Place) -> Sent:
    """A new branch, a new tag, a push or a deleted branch of the repository `sample`."""
    change, ref = SAMPLES[choices["change"]]
    repository = place.filled("arn:aws:codecommit:{region}:{account}:sample")
    push = Push(
        repository_arn=repository,
        references=[Reference(ref=ref, commit=SAMPLE_COMMIT, change=change)],
        by=place.filled("arn:aws:iam::{account}:root"),
        at=place.now,
        id=place.id,
    )
    told = event(push, trigger="my-trigger", config_id=place.id, custom_data=choices.get("custom_data", ""))
    return Sent(event=told, source_arn=repository)
