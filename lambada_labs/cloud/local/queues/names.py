"""Names of queues: the name itself, the ARN, the URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lambada_labs import facts
from lambada_labs.cloud.local.queues.refusals import QueueRefusal, invalid, no_queue

FIFO_SUFFIX = ".fifo"
LONGEST = facts.number("limit.sqs.queue_name")
_PLAIN = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")
_ARN = re.compile(r"arn:aws[\w-]*:sqs:(?P<region>[\w-]+):(?P<account>\d+):(?P<name>[\w.-]+)")
_RULE = f"Can only include alphanumeric characters, hyphens, or underscores. 1 to {LONGEST} in length"
_FIFO_RULE = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
    f"must end with .fifo suffix and be 1 to {LONGEST} in length."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueName:
    """Which queue of which account in which Region."""

    account_id: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """`arn:aws:sqs:Region:account:name`."""
        return f"arn:aws:sqs:{self.region}:{self.account_id}:{self.name}"

    @property
    def fifo(self) -> bool:
        """Whether the name is one of a FIFO queue."""
        return self.name.endswith(FIFO_SUFFIX)

    def url(self, endpoint: str) -> str:
        """The queue URL on an endpoint such as `http://127.0.0.1:4566`."""
        return f"{endpoint}/{self.account_id}/{self.name}"

    @classmethod
    def from_arn(cls, arn: str) -> QueueName | None:
        """The name in the ARN of a queue; None for anything else."""
        found = _ARN.fullmatch(arn)
        if found is None:
            return None
        return cls(account_id=found["account"], region=found["region"], name=found["name"])

    @classmethod
    def from_url(cls, url: str, *, account_id: str, region: str) -> QueueName:
        """The name in a queue URL; a name alone is the caller's own queue, as on AWS.

        Raises:
            QueueRefusal: the URL names no queue.
        """
        parts = [part for part in urlsplit(url).path.split("/") if part]
        if not parts:
            raise QueueRefusal("InvalidAddress", f"The address {url} is not valid for this endpoint.", 404)
        if len(parts) == 1:
            return cls(account_id=account_id, region=region, name=parts[0])
        owner, name = parts[-2:]
        if not (owner.isascii() and owner.isdigit()):
            raise no_queue()
        return cls(account_id=owner, region=region, name=name)


def check_name(name: str, *, fifo: bool) -> None:
    """Refuse a name that no queue of this type can have."""
    if fifo and not name.endswith(FIFO_SUFFIX):
        raise invalid(_FIFO_RULE)
    plain = name.removesuffix(FIFO_SUFFIX) if fifo else name
    if len(name) > LONGEST or not _PLAIN.fullmatch(plain):
        raise invalid(_FIFO_RULE if fifo else _RULE)
