"""How records are told to clients: AWS's members, exactly those that AWS sends (recorded answers)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local.functions.records import Alias, Function, LayerVersion, Version
from lambada_labs.model import LATEST

REASON = {"reason": "The function is being created.", "code": "Creating"}


def listed(version: Version, *, arn: str) -> dict[str, Any]:
    """A version as the list operations show it: no state, no runtime version."""
    config = version.config
    shown: dict[str, Any] = {
        "FunctionName": config.name,
        "FunctionArn": arn,
        "Runtime": config.runtime,
        "Role": config.role_arn,
        "Handler": config.handler,
        "CodeSize": version.code_size,
        "Description": version.description,
        "Timeout": config.timeout_s,
        "MemorySize": config.memory_mb,
        "LastModified": moment(version.modified),
        "CodeSha256": config.code_sha256,
        "Version": config.version,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": version.revision_id,
        "PackageType": "Zip",
        "Architectures": [config.architecture],
        "EphemeralStorage": {"Size": config.ephemeral_mb},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": _logging(version),
    }
    return {**shown, **_where_given(version)}


def configuration(version: Version, *, arn: str) -> dict[str, Any]:
    """A version as GetFunctionConfiguration shows it."""
    runtime_version = hashlib.sha256(version.config.runtime.encode()).hexdigest()
    runtime_arn = f"arn:aws:lambda:{version.config.region}::runtime:{runtime_version}"
    return {
        **listed(version, arn=arn),
        **_state(version),
        "RuntimeVersionConfig": {"RuntimeVersionArn": runtime_arn},
    }


def function(found: Function, version: Version, *, arn: str, location: str) -> dict[str, Any]:
    """A version with its code's address, the tags and the reserved concurrency: GetFunction."""
    shown: dict[str, Any] = {
        "Configuration": configuration(version, arn=arn),
        "Code": {"RepositoryType": "S3", "Location": location},
    }
    if found.tags:
        shown["Tags"] = dict(found.tags)
    if found.reserved is not None:
        shown["Concurrency"] = {"ReservedConcurrentExecutions": found.reserved}
    return shown


def alias(found: Alias, function_arn: str) -> dict[str, Any]:
    """An alias; its routing only where a second version has a share."""
    shown: dict[str, Any] = {
        "AliasArn": f"{function_arn}:{found.name}",
        "Name": found.name,
        "FunctionVersion": found.version,
        "Description": found.description,
        "RevisionId": found.revision_id,
    }
    if found.weights:
        shown["RoutingConfig"] = {"AdditionalVersionWeights": dict(found.weights)}
    return shown


def layer_version(found: LayerVersion) -> dict[str, Any]:
    """A layer version as the list operations show it."""
    shown: dict[str, Any] = {
        "LayerVersionArn": found.arn,
        "Version": found.number,
        "Description": found.description,
        "CreatedDate": moment(found.created),
        "CompatibleArchitectures": found.architectures,
        "CompatibleRuntimes": found.runtimes,
        "LicenseInfo": found.license_info,
    }
    return {name: value for name, value in shown.items() if value is not None}


def layer_content(found: LayerVersion, *, location: str) -> dict[str, Any]:
    """A layer version with its archive's address."""
    return {
        **layer_version(found),
        "LayerArn": found.arn.rpartition(":")[0],
        "Content": {"Location": location, "CodeSha256": found.sha256, "CodeSize": found.code_size},
    }


def moment(seconds: float) -> str:
    """AWS's way to write a time: `2026-11-24T13:15:00.123+0000`."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _state(version: Version) -> Mapping[str, str]:
    if version.state == "Pending":
        return {"State": "Pending", "StateReason": REASON["reason"], "StateReasonCode": REASON["code"]}
    if version.update == "InProgress":
        return {
            "State": "Active",
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": REASON["reason"],
            "LastUpdateStatusReasonCode": REASON["code"],
        }
    return {"State": "Active", "LastUpdateStatus": "Successful"}


def _logging(version: Version) -> Mapping[str, str]:
    config = version.config
    shown = {
        "LogFormat": config.log_format,
        "ApplicationLogLevel": config.application_log_level,
        "SystemLogLevel": config.system_log_level,
        "LogGroup": config.log_group_name,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _where_given(version: Version) -> Mapping[str, Any]:
    shown: dict[str, Any] = {}
    if version.has_environment:
        shown["Environment"] = {"Variables": dict(version.config.environment)}
    if version.config.dead_letter_arn:
        shown["DeadLetterConfig"] = {"TargetArn": version.config.dead_letter_arn}
    if version.layers:
        shown["Layers"] = [{"Arn": layer.arn, "CodeSize": layer.code_size} for layer in version.layers]
    return shown


def plain_arn(version: Version) -> str:
    """The ARN as answers to unqualified requests have it: without `$LATEST`, with a number."""
    config = version.config
    return config.arn if config.version == LATEST else config.qualified_arn
