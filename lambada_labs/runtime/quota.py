"""Concurrency limits: who may run now, and AWS's reason where somebody may not."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.ports import Throttled

_UNRESERVED: Literal["unreserved"] = "unreserved"


class Quota:
    """Counts invocations in flight. Reserved concurrency is a function's floor and its cap at once."""

    def __init__(self, account_concurrency: int) -> None:
        self._account = account_concurrency
        self._reserved: dict[str, int] = {}
        self._running: Counter[str] = Counter()

    def reserve(self, function_arn: str, concurrency: int | None) -> None:
        """A function's reserved concurrency; None returns it to the unreserved rest."""
        if concurrency is None:
            self._reserved.pop(function_arn, None)
        else:
            self._reserved[function_arn] = concurrency

    def running(self, function_arn: str) -> int:
        """Invocations of this function in flight."""
        return self._running[function_arn]

    def take(self, function: FunctionConfig) -> str:
        """Count one invocation in; the answer goes to `give_back`.

        Raises:
            Throttled: its function's or the account's limit is reached.
        """
        arn, reserved = function.arn, function.reserved_concurrency
        self.reserve(arn, reserved)
        account = arn if reserved is not None else _UNRESERVED
        if reserved is not None and self._running[arn] >= reserved:
            raise Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        if reserved is None and self._running[_UNRESERVED] >= self._account - sum(self._reserved.values()):
            raise Throttled("ConcurrentInvocationLimitExceeded")
        self._running[account] += 1
        return account

    def give_back(self, account: str) -> None:
        """The invocation has ended."""
        self._running[account] -= 1
        if not self._running[account]:
            del self._running[account]
