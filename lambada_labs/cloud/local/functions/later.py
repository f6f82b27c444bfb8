"""What of Lambda's API this local cloud does not have yet, and which lab will bring it."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.aws_error import AwsError

CODE = "NotImplementedByLocalCloud"
STATUS = 501

#: Part of an operation's name → who brings it.
OPERATIONS = {
    "EventSourceMapping": "lab 06 (event_source_mappings)",
    "FunctionUrlConfig": "lab 08 (function_urls)",
    "ProvisionedConcurrency": "lab 14 (concurrency)",
    "LayerVersionPermission": "lab 07 (permissions)",
    "LayerVersionPolicy": "lab 07 (permissions)",
    "ResourcePolicy": "lab 07 (permissions)",
    "RuntimeManagementConfig": "lab 10 (execution_environment)",
    "CodeSigning": "lab 15 (deployment)",
}

#: A setting of a function that would change what it does, where it is not built yet.
SETTINGS = {
    "VpcConfig": "lab 12 (vpc)",
    "FileSystemConfigs": "lab 10 (execution_environment)",
    "SnapStart": "lab 10 (execution_environment)",
    "TracingConfig": "lab 11 (observability)",
    "KMSKeyArn": "lab 09 (configuration)",
}
NEVER = ("CapacityProviderConfig", "DurableConfig", "TenancyConfig", "CodeSigningConfigArn", "ImageConfig")
NEUTRAL = {"SnapStart": {"ApplyOn": "None"}, "TracingConfig": {"Mode": "PassThrough"}}


def operation_refused(operation: str) -> AwsError:
    """The honest answer to an operation of AWS that is not here; boto3 shows it as a `ClientError`."""
    lab = next((lab for part, lab in OPERATIONS.items() if part in operation), None)
    return _refused(f"the operation {operation}", lab)


def refuse_settings(parameters: Mapping[str, object]) -> None:
    """Refuse settings that would be silently without effect; empty and default ones pass."""
    for name in (*SETTINGS, *NEVER):
        given = parameters.get(name)
        if given != NEUTRAL.get(name) and not _empty(given):
            raise _refused(f"the setting {name}", SETTINGS.get(name))


def refuse_images() -> AwsError:
    """The honest answer to functions made of container images."""
    return _refused("functions of container images (PackageType Image)", None)


def _empty(given: object) -> bool:
    if isinstance(given, Mapping):
        return all(_empty(part) for part in given.values())
    return not given


def _refused(what: str, lab: str | None) -> AwsError:
    when = f"a later version brings it with {lab}" if lab else "no version of it is planned to"
    return AwsError(CODE, f"AWS has {what}, this local cloud does not: {when}.", STATUS)
