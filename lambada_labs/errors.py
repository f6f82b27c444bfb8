"""Every exception of the kit, and the one shape they speak in.

    LambadaError             seen · expected · what to do
    ├── BadInput             a value the caller gave cannot be used
    ├── FactMissing          no such AWS number in data/facts.json
    ├── StateFolderError     the folder for the cloud's state cannot be used
    ├── CloudUnavailable     the local cloud is not there, or did not start
    ├── ToolMissing          this machine lacks a program that the step needs
    └── ProgressDamaged      the learner's progress file could not be read

What AWS itself would answer is no `LambadaError`: see `cloud.local.aws_error`.
"""

from __future__ import annotations


class LambadaError(Exception):
    """What was seen, what was expected, and the next step, each one short clause."""

    def __init__(self, seen: str, expected: str = "", todo: str = "") -> None:
        self.seen, self.expected, self.todo = seen, expected, todo
        super().__init__(seen, expected, todo)

    def __str__(self) -> str:
        """`seen. Expected: expected. todo.` on one line, with the empty parts left out."""
        parts = [self.seen, f"Expected: {self.expected}" if self.expected else "", self.todo]
        return " ".join(part.rstrip(".") + "." for part in parts if part)

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback: a learner has no use for ours."""
        return [str(self)]


class BadInput(LambadaError):
    """A value that cannot be used as it was given."""


class FactMissing(LambadaError):
    """`facts` holds no number of this name."""


class StateFolderError(LambadaError):
    """The folder for the cloud's state cannot be read, written or trusted."""


class CloudUnavailable(LambadaError):
    """The local cloud is not running, did not start, or stopped answering."""


class ToolMissing(LambadaError):
    """A program or package that this step needs is not on this machine."""


class ProgressDamaged(LambadaError):
    """The progress file is no progress file; it was set aside, nothing was lost."""
