"""What Lambda itself checks about a function's settings, beyond the constraints of its service model."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import Roles
from lambada_labs.cloud.local.functions.refusals import invalid

ENVIRONMENT_BYTES = facts.number("limit.environment.bytes")
UNCONFIGURED = (
    "Lambda was unable to configure your environment variables "
    "because the environment variables you have provided "
)
#: Source: "Defined runtime environment variables", those marked as reserved.
RESERVED_NAMES = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)
NOT_ASSUMABLE = "The role defined for the function cannot be assumed by Lambda."
LAMBDA_PRINCIPAL = "lambda.amazonaws.com"
RUNTIME_BLOCKED = (
    "The runtime parameter of {} is no longer supported for creating or updating AWS Lambda functions. "
    "We recommend you use a supported runtime while creating or updating functions."
)
LEVEL_NEEDS_JSON = (
    'LogLevel is not supported when LogFormat is set to "Text". '
    'Remove LogLevel from your request or change the LogFormat to "Json" and try again.'
)
#: Where a dead letter can go. The text of the refusal is ours: AWS's is not in its documentation.
DEAD_LETTER_SERVICES = ("sqs", "sns")
NO_DEAD_LETTER_TARGET = (
    "The provided dead letter target {} is invalid: specify the ARN of an SQS queue or an SNS topic."
)
LOG_LEVELS = ("ApplicationLogLevel", "SystemLogLevel")


def check_runtime(identifier: str) -> None:
    """Refuse a runtime AWS does not know (naming those it takes) or no longer takes."""
    runtime = facts.runtime(identifier)
    if runtime is None:
        taken = ", ".join(row.identifier for row in facts.runtimes() if row.status != "blocked")
        raise invalid(
            f"Value {identifier} at 'runtime' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{taken}] or be a valid ARN"
        )
    if runtime.status == "blocked":
        raise invalid(RUNTIME_BLOCKED.format(identifier))


def check_environment(variables: Mapping[str, str]) -> None:
    """Refuse reserved names, and more than 4 KB measured as AWS does: as compact JSON."""
    reserved = [name for name in variables if name in RESERVED_NAMES]
    if reserved:
        raise invalid(
            UNCONFIGURED + "contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > ENVIRONMENT_BYTES:
        raise invalid(UNCONFIGURED + f"exceeded the 4KB limit. String measured: {measured}")


def check_role(roles: Roles, arn: str, account_id: str) -> None:
    """Refuse a role that is not there, of another account, or does not trust Lambda."""
    if arn.split(":")[4] != account_id:
        raise AwsError("AccessDeniedException", "Cross-account pass role is not allowed.", 403)
    role = roles.role(arn)
    if role is None or not role.trusts(LAMBDA_PRINCIPAL):
        raise invalid(NOT_ASSUMABLE)


def check_dead_letter(target: str) -> None:
    """Refuse a dead-letter target that is neither queue nor topic."""
    if target.split(":")[2] not in DEAD_LETTER_SERVICES:
        raise invalid(NO_DEAD_LETTER_TARGET.format(target))


def check_logging(logging: Mapping[str, str]) -> None:
    """Refuse log levels with the text format; raises `InvalidParameterValueException`."""
    if logging.get("LogFormat", "Text") == "Text" and any(level in logging for level in LOG_LEVELS):
        raise invalid(LEVEL_NEEDS_JSON)
