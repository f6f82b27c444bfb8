"""How many events of one function are tried at once: fewer after a throttle, one more after each that ran.

AWS says that Lambda reduces the rate at which it reads events from a queue that it cannot empty; it does not
say how. Without it a thousand events of a function that may run once at a time would all knock together,
back off together and knock together again until most are too old.
"""

from __future__ import annotations


class Windows:
    """The window of each function by its ARN; those that are fully open are not remembered."""

    def __init__(self, widest: int) -> None:
        self._widest = widest
        self._open: dict[str, int] = {}

    def __len__(self) -> int:
        """Functions whose window is not fully open."""
        return len(self._open)

    def of(self, arn: str) -> int:
        """Deliveries at once."""
        return self._open.get(arn, self._widest)

    def throttled(self, arn: str, running: int) -> None:
        """One of `running` deliveries was refused: only as many as the others are let through now."""
        self._open[arn] = min(self.of(arn), max(1, running - 1))

    def ran(self, arn: str) -> None:
        """One ran: try one more at once."""
        if arn in self._open:
            self._open[arn] += 1
            if self._open[arn] >= self._widest:
                del self._open[arn]

    def forget(self, arn: str) -> None:
        """No event of this function is left: the next ones find it fully open."""
        self._open.pop(arn, None)
