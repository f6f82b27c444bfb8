"""The refusal of what a limit of concurrency or of rate does not let through."""

from __future__ import annotations

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.runtime.ports import Throttled

TOO_MANY = 429
#: What AWS proposes to wait; undocumented, 1 s as in public records.
RETRY_AFTER_S = 1


def throttled(refusal: Throttled) -> AwsError:
    """`TooManyRequestsException` with AWS's `Reason`."""
    return AwsError(
        "TooManyRequestsException",
        "Rate Exceeded.",
        TOO_MANY,
        headers={"Retry-After": str(RETRY_AFTER_S)},
        Reason=refusal.reason,
        Type="User",
    )
