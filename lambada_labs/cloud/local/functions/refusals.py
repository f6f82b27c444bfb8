"""AWS's sentences of refusal that more than one operation speaks.

Most were recorded from AWS (localstack's snapshots of `TestLambda…`), which is also where the members come
from: a missing resource spells `Message` with a capital, nearly everything carries `Type: User`.
"""

from __future__ import annotations

from lambada_labs.cloud.local.aws_error import AwsError

NOT_MATCHING_REVISION = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the {source} API to retrieve the latest Revision Id"
)


def invalid(message: str, *, typed: bool = True) -> AwsError:
    """`InvalidParameterValueException`; a few of them come without `Type`."""
    if not typed:
        return AwsError("InvalidParameterValueException", message)
    return AwsError("InvalidParameterValueException", message, Type="User")


def functions_only() -> AwsError:
    """What can be done to a function, but neither to a version nor to an alias."""
    return invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
        "operation. Please specify either a function name or an unqualified function ARN."
    )


def missing(message: str) -> AwsError:
    """`ResourceNotFoundException`, whatever is missing."""
    return AwsError("ResourceNotFoundException", message, 404, Type="User", Message=message)


def no_function(arn: str) -> AwsError:
    """No function, version or alias has this ARN."""
    return missing(f"Function not found: {arn}")


def no_alias(arn: str) -> AwsError:
    """No alias has this ARN, said by the operations that look for an alias."""
    return missing(f"Cannot find alias arn: {arn}")


def no_resource() -> AwsError:
    """Where AWS does not say what is missing."""
    return missing("The resource you requested does not exist.")


def conflict(message: str) -> AwsError:
    """`ResourceConflictException`: it exists already, or something is under way."""
    return AwsError("ResourceConflictException", message, 409, Type="User")


def wrong_state(state: str) -> AwsError:
    """The function is not `Active` yet."""
    return conflict(
        "The operation cannot be performed at this time. "
        f"The function is currently in the following state: {state}"
    )


def updating(arn: str) -> AwsError:
    """A change of `$LATEST` is not through yet."""
    return conflict(
        f"The operation cannot be performed at this time. An update is in progress for resource: {arn}"
    )


def wrong_revision(source: str = "GetFunction/GetAlias") -> AwsError:
    """The caller's `RevisionId` is not the latest one; `source` names where to read it."""
    message = NOT_MATCHING_REVISION.format(source=source)
    return AwsError("PreconditionFailedException", message, 412, Type="User")


def too_large(message: str) -> AwsError:
    """`RequestEntityTooLargeException`: a request, a payload or an archive over its limit."""
    return AwsError("RequestEntityTooLargeException", message, 413)


def check_revision(given: str | None, latest: str, *, source: str = "GetFunction/GetAlias") -> None:
    """Refuse a change that was made against an older revision; no revision given is fine."""
    if given is not None and given != latest:
        raise wrong_revision(source)
