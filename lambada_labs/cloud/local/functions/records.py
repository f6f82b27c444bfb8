"""What the control plane remembers about functions and layers: facts only, never changed in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from lambada_labs.model import LATEST, FunctionConfig

State = Literal["Pending", "Active"]
UpdateStatus = Literal["InProgress", "Successful"]
RecursiveLoop = Literal["Terminate", "Allow"]
Statement = Mapping[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})
NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerUse:
    """One layer version as a function refers to it; it stays usable after the layer version is deleted."""

    arn: str
    sha256: str
    code_size: int
    unpacked_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """`$LATEST` or a published version. Sizes are bytes, `modified` is in seconds since the epoch.

    While an update is under way, `serving` is the configuration that is still invoked, as on AWS.
    `change_id` marks the last change that passes through `Pending` or `InProgress`.
    """

    config: FunctionConfig
    code_size: int
    unpacked_size: int
    revision_id: str
    modified: float
    change_id: str
    description: str = ""
    state: State = "Pending"
    update: UpdateStatus | None = None
    serving: FunctionConfig | None = None
    layers: tuple[LayerUse, ...] = ()
    has_environment: bool = False

    @property
    def invoked(self) -> FunctionConfig:
        """What an invocation runs right now."""
        return self.serving or self.config


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A pointer to one version, or to two with a share (0 to 1) for the additional one."""

    name: str
    version: str
    revision_id: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventConfig:
    """How events of one qualifier are handled; None is AWS's default, an empty ARN is no destination."""

    qualifier: str
    modified: float
    maximum_retries: int | None = None
    maximum_age_s: int | None = None
    on_success: str = ""
    on_failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function with everything that hangs on it.

    `policies` holds the statements by qualifier (`""` for the function itself); `published` is the highest
    version number ever given out: numbers are not used twice. `event_configs` go by qualifier too, with
    `$LATEST` for the function itself.
    """

    name: str
    latest: Version
    versions: Mapping[str, Version] = field(default_factory=lambda: NOTHING)
    aliases: Mapping[str, Alias] = field(default_factory=lambda: NOTHING)
    policies: Mapping[str, tuple[Statement, ...]] = field(default_factory=lambda: NOTHING)
    tags: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    reserved: int | None = None
    published: int = 0
    event_configs: Mapping[str, EventConfig] = field(default_factory=lambda: NOTHING)
    recursive_loop: RecursiveLoop = "Terminate"

    def version(self, number: str) -> Version | None:
        """`$LATEST` or the published version of this number."""
        return self.latest if number == LATEST else self.versions.get(number)

    def all_versions(self) -> list[Version]:
        """`$LATEST` first, then the published ones in order."""
        return [self.latest, *self.versions.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerVersion:
    """One immutable version of a layer. Sizes are bytes, `created` is in seconds since the epoch."""

    arn: str
    number: int
    sha256: str
    code_size: int
    unpacked_size: int
    created: float
    description: str = ""
    license_info: str | None = None
    runtimes: tuple[str, ...] | None = None
    architectures: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer: its versions that were not deleted, and the highest number ever given out."""

    name: str
    arn: str
    versions: Mapping[int, LayerVersion] = field(default_factory=dict)
    published: int = 0


def is_version_number(qualifier: str) -> bool:
    """Whether a qualifier can only be a published version, never an alias."""
    return NUMBER.fullmatch(qualifier) is not None
