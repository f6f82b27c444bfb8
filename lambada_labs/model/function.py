"""What one version of a function is, as the engine needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Architecture = Literal["x86_64", "arm64"]
LogFormat = Literal["Text", "JSON"]

LATEST = "$LATEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionConfig:
    """One version of a function: `$LATEST` or a numbered, immutable one.

    Memory and storage are in MB (1 MB = 1024 * 1024 bytes), the timeout in seconds.
    `code_sha256` and `layers` name unpacked packages by AWS's own `CodeSha256`
    (base64); `layers` are in the order of the configuration, later ones win under `/opt`.
    `dead_letter_arn` is the queue or topic for events that failed, empty for none.
    """

    account_id: str
    region: str
    name: str
    handler: str
    runtime: str
    role_arn: str
    code_sha256: str
    version: str = LATEST
    memory_mb: int = 128
    timeout_s: int = 3
    ephemeral_mb: int = 512
    architecture: Architecture = "x86_64"
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    layers: tuple[str, ...] = ()
    log_format: LogFormat = "Text"
    application_log_level: str | None = None
    system_log_level: str | None = None
    log_group: str = ""
    reserved_concurrency: int | None = None
    dead_letter_arn: str = ""

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}"

    @property
    def qualified_arn(self) -> str:
        """The ARN with the version."""
        return f"{self.arn}:{self.version}"

    @property
    def log_group_name(self) -> str:
        """The configured log group, or AWS's default one."""
        return self.log_group or f"/aws/lambda/{self.name}"
