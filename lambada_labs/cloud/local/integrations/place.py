"""Where and when a sample is sent: account, Region, function, moment."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

_ARN_PARTS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The function (an ARN, perhaps with a qualifier), the cloud's clock (`now`, epoch seconds), an id of its own.

    Everything a service's event varies with comes from here, so that a test can say what it is.
    """

    function_arn: str
    now: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def region(self) -> str:
        """The function's Region."""
        return self.function_arn.split(":")[3]

    @property
    def account_id(self) -> str:
        """The function's account."""
        return self.function_arn.split(":")[4]

    @property
    def function_name(self) -> str:
        """The function's bare name."""
        return self.function_arn.split(":")[_ARN_PARTS - 1]

    @property
    def qualifier(self) -> str:
        """Version or alias, or nothing."""
        return ":".join(self.function_arn.split(":")[_ARN_PARTS:])

    def filled(self, text: str) -> str:
        """The text with its blanks filled: `{region}`, `{account}`, `{function_name}`, `{function_arn}`, `{id}`."""
        blanks = {
            "{region}": self.region,
            "{account}": self.account_id,
            "{function_name}": self.function_name,
            "{function_arn}": self.function_arn,
            "{id}": self.id,
        }
        for blank, value in blanks.items():
            text = text.replace(blank, value)
        return text
