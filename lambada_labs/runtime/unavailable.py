"""Why a runtime cannot be started here."""

from __future__ import annotations

from lambada_labs.errors import ToolMissing


class RuntimeUnavailable(ToolMissing):
    """A runtime that AWS has and this machine cannot run yet; `error_type` is what the invocation answers."""

    error_type = "Runtime.Unavailable"

    def __init__(self, runtime: str, hint: str) -> None:
        super().__init__(f"Runtime {runtime} cannot run on this machine", "", hint)
        self.runtime, self.hint = runtime, hint


class InvalidEntrypoint(RuntimeUnavailable):
    """There is nothing to execute; its text is AWS's, which follows `RequestId: R Error: `."""

    error_type = "Runtime.InvalidEntrypoint"

    def __init__(self, aws_message: str, hint: str) -> None:
        super().__init__("", hint)
        self.aws_message = aws_message

    def __str__(self) -> str:
        """AWS's text alone: it is what the caller of a function reads."""
        return self.aws_message
