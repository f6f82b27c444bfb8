"""How the settings of a request change a function's configuration; what is not named stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lambada_labs.cloud.local.functions.delivery_rights import check_dead_letter_right
from lambada_labs.cloud.local.functions.later import refuse_settings
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.functions.settings import (
    check_dead_letter,
    check_environment,
    check_logging,
    check_role,
    check_runtime,
)
from lambada_labs.model import FunctionConfig

#: Members of a request that become one field each.
FIELDS = {
    "Handler": "handler",
    "Runtime": "runtime",
    "Role": "role_arn",
    "Timeout": "timeout_s",
    "MemorySize": "memory_mb",
}
DEFAULT_LEVEL = "INFO"


def check_settings(
    plane: ControlPlane, given: Mapping[str, Any], account_id: str, *, role_arn: str = ""
) -> None:
    """Refuse what Lambda refuses, and what would be without effect here; raises `AwsError`.

    `role_arn` is the function's role so far.
    """
    refuse_settings(given)
    if "Runtime" in given:
        check_runtime(given["Runtime"])
    check_environment(given.get("Environment", {}).get("Variables", {}))
    check_logging(given.get("LoggingConfig", {}))
    if "Role" in given:
        check_role(plane.roles, given["Role"], account_id)
    target = given.get("DeadLetterConfig", {}).get("TargetArn")
    if target:
        check_dead_letter(target)
        check_dead_letter_right(plane.roles, given.get("Role", role_arn), target)


def configured(config: FunctionConfig, given: Mapping[str, Any]) -> FunctionConfig:
    """The configuration with the settings of a request."""
    changes: dict[str, Any] = {field: given[name] for name, field in FIELDS.items() if name in given}
    if "EphemeralStorage" in given:
        changes["ephemeral_mb"] = given["EphemeralStorage"]["Size"]
    if "Environment" in given:
        changes["environment"] = dict(given["Environment"].get("Variables", {}))
    if given.get("Architectures"):
        changes["architecture"] = given["Architectures"][0]
    if "DeadLetterConfig" in given:
        changes["dead_letter_arn"] = given["DeadLetterConfig"].get("TargetArn", "")
    changed = replace(config, **changes)
    return _logged(changed, given["LoggingConfig"]) if "LoggingConfig" in given else changed


def _logged(config: FunctionConfig, given: Mapping[str, str]) -> FunctionConfig:
    """Log levels exist with JSON only, and start at INFO there."""
    json = given.get("LogFormat", config.log_format) == "JSON"
    application = given.get("ApplicationLogLevel", config.application_log_level) or DEFAULT_LEVEL
    system = given.get("SystemLogLevel", config.system_log_level) or DEFAULT_LEVEL
    return replace(
        config,
        log_format="JSON" if json else "Text",
        application_log_level=application if json else None,
        system_log_level=system if json else None,
        log_group=given.get("LogGroup", config.log_group),
    )
